"""The picture of what a detector misses: one scene with its things found and missed, and recall along one factor.

What the learner should see: solid green, found; every other dash is a reason why not. Beside it how far recall holds
and where it breaks, and under it which reason takes over.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from engine.detection_limits.arrange import Scene
from engine.detection_limits.experiment import NOBODY, Config, Result, pictured
from engine.detection_limits.factors import COUNT, FACTORS, Factor
from engine.detection_limits.grid import GRID, cells_of, crowded
from engine.detection_limits.measure import BEHIND, FATES, FOUND, SHARING, Curve, curve, fates, place_of
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
    Rectangles,
    Rule,
    Segments,
    Texts,
    payload,
)
from engine.figures.packing import picture_address
from engine.figures.theme import ACCENT, INK, MUTED, Series
from engine.figures.yolo import outlines
from engine.yolo.compose import NAMES, SIDE

SHOWN = 12  # scenes of a point that can be stepped through
FATE_STYLES = (
    Series("#008059", "#22C398", (), "disc", 2.4),
    Series("#B07000", "#F0B02E", (8, 3), "triangle_down"),
    Series("#AD4F87", "#DE93BF", (2, 3), "triangle_up"),
    Series("#1F84C6", "#66BDF2", (9, 3, 2, 3), "square"),
    Series("#D05500", "#FF8A3D", (4, 4), "cross"),
)
"""How each of `measure.FATES` looks."""
ON_PICTURE = tuple(Series(one.dark, one.dark, one.dash, one.marker, one.width) for one in FATE_STYLES)
LIMIT = Series(INK.light, INK.dark, (9, 4))  # what the grid allows
FAINT = Series("#FFFFFF", "#FFFFFF")
IN_FRONT = Series("#C9D3DE", "#C9D3DE", (1.5, 3))
POINT = "point"


def board(result: Result, view: View, revision: str, running: bool = False) -> Mapping[str, Any]:
    """Return what the stage draws: a frame for each of the first scenes at the point looked at.

    Args:
        result: What was measured so far, one point at least.
        view: Where to look, and from which score a box counts.
        revision: Changes with the content.
        running: Whether more points are coming; then the last one is shown.
    """
    place = len(result.values) - 1 if running else place_of(result, view.at)
    told = curve(result, view.score)
    count = min(SHOWN, result.config.scenes)
    scenes = tuple(scene_of(result.config, float(result.values[place]), number) for number in range(count))
    fate = fates(result, view.score)[place, :count]
    panels = (
        _picture(result, scenes, fate, place),
        _recall(result, told, place),
        _reasons(result, told, place),
        _numbers(result, told, fate, place),
    )
    return payload(
        Board(
            panels,
            columns=(1.3, 0.95, 0.7),
            rows=(1.25, 1.0),
            frames=count,
            unit="scene",
            revision=revision,
            running=running,
        )
    )


@lru_cache(256)
def scene_of(config: Config, value: float, number: int) -> Scene:
    """Return one of a run's pictures with its truth, made anew."""
    return pictured(config, value, number)


@lru_cache(256)
def scene_address(config: Config, value: float, number: int) -> str:
    """Return it as a data address."""
    return picture_address(scene_of(config, value, number).picture, 88)


def _padded(rows: list[np.ndarray], fill: float) -> np.ndarray:
    """Return arrays of different lengths as one, (F, longest, ...)."""
    longest = max(len(row) for row in rows)
    shape = (len(rows), longest, *rows[0].shape[1:])
    padded = np.full(shape, fill, np.float32)
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    return padded


