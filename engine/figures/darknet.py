"""The picture of an imported network: its layers as blocks, what each costs below, and the photograph with its boxes.

What the learner should see: the map shrinks while the channels grow, and so most numbers sit in a late layer or two,
while the work is spread over all of them. A click on a block tells its lines of the .cfg.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from engine.darknet.experiment import Result
from engine.darknet.layers import PICTURE
from engine.darknet.story import large, share, thousands
from engine.darknet.view import MOST_BOXES, View, kept, name, passed
from engine.figures import board_marks
from engine.figures.board import Axis, Board, Line, Mark, Panel, Readout, Rectangles, Texts, payload
from engine.figures.packing import picture_address
from engine.figures.theme import CATEGORICAL, MUTED, NEGATIVE, POSITIVE, Series

NET, COSTS, PHOTO, LAYER, KINDS, WAY = "net", "costs", "photo", "layer", "kinds", "way"
# Middle and height of the blocks in shares of the panel's height: with and without room for curves above them.
BELOW_CURVES, ALONE = (0.44, 0.64), (0.55, 0.84)
MOST_NUMBERED = 40
LONGEST_SIDE = 640  # of the photograph on the board, in pixels
BOX = Series("#B07000", "#F0B02E", width=2.0)


def _block(number: int) -> Series:
    """Return one of the series' colours as it looks on a block: no dash."""
    return dataclasses.replace(CATEGORICAL[number], dash=(), marker="square", width=6.0)


STYLES = {
    "convolutional": _block(0),
    "connected": _block(3),
    "maxpool": _block(1),
    "avgpool": _block(1),
    "route": _block(2),
    "shortcut": _block(2),
    "upsample": _block(5),
    "reorg": _block(5),
    "region": _block(4),
    "yolo": _block(4),
    "detection": _block(4),
}
PLAIN = {
    "convolutional": "convolution",
    "connected": "dense",
    "maxpool": "max pooling",
    "avgpool": "mean pooling",
    "region": "boxes (region)",
    "yolo": "boxes (yolo)",
    "detection": "boxes (detection)",
}


def chosen_layer(result: Result, view: View) -> int:
    """Return the layer looked at."""
    return min(view.layer, len(result.kinds) - 1)


def board(result: Result, view: View, jpeg: bytes, credit: str, revision: str = "") -> Mapping[str, Any]:
    """Return the stage's payload.

    Args:
        result: A run.
        view: Thresholds, and the layer looked at.
        jpeg: The photograph.
        credit: Whose it is.
        revision: Changes with the result.
    """
    left, right = places(result)
    layer = chosen_layer(result, view)
    return payload(
        Board(
            (
                _net(result, left, right, layer),
                _costs(result, left, right),
                _photo(result, view, jpeg, credit),
                _layer(result, layer),
                _kinds(result),
                _way(result, view),
            ),
            columns=(1.15, 1.1, 0.9),
            rows=(1.0, 0.72, 0.8, 0.95),
            revision=revision,
        )
    )


def places(result: Result) -> tuple[np.ndarray, np.ndarray]:
    """Return where each block begins and ends across, (L,) each: wider with more channels."""
    wide = 2 + np.log2(np.maximum(1, result.shapes[:, 2]))
    gap = 0.22 * wide.mean()
    ends = np.cumsum(wide + gap)
    total = ends[-1] - gap
    return (ends - wide - gap) / total, (ends - gap) / total


def _jumps(result: Result) -> list[tuple[int, int]]:
    """Return the pairs of a layer and one it reads that is not the one before it."""
    return [
        (source, number)
        for number, sources in enumerate(result.sources)
        for source in sources
        if source not in (PICTURE, number - 1)
    ]


def _heights(result: Result) -> tuple[float, np.ndarray]:
    """Return the middle and the height of each block: the root of its rows, so that small maps can still be seen."""
    middle, tallest = BELOW_CURVES if _jumps(result) else ALONE
    return middle, np.maximum(
        0.09, tallest * np.sqrt(result.shapes[:, 0] / max(1, result.shapes[:, 0].max(), result.input[0]))
    )


def _size(shape: np.ndarray) -> str:
    return " × ".join(str(int(side)) for side in shape)


