"""The panel of who is held out when, and what all panels with a row a fold share.

What the learner should see: blue is held out, gray is learned from, a shade a class (or, sorted by group, a writer).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.cross_validation.experiment import Result
from engine.cross_validation.scores import class_label, rarest_class
from engine.figures.board import Axis, Cells, Mark, Panel, Rectangles, Rule
from engine.figures.theme import ACCENT, INK, MUTED, POSITIVE, Series

ORDERS = ("by fold", "by class", "as in the file", "by group")
BINS = 5  # shades of a value
MOST_TICKS = 20
MOST_NAMED = 10  # folds; more of them keep their numbers to the pointer
MOST_COUNTED = 4  # shades; with more of them most blocks are too narrow for a number
WIDE_ENOUGH = 0.028  # share of the columns that a count needs


def fold_axis(result: Result, selected: int = -1, *, names: bool = False) -> Axis:
    """Return the downward axis that all panels with a row a fold share; one without `names` is lent them on a phone."""
    folds = result.folds
    every = -(-folds // MOST_TICKS)
    word = "Fold " if folds <= 12 else ""
    shown = [fold for fold in range(folds) if fold % every == 0]
    ticks = tuple((float(fold), f"{'→ ' if fold == selected else ''}{word}{fold + 1}") for fold in shown)
    return Axis(folds - 0.5, -0.5, ticks=ticks if names else ())


def row_marks(result: Result, selected: int) -> list[Mark]:
    """Return a hairline through each fold's row, and the pale strip across the selected one."""
    every = -(-result.folds // MOST_TICKS)
    lines = (Rule("y", float(fold), style=INK, opacity=0.12) for fold in range(0, result.folds, every))
    return [Rule("y", selected - 0.5, selected + 0.5, ACCENT, opacity=0.07), *lines]


def row_ends(texts: tuple[str, ...], styles: tuple[Series, ...]) -> list[Mark]:
    """Return one text at the right end of each fold's row, there from the fold's frame on.

    Args:
        texts: One a fold.
        styles: Their colours.
    """
    frames = np.arange(len(texts))
    return [
        Rule("y", np.where(frames >= fold, fold, np.nan), style=style, label=text, opacity=0, framed=True)
        for fold, (text, style) in enumerate(zip(texts, styles, strict=True))
    ]


def shades(result: Result) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return each row's shade, int (n,), and the shades' names: its class, or the fifth its value falls in."""
    if result.classification:
        return result.y.astype(int), tuple(class_label(result, number) for number in range(len(result.class_names)))
    edges = np.quantile(result.y, np.linspace(0, 1, BINS + 1)[1:-1])
    return np.searchsorted(edges, result.y), tuple(f"fifth {number} of {BINS}" for number in range(1, BINS + 1))


def known_order(result: Result, order: str) -> str:
    """Return how the columns are sorted: `order`, or by fold where the rows have no groups to sort by."""
    return ORDERS[0] if order == ORDERS[3] and not len(result.groups) else order


def columns_in_order(result: Result, repeat: int, order: str) -> np.ndarray:
    """Return the rows of the table, int (n,), in the order in which they are drawn from left to right."""
    shade, _ = shades(result)
    rows = np.arange(len(result.y))
    order = known_order(result, order)
    if order == ORDERS[2]:
        return rows
    fold = result.fold[repeat].astype(int)
    if order == ORDERS[3]:
        return np.lexsort((rows, fold, result.groups))
    if order == ORDERS[1]:
        return np.lexsort((rows, fold, shade))
    # A time series keeps its order: its folds are blocks of it.
    return rows if result.config.splitter == "time" else np.lexsort((rows, shade, fold))


def cells(
    result: Result, repeat: int, order: np.ndarray, shaded: tuple[np.ndarray, tuple[str, ...]] | None = None
) -> np.ndarray:
    """Return int (k, n): the shade of a row that is learned from, plus C where it is held out, −1 where it is not used.

    Args:
        result: The run.
        repeat: Whose folds.
        order: Rows from left to right.
        shaded: Other shades than those of `shades`, in the same form.
    """
    shade, names = shaded or shades(result)
    fold = result.fold[repeat].astype(int)[order]
    number = np.arange(result.folds)[:, None]
    index = np.where(fold == number, shade[order] + len(names), shade[order])
    if result.config.splitter == "time":
        index = np.where(fold > number, -1, index)  # what comes later is not known yet
    return index


def matrix_panel(result: Result, repeat: int, selected: int, order: str, name: str) -> Panel:
    """Return the panel of the folds; a click on a row sends its place."""
    order = known_order(result, order)
    places, shaded = columns_in_order(result, repeat, order), shades(result)
    if order == ORDERS[3]:
        # Neighbours differ in shade, whichever groups were put aside.
        shaded = np.unique(result.groups, return_inverse=True)[1] % 2, (f"a {result.group_name}",) * 2
    names = shaded[1]
    index, count, rows = cells(result, repeat, places, shaded), len(names), len(result.y)
    opacity = np.linspace(1, 0.4, count) if count > 1 else np.ones(1)
    blocks = order == ORDERS[0] and result.folds <= 12
    marks: list[Mark] = [
        # Lines in the gaps above and below the selected row: a tint would be taken for the blue of what is held out.
        *(Rule("y", selected + side, style=ACCENT, opacity=0.6) for side in (-0.5, 0.5) if result.folds <= MOST_TICKS),
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
        ),
    ]
    if blocks:
        marks.append(_blocks(result, index, names, opacity))
    held = int((result.fold[repeat] == selected).sum())
    return Panel(
        name,
        "Blue is held out",
        _columns_axis(result, places, order),
        fold_axis(result, selected, names=True),
        tuple(marks),
        note=f"shades alternate by {result.group_name}" if order == ORDERS[3] else _key(result, names),
        alt=f"{result.folds} folds of {rows} rows; fold {selected + 1} holds out {held}.",
        pick=True,
    )


def _columns_axis(result: Result, places: np.ndarray, order: str) -> Axis:
    """Return the axis of the table's rows; sorted by group, it names the groups where they are few."""
    rows = len(places)
    if order != ORDERS[3]:
        return Axis(0, rows, f"{rows:,} rows, {ORDERS[2] if result.config.splitter == 'time' else order}", ticks=())
    numbers, first, counts = np.unique(result.groups[places], return_index=True, return_counts=True)
    few = len(numbers) <= MOST_TICKS
    middles = first + counts / 2
    ticks = tuple((float(x), str(int(number) + 1)) for x, number in zip(middles, numbers, strict=True)) if few else ()
    return Axis(0, rows, f"{result.group_name}, {rows:,} rows", ticks=ticks)


def _key(result: Result, names: tuple[str, ...]) -> str:
    """Return what the shades mean, in a few words."""
    if not result.classification:
        return "strong: low value"
    short = [name if len(name) <= 12 else f"{name[:11]}…" for name in (names[0], names[-1])]
    first, last = (name.split(" ") for name in short)
    if len(first) == len(last) == 2 and first[0] == last[0]:
        short[1] = last[1]  # "cultivar 0 to 2"
    return f"strong: {short[0]}, pale: {short[1]}" if len(names) == 2 else f"strong to pale: {short[0]} to {short[1]}"


def _blocks(result: Result, index: np.ndarray, names: tuple[str, ...], opacity: np.ndarray) -> Rectangles:
    """Return the blocks held out, each with its number of rows where those of the rarest class have room for theirs."""
    rows = index.shape[1]
    found = [
        (start, end, fold, int(row[start]) - len(names))
        for fold, row in enumerate(index)
        for start, end in pairwise(np.flatnonzero(np.diff(row, prepend=-2, append=-2)).tolist())
        if row[start] >= len(names)
    ]
    x0, x1, fold, shade = np.array(found).T
    least = WIDE_ENOUGH * rows
    rare = int((shades(result)[0] == rarest_class(result)).sum()) if result.classification else rows
    if len(names) > MOST_COUNTED or rare / len(index) < least:
        least = rows + 1  # counts of the other classes alone would be taken for those of the rarest
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
