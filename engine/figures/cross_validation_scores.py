"""Two panels of scores: one a fold with the mean's bands, and the ways to one model on rows that no fold has seen.

What the learner should see: how far the folds scatter about their mean; where there is a leak, what it feigns, drawn as
strongly as what is true.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from engine.cross_validation.experiment import WAYS, Result
from engine.cross_validation.scores import fold_scores, metric_name, summaries, ways
from engine.cross_validation.story import WAY_LABELS, shown
from engine.figures.board import Axis, Mark, Panel, Points, Rule, Segments
from engine.figures.cross_validation_folds import MOST_NAMED, fold_axis, row_ends, row_marks
from engine.figures.theme import INK, MUTED, NEGATIVE, POSITIVE, Series

SCORES = "scores"
APART = 0.14  # of a row, from its middle to what is with the leak and to what is without it
LEAKY = dataclasses.replace(NEGATIVE, dash=())  # as strong as the true mean beside it


def _scale(result: Result) -> float:
    return 100.0 if result.classification else 1.0


def _unit(result: Result, metric: str) -> str:
    return f"{metric_name(result, metric)}, %" if result.classification else metric_name(result, metric)


def _range(result: Result, values: np.ndarray) -> tuple[float, float]:
    """Return the ends of a score axis that shows all of `values`, with room at the sides, in the axis's unit."""
    known = values[np.isfinite(values)] * _scale(result)
    if not len(known):
        return (0.0, 100.0) if result.classification else (-0.5, 1.0)
    low, high = float(known.min()), float(known.max())
    room = max(0.1 * (high - low), 1.0 if result.classification else 0.04)
    low, high = low - room, high + room
    if not result.classification:
        return low, min(high, 1.05)
    low = max(-3.0, low)
    # So little beyond 100 % that no tick falls there.
    return low, min(100 + 0.04 * (100 - low), high)


def _ends(result: Result, metric: str, *, leaky: bool) -> np.ndarray:
    """Return (2, 2), the ends of the mean's 95 % interval, plain and corrected, within what a score can be."""
    ends = np.array([[each.low, each.high] for each in summaries(result, metric, leaky=leaky)])
    return np.clip(ends, 0, 1) if result.classification else ends


def _mean_marks(result: Result, metric: str, style: Series, label: str, *, leaky: bool, plain: bool) -> list[Mark]:
    """Return a mean's line and its bands: the corrected interval and, if `plain`, what of the plain one lies in it."""
    scale, ends = _scale(result), _ends(result, metric, leaky=leaky)
    mean = summaries(result, metric, leaky=leaky)[0].mean
    marks: list[Mark] = []
    if np.isfinite(ends[1]).all():
        marks.append(Rule("x", scale * ends[1, 0], scale * ends[1, 1], style, opacity=0.10))
        inner = np.clip(ends[0], *ends[1])
        if plain:
            marks.append(Rule("x", scale * inner[0], scale * inner[1], style, opacity=0.16))
    if np.isfinite(mean):
        marks.append(Rule("x", scale * mean, style=style, label=f"{label} {shown(result, mean)}"))
    return marks


def _score_points(
    result: Result, scores: np.ndarray, repeat: int, style: Series, what: str, selected: int, shift: float
) -> list[Mark]:
    """Return small open markers of the other repeats, and above them those of the repeat shown."""
    scale, rows = _scale(result), np.arange(result.folds)
    others = np.delete(scores, repeat, axis=0)
    place = np.tile(rows, len(others))
    marks: list[Mark] = []
    if others.size:
        ring = MUTED if style is INK else style
        marks.append(
            Points(scale * others.ravel(), place + shift, ring, size=2.6, opacity=0.55, hollow=True, reveal=place)
        )
    told = tuple(f"fold {fold + 1}: {what} {shown(result, float(value))}" for fold, value in enumerate(scores[repeat]))
    marks.append(
        Points(
            scale * scores[repeat],
            rows + shift,
            style,
            size=2.5 if result.config.splitter == "leave-one-out" else 5.5,
            hover=told,
            reveal=rows,
            name=SCORES,
            selected=selected,
        )
    )
    return marks