def _net(result: Result, left: np.ndarray, right: np.ndarray, layer: int) -> Panel:
    centre, tall = _heights(result)
    kinds = list(dict.fromkeys(result.kinds))
    hover = tuple(
        f"layer {number}, {PLAIN.get(kind, kind)}: {_size(result.shapes[number])}"
        for number, kind in enumerate(result.kinds)
    )
    marks: list[Mark] = [
        Rectangles(
            left,
            right,
            centre - tall / 2,
            centre + tall / 2,
            styles=tuple(STYLES.get(kind, MUTED) for kind in kinds),
            style_of=np.array([kinds.index(kind) for kind in result.kinds]),
            opacity=0.85,
            hover=hover,
            labels=tuple(str(int(shape[2])) for shape in result.shapes),
            name="layer",
            selected=layer,
        )
    ]
    if len(left) <= MOST_NUMBERED:
        numbers = tuple(str(number) for number in range(len(left)))
        marks.append(Texts((left + right) / 2, np.full(len(left), 0.04), numbers, MUTED, size=11))
    marks += _arcs(result, left, right, centre, tall)
    return Panel(
        NET,
        "The network",
        Axis(0, 1, ticks=()),
        Axis(0, 1, ticks=()),
        tuple(marks),
        note="height: size of the map · width and number: channels",
        alt=f"{len(left)} layers, from a picture of {_size(result.input)} to {_size(result.shapes[-1])}.",
        columns=3,
        high=240,
    )


def _arcs(result: Result, left: np.ndarray, right: np.ndarray, centre: float, tall: np.ndarray) -> list[Mark]:
    """Return a curve for each layer that is read by one that does not follow it."""
    found: list[Mark] = []
    turn = np.linspace(0, np.pi, 25)
    for source, number in _jumps(result):
        start, end = ((left[one] + right[one]) / 2 for one in (source, number))
        low = centre + max(tall[source], tall[number]) / 2
        top = 0.97 - low
        x = start + (end - start) * (1 - np.cos(turn)) / 2
        ramp = np.linspace(tall[source], tall[number], len(turn)) / 2 + centre
        y = ramp + (low + min(top, 0.06 + 0.9 * (end - start)) - ramp) * np.sin(turn)
        found.append(Line(x, y, CATEGORICAL[2], hover=f"layer {number} reads layer {source}"))
    return found


def _costs(result: Result, left: np.ndarray, right: np.ndarray) -> Panel:
    count = len(left)
    numbers = np.array([share(result.parameters, number) for number in range(count)])
    work = np.array([share(result.operations, number) for number in range(count)])
    high = 1.4 * max(10.0, float(numbers.max()))
    low = max(1.6 * float(work.max()), 0.45 * high)
    lift = 0.09 * (high + low)
    middle = (left + right) / 2
    loud = numbers >= 8
    busy = work >= 8
    marks: tuple[Mark, ...] = (
        Rectangles(
            left,
            right,
            np.zeros(count),
            numbers,
            POSITIVE,
            hover=tuple(f"layer {one}: {thousands(int(result.parameters[one]))} parameters" for one in range(count)),
            name="layer",
        ),
        Rectangles(
            left,
            right,
            np.zeros(count),
            -work,
            NEGATIVE,
            hover=tuple(f"layer {one}: {large(int(result.operations[one]))} multiply-adds" for one in range(count)),
            name="layer",
        ),
        Texts(middle[loud], numbers[loud] + lift, tuple(f"{one:.0f} %" for one in numbers[loud]), size=12),
        Texts(middle[busy], -work[busy] - lift, tuple(f"{one:.0f} %" for one in work[busy]), size=12),
        Texts((1.0, 1.0), (0.8 * high, -0.8 * low), ("parameters", "multiply-adds"), MUTED, "right", 12),
    )
    heavy, hard = int(numbers.argmax()), int(work.argmax())
    return Panel(
        COSTS,
        "What each layer costs",
        Axis(0, 1, ticks=()),
        Axis(-low, high, ticks=()),
        marks,
        note=f"{large(int(result.parameters.sum()))} parameters · {large(int(result.operations.sum()))} multiply-adds",
        alt=f"Layer {heavy} has {numbers[heavy]:.0f} % of the parameters, layer {hard} {work[hard]:.0f} % of the work.",
        row=1,
        columns=3,
        high=190,
    )


