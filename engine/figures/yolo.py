"""The picture of a YOLO that learns: scenes with the boxes found at each moment, precision by class, and the loss.

What the learner should see: dotted, where the things are; solid, boxes that are right; dashed, boxes that are not.
Scrub, and boxes gather, settle and get their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.detection.metrics import Marked, match
from engine.figures.board import (
    Axis,
    Board,
    Heat,
    Line,
    Mark,
    Panel,
    Points,
    Rectangles,
    Rule,
    Segments,
    Texts,
    payload,
)
from engine.figures.theme import ACCENT, INK, MUTED, POSITIVE, SERIES, Series
from engine.yolo.compose import NAMES, SIDE
from engine.yolo.evaluation import RIGHT_FROM, SHOWN, truth, watched
from engine.yolo.experiment import KEPT_BOXES, SHIPPED, Result

# On the pictures, which are dark in both appearances.
BLACK, WHITE = Series("#000000", "#000000"), Series("#FFFFFF", "#FFFFFF")
TRUE = Series("#C9D3DE", "#C9D3DE", (1.5, 3))
RIGHT, WRONG = Series("#22C398", "#22C398"), Series("#FF8A3D", "#FF8A3D", (5, 3))
CONFIDENT = Series("#F0B02E", "#F0B02E")
PART_STYLES = (SERIES["momentum"], SERIES["rmsprop"], SERIES["adadelta"], SERIES["adam"])
PART_LABELS = ("Box", "Object", "Empty", "Class")
LOOKS = ("boxes", "confidence")
PICTURES = 4
MOMENT = "moment"


@dataclass(frozen=True)
class View:
    """What of a result is drawn.

    Attributes:
        score: Least score of the boxes drawn.
        look: Boxes only, or the confidence of every cell too.
        page: Which pictures: 0 the first four, 1 the others.
        dark: Whether they stand on the dark page.
        chosen: Moment of the shipped run that the next training starts from, with a ring; −1 for none.
    """

    score: float = 0.25
    look: str = LOOKS[0]
    page: int = 0
    dark: bool = False
    chosen: int = -1


def board(result: Result, view: View, revision: str, running: bool = False) -> Mapping[str, Any]:
    """Return what the stage draws: a frame for each moment at which the network was looked at."""
    first = PICTURES * (view.page % (SHOWN // PICTURES))
    panels = [_picture(result, view, first + place, place) for place in range(PICTURES)]
    panels += [_precision(result, view), _loss(result), _classes(result)]
    return payload(
        Board(
            tuple(panels),
            columns=(1.0, 1.0, 1.0, 0.62),
            rows=(1.0, 1.0),
            frames=len(result.step),
            unit="moment",
            revision=revision,
            running=running,
        )
    )


def right(found: Marked, picture: int) -> np.ndarray:
    """Return which boxes found in a watched scene are right, bool (N,)."""
    return np.asarray(match(found, truth(watched())[picture], RIGHT_FROM) >= 0)


def _picture(result: Result, view: View, number: int, place: int) -> Panel:
    scenes = watched()
    edge = (0.5, SIDE - 0.5)
    pixels = scenes.pictures[number].astype(np.float32) / 255
    # A map runs from the page's background to its colour: from white to black, or from nearly black to white.
    shade = Heat(pixels, *edge, *edge, 0, 1, WHITE, strength=1, hover="brightness")
    marks: list[Mark] = [shade if view.dark else replace(shade, values=1 - pixels, style=BLACK, hover="darkness")]
    if view.look == "confidence":
        marks.append(_confidence(result, number))
    there = scenes.kinds[number] >= 0
    marks.append(Segments(*outlines(scenes.boxes[number, there]), TRUE, width=1.4))
    marks += _found(result, view, number)
    last = result.found(len(result.step) - 1, number, view.score)
    names = ", ".join(NAMES[kind] for kind in scenes.kinds[number, there])
    return Panel(
        f"picture {place}",
        f"Scene {number + 1}",
        Axis(0, SIDE, ticks=()),
        Axis(SIDE, 0, ticks=()),
        tuple(marks),
        note=f"{int(there.sum())} things" if place else "solid: right; dashed: wrong",
        alt=f"Scene with {names}. At the last moment {len(last.boxes)} boxes with a score from {view.score:.2f}, "
        f"{int(right(last, number).sum())} of them right.",
        row=place // 2,
        column=place % 2,
        square=True,
        high=330,
    )


def _confidence(result: Result, number: int) -> Rectangles:
    """Return the grid's cells, each as strong as its most confident box."""
    grid = result.config.grid
    values = result.confidence[:, number].reshape(len(result.step), -1)
    row, column = np.divmod(np.arange(grid * grid), grid)
    left, top = (np.broadcast_to(place * (SIDE / grid), values.shape) for place in (column, row))
    return Rectangles(
        left,
        left + SIDE / grid,
        top,
        top + SIDE / grid,
        CONFIDENT,
        opacity=0.7 * np.clip(values, 0, 1).astype(np.float32),
        gap=1.0,
        hover=tuple(f"cell {r + 1}, {c + 1}" for r, c in zip(row, column, strict=True)),
        framed=True,
    )


