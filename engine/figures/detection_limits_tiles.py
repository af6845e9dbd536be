"""The picture of a photograph that gets smaller: what the network sees, what it still finds, and what slices bring.

What the learner should see: from the step at which things have some twenty or thirty pixels left, they go out one by
one. In slices they stay, and each look costs as much as the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image as Pillow

from engine.detection import coco
from engine.detection_limits import tiles
from engine.detection_limits.sheets import Shares, kept, sizes
from engine.detection_limits.tiles import Config, Result
from engine.detection_limits.view import View
from engine.figures.board import (
    Axis,
    Band,
    Board,
    Image,
    Line,
    Mark,
    Panel,
    Points,
    Readout,
    Rule,
    Segments,
    payload,
)
from engine.figures.detection_limits import FATE_STYLES, ON_PICTURE, POINT
from engine.figures.packing import picture_address
from engine.figures.theme import ACCENT, Series
from engine.figures.yolo import outlines

WHOLE, SLICED, MISSED = range(3)
LABELS = ("Found at one look", "Found in slices", "Missed")
STYLES = (FATE_STYLES[0], Series("#1F84C6", "#66BDF2", (7, 4), "square"), FATE_STYLES[4])
LOOKS = (ON_PICTURE[0], Series("#66BDF2", "#66BDF2", (7, 3), "square"), ON_PICTURE[4])
DASHED = 3  # tiles a side up to which the outlines have their dashes; finer ones are dots


def board(result: Result, view: View, revision: str, running: bool = False) -> Mapping[str, Any]:
    """Return what the stage draws: a frame for each tiling up to the one that is looked at.

    Args:
        result: What was measured so far, one sheet at least.
        view: The finest tiling shown, and from which score a box counts.
        revision: Changes with the content.
        running: Whether more sheets are coming.
    """
    place = len(result.tiles) - 1 if running else int(np.abs(result.tiles - view.at_tiles).argmin())
    told = kept(result, view.score)
    frames = place + 1
    panels = (_sheets(result, told, frames), _recall(result, told, frames), _sizes(result, told, frames),
              _numbers(result, told, frames))  # fmt: skip
    return payload(
        Board(
            panels,
            columns=(1.3, 0.95, 0.7),
            rows=(1.0, 1.0),
            frames=frames,
            unit="sheet",
            revision=revision,
            running=running,
        )
    )


@lru_cache(16)
def _address(config: Config, count: int) -> str:
    """Return the sheet as the network sees it: shrunk to the photograph's own pixels."""
    picture = tiles.photograph(config)
    small = Pillow.fromarray(tiles.sheet(picture, count)).resize(picture.shape[1::-1], Pillow.Resampling.BILINEAR)
    return picture_address(np.asarray(small), 70)


def _sheets(result: Result, told: Shares, frames: int) -> Panel:
    """Return the sheets one by one, in pixels of the network's input."""
    wide, high = result.width, result.height
    most = int(result.tiles[frames - 1])
    marks: list[Mark] = [
        Image(
            tuple(_address(result.config, int(count)) for count in result.tiles[:frames]), 0, wide, 0, high, framed=True
        )
    ]
    things = len(result.kinds)
    boxes = np.full((frames, DASHED**2 * things, 4), np.nan, np.float32)
    style = np.zeros((frames, DASHED**2 * things), np.int32)
    dots = np.full((frames, most**2 * things, 2), np.nan, np.float32)
    dot_style = np.zeros((frames, most**2 * things), np.int32)
    for place in range(frames):
        count = int(result.tiles[place])
        all_boxes = tiles.copies(result.boxes, result.kinds, wide, high, count).boxes / count
        fate = told.fate[place, : count * count].ravel()
        if count <= DASHED:
            boxes[place, : len(all_boxes)], style[place, : len(fate)] = all_boxes, fate
        else:
            dots[place, : len(all_boxes)] = (all_boxes[:, :2] + all_boxes[:, 2:]) / 2
            dot_style[place, : len(fate)] = fate
    marks.append(Segments(*outlines(boxes), styles=LOOKS, style_of=np.repeat(style, 4, axis=1), width=2.2, framed=True))
    if most > DASHED:
        marks.append(Points(dots[..., 0], dots[..., 1], styles=LOOKS, style_of=dot_style, size=3.2, framed=True))
    names = ", ".join(coco.CLASSES[kind] for kind in result.kinds)
    return Panel(
        "sheet",
        "What the network sees",
        Axis(0, wide, ticks=()),
        Axis(high, 0, ticks=()),
        tuple(marks),
        note=f"{result.config.input} px wide" if wide >= high else f"{result.config.input} px high",
        alt=f"A photograph with {names}, {most} by {most} times. One look finds {told.whole[frames - 1]:.0%}, slices "
        f"find {told.sliced[frames - 1]:.0%}.",
        rows=2,
        square=True,
        high=330,
    )


