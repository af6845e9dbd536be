"""The panel of what each fold is made of: its share of the rarest class, or the values it holds.

What the learner should see: plain folds of a sorted or lopsided table are made of other stuff than the table;
stratified ones are not. Of a rare class the rows are counted: a fold that holds none says nothing about it.
"""

from __future__ import annotations

import numpy as np

from engine.cross_validation.experiment import Result
from engine.cross_validation.scores import class_label, rarest_class
from engine.figures.board import Axis, Mark, Panel, Points, Rule, Segments
from engine.figures.cross_validation_folds import MOST_NAMED, fold_axis, row_ends, row_marks
from engine.figures.theme import INK, MUTED, NEGATIVE, Series


def balance_panel(result: Result, repeat: int, selected: int) -> Panel:
    """Return what each fold is made of: its share of the rarest class, or its values' mean and deviation."""
    marks = row_marks(result, selected)
    return _shares(result, repeat, marks) if result.classification else _values(result, repeat, marks)


def _shares(result: Result, repeat: int, marks: list[Mark]) -> Panel:
    rows = np.arange(result.folds)
    rarest = rarest_class(result)
    overall = 100 * float(np.mean(result.y == rarest))
    marks.append(Rule("x", overall, style=MUTED, label=f"all rows: {overall:.0f} %"))
    kinds: tuple[str, ...]
    if result.balance.shape[1] and repeat == 0:
        share = 100 * result.balance[:, :, rarest] / np.maximum(1, result.balance.sum(axis=2))
        kinds = ("plain", "stratified")
    else:
        own = [np.mean(result.y[result.fold[repeat] == fold] == rarest) for fold in rows]
        share, kinds = 100 * np.array([own]), (f"{result.config.splitter}",)
    apart = 0.14 if result.folds <= 5 else 0.22  # of a row; low rows need more of it
    for kind, values in zip(kinds, share, strict=True):
        used = kind == result.config.splitter
        marks.append(
            Points(
                values,
                rows + (0.0 if len(kinds) == 1 else apart if kind == "stratified" else -apart),
                INK if used else MUTED,
                size=4.5,
                hollow=kind == "plain",
                hover=tuple(f"fold {fold + 1}, {kind}: {value:.1f} %" for fold, value in enumerate(values)),
                reveal=rows,
            )
        )
    if result.folds <= MOST_NAMED:
        held = [result.y[result.fold[repeat] == fold] == rarest for fold in rows]
        marks += row_ends(
            tuple(f"{int(part.sum())} of {len(part)}" for part in held),
            tuple(INK if part.any() else NEGATIVE for part in held),
        )
    key = "○ plain ● stratified" if len(kinds) == 2 else "per fold"
    name = class_label(result, rarest)
    return Panel(
        "balance",
        "Balance",
        Axis(
            min(-0.04 * share.max(), -0.5), max(1.0, 1.12 * float(share.max()), 1.3 * overall), f"{name}, % of the fold"
        ),
        fold_axis(result),
        tuple(marks),
        note=key,
        alt=f"Share of {name} in each fold; {overall:.1f} % of all rows. "
        + "; ".join(
            f"{kind}: {values.min():.1f} to {values.max():.1f} %" for kind, values in zip(kinds, share, strict=True)
        ),
        column=2,
        labels=66 if result.folds <= MOST_NAMED else 0,
    )


def _values(result: Result, repeat: int, marks: list[Mark]) -> Panel:
    rows = np.arange(result.folds)
    parts = [result.y[result.fold[repeat] == fold].astype(float) for fold in rows]
    mean, deviation = (np.array([measure(part) for part in parts]) for measure in (np.mean, np.std))
    style: Series = MUTED
    return Panel(
        "balance",
        "Values held out",
        Axis(float(result.y.min()), float(result.y.max()), result.target_name),
        fold_axis(result),
        (
            *marks,
            Rule("x", float(result.y.mean()), style=MUTED, label="all rows"),
            Segments(mean - deviation, rows, mean + deviation, rows, style, width=3, opacity=0.6, reveal=rows),
            Points(mean, rows, INK, size=4.5, reveal=rows),
        ),
        note="mean ± deviation",
        alt=f"Mean of the values in each fold, from {mean.min():.3g} to {mean.max():.3g}.",
        column=2,
    )
