"""The pictures of the style-based generator: one board for each view, faces first and numbers beside them.

What the learner should see: pictures as large as there is room, and next to them what was measured on many more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.face_generator.source import ATTRIBUTES
from engine.figures import style_generator_views as views
from engine.figures.board import (
    Axis,
    Band,
    Board,
    Heat,
    Image,
    Line,
    Panel,
    Points,
    Readout,
    Rectangles,
    Rule,
    Segments,
    payload,
)
from engine.figures.board_marks import Mark, Texts
from engine.figures.packing import webp_address
from engine.figures.style_generator_transfer import transfer
from engine.figures.theme import ACCENT, CATEGORICAL, DARK, INK, LIGHT, MUTED, POSITIVE, Series
from engine.style_generator.experiment import (
    COLUMNS,
    COUNT,
    GROUPS,
    LAYERS,
    PSIS,
    ROWS,
    SIZES,
    SOURCES,
    TARGETS,
    Config,
    Mixing,
    Result,
    Truncation,
    piece,
)
from engine.style_generator.story import NOUNS, at_psi
from engine.style_generator.view import View

ROW, COLUMN = CATEGORICAL[0], CATEGORICAL[4]
GROUND = Series(LIGHT.background, DARK.background)  # covers the empty place of the table


def board(result: Result, view: View, revision: str) -> Mapping[str, Any]:
    """Return the stage's payload for a result, with what of it is shown."""
    config = result.config
    if result.truncation is not None:
        return payload(_truncation(config, result.truncation, view.psi, revision))
    if result.mixing is not None:
        return payload(_mixing(config, result.mixing, revision))
    if result.noise is not None:
        return payload(views.noise(result.noise, revision))
    if result.path is not None:
        return payload(views.path(result.path, revision))
    if result.scales is not None:
        return payload(views.scales(result.scales, view.layer, revision))
    if result.transfer is not None:
        return payload(transfer(result.transfer, revision))
    return payload(Board(()))


def _truncation(config: Config, found: Truncation, psi: float, revision: str) -> Board:
    shown = at_psi(psi) + 1
    values = np.array(PSIS)
    noun = NOUNS[config.domain]
    grid = Panel(
        "grid",
        f"{COUNT} {noun} of seed {config.seed}",
        Axis(0, COLUMNS, ticks=()),
        Axis(ROWS, 0, ticks=()),
        (
            Image(
                tuple(webp_address(piece(found.sheet, found.size, place)) for place in range(shown)),
                0,
                COLUMNS,
                0,
                ROWS,
                framed=True,
            ),
        ),
        note="the bar plays ψ from −1 up",
        alt=f"{COUNT} generated {noun} at ψ = {PSIS[shown - 1]:g}; two of them lie {found.variety[shown - 1]:.3f} "
        "apart on average.",
        rows=3,
        square=True,
        high=360,
    )
    low, high = found.quality - found.spread, found.quality + found.spread
    curves = (
        ("variety", "Variety", "distance of two pictures", found.variety, None),
        ("quality", "Kernel distance", f"to drawn {noun}", found.quality, (low, high)),
    )
    panels: list[Panel | Readout] = [grid]
    for row, (name, title, note, measured, around) in enumerate(curves):
        marks: list[Mark] = [Rule("x", values[:shown], style=ACCENT, framed=True)]
        top = float(measured.max() if around is None else around[1].max())
        if around is not None:
            marks.append(Band(values, around[0], around[1], INK))
        marks.append(Line(values, measured, INK))
        marks.append(Points(values[:shown, None], measured[:shown, None], ACCENT, size=6, framed=True))
        panels.append(
            Panel(
                name,
                title,
                Axis(
                    PSIS[0],
                    PSIS[-1],
                    "ψ" if row else "",
                    ticks=tuple((v, f"{v:g}".replace("-", "−")) for v in (-1, -0.5, 0, 0.5, 1, 1.5)),
                ),
                Axis(0, 1.08 * top),
                tuple(marks),
                note=note,
                alt=f"{title} over ψ, from {measured.min():.3f} to {measured.max():.3f}.",
                row=row,
                column=1,
                link="psi",
            )
        )
    lines = tuple(
        (
            ("truncation ψ", f"{PSIS[place]:g}".replace("-", "−")),
            ("variety", f"{found.variety[place]:.3f}"),
            ("share of that at ψ = 1", f"{100 * found.variety[place] / found.variety[at_psi(1.0)]:.0f} %"),
            ("kernel distance", f"{found.quality[place]:.3f} ± {found.spread[place]:.3f}"),
        )
        for place in range(shown)
    )
    panels.append(Readout("numbers", "At this ψ", lines, row=2, column=1, framed=True, strong=(0,)))
    return Board(
        tuple(panels),
        columns=(1.5, 1),
        rows=(1, 1, 0.75),
        frames=shown,
        unit="ψ step",
        first_frame=1,
        revision=f"{revision}.{shown}",
    )


