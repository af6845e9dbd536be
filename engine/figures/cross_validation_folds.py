"""Two panels whose rows are folds: which row of the table is in which fold, and what each fold is made of.

What the learner should see: blue is held out, gray is learned from, a shade a class. Plain folds of a sorted or
lopsided table are made of other stuff than the table; stratified ones are not.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.cross_validation.experiment import Result
from engine.figures.board import Axis, Cells, Mark, Panel, Points, Rectangles, Rule, Segments
from engine.figures.theme import ACCENT, INK, MUTED, POSITIVE, Series

ORDERS = ("by fold", "by class", "as in the file")
BINS = 5  # shades of a value
MOST_TICKS = 20
MOST_COUNTED = 4  # shades; with more of them most blocks are too narrow for a number
WIDE_ENOUGH = 0.028  # share of the columns that a count needs


def fold_axis(result: Result, *, grid: bool = False, names: bool = False) -> Axis:
    """Return the downward axis that all panels with a row a fold share; without `names` its ticks are only lines."""
    folds = result.folds
    every = -(-folds // MOST_TICKS)
    word = "Fold " if folds <= 12 else ""
    ticks = tuple((float(fold), f"{word}{fold + 1}" if names else "") for fold in range(0, folds, every))
    return Axis(folds - 0.5, -0.5, ticks=ticks, grid=grid)


def shades(result: Result) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return each row's shade, int (n,), and the shades' names: its class, or the fifth its value falls in."""
    if result.classification:
        return result.y.astype(int), result.class_names
    edges = np.quantile(result.y, np.linspace(0, 1, BINS + 1)[1:-1])
    return np.searchsorted(edges, result.y), tuple(f"fifth {number} of {BINS}" for number in range(1, BINS + 1))


def columns_in_order(result: Result, repeat: int, order: str) -> np.ndarray:
    """Return the rows of the table, int (n,), in the order in which they are drawn from left to right."""
    shade, _ = shades(result)
    rows = np.arange(len(result.y))
    if order == ORDERS[2]:
        return rows
    fold = result.fold[repeat].astype(int)
    if order == ORDERS[1]:
        return np.lexsort((rows, fold, shade))
    # A time series keeps its order: its folds are blocks of it.
    return rows if result.config.splitter == "time" else np.lexsort((rows, shade, fold))


def cells(result: Result, repeat: int, order: np.ndarray) -> np.ndarray:
    """Return int (k, n): the shade of a row that is learned from, plus C where it is held out, −1 where it is not used.

    Args:
        result: The run.
        repeat: Whose folds.
        order: Rows from left to right.
    """
    shade, names = shades(result)
    fold = result.fold[repeat].astype(int)[order]
    number = np.arange(result.folds)[:, None]
    index = np.where(fold == number, shade[order] + len(names), shade[order])
    if result.config.splitter == "time":
        index = np.where(fold > number, -1, index)  # what comes later is not known yet
    return index


def matrix_panel(result: Result, repeat: int, selected: int, order: str, name: str) -> Panel:
    """Return the panel of the folds; a click on a row sends its place."""
    places = columns_in_order(result, repeat, order)
    _, names = shades(result)
    index, count, rows = cells(result, repeat, places), len(names), len(result.y)
    opacity = np.linspace(1, 0.4, count) if count > 1 else np.ones(1)
    blocks = order == ORDERS[0] and result.folds <= 12
    marks: list[Mark] = [
        Cells(
            np.where(index < count, index, -1) if blocks else index,
            (*[MUTED] * count, *[POSITIVE] * count),
            (*(0.5 * opacity), *opacity),
            0,
            rows,
            -0.5,
            result.folds - 0.5,
            gap=6 if result.folds <= 12 else 2 if result.folds <= 40 else 0,
            hover=(*(f"learned from, {each}" for each in names), *(f"held out, {each}" for each in names)),
            reveal=np.arange(result.folds),
        )
    ]
    if blocks:
        marks.append(_blocks(index, names, opacity))
    marks.append(Segments([0], [selected - 0.42], [0], [selected + 0.42], ACCENT, width=4))
    held = int((result.fold[repeat] == selected).sum())
    return Panel(
        name,
        "Blue is held out",
        Axis(0, rows, f"{rows:,} rows, {ORDERS[2] if result.config.splitter == 'time' else order}", ticks=()),
        fold_axis(result, names=True),
        tuple(marks),
        note=_key(result, names),
        alt=f"{result.folds} folds of {rows} rows; fold {selected + 1} holds out {held}.",
        pick=True,
    )


