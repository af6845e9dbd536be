"""Two closer looks at an ensemble: what every pair gains, and what each further member adds.

What the learner should see: pairs whose errors are alike gain little; the first few members bring nearly all there is.
"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from engine.ensembles.blend import Blended, scores_of
from engine.ensembles.members import MEMBERS
from engine.ensembles.pairs import pairs as all_pairs
from engine.ensembles.scenes import STRANGERS, TWINS
from engine.ensembles.words import difference, measure, signed
from engine.figures import theme
from engine.figures.picture import Picture


def pairs(blended: Blended, dark: bool) -> Picture:
    """Draw every pair of members: how alike their errors are against what their average gains over the better one."""
    result = blended.result
    scale = 100.0 if result.classification else 1.0
    found = all_pairs(blended)
    labels = [MEMBERS[name].label for name in result.members]
    names = [f"{labels[first]} and {labels[second]}" for first, second in found.members]
    alike, gains = found.alike, scale * found.gain
    inside = [bool(set(pair) <= set(blended.chosen)) for pair in found.members.tolist()]
    figure = go.Figure(layout=theme.plotly_layout(dark, height=340, hovermode="closest"))
    palette = theme.DARK if dark else theme.LIGHT
    figure.add_hline(0, line={"color": palette.muted, "width": 1})
    known = np.isfinite(alike)
    extremes = [int(place) for values in (gains, alike) for place in _extremes(np.where(known, values, np.nan))]
    if blended.members == TWINS.members:  # the other pair that the scene asks about
        inside = [
            there or {result.members[one] for one in pair} == set(STRANGERS)
            for there, pair in zip(inside, found.members, strict=True)
        ]
    told = {*extremes, *(place for place, there in enumerate(inside) if there and len(blended.chosen) == 2)}
    figure.add_scatter(
        x=alike,
        y=gains,
        mode="markers+text",
        text=[name if place in told else "" for place, name in enumerate(names)],
        textposition="top center",
        hovertext=names,
        hovertemplate="%{hovertext}<br>errors alike %{x:.2f}<br>gain %{y:.2f}<extra></extra>",
        marker=theme.plotly_marker(theme.SERIES["momentum"], dark, 9),
        cliponaxis=False,
    )
    figure.update_xaxes(title_text="correlation of the two members’ errors")
    unit = "points" if result.classification else "R²"
    figure.update_yaxes(title_text=f"average against the better one, {unit}")
    if not extremes:
        return Picture(figure, "There are no two members with errors yet.")
    best, alikest = extremes[1], extremes[3]
    return Picture(
        figure,
        f"{len(names)} pairs of members. {names[best]} gain most, {difference(result, gains[best] / scale)}; "
        f"{names[alikest]} are most alike ({signed(float(alike[alikest]), 2)}) and gain "
        f"{difference(result, gains[alikest] / scale)}. Over all pairs gain and likeness correlate by "
        f"{signed(found.together, 2)}.",
    )


def _extremes(values: np.ndarray) -> tuple[int, ...]:
    """Return the positions of the smallest and the largest finite value, or none."""
    return (int(np.nanargmin(values)), int(np.nanargmax(values))) if np.isfinite(values).any() else ()


def one_by_one(blended: Blended, dark: bool) -> Picture:
    """Draw greedy selection (Caruana et al. 2004): add the member that helps the average most, by out-of-fold score."""
    result = blended.result
    scale = 100.0 if result.classification else 1.0
    left = list(range(len(result.members)))
    taken: list[int] = []
    promised, kept = [], []
    while left:
        tries = [
            scores_of(result, result.out_of_fold[[*taken, one]].mean(axis=0)[None], result.train_y)[0] for one in left
        ]
        best = int(np.argmax([one.mean() for one in tries]))
        taken.append(left.pop(best))
        promised.append(scale * tries[best].mean())
        kept.append(scale * scores_of(result, result.test[taken].mean(axis=0)[None], result.test_y)[0])
    tests = np.stack(kept)
    names = [MEMBERS[result.members[place]].label for place in taken]
    figure = go.Figure(layout=theme.plotly_layout(dark, height=340))
    places = [names[0], *(f"+ {name}" for name in names[1:])]
    for label, values, series in (
        ("out of fold", promised, theme.TRAINING),
        ("test rows", tests.mean(axis=1), theme.VALIDATION),
    ):
        figure.add_scatter(
            x=places,
            y=values,
            mode="lines+markers",
            name=label,
            line=series.plotly_line(dark),
            marker=theme.plotly_marker(series, dark),
        )
        figure.add_annotation(
            x=places[-1],
            y=values[-1],
            text=label,
            showarrow=False,
            xanchor="left",
            xshift=10,
            font={"color": series.color(dark), "size": 14},
        )
    figure.update_layout(margin={"r": 96})
    figure.update_yaxes(title_text="accuracy of the average, %" if result.classification else "R² of the average")
    best_place = int(tests.mean(axis=1).argmax())
    return Picture(
        figure,
        f"Members added in the order {', '.join(names)}. On test rows the average of the first {best_place + 1} is "
        f"best, {measure(result, tests.mean(axis=1)[best_place] / scale)}; of all it is "
        f"{measure(result, tests.mean(axis=1)[-1] / scale)}.",
    )