def _mixing(config: Config, found: Mixing, revision: str) -> Board:
    high, wide = SOURCES + 1, TARGETS + 1
    last = config.end - 1
    which = f"layer {last} hears" if config.start == last else f"layers {config.start} to {last} hear"
    table = Panel(
        "table",
        "Mixtures",
        Axis(0, wide, ticks=()),
        Axis(high, 0, ticks=()),
        (
            Image((webp_address(found.sheet.tobytes()),), 0, wide, 0, high),
            Rectangles([0], [1], [0], [1], GROUND),
            Texts([0.94], [0.3], ("column",), size=12.0, align="right"),
            Texts([0.06], [0.75], ("row",), size=12.0, align="left"),
            Rule("x", 1.0, style=INK),
            Rule("y", 1.0, style=INK),
        ),
        note=f"{which} the column",
        alt=f"{SOURCES} rows and {TARGETS} columns of mixtures; on average they are "
        f"{100 * found.taken.mean():.0f} % of the way from the row’s picture to the column’s.",
        rows=3,
        square=True,
        high=330,
    )
    panels = [table, _listening(config), _change(found)]
    if len(found.follows):
        panels.append(_follows(found))
    return Board(tuple(panels), columns=(1.5, 1), rows=(0.62, 0.95, 1.5), revision=revision)


def _listening(config: Config) -> Panel:
    places = np.arange(LAYERS)
    inside = (places >= config.start) & (places < config.end)
    middles = [(first + last) / 2 for first, last in GROUPS]
    return Panel(
        "layers",
        "Who each layer hears",
        Axis(0, LAYERS, "layer", ticks=tuple((place + 0.5, f"{place}") for place in range(LAYERS))),
        Axis(0, 1.6, ticks=()),
        (
            Rectangles(
                places,
                places + 1,
                np.zeros(LAYERS),
                np.ones(LAYERS),
                styles=(ROW, COLUMN),
                style_of=inside.astype(int),
                opacity=0.75,
                gap=1.5,
                hover=tuple("the column" if one else "the row" for one in inside),
            ),
            Texts(middles, np.full(len(SIZES), 1.3), tuple(f"{size} px" for size in SIZES), MUTED),
        ),
        note="blue: row, orange: column",
        alt=f"Layers from {config.start} up to {config.end - 1} take the column’s style, the others the row’s.",
        column=1,
        high=110,
    )


def _change(found: Mixing) -> Panel:
    places = np.arange(len(SIZES))
    mean, spread = found.change[:, 0], found.change[:, 1]
    return Panel(
        "change",
        "Pixels that move",
        Axis(-0.5, len(SIZES) - 0.5, ticks=tuple((place, f"{size} px") for place, size in enumerate(SIZES))),
        Axis(0, float(1.1 * (mean + spread).max())),
        (
            Rectangles(places - 0.3, places + 0.3, np.zeros(len(SIZES)), mean, INK, opacity=0.6),
            Segments(places, mean - spread, places, mean + spread, MUTED),
        ),
        note="root mean square, 0 to 1; 48 pairs",
        alt="How far pixels move when the layers of one size take another style: "
        + ", ".join(f"{value:.3f} at {size} pixels" for value, size in zip(mean, SIZES, strict=True))
        + ".",
        row=1,
        column=1,
    )


def _follows(found: Mixing) -> Panel:
    count = len(ATTRIBUTES)
    values = np.clip(found.follows, 0, 1)
    texts = tuple(f"{round(100 * float(value))}".replace("-", "−") for value in found.follows.ravel())
    x, y = np.meshgrid(np.arange(len(SIZES)), np.arange(count))
    return Panel(
        "follows",
        "What comes along",
        Axis(-0.5, len(SIZES) - 0.5, ticks=tuple((place, f"{size} px") for place, size in enumerate(SIZES))),
        Axis(count - 0.5, -0.5, ticks=tuple((place, one.name) for place, one in enumerate(ATTRIBUTES))),
        (
            Heat(values, 0, len(SIZES) - 1, 0, count - 1, 0, 1, POSITIVE, strength=0.75, smooth=False),
            Texts(x.ravel(), y.ravel(), texts, INK, size=12.5),
        ),
        note="% of the difference; need not add up",
        alt="Share of the difference in each attribute that comes along with the style of the layers of each size.",
        row=2,
        column=1,
        high=300,
    )
