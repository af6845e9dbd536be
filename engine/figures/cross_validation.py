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

from engine.cross_validation.experiment import Result
from engine.cross_validation.scores import METRICS, fold_scores, outlier
from engine.figures.board import Axis, Board, Line, Mark, Panel, Points, payload
from engine.figures.cross_validation_balance import balance_panel
from engine.figures.cross_validation_folds import matrix_panel
from engine.figures.cross_validation_scores import scores_panel, ways_panel
from engine.figures.theme import INK, MUTED

MOST_POINTS = 80  # of one curve
MATRIX = "folds"


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


def _why_chosen(result: Result, view: View) -> str:
    if view.fold == chosen_fold(result, view):
        return ", picked"
    scores = fold_scores(result, view.metric)[min(view.repeat, result.repeats - 1)]
    return ", farthest off" if outlier(scores) is not None else ""


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
    panels = [matrix_panel(result, repeat, fold, view.order, MATRIX), scores_panel(result, view.metric, repeat, fold)]
    if has_balance:
        panels.append(balance_panel(result, repeat, fold))
    panels += [_curves(result, repeat, fold, running, _why_chosen(result, view)), ways_panel(result, view.metric)]
    return payload(
        Board(
            tuple(panels),
            columns=(1.45, 1.1, 1.0),
            rows=(1.15, 1.0),
            frames=result.folds,
            unit="fold",
            revision=revision,
            running=running,
        )
    )


def _curves(result: Result, repeat: int, fold: int, running: bool, why: str) -> Panel:
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
                label=f"Fold {each + 1}" if chosen else "",
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
                labels=tuple("" if each == fold else f"Fold {each + 1}" for each in range(folds)) if folds <= 5 else (),
            )
        )
    known = curves[np.isfinite(curves) & (curves > 0)]
    low, high = (float(known.min()), float(np.quantile(known, 0.995))) if len(known) else (0.01, 1.0)
    ended = float(result.config.epochs if running else max(1, last))
    name = "log loss" if result.classification else "squared error"
    return Panel(
        "curves",
        "Held-out loss",
        Axis(0, ended, "epoch"),
        Axis(max(low * 0.8, high * 1e-4), high * 1.25, f"{name}, log scale", log=True),
        tuple(marks),
        note=f"fold {fold + 1}{why}; ring: weights kept",
        alt=f"Validation loss of {folds} folds over {last} epochs; fold {fold + 1} was best at epoch {best[fold]}.",
        row=1,
        labels=64,
        link="",
    )