def _photo(result: Result, view: View, jpeg: bytes, credit: str) -> Panel:
    width, height = float(result.width), float(result.height)
    marks: list[Mark] = [board_marks.Image((_address(jpeg),), 0, width, 0, height)]
    stay = kept(result, view)
    words = tuple(f"{name(result, number)} {result.score[number]:.2f}" for number in stay)
    for number in stay[::-1]:
        x0, y0, x1, y1 = (float(side) for side in result.boxes[number])
        marks.append(Line((x0, x1, x1, x0, x0), (y0, y0, y1, y1, y0), BOX))
    if len(stay):
        boxes = result.boxes[stay].astype(np.float64)
        marks.append(Rectangles(boxes[:, 0], boxes[:, 2], boxes[:, 1], boxes[:, 3], BOX, opacity=0.03, hover=words))
    few = stay if len(stay) <= 6 else stay[:1]  # names on top of each other cannot be read
    if len(few):
        boxes = result.boxes[few].astype(np.float64)
        wide, high = 0.30 * max(width, height), 0.065 * max(width, height)
        top = np.where(boxes[:, 1] > high, boxes[:, 1] - high, boxes[:, 1])
        start = np.minimum(boxes[:, 0], width - wide)
        marks.append(Rectangles(start, start + wide, top, top + high, BOX, labels=words[: len(few)]))
    noun = "box" if len(stay) == 1 else "boxes"
    return Panel(
        PHOTO,
        f"{len(stay)} {noun}" if result.classes else "No boxes in it",
        Axis(0, width, ticks=()),
        Axis(height, 0, ticks=()),
        tuple(marks),
        note=credit,
        alt=f"The photograph with {len(stay)} {noun}{': ' if len(stay) else ''}{', '.join(words[:6])}.",
        row=2,
        rows=2,
        square=True,
        high=320,
    )


@lru_cache(maxsize=16)
def _address(jpeg: bytes) -> str:
    """Return the smaller photograph as a data address."""
    image = Image.open(io.BytesIO(jpeg)).convert("RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture_address(np.asarray(image), 80)


def _layer(result: Result, layer: int) -> Readout:
    reads = ", ".join("the picture" if one == PICTURE else f"layer {one}" for one in result.sources[layer])
    options = [line.strip() for line in result.texts[layer].splitlines()[1:] if line.strip()]
    options = _joined([line if len(line) <= 34 else f"{line[:33]}…" for line in options if line[0] not in "#;"])
    lines: list[tuple[str, str]] = [
        ("kind", PLAIN.get(result.kinds[layer], result.kinds[layer])),
        ("reads", reads),
        ("gives", _size(result.shapes[layer])),
    ]
    if result.parameters[layer]:
        lines += [
            (
                "parameters",
                f"{thousands(int(result.parameters[layer]))} ({share(result.parameters, layer):.0f} %)",
            ),
            ("multiply-adds", f"{large(int(result.operations[layer]))} ({share(result.operations, layer):.0f} %)"),
        ]
    lines += [(f"line {result.lines[layer]}" if not place else "", line) for place, line in enumerate(options[:6])]
    return Readout(LAYER, f"Layer {layer}", tuple(lines), strong=(0,), row=2, column=1, rows=2)


def _joined(options: list[str]) -> list[str]:
    """Return settings on as few lines as they fit on."""
    lines: list[str] = []
    for option in options:
        if lines and len(lines[-1]) + len(option) <= 32:
            lines[-1] += f", {option}"
        else:
            lines.append(option)
    return lines


def _kinds(result: Result) -> Readout:
    names = list(dict.fromkeys(result.kinds))
    return Readout(
        KINDS,
        "Kinds of layers",
        tuple((PLAIN.get(kind, kind), str(result.kinds.count(kind))) for kind in names),
        styles=tuple(STYLES.get(kind, MUTED) for kind in names),
        row=2,
        column=2,
    )


def _way(result: Result, view: View) -> Readout:
    """Return the read-out from the file to the boxes that stay."""
    size = f"{result.file_bytes / 1e6:.1f} MB"
    lines = [(".weights file", size), ("numbers in it", thousands(int(result.parameters.sum())))]
    if result.classes:
        lines += [
            ("boxes it says", thousands(result.places)),
            (f"pass {view.score:.2f}", thousands(len(passed(result, view)))),
            (f"stay (at most {MOST_BOXES})", str(len(kept(result, view)))),
        ]
    return Readout(WAY, "From the file to the boxes", tuple(lines), strong=(len(lines) - 1,), row=3, column=2)