def _picture(result: Result, scenes: tuple[Scene, ...], fate: np.ndarray, place: int) -> Panel:
    config, value = result.config, float(result.values[place])
    ticks = np.arange(1, GRID) * (SIDE / GRID)
    low, high = np.zeros_like(ticks), np.full_like(ticks, SIDE)
    front = [one.boxes[~one.counted] for one in scenes]
    own = [one.boxes[one.counted] for one in scenes]
    kinds = [row[: len(one.boxes)][one.counted] for row, one in zip(fate, scenes, strict=True)]
    marks: list[Mark] = [
        Image(
            tuple(scene_address(config, value, number) for number in range(len(scenes))), 0, SIDE, 0, SIDE, framed=True
        ),
        Segments(
            np.concatenate([ticks, low]),
            np.concatenate([low, ticks]),
            np.concatenate([ticks, high]),
            np.concatenate([high, ticks]),
            FAINT,
            width=1.0,
            opacity=0.22,
        ),
        _shared(scenes),
    ]
    if any(len(boxes) for boxes in front):
        marks.append(Segments(*outlines(_padded(front, np.nan)), IN_FRONT, width=1.2, framed=True))
    style = np.repeat(np.maximum(_padded(kinds, 0), 0), 4, axis=1)
    width = np.where(style == FOUND, 2.8, np.where(style == BEHIND, 1.2, 1.9))
    marks.append(
        Segments(
            *outlines(_padded(own, np.nan)), styles=ON_PICTURE, style_of=style, width=width, opacity=0.95, framed=True
        )
    )
    first = kinds[0]
    names = ", ".join(sorted({NAMES[kind] for kind in scenes[0].kinds}))
    return Panel(
        "scene",
        FACTORS[config.factor].label,
        Axis(0, SIDE, ticks=()),
        Axis(SIDE, 0, ticks=()),
        tuple(marks),
        note=FACTORS[config.factor].told(value),
        alt=f"A scene of {len(first)} things ({names}) with the grid of 8 by 8 cells; {int((first == FOUND).sum())} "
        "are found. Solid outlines are found, dashed ones missed.",
        rows=2,
        square=True,
        high=360,
    )


def _shared(scenes: tuple[Scene, ...]) -> Rectangles:
    """Return the cells in which more than one thing is centred."""
    rows = []
    for one in scenes:
        cells = cells_of(one.boxes)
        rows.append(np.unique(cells[crowded(cells)[0]]).astype(np.float32))
    cells = _padded(rows, np.nan)
    side = SIDE / GRID
    left, top = np.mod(cells, GRID) * side, np.floor(cells / GRID) * side
    return Rectangles(
        left, left + side, top, top + side, ON_PICTURE[SHARING], opacity=0.3, gap=0.5, framed=True,
    )  # fmt: skip


def axis_of(factor: Factor, name: bool = True) -> Axis:
    """Return a factor's axis."""
    low, high = min(factor.points), max(factor.points)
    ticks: tuple[tuple[float, str], ...] | None = None
    if factor.log:
        kept = factor.points if low >= 1 else (0.125, 0.25, 0.5, 1, 2, 4, 8)
        ticks = tuple((float(tick), f"{tick:g}".replace("0.125", "⅛").replace("0.25", "¼").replace("0.5", "½"))
                      for tick in kept if tick not in (6, 12, 24, 48))  # fmt: skip
        return Axis(low * 0.93, high * 1.07, factor.label if name else "", log=True, ticks=ticks)
    room = 0.03 * (high - low)
    if factor.trained:
        ticks = tuple((float(tick), f"{tick:g}") for tick in (low, *factor.trained, high))
    return Axis(low - room, high + room, f"{factor.label}, {factor.suffix.strip()}" if name else "", ticks=ticks)


def _recall(result: Result, told: Curve, place: int) -> Panel:
    factor = FACTORS[result.config.factor]
    x = result.values
    marks: list[Mark] = []
    if factor.trained:
        marks.append(Rule("x", factor.trained[0], factor.trained[1], MUTED, opacity=0.12))
    marks += [
        Rule("x", float(x[place]), style=ACCENT),
        Band(x, told.low, told.high, FATE_STYLES[FOUND], opacity=0.25),
        Line(x, told.most, LIMIT, "Grid’s limit", hover="a cell names one thing"),
        Line(x, told.recall, FATE_STYLES[FOUND], "Found", emphasis=2, hover="recall"),
        Points(
            x,
            told.recall,
            FATE_STYLES[FOUND],
            size=5.0,
            hover=tuple(
                f"{factor.told(float(value))}: {recall:.0%} found" for value, recall in zip(x, told.recall, strict=True)
            ),
            name=POINT,
            selected=place,
        ),
    ]
    if result.config.factor == COUNT:
        marks.insert(3, Line(x, told.alone, MUTED, "Alone", hover="no other thing in its cell"))
    if factor.trained:
        middle = np.sqrt(np.prod(factor.trained)) if factor.log else np.mean(factor.trained)
        marks.append(Texts([float(middle)], [0.045], ("trained on",), MUTED, size=12))
    return Panel(
        "recall",
        "Share found",
        axis_of(factor),
        Axis(0, 1.04, ticks=((0, "0"), (0.25, ""), (0.5, "½"), (0.75, ""), (1, "1")), grid=True),
        tuple(marks),
        note="band: 95 %",
        alt=f"Recall over {factor.label.lower()}: "
        + ", ".join(f"{factor.told(float(v))} {r:.0%}" for v, r in zip(x, told.recall, strict=True))
        + f". At the point shown the grid allows {told.most[place]:.0%}.",
        column=1,
        labels=80,
        link="factor",
        high=300,
    )


