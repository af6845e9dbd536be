"""The numbers of one cell beside the picture: as they leave the network, in pixels, as classes, and as loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.figures.board import Axis, Mark, Panel, Readout, Rectangles, Texts
from engine.figures.theme import INK, MUTED, POSITIVE
from engine.inside_yolo.cells import CELL, LETTERS, NUMBERS, PARTS, box_of
from engine.inside_yolo.experiment import BOXES, UPLOAD, Result
from engine.inside_yolo.fitting import place_of
from engine.inside_yolo.view import Seen
from engine.yolo.compose import NAMES, SIDE
from engine.yolo.training import COORDINATES, EMPTY

CLASSES = "classes"


def signed(value: float) -> str:
    """Return a number with two decimals and a real minus sign."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")


def five(seen: Seen) -> Readout:
    """Return the five numbers of each box of the cell, raw and after the sigmoid."""
    raw = seen.raw[seen.row, seen.column]
    boxes = [box_of(seen.raw, seen.row, seen.column, box) for box in range(BOXES)]
    changed = {edit.number for edit in seen.edits if (edit.row, edit.column) == (seen.row, seen.column)}
    lines: list[Any] = [("", *(head for box in range(BOXES) for head in (f"box {box + 1}: t", "σ(t)")))]
    strong = []
    for place, letter in enumerate(LETTERS):
        own = [5 * box + place for box in range(BOXES)]
        values = [
            text
            for number, box in zip(own, boxes, strict=True)
            for text in (signed(raw[number]) + ("*" if number in changed else ""), f"{box.said[place]:.2f}")
        ]
        lines.append((letter, *values))
        if changed & set(own):
            strong.append(len(lines) - 1)
    best = int(seen.loss.responsible[seen.row, seen.column])
    note = "no centre here"
    if best >= 0:
        overlaps = seen.loss.overlap[seen.row, seen.column]
        lines.append(("IoU", *(text for value in overlaps for text in ("", f"{value:.2f}"))))
        note = f"box {best + 1} answers"
    elif not seen.things:
        note = "no truth is known"
    return Readout(
        "numbers",
        f"Cell: row {seen.row}, column {seen.column}",
        tuple(lines),
        note=note,
        strong=tuple(strong),
        column=1,
    )


def pixels(result: Result, seen: Seen) -> Readout:
    """Return the chosen box in pixels, each line with its numbers put in."""
    box = box_of(seen.raw, seen.row, seen.column, seen.box)
    x, y, wide, high, sure = box.said
    classes = seen.said.classes[0, seen.row, seen.column]
    likely = int(classes.argmax())
    lines: list[tuple[str, str]] = [
        ("across = (column + x) · cell", f"({seen.column} + {x:.2f}) · {CELL:.0f} = {box.center[0]:.1f}"),
        ("down = (row + y) · cell", f"({seen.row} + {y:.2f}) · {CELL:.0f} = {box.center[1]:.1f}"),
        ("wide = w · side", f"{wide:.2f} · {SIDE} = {box.size[0]:.1f}"),
        ("high = h · side", f"{high:.2f} · {SIDE} = {box.size[1]:.1f}"),
        (f"score = c · p({NAMES[likely]})", f"{sure:.2f} · {classes[likely]:.2f} = {sure * classes[likely]:.2f}"),
    ]
    note = f"{SIDE} × {SIDE}, cells of {CELL:.0f}, counted from 0"
    if len(result.inputs) > 1:
        place = place_of(result.width, result.height, seen.fit)
        left, top, right, bottom = place.outward(np.array([box.sides]))[0]
        note = f"in the original {_whole(left)}, {_whole(top)} to {_whole(right)}, {_whole(bottom)}"
    return Readout(
        "pixels",
        f"Box {seen.box + 1} in pixels",
        tuple(lines),
        note=note,
        row=3,
    )


def _whole(value: float) -> str:
    return f"{value:.0f}".replace("-", "\N{MINUS SIGN}")


def classes(seen: Seen) -> Panel:
    """Return the cell's class probabilities as bars; a click chooses whose number is moved."""
    values = seen.said.classes[0, seen.row, seen.column]
    logits = seen.raw[seen.row, seen.column, 5 * BOXES :]
    true = int(seen.wanted[seen.row, seen.column, 1]) if seen.wanted[seen.row, seen.column, 0] else -1
    rows = np.arange(len(NAMES), dtype=np.float32)
    changed = {edit.number for edit in seen.edits if (edit.row, edit.column) == (seen.row, seen.column)}
    told = [
        f"{value:.2f}{'*' if NUMBERS.index(NAMES[kind]) in changed else ''}{'  true' if kind == true else ''}"
        for kind, value in enumerate(values)
    ]
    marks: tuple[Mark, ...] = (
        Rectangles(np.zeros(len(NAMES)), values, rows - 0.36, rows + 0.36, POSITIVE, opacity=0.75),
        Texts(np.maximum(values, 0.0) + 0.03, rows, tuple(told), INK, align="left", size=12.5),
        # The whole row can be clicked, not only its bar.
        Rectangles(
            np.zeros(len(NAMES)),
            np.full(len(NAMES), 1.4),
            rows - 0.46,
            rows + 0.46,
            MUTED,
            opacity=0.0,
            hover=tuple(f"{name}: t = {signed(logit)}" for name, logit in zip(NAMES, logits, strict=True)),
            name=CLASSES,
            selected=seen.kind,
        ),
    )
    best = int(values.argmax())
    return Panel(
        CLASSES,
        "Class probabilities",
        Axis(0, 1.4, ticks=()),
        Axis(len(NAMES) - 0.5, -0.5, ticks=tuple((float(place), name) for place, name in enumerate(NAMES))),
        marks,
        note="softmax, one set a cell",
        alt=f"Probabilities of {len(NAMES)} classes for this cell; largest: {NAMES[best]}, {values[best]:.2f}.",
        row=1,
        column=1,
        high=330,
    )


def loss(result: Result, seen: Seen) -> Readout:
    """Return the parts of the loss: of this cell, and of the whole picture."""
    if result.config.source == UPLOAD:
        lines: tuple[Any, ...] = (("Without true boxes there is no loss.", "", ""),)
        return Readout("loss", "Loss", lines, note="your own picture", row=2, rows=2, column=1)
    own, total = seen.loss.parts[seen.row, seen.column], seen.loss.parts.sum(axis=(0, 1))
    words = {
        "xy": f"xy, place × {COORDINATES:g}",
        "wh": f"wh, size × {COORDINATES:g}",
        "object": "object, c to IoU",
        "no object": f"no object × {EMPTY:g}",
        "class": "class, −log p",
    }
    rows: list[Any] = [("", "this cell", "picture")]
    rows += [(words[part], _cost(own[place]), _cost(total[place])) for place, part in enumerate(PARTS)]
    rows.append(("sum", _cost(own.sum()), _cost(total.sum())))
    return Readout(
        "loss",
        "Loss",
        tuple(rows),
        note="weights included",
        strong=(len(rows) - 1,),
        row=2,
        rows=2,
        column=1,
    )


def _cost(value: float) -> str:
    return "0" if value == 0 else f"{value:.4f}" if value < 1 else f"{value:.3f}"
