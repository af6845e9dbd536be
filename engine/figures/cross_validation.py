"""The picture of a cross-validation: who is held out when, and beside each fold its score and its balance.

What the learner should see: one row a fold. The blue block is held out, gray is learned from; in the same row stand the
fold's score and its share of the rarest class, so that cause and effect line up. Below, the curves that led there, and
the ways to one model on rows that no fold has seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.cross_validation.experiment import WAYS, Result
from engine.cross_validation.scores import METRICS, fold_scores, metric_name, outlier, summaries, ways
from engine.cross_validation.story import WAY_LABELS, shown
from engine.figures.board import Axis, Board, Line, Mark, Panel, Points, Rule, Segments, payload
from engine.figures.cross_validation_folds import balance_panel, fold_axis, matrix_panel
from engine.figures.theme import ACCENT, INK, MUTED, NEGATIVE, POSITIVE

MOST_LABELLED = 10  # folds; more of them keep their numbers to the pointer
MOST_POINTS = 80  # of one curve
SCORES, MATRIX = "scores", "folds"


@dataclass(frozen=True)
class View:
    """What is looked at; changes no number.

    Attributes:
        metric: One of `scores.METRICS`; values have R².
        repeat: Whose folds are drawn, from 0.
        fold: The fold looked into, from 0; −1 for the farthest off.
        order: How the columns of the fold picture are sorted, one of `cross_validation_folds.ORDERS`.
    """

    metric: str = METRICS[0]
    repeat: int = 0
    fold: int = -1
    order: str = "by fold"


def chosen_fold(result: Result, view: View) -> int:
    """Return the fold looked into: the one asked for, else the one farthest off, else the first."""
    if 0 <= view.fold < result.folds:
        return view.fold
    found = outlier(fold_scores(result, view.metric)[min(view.repeat, result.repeats - 1)])
    return found.fold if found is not None else 0


def board(result: Result, view: View, revision: str = "", running: bool = False) -> Mapping[str, Any]:
    """Return the stage's payload.

    Args:
        result: A run, finished or under way.
        view: What is looked at.
        revision: Changes with the result.
        running: Whether more is coming.
    """
    repeat = min(view.repeat, result.repeats - 1)
    fold = chosen_fold(result, view)
    has_balance = result.config.splitter != "leave-one-out"
    panels = [matrix_panel(result, repeat, fold, view.order, MATRIX), _scores(result, view.metric, repeat, fold)]
    if has_balance:
        panels.append(balance_panel(result, repeat, fold))
    panels += [_curves(result, repeat, fold, running), _ways(result, view.metric)]
    return payload(
        Board(
            tuple(panels),
            columns=(1.55, 1.05, 0.92),
            rows=(1.15, 1.0),
            frames=result.folds,
            unit="fold",
            revision=revision,
            running=running,
        )
    )


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
    return (max(-3.0, low), min(101.5, high)) if result.classification else (low, min(high, 1.05))


def _scores(result: Result, metric: str, repeat: int, fold: int) -> Panel:
    scale, alone = _scale(result), result.config.splitter == "leave-one-out"
    scores, leaky = fold_scores(result, metric), fold_scores(result, metric, leaky=True)
    plain, corrected = summaries(result, metric)
    rows = np.arange(result.folds)
    ends = np.array([corrected.low, corrected.high])
    if result.classification:
        ends = np.clip(ends, 0, 1)
    marks: list[Mark] = [Rule("y", fold - 0.5, fold + 0.5, ACCENT, opacity=0.07)]
    if np.isfinite(ends).all():
        marks.append(Rule("x", scale * ends[0], scale * ends[1], POSITIVE, opacity=0.10))
        inner = np.clip([plain.low, plain.high], *ends)
        marks.append(Rule("x", scale * inner[0], scale * inner[1], POSITIVE, opacity=0.16))
    if np.isfinite(plain.mean):
        marks.append(Rule("x", scale * plain.mean, style=POSITIVE, label=f"mean {shown(result, plain.mean)}"))
    others = np.delete(scores, repeat, axis=0)
    if others.size:
        marks.append(
            Points(
                scale * others.ravel(),
                np.tile(rows, len(others)) + 0.0,
                MUTED,
                size=2.6,
                opacity=0.55,
                hollow=True,
                reveal=np.tile(rows, len(others)),
            )
        )
    if np.isfinite(leaky).any():
        mean = summaries(result, metric, leaky=True)[0].mean
        marks.append(Rule("x", scale * mean, style=NEGATIVE, label=f"with the leak {shown(result, mean)}"))
        marks.append(
            Points(
                scale * leaky[repeat], rows, NEGATIVE, size=4.5, reveal=rows, hover=_told(result, leaky[repeat], "leak")
            )
        )
    labelled = result.folds <= MOST_LABELLED and not np.isfinite(leaky).any()
    marks.append(
        Points(
            scale * scores[repeat],
            rows,
            INK,
            size=2.5 if alone else 5.5,
            hover=_told(result, scores[repeat], metric_name(result, metric)),
            labels=tuple(shown(result, value) if np.isfinite(value) else "" for value in scores[repeat])
            if labelled
            else (),
            reveal=rows,
            name=SCORES,
            selected=fold,
        )
    )
    low, high = _range(result, np.concatenate([scores.ravel(), leaky.ravel(), ends]))
    note = "95 %; wider: corrected"
    return Panel(
        SCORES,
        "Right or wrong" if alone and result.classification else "Score per fold",
        Axis(low, high, _unit(result, metric)),
        fold_axis(result, grid=not alone),
        tuple(marks),
        note=note if not alone else "all rows together",
        alt=f"{metric_name(result, metric)} of {result.folds} folds: mean {shown(result, plain.mean)}, "
        f"from {shown(result, float(np.nanmin(scores[repeat], initial=np.inf)))} to "
        f"{shown(result, float(np.nanmax(scores[repeat], initial=-np.inf)))}; fold {fold + 1} is selected.",
        column=1,
        columns=2 if alone else 1,
    )


def _told(result: Result, scores: np.ndarray, name: str) -> tuple[str, ...]:
    return tuple(f"fold {fold + 1}: {name} {shown(result, float(value))}" for fold, value in enumerate(scores))


def _curves(result: Result, repeat: int, fold: int, running: bool) -> Panel:
    folds = result.folds
    columns = slice(repeat * folds, (repeat + 1) * folds)
    curves, best = result.validation_loss[:, columns], result.best_epoch[columns]
    last = int(np.flatnonzero(np.isfinite(curves).any(axis=1))[-1]) if np.isfinite(curves).any() else 0
    epochs = np.unique(np.linspace(0, last, min(MOST_POINTS, last + 1)).round().astype(int))
    crowd = max(0.15, min(0.55, 5 / folds))
    lines = []
    for each in [*(other for other in range(folds) if other != fold), fold]:
        chosen = each == fold
        lines.append(
            Line(
                epochs,
                curves[epochs, each],
                INK if chosen else MUTED,
                label=f"Fold {each + 1}" if chosen or folds <= 5 else "",
                emphasis=2 if chosen else crowd,
                reveal=np.full(len(epochs), 0 if chosen else each),
                hover=f"fold {each + 1}",
            )
        )
    marks: list[Mark] = list(lines)
    if not running:
        reached = curves[best, np.arange(folds)]
        marks.append(
            Points(
                best,
                reached,
                MUTED,
                size=3.2,
                hollow=True,
                reveal=np.where(np.arange(folds) == fold, 0, np.arange(folds)),
                hover=tuple(f"fold {each + 1}: best at epoch {best[each]}" for each in range(folds)),
            )
        )
    known = curves[np.isfinite(curves) & (curves > 0)]
    low, high = (float(known.min()), float(np.quantile(known, 0.995))) if len(known) else (0.01, 1.0)
    ended = float(result.config.epochs if running else max(1, last))
    name = "log loss" if result.classification else "squared error"
    return Panel(
        "curves",
        "Loss on held-out fold",
        Axis(0, ended, "epoch"),
        Axis(max(low * 0.8, high * 1e-4), high * 1.25, log=True),
        tuple(marks),
        note=f"{name}, log scale; ring: weights kept",
        alt=f"Validation loss of {folds} folds over {last} epochs; fold {fold + 1} was best at epoch {best[fold]}.",
        row=1,
        labels=64,
        link="",
    )


def _ways(result: Result, metric: str) -> Panel:
    """Return the panel of the ways to one model: one row each, a ring a repeat, a disc for their mean."""
    scale, scores = _scale(result), ways(result, metric)
    plain, corrected = summaries(result, metric)
    names = ["what the folds said", *(WAY_LABELS[name] for name in WAYS)]
    ends = np.array([corrected.low, corrected.high])
    if result.classification:
        ends = np.clip(ends, 0, 1)
    known = np.isfinite(scores).all()
    marks: list[Mark] = []
    if np.isfinite(ends).all():
        marks.append(Segments([scale * ends[0]], [0], [scale * ends[1]], [0], POSITIVE, width=6, opacity=0.3))
    means = np.concatenate([[plain.mean], scores.mean(axis=0)])
    if known:
        place = np.tile(np.arange(len(WAYS)) + 1, result.repeats)
        marks.append(Points(scale * scores.ravel(), place, MUTED, size=3, hollow=True, opacity=0.8))
    marks.append(
        Points(
            scale * means,
            np.arange(len(names)),
            styles=(POSITIVE, INK),
            style_of=np.minimum(np.arange(len(names)), 1),
            size=5.5,
            labels=tuple(shown(result, value) if np.isfinite(value) else "" for value in means),
            hover=tuple(f"{name}: {shown(result, value)}" for name, value in zip(names, means, strict=True)),
        )
    )
    low, high = _range(result, np.concatenate([scores.ravel(), ends, [plain.mean]]))
    listed = ", ".join(f"{name} {shown(result, float(value))}" for name, value in zip(names, means, strict=True))
    draws = f"ring: one of {result.repeats} repeats" if result.repeats > 1 else "no repeats"
    return Panel(
        "ways",
        "Three ways to one model" if known else "Ways to one model, to come",
        Axis(low, high, _unit(result, metric)),
        Axis(len(names) - 0.5, -0.5, ticks=tuple((float(place), name) for place, name in enumerate(names)), grid=True),
        tuple(marks),
        note=f"on {len(result.held_y)} rows put aside; {draws}",
        alt=f"Scores on the {len(result.held_y)} rows put aside: {listed}.",
        row=1,
        column=1,
        columns=2,
        labels=0,
    )