def _key(result: Result, names: tuple[str, ...]) -> str:
    """Return what the shades mean, in a few words."""
    if not result.classification:
        return "strong: low value"
    short = [name if len(name) <= 12 else f"{name[:11]}…" for name in (names[0], names[-1])]
    return f"strong: {short[0]}, pale: {short[1]}" if len(names) == 2 else f"strong to pale: {short[0]} to {short[1]}"


def _blocks(index: np.ndarray, names: tuple[str, ...], opacity: np.ndarray) -> Rectangles:
    """Return the blocks held out, each with its number of rows."""
    rows = index.shape[1]
    found = [
        (start, end, fold, int(row[start]) - len(names))
        for fold, row in enumerate(index)
        for start, end in pairwise(np.flatnonzero(np.diff(row, prepend=-2, append=-2)).tolist())
        if row[start] >= len(names)
    ]
    x0, x1, fold, shade = np.array(found).T
    least = rows if len(names) > MOST_COUNTED else WIDE_ENOUGH * rows
    inset = 0.012 * len(index)  # about the gap between two rows of cells
    return Rectangles(
        x0,
        x1,
        fold - 0.5 + inset,
        fold + 0.5 - inset,
        POSITIVE,
        opacity=opacity[shade],
        labels=tuple(str(end - start) if end - start >= least else "" for start, end, *_ in found),
        hover=tuple(f"fold {place + 1} holds out {end - start} of {names[of]}" for start, end, place, of in found),
        reveal=fold,
    )


def balance_panel(result: Result, repeat: int, selected: int) -> Panel:
    """Return what each fold is made of: its share of the rarest class, or its values' mean and deviation."""
    strip = Rule("y", selected - 0.5, selected + 0.5, ACCENT, opacity=0.07)
    return _shares(result, repeat, strip) if result.classification else _values(result, repeat, strip)


def _shares(result: Result, repeat: int, strip: Rule) -> Panel:
    rows = np.arange(result.folds)
    rarest = int(np.bincount(result.y.astype(int), minlength=len(result.class_names)).argmin())
    overall = 100 * float(np.mean(result.y == rarest))
    marks: list[Mark] = [strip, Rule("x", overall, style=MUTED, label="all rows")]
    kinds: tuple[str, ...]
    if result.balance.shape[1] and repeat == 0:
        share = 100 * result.balance[:, :, rarest] / np.maximum(1, result.balance.sum(axis=2))
        kinds = ("plain", "stratified")
    else:
        own = [np.mean(result.y[result.fold[repeat] == fold] == rarest) for fold in rows]
        share, kinds = 100 * np.array([own]), (f"{result.config.splitter}",)
    for kind, values in zip(kinds, share, strict=True):
        used = kind == result.config.splitter
        marks.append(
            Points(
                values,
                rows + (0.0 if len(kinds) == 1 else 0.14 if kind == "stratified" else -0.14),
                INK if used else MUTED,
                size=4.5,
                hollow=kind == "plain",
                hover=tuple(f"fold {fold + 1}, {kind}: {value:.1f} %" for fold, value in enumerate(values)),
                reveal=rows,
            )
        )
    key = "○ plain ● stratified" if len(kinds) == 2 else "per fold"
    name = result.class_names[rarest]
    return Panel(
        "balance",
        "Balance",
        Axis(
            min(-0.04 * share.max(), -0.5), max(1.0, 1.12 * float(share.max()), 1.3 * overall), f"{name}: % of the fold"
        ),
        fold_axis(result, grid=True),
        tuple(marks),
        note=key,
        alt=f"Share of {name} in each fold; {overall:.1f} % of all rows. "
        + "; ".join(
            f"{kind}: {values.min():.1f} to {values.max():.1f} %" for kind, values in zip(kinds, share, strict=True)
        ),
        column=2,
    )


def _values(result: Result, repeat: int, strip: Rule) -> Panel:
    rows = np.arange(result.folds)
    parts = [result.y[result.fold[repeat] == fold].astype(float) for fold in rows]
    mean, deviation = (np.array([measure(part) for part in parts]) for measure in (np.mean, np.std))
    style: Series = MUTED
    return Panel(
        "balance",
        "Values held out",
        Axis(float(result.y.min()), float(result.y.max()), result.target_name),
        fold_axis(result, grid=True),
        (
            strip,
            Rule("x", float(result.y.mean()), style=MUTED, label="all rows"),
            Segments(mean - deviation, rows, mean + deviation, rows, style, width=3, opacity=0.6, reveal=rows),
            Points(mean, rows, INK, size=4.5, reveal=rows),
        ),
        note="mean ± deviation",
        alt=f"Mean of the values in each fold, from {mean.min():.3g} to {mean.max():.3g}.",
        column=2,
    )