def outlines(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return x0, y0, x1, y1 of the four sides of boxes (..., N, 4), each (..., 4 N)."""
    left, top, right_side, bottom = np.moveaxis(boxes, -1, 0)
    ends = ((left, right_side, right_side, left), (top, top, bottom, bottom))
    x, y = (np.stack(corners, axis=-1) for corners in ends)
    shape = (*boxes.shape[:-2], -1)
    return (
        x.reshape(shape),
        y.reshape(shape),
        np.roll(x, -1, axis=-1).reshape(shape),
        np.roll(y, -1, axis=-1).reshape(shape),
    )


def _found(result: Result, view: View, number: int) -> list[Mark]:
    """Return the outlines of the found boxes and a tag with class and score at each, moment by moment."""
    count = len(result.step)
    boxes = np.full((count, KEPT_BOXES, 4), np.nan, np.float32)
    wrong = np.zeros((count, KEPT_BOXES), np.int32)
    labels: list[Any] = []
    for place in range(count):
        found = result.found(place, number, view.score)
        size = len(found.boxes)
        # The best last, so that it is on top.
        boxes[place, :size] = found.boxes[::-1]
        wrong[place, :size] = ~right(found, number)[::-1]
        told = [
            f"{NAMES[kind]} {score:.2f}".replace(" 0.", " .")
            for kind, score in zip(found.kind, found.score, strict=True)
        ]
        labels.append((*reversed(told), *[""] * (KEPT_BOXES - size)))
    styles = (RIGHT, WRONG)
    wide = np.array([[3.6 * len(label) + 4 for label in row] for row in labels], np.float32)
    x0 = np.clip(boxes[..., 0], 0, SIDE - wide)
    top = np.clip(boxes[..., 1] - 7.5, 0, SIDE)
    return [
        Segments(*outlines(boxes), styles=styles, style_of=np.repeat(wrong, 4, axis=1), width=2.2, framed=True),
        Rectangles(
            x0,
            x0 + wide,
            top,
            top + 7.5,
            styles=styles,
            style_of=wrong,
            labels=tuple(labels),
            framed=True,
            opacity=0.92,
        ),
    ]


def _along(result: Result) -> tuple[np.ndarray, Axis]:
    """Return where each moment lies on the axis of steps, and the axis: logarithmic for the long run."""
    last = max(int(result.step[-1]), int(result.part_step[-1]) if len(result.part_step) else 0)
    first = int(result.step[0])
    if last - first <= 700:
        return result.step.astype(np.float32), Axis(first, max(last, first + 1), "step")
    ticks = tuple((float(tick), f"{tick:,}".replace(",", "\u2009")) for tick in (100, 1000, 10000) if tick < last)
    return np.maximum(result.step, 25).astype(np.float32), Axis(25, last, "step, log scale", log=True, ticks=ticks)


def _precision(result: Result, view: View) -> Panel:
    x, axis = _along(result)
    mean = result.mean_precision
    reveal = np.arange(len(x))
    marks: tuple[Mark, ...] = (
        Rule("x", x, style=ACCENT, framed=True),
        Line(x, mean, INK, emphasis=2, reveal=reveal, hover="mAP"),
        Points(
            x,
            mean,
            INK,
            size=4.5,
            hover=tuple(f"step {step}: mAP {value:.3f}" for step, value in zip(result.step, mean, strict=True)),
            name=MOMENT,
            selected=view.chosen if result.config.start == SHIPPED and result.config.steps == 0 else -1,
        ),
    )
    return Panel(
        "precision",
        "mAP at IoU 0.5",
        axis,
        Axis(0, 1, grid=True),
        marks,
        note="120 unseen scenes",
        alt=f"mAP from {mean[0]:.2f} at step {result.step[0]} to {mean[-1]:.2f} at step {result.step[-1]}.",
        column=2,
        link="steps",
    )


def _loss(result: Result) -> Panel:
    x, axis = _along(result)
    inside = result.part_step >= axis.low
    steps, parts = result.part_step[inside], result.parts[inside]
    if len(steps) > 160:
        chosen = np.unique(np.geomspace(1, len(steps), 160).astype(int) - 1)
        steps, parts = steps[chosen], parts[chosen]
    reveal = np.searchsorted(result.step, steps)
    marks: list[Mark] = [Rule("x", x, style=ACCENT, framed=True)]
    marks += [
        Line(steps, parts[:, part], PART_STYLES[part], PART_LABELS[part], reveal=np.minimum(reveal, len(x) - 1))
        for part in range(len(PART_LABELS))
    ]
    known = parts[np.isfinite(parts) & (parts > 0)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.1, 10.0)
    ended = (
        ""
        if not len(parts)
        else ", ".join(f"{name} {value:.3f}" for name, value in zip(PART_LABELS, parts[-1], strict=True))
    )
    return Panel(
        "loss",
        "Parts of the loss",
        axis,
        Axis(max(low * 0.8, 1e-4), high * 1.25, log=True),
        tuple(marks),
        note="a picture, log scale",
        alt=f"Four parts of the training loss; at the end: {ended}.",
        row=1,
        column=2,
        labels=56,
        link="steps",
    )


def _classes(result: Result) -> Panel:
    order = np.argsort(-result.precision[-1], kind="stable")
    values = np.nan_to_num(result.precision[:, order])
    rows = np.broadcast_to(np.arange(len(order), dtype=np.float32), values.shape)
    written: Any = tuple(tuple(f"{value:.2f}" for value in row) for row in values)
    worst, best = NAMES[order[-1]], NAMES[order[0]]
    marks: tuple[Mark, ...] = (
        Rectangles(
            np.zeros_like(values),
            values,
            rows - 0.36,
            rows + 0.36,
            POSITIVE,
            opacity=0.75,
            hover=tuple(NAMES[kind] for kind in order),
            framed=True,
        ),
        Texts(np.full(len(order), 1.05), np.arange(len(order)), written, MUTED, align="left", framed=True),
    )
    return Panel(
        "classes",
        "By class",
        Axis(0, 1.5, "average precision", ticks=((0.0, "0"), (0.5, "0.5"), (1.0, "1"))),
        Axis(len(order) - 0.5, -0.5, ticks=tuple((float(row), NAMES[kind]) for row, kind in enumerate(order))),
        marks,
        alt=f"Average precision by class at the last moment: best {best} with {values[-1, 0]:.2f}, worst {worst} with "
        f"{values[-1, -1]:.2f}.",
        column=3,
        rows=2,
        high=380,
    )
