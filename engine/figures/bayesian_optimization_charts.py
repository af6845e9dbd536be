"""Charts below the board: slot machines, and every parameter of the tried networks against its score."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from engine.bayesian_optimization import bandits
from engine.bayesian_optimization.recipe import LABELS, METHOD_LABELS, NAMES, PBOUNDS
from engine.bayesian_optimization.tuning import METHODS, Result
from engine.figures import theme
from engine.figures.bayesian_optimization_look import METHOD_LOOKS
from engine.figures.bayesian_optimization_tuning import unit
from engine.figures.picture import Picture

RULE_LOOKS = {
    "greedy": theme.SERIES["sgd"],
    "epsilon": theme.SERIES["adadelta"],
    "ucb1": theme.SERIES["momentum"],
    "thompson": theme.SERIES["rmsprop"],
}
EVERY = 5


def regret(result: bandits.Result, dark: bool) -> Picture:
    """Return the pay lost by each rule over the pulls: mean over the seeds, middle 80 % shaded."""
    figure = go.Figure()
    pulls = np.arange(1, result.regret.shape[2] + 1)[::EVERY].astype(np.float32)
    ends = []
    highest = 0.0
    for rule, lost in zip(bandits.RULES, result.regret[:, :, ::EVERY], strict=True):
        style = RULE_LOOKS[rule]
        low, high = np.percentile(lost, (10, 90), axis=0)
        red, green, blue = (int(style.color(dark)[at : at + 2], 16) for at in (1, 3, 5))
        figure.add_scatter(
            x=np.concatenate([pulls, pulls[::-1]]),
            y=np.concatenate([high, low[::-1]]).astype(np.float32),
            fill="toself",
            fillcolor=f"rgba({red},{green},{blue},0.12)",
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        )
        mean, highest = lost.mean(axis=0), max(highest, float(high.max()))
        figure.add_scatter(
            x=pulls,
            y=mean.astype(np.float32),
            mode="lines",
            line=style.plotly_line(dark),
            hovertemplate=f"{bandits.LABELS[rule]}, pull %{{x}}: %{{y:.1f}}<extra></extra>",
        )
        ends.append((bandits.LABELS[rule], float(mean[-1]), style))
    place = -np.inf
    for name, end, style in sorted(ends, key=lambda one: one[1]):
        place = max(end, place + 0.07 * highest)
        figure.add_annotation(
            x=1.0,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=place,
            text=name,
            showarrow=False,
            font={"size": 13, "color": style.color(dark)},
        )
    figure.update_layout(theme.plotly_layout(dark, height=320, margin={"l": 44, "r": 128, "t": 12, "b": 36}))
    figure.update_xaxes(title_text="pulls")
    figure.update_yaxes(title_text="pay lost (regret)", rangemode="tozero")
    told = ", ".join(f"{name} {end:.0f}" for name, end, _ in ends)
    return Picture(figure, f"Pay lost after {int(pulls[-1])} pulls: {told}.")


def pulled(result: bandits.Result, dark: bool) -> Picture:
    """Return the share of pulls that each rule gave to the best machine, mean over the seeds."""
    best = result.pulls[:, :, int(result.chances.argmax())].mean(axis=1)
    share = 100 * best / result.pulls[0, 0].sum()
    names = [bandits.LABELS[rule].split(",")[0] for rule in bandits.RULES]
    figure = go.Figure(
        go.Bar(
            x=share.astype(np.float32),
            y=names,
            orientation="h",
            marker={"color": [RULE_LOOKS[rule].color(dark) for rule in bandits.RULES]},
            text=[f"{part:.0f} %" for part in share],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.0f} % of the pulls<extra></extra>",
        )
    )
    figure.update_layout(theme.plotly_layout(dark, height=320), bargap=0.35)
    figure.update_xaxes(title_text="pulls at the best machine, %", range=[0, 100])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    told = ", ".join(f"{name} {part:.0f} %" for name, part in zip(names, share, strict=True))
    return Picture(figure, f"Share of pulls at the best machine: {told}.")


def slices(result: Result, name: str, dark: bool) -> Picture:
    """Return one parameter of every tried network against its score.

    Args:
        result: A tuning run.
        name: One of `recipe.NAMES`.
        dark: Appearance.
    """
    figure = go.Figure()
    values = result.point[:, NAMES.index(name)]
    values = 10.0**values if name == "log10_rate" else values
    factor = unit(result)
    for method in METHODS:
        mine = result.method == METHODS.index(method)
        if mine.any():
            figure.add_scatter(
                x=values[mine].astype(np.float32),
                y=(factor * result.score[mine]).astype(np.float32),
                mode="markers",
                marker={**theme.plotly_marker(METHOD_LOOKS[method], dark, 7), "opacity": 0.7},
                hovertemplate=f"{METHOD_LABELS[method]}: %{{y:.2f}} at %{{x:.3g}}<extra></extra>",
            )
    low = float(np.percentile(factor * result.score, 4))
    top = float(factor * result.score.max())
    figure.update_layout(theme.plotly_layout(dark, height=230))
    figure.update_xaxes(title_text=LABELS[name].lower(), type="log" if name == "log10_rate" else "linear")
    figure.update_yaxes(
        title_text="accuracy, %" if result.classification else "R²", range=[low, top + 0.08 * (top - low)]
    )
    ends = PBOUNDS[name]
    best = values[int(result.score.argmax())]
    return Picture(
        figure,
        f"Score of {len(values)} networks over {LABELS[name].lower()} from {ends[0]:g} to {ends[1]:g}"
        f"{' (powers of ten)' if name == 'log10_rate' else ''}; the best score is at {best:.3g}.",
    )
