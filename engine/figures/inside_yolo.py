"""The picture of one raw tensor: the input under its grid, a layer of what the cells say, and one cell's numbers.

What the learner should see: the cell in which a thing is centred speaks for it, all the others stay silent; five
numbers become a box by two lines of arithmetic, which stand beside the picture with the numbers put in.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from engine.figures import inside_yolo_numbers as numbers
from engine.figures.board import Axis, Board, Image, Mark, Panel, Points, Rectangles, Segments, Texts, payload
from engine.figures.packing import picture_address
from engine.figures.theme import INK, SERIES, Series
from engine.figures.yolo import BLACK, CONFIDENT, RIGHT, TRUE, WHITE, WRONG, outlines
from engine.inside_yolo.cells import CELL, LETTERS, PARTS, box_of
from engine.inside_yolo.experiment import BOXES, GRID, UPLOAD, Result
from engine.inside_yolo.fitting import STRETCH
from engine.inside_yolo.view import ALL, CLASSES, CONFIDENCE, FOUND, LOSS, Seen, View
from engine.yolo.compose import NAMES, SIDE

INPUT, CELLS = "input", "cell"
# The picture is dark in both appearances.
LOOKED = Series(SERIES["adagrad"].dark, SERIES["adagrad"].dark)
OTHER = Series(SERIES["adagrad"].dark, SERIES["adagrad"].dark, (4, 3))
COSTLY = Series(SERIES["adam"].dark, SERIES["adam"].dark)
KINDS = tuple(Series(style.light, style.light) for style in (*SERIES.values(), CONFIDENT))[: len(NAMES)]
OUTPUTS = f"{GRID}·{GRID}·({BOXES}·{len(LETTERS)} + {len(NAMES)})"
LEAST_WRITTEN = 0.05  # smaller confidences and losses are not written into their cells


def outputs() -> int:
    """Return how many numbers leave the network."""
    return GRID * GRID * (BOXES * len(LETTERS) + len(NAMES))


def board(result: Result, view: View, seen: Seen, revision: str) -> Mapping[str, Any]:
    """Return what the stage draws: the picture, and the numbers of one cell beside it."""
    panels = (
        _input(result, view, seen),
        numbers.pixels(result, seen),
        numbers.five(seen),
        numbers.classes(seen),
        numbers.loss(result, seen),
    )
    return payload(Board(panels, columns=(1.0, 0.62), rows=(0.275, 0.41, 0.085, 0.23), revision=revision))


@lru_cache(maxsize=64)
def _address(content: bytes) -> str:
    return picture_address(np.frombuffer(content, np.uint8).reshape(SIDE, SIDE))


def _input(result: Result, view: View, seen: Seen) -> Panel:
    marks: list[Mark] = [Image((_address(seen.truth.pictures[0].tobytes()),), 0, SIDE, 0, SIDE)]
    marks += _layer(view.layer, seen)
    lines = np.arange(1, GRID) * CELL
    none, full = np.zeros(GRID - 1), np.full(GRID - 1, SIDE)
    x0, y0 = np.concatenate([lines, none]), np.concatenate([none, lines])
    x1, y1 = np.concatenate([lines, full]), np.concatenate([full, lines])
    marks.append(Segments(x0, y0, x1, y1, WHITE, width=1.0, opacity=0.28))
    marks += _truth(seen)
    marks += _looked_at(seen)
    if view.layer == FOUND:  # its words lie above all lines
        marks += _found(seen)
    marks.append(_cells(seen))
    square = len(result.inputs) == 1
    return Panel(
        INPUT,
        "The input" if square else "Stretched to fit" if seen.fit == STRETCH else "Bars beside it",
        Axis(0, SIDE, ticks=()),
        Axis(SIDE, 0, ticks=()),
        tuple(marks),
        note=f"{OUTPUTS} = {outputs():,} numbers, {GRID * GRID * BOXES} boxes".replace(",", "\u2009", 1),
        alt=_alt(result, view, seen),
        rows=3,
        square=True,
        high=370,
    )


def _alt(result: Result, view: View, seen: Seen) -> str:
    named = ", ".join(NAMES[kind] for kind in result.kinds)
    there = "Your own picture" if result.config.source == UPLOAD else f"A scene with {named}"
    sure = int((seen.said.confidence[0].max(axis=-1) >= 0.5).sum())
    return (
        f"{there}, under a grid of {GRID} × {GRID} cells; layer: {view.layer}. {sure} cells state a confidence of 0.5 "
        f"or more, {len(seen.found.boxes)} boxes are found. Looked into: row {seen.row}, column {seen.column}."
    )


def _corners() -> tuple[np.ndarray, np.ndarray]:
    """Return left and top of every cell, row by row."""
    row, column = np.divmod(np.arange(GRID * GRID), GRID)
    return column * CELL, row * CELL


def _filled(style: Series, opacity: np.ndarray) -> Rectangles:
    left, top = _corners()
    return Rectangles(left, left + CELL, top, top + CELL, style, opacity=opacity.ravel(), gap=0.5)


def _written(values: np.ndarray, least: float) -> Rectangles:
    """Write the larger of the cells' values into their upper left corners."""
    left, top = _corners()
    flat = values.ravel()
    shown = np.flatnonzero(flat >= least)
    told = tuple(f"{flat[place]:.2f}".removeprefix("0") for place in shown)
    x, y = left[shown], top[shown]
    return Rectangles(x, x + 9.5, y, y + 4.8, BLACK, opacity=0.86, labels=told)