def _recall(result: Result, told: Shares, frames: int) -> Panel:
    x = result.tiles.astype(np.float32)
    words = tuple(
        f"{int(count)} × {int(count)}: {whole:.0%} at one look, {sliced:.0%} in {int(looks)} slices"
        for count, whole, sliced, looks in zip(result.tiles, told.whole, told.sliced, result.looks, strict=True)
    )
    marks: list[Mark] = [
        Rule("x", x[:frames], style=ACCENT, framed=True),
        Band(x, told.sliced_low, told.sliced_high, STYLES[SLICED], opacity=0.2),
        Band(x, told.whole_low, told.whole_high, STYLES[WHOLE], opacity=0.22),
        Line(x, told.sliced, STYLES[SLICED], "In slices", emphasis=1.2, hover="in slices"),
        Line(x, told.whole, STYLES[WHOLE], "At one look", emphasis=2, hover="at one look"),
        Points(x, told.sliced, STYLES[SLICED], size=4.5, hover=words, name="sliced"),
        Points(x, told.whole, STYLES[WHOLE], size=5, hover=words, name=POINT, selected=frames - 1),
    ]
    return Panel(
        "recall",
        "Share found",
        Axis(0.8, max(tiles.TILES) + 0.2, "tiles a side", ticks=tuple((float(one), str(one)) for one in tiles.TILES)),
        Axis(0, 1.04, ticks=((0, "0"), (0.5, "½"), (1, "1")), grid=True),
        tuple(marks),
        note="band: 95 %, over tiles",
        alt="; ".join(words),
        column=1,
        labels=84,
        high=260,
    )


def _sizes(result: Result, told: Shares, frames: int) -> Panel:
    """Return each thing's share of copies found over its size in the input."""
    size = sizes(result)
    flat = size.ravel()
    low, high = float(flat.min()) * 0.9, float(flat.max()) * 1.1
    hover = [
        f"{coco.CLASSES[kind]}, {size[place, thing]:.0f} px: "
        for place in range(len(result.tiles))
        for thing, kind in enumerate(result.kinds)
    ]
    marks: list[Mark] = []
    for way, shares in ((SLICED, told.sliced_each), (WHOLE, told.whole_each)):
        order = np.argsort(flat)
        window = np.array([np.mean(shares.ravel()[np.abs(np.log(flat / flat[one])) < np.log(1.35)]) for one in order])
        marks.append(Line(flat[order], window, STYLES[way], emphasis=1.4, hover="mean of things of about this size"))
        marks.append(
            Points(
                flat,
                shares.ravel(),
                STYLES[way],
                size=3.4,
                opacity=0.65,
                hollow=way == SLICED,
                hover=tuple(
                    word + f"{share:.0%} {LABELS[way].lower()}"
                    for word, share in zip(hover, shares.ravel(), strict=True)
                ),
            )
        )
    middle = np.median(size, axis=1)
    marks.insert(0, Rule("x", middle[:frames].astype(np.float32), style=ACCENT, framed=True))
    return Panel(
        "sizes",
        "Each thing by its size",
        Axis(low, high, "size in the input, px", log=True,
             ticks=tuple((float(tick), str(tick)) for tick in (5, 10, 20, 50, 100, 200) if low <= tick <= high)),
        Axis(-0.04, 1.04, ticks=((0, "0"), (0.5, "½"), (1, "1")), grid=True),
        tuple(marks),
        note="size: root of its area",
        alt="Share of the copies of each thing that are found, over its size in pixels of the network’s input.",
        row=1,
        column=1,
        labels=84,
        high=260,
    )  # fmt: skip


def _numbers(result: Result, told: Shares, frames: int) -> Readout:
    size = sizes(result)
    lines = []
    for place in range(frames):
        count = int(result.tiles[place])
        lines.append(
            (
                ("Tiles", f"{count} × {count}"),
                ("Things", f"{count * count * len(result.kinds)}"),
                ("Median size", f"{np.median(size[place]):.0f} px"),
                ("At one look", f"{told.whole[place]:.0%}"),
                ("In slices", f"{told.sliced[place]:.0%}"),
                ("Looks", f"{int(result.looks[place])} slices"),
                ("Missed by both", f"{np.mean(told.fate[place, : count * count] == MISSED):.0%}"),
                ("Wrong, one look", f"{int(told.wrong[place, 0])}"),
                ("Wrong, slices", f"{int(told.wrong[place, 1])}"),
            )
        )
    return Readout(
        "numbers",
        "This sheet",
        tuple(lines),
        styles=(None, None, None, STYLES[WHOLE], STYLES[SLICED], None, STYLES[MISSED], None, None),
        strong=(3, 4),
        column=2,
        rows=2,
        framed=True,
    )