def _reasons(result: Result, told: Curve, place: int) -> Panel:
    factor = FACTORS[result.config.factor]
    x = result.values
    above = np.concatenate([np.zeros((len(x), 1)), np.cumsum(told.fates, axis=1)], axis=1)
    marks: list[Mark] = [
        Band(x, above[:, fate], above[:, fate + 1], FATE_STYLES[fate], opacity=0.55 if fate else 0.7)
        for fate in range(len(FATES))
    ]
    words = _words(axis_of(factor), x, told.fates, above)
    marks.append(Rule("x", float(x[place]), style=ACCENT))
    if words:
        across, up, text = zip(*words, strict=True)
        marks.append(Texts(across, up, text, INK, size=13, bold=True))
    return Panel(
        "reasons",
        "What became of them",
        axis_of(factor),
        Axis(0, 1.0, ticks=((0, "0"), (0.5, "½"), (1, "1"))),
        tuple(marks),
        note="first that holds",
        alt="At the point shown: "
        + ", ".join(f"{name.lower()} {share:.0%}" for name, share in zip(FATES, told.fates[place], strict=True)),
        row=1,
        column=1,
        labels=80,
        link="factor",
        pick=True,
        high=240,
    )


def _words(axis: Axis, x: np.ndarray, shares: np.ndarray, above: np.ndarray) -> list[tuple[float, float, str]]:
    """Return where the areas are named: each where it is thick, inside the plot, and clear of the names before it."""
    scale = np.log if axis.log else np.asarray
    low, high = scale(axis.low), scale(axis.high)
    share = (scale(x) - low) / (high - low)
    words: list[tuple[float, float, str]] = []
    taken: list[tuple[float, float]] = []
    for fate, name in enumerate(FATES):
        for at in np.argsort(-shares[:, fate]):
            middle = float((above[at, fate] + above[at, fate + 1]) / 2)
            inside = 0.13 <= share[at] <= 0.8 and shares[at, fate] > 0.11
            if inside and all(abs(share[at] - other) > 0.45 or abs(middle - down) > 0.13 for other, down in taken):
                words.append((float(x[at]), middle, name))
                taken.append((float(share[at]), middle))
                break
    return words


def _with_interval(share: float, half: float) -> str:
    """Return a share and half its interval's width, both in percent."""
    if not np.isfinite(half):
        return f"{share:.0%}"
    return f"{100 * share:.0f} ± {half:.1f} %" if half < 0.95 else f"{100 * share:.0f} ± {half:.0f} %"


def _numbers(result: Result, told: Curve, fate: np.ndarray, place: int) -> Readout:
    half = 50 * float(told.high[place] - told.low[place])
    fixed: tuple[tuple[str, str], ...] = (
        ("Found", _with_interval(float(told.recall[place]), half)),
        *((FATES[one], f"{told.fates[place, one]:.0%}") for one in range(1, len(FATES))),
        ("Grid allows", f"{told.most[place]:.0%}"),
        ("Alone", f"{told.alone[place]:.0%}"),
        ("Wrong boxes", f"{told.wrong[place]:.1f}"),
    )
    there = (result.named[place] != NOBODY).sum(axis=1)
    lines = tuple(
        (*fixed, ("This scene", f"{int((row == FOUND).sum())} of {int(there[number])}"))
        for number, row in enumerate(fate)
    )
    return Readout(
        "numbers",
        FACTORS[result.config.factor].told(float(result.values[place])),
        lines,
        note=f"{result.config.scenes} scenes",
        styles=(*FATE_STYLES, LIMIT, MUTED, None, None),
        strong=(0, len(fixed)),
        column=2,
        rows=2,
        framed=True,
    )