def _layer(layer: str, seen: Seen) -> list[Mark]:
    """Return what is drawn over the picture."""
    said = seen.said
    if layer == CONFIDENCE:
        best = said.confidence[0].max(axis=-1)
        return [_filled(CONFIDENT, 0.75 * best), _written(best, LEAST_WRITTEN)]
    if layer == CLASSES:
        return _named(said.classes[0])
    if layer == ALL:
        confidence = said.confidence[0].ravel()
        order = np.argsort(confidence, kind="stable")
        sides = outlines(said.boxes[0].reshape(-1, 4)[order])
        sure = np.repeat(confidence[order], 4)
        return [Segments(*sides, CONFIDENT, width=0.5 + 3.6 * sure, opacity=0.22 + 0.78 * sure)]
    if layer == LOSS:
        cost = seen.loss.parts.sum(axis=-1)
        return [_filled(COSTLY, 0.75 * np.sqrt(cost / max(cost.max(), 1e-9))), _written(cost, LEAST_WRITTEN)]
    return []


def _named(classes: np.ndarray) -> list[Mark]:
    """Return the cells in the colours of their likeliest class, with its name."""
    left, top = _corners()
    best, sure = classes.argmax(axis=-1).ravel(), classes.max(axis=-1).ravel()
    return [
        Rectangles(left, left + CELL, top, top + CELL, styles=KINDS, style_of=best, opacity=0.25 + 0.6 * sure, gap=0.5),
        Texts(left + CELL / 2, top + CELL / 2, tuple(NAMES[kind] for kind in best), INK, size=11),
    ]


def _found(seen: Seen) -> list[Mark]:
    """Return the boxes that stay, the best on top, each with its class and score."""
    boxes, wrong = seen.found.boxes[::-1], (~seen.right[::-1]).astype(np.int32)
    if not seen.things:
        wrong = np.zeros(len(boxes), np.int32)  # without truth nothing is right or wrong
    told = tuple(
        f"{NAMES[kind]} {score:.2f}".replace(" 0.", " .")
        for kind, score in zip(seen.found.kind[::-1], seen.found.score[::-1], strict=True)
    )
    wide = np.array([2.3 * len(label) + 3 for label in told], np.float32)
    left = np.clip(boxes[:, 0], 0, SIDE - wide)
    top = np.clip(boxes[:, 1] - 5, 0, SIDE)
    styles = (RIGHT, WRONG)
    return [
        Segments(*outlines(boxes), styles=styles, style_of=np.repeat(wrong, 4), width=2.2),
        Rectangles(left, left + wide, top, top + 5, styles=styles, style_of=wrong, labels=told, opacity=0.92),
    ]


def _truth(seen: Seen) -> list[Mark]:
    """Return the true boxes, dotted, with a mark at each centre: its cell answers for it."""
    if not seen.things:
        return []
    boxes = seen.truth.boxes[0]
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    return [
        Segments(*outlines(boxes), TRUE, width=1.4),
        Points(middle[:, 0], middle[:, 1], TRUE, size=3),
    ]


def _looked_at(seen: Seen) -> list[Mark]:
    """Return the boxes of the cell looked into; the chosen one is solid and strong."""
    marks: list[Mark] = []
    for box in sorted(range(BOXES), key=lambda one: one == seen.box):
        own = box_of(seen.raw, seen.row, seen.column, box)
        chosen = box == seen.box
        sides = np.array([own.sides], np.float32)
        marks.append(Segments(*outlines(sides), LOOKED if chosen else OTHER, width=3.0 if chosen else 1.5))
        if chosen:
            marks.append(Points([own.center[0]], [own.center[1]], LOOKED, size=4.5))
    return marks


def _cells(seen: Seen) -> Rectangles:
    """Return the cells to point at and to click."""
    left, top = _corners()
    confidence, classes = seen.said.confidence[0], seen.said.classes[0]
    told = []
    for place in range(GRID * GRID):
        row, column = divmod(place, GRID)
        likely = int(classes[row, column].argmax())
        duty = f", answers for the {NAMES[int(seen.wanted[row, column, 1])]}" if seen.wanted[row, column, 0] else ""
        told.append(
            f"row {row}, column {column}{duty}: confidence {confidence[row, column].max():.2f}, if anything "
            f"{NAMES[likely]} ({classes[row, column, likely]:.2f}), loss {seen.loss.parts[row, column].sum():.2f}"
        )
    return Rectangles(
        left,
        left + CELL,
        top,
        top + CELL,
        WHITE,
        opacity=0.0,
        hover=tuple(told),
        name=CELLS,
        selected=seen.row * GRID + seen.column,
    )


__all__ = ["CELLS", "INPUT", "PARTS", "board", "outputs"]