def scores_panel(result: Result, metric: str, repeat: int, fold: int) -> Panel:
    """Return the panel of a score a fold.

    Args:
        result: A run, finished or under way.
        metric: One of `scores.METRICS`.
        repeat: Whose folds have the large markers.
        fold: The selected one.
    """
    alone = result.config.splitter == "leave-one-out"
    scores, leaky = fold_scores(result, metric), fold_scores(result, metric, leaky=True)
    mean = summaries(result, metric)[0].mean
    leaks, named = bool(np.isfinite(leaky).any()), metric_name(result, metric)
    marks = row_marks(result, fold) if not alone else row_marks(result, fold)[:1]
    if leaks:
        marks += _mean_marks(result, metric, LEAKY, "with leak", leaky=True, plain=False)
    count = f"mean of {result.repeats * result.folds}:" if result.repeats > 1 else "mean"
    marks += _mean_marks(result, metric, POSITIVE, "without" if leaks else count, leaky=False, plain=not leaks)
    if leaks:
        marks += _score_points(result, leaky, repeat, LEAKY, f"with the leak {named}", -1, -APART)
    marks += _score_points(result, scores, repeat, POSITIVE if leaks else INK, named, fold, APART if leaks else 0.0)
    labelled = result.folds <= MOST_NAMED and not leaks and not alone
    if labelled:
        texts = tuple(shown(result, float(value)) if np.isfinite(value) else "" for value in scores[repeat])
        marks += row_ends(texts, (INK,) * result.folds)
    ends = [_ends(result, metric, leaky=kind).ravel() for kind in (False, True)]
    low, high = _range(result, np.concatenate([scores.ravel(), leaky.ravel(), *ends]))
    rings = "; small: other draws" if result.repeats > 1 else ""
    note = (
        f"lines, bands (95 %): all {result.repeats * result.folds} folds"
        if leaks
        else "bands: 95 %, plain and corrected"
    )
    note = "all rows together" if alone else note
    told = f", with the leak {shown(result, summaries(result, metric, leaky=True)[0].mean)}" if leaks else ""
    return Panel(
        SCORES,
        "Right or wrong" if alone and result.classification else "Score",
        Axis(low, high, f"{_unit(result, metric)}{rings}"),
        fold_axis(result),
        tuple(marks),
        note=note,
        alt=f"{named} of {result.folds} folds: mean {shown(result, mean)}{told}, "
        f"from {shown(result, float(np.nanmin(scores[repeat], initial=np.inf)))} to "
        f"{shown(result, float(np.nanmax(scores[repeat], initial=-np.inf)))}; fold {fold + 1} is selected.",
        column=1,
        columns=2 if alone else 1,
        labels=62 if labelled else 0,
    )


def ways_panel(result: Result, metric: str) -> Panel:
    """Return the panel of the ways to one model: one row each, a ring a repeat, a disc for their mean."""
    scale, scores = _scale(result), ways(result, metric)
    known = np.isfinite(scores).all()
    kinds = [True, False] if np.isfinite(fold_scores(result, metric, leaky=True)).any() else [False]
    said = ["folds, with the leak", "folds, without it"] if len(kinds) == 2 else ["mean of the folds"]
    names = [*said, *(WAY_LABELS[name] for name in WAYS)]
    means = np.array(
        [*(summaries(result, metric, leaky=kind)[0].mean for kind in kinds), *scores.mean(axis=0)], dtype=float
    )
    styles = (*((LEAKY, POSITIVE) if len(kinds) == 2 else (POSITIVE,)), *[INK] * len(WAYS))
    marks: list[Mark] = []
    reach = [_ends(result, metric, leaky=kind)[1] for kind in kinds]
    for row, ends in enumerate(reach):
        if np.isfinite(ends).all():
            marks.append(
                Segments([scale * ends[0]], [row], [scale * ends[1]], [row], styles[row], width=6, opacity=0.3)
            )
    if known:
        place = np.tile(np.arange(len(WAYS)) + len(kinds), result.repeats)
        marks.append(Points(scale * scores.ravel(), place, MUTED, size=3, hollow=True, opacity=0.8))
    rows = np.arange(len(names))
    marks.append(
        Points(
            scale * means,
            rows,
            styles=styles,
            style_of=rows,
            size=5.5,
            hover=tuple(f"{name}: {shown(result, value)}" for name, value in zip(names, means, strict=True)),
        )
    )
    low, high = _range(result, np.concatenate([scores.ravel(), *reach, means]))
    marks += [
        Rule("y", float(row), style=style, label=shown(result, value) if np.isfinite(value) else "", opacity=0)
        for row, value, style in zip(rows, means, styles, strict=True)
    ]
    listed = ", ".join(f"{name} {shown(result, float(value))}" for name, value in zip(names, means, strict=True))
    draws = "; ring: a draw" if result.repeats > 1 else ""
    return Panel(
        "ways",
        "Three ways to one model" if known else "Ways to one model, to come",
        Axis(low, high, _unit(result, metric)),
        Axis(len(names) - 0.5, -0.5, ticks=tuple((float(place), name) for place, name in enumerate(names)), grid=True),
        tuple(marks),
        note=f"{len(result.held_y)} new rows{draws}",
        alt=f"Scores on the {len(result.held_y)} rows put aside: {listed}.",
        row=1,
        column=1,
        columns=2,
        labels=62,
    )
