"""The other pictures of the style-based generator: noise, a path, and the scales."""

from __future__ import annotations

import numpy as np

from engine.figures.board import Axis, Board, Heat, Image, Line, Panel, Points, Readout, Rectangles, Rule, Segments
from engine.figures.board_marks import Mark, Texts
from engine.figures.packing import webp_address
from engine.figures.theme import ACCENT, CATEGORICAL, INK, MUTED, NEGATIVE, POSITIVE
from engine.style_generator.experiment import FRAMES, FRESH, SCALED, Noise, Path, Scales, piece

NOISE_SIZES = (4, 8, 8, 16, 16, 32, 32, 64, 64)
IN_W, IN_Z = CATEGORICAL[0], CATEGORICAL[4]
STRIP = 9  # pictures of each way in a row


def noise(found: Noise, revision: str) -> Board:
    """Return one picture with other noise, and where noise moves it."""
    wide = 1 + FRESH
    deviation = found.deviation.astype(np.float32)
    most = float(np.quantile(deviation[0], 0.995)) or 1.0
    pictures = Panel(
        "pictures",
        "Without noise, and three times with",
        Axis(0, wide, ticks=()),
        Axis(1, 0, ticks=()),
        (Image((webp_address(found.sheet.tobytes()),), 0, wide, 0, 1),),
        note="one style",
        alt="One picture without noise, and three times with fresh noise in every layer.",
        columns=3,
        square=True,
        high=120,
    )
    side = deviation.shape[1]
    whole = Panel(
        "whole",
        "Where noise acts",
        Axis(0, side, ticks=()),
        Axis(side, 0, ticks=()),
        (_heat(deviation[0], 0.0, 0.0, most),),
        note=f"deviation, 0 to {most:.0f} of 255",
        alt=f"Standard deviation of each pixel over fresh noise; mean {deviation[0].mean():.1f} of 255.",
        row=1,
        square=True,
        high=260,
    )
    means = deviation[1:].mean(axis=(1, 2))
    rows = tuple(
        (f"layer {place}, {size} px", f"{abs(strength):.4f}", f"{mean:.1f}")
        for place, (size, strength, mean) in enumerate(zip(NOISE_SIZES, found.strength, means, strict=True))
    )
    readout = Readout(
        "numbers",
        "What each layer’s noise does",
        (
            ("", "strength", "deviation"),
            *rows,
            ("all layers", "", f"{deviation[0].mean():.1f}"),
            ("other styles", "", f"{found.styles:.1f}"),
        ),
        note="of 255",
        strong=(len(rows) + 1, len(rows) + 2),
        row=1,
        column=2,
    )
    return Board(
        (pictures, whole, _alone(deviation[1:]), readout), columns=(1, 1.15, 0.95), rows=(0.62, 1), revision=revision
    )


def _alone(deviation: np.ndarray) -> Panel:
    """Return where each layer's noise acts alone; every map has its own scale, named above it."""
    side, gap, columns, above = deviation.shape[1], 6, 3, 10
    across, down = side + gap, side + gap + above
    marks: list[Mark] = []
    left = np.array([(place % columns) * across for place in range(len(deviation))], float)
    top = np.array([(place // columns) * down + above for place in range(len(deviation))], float)
    for place, one in enumerate(deviation):
        if one.max() >= 1:  # below, it is the rounding of pixels
            marks.append(_heat(one, left[place], top[place], float(one.max())))
    x0, y0 = np.concatenate([left, left, left, left + side]), np.concatenate([top, top + side, top, top])
    x1, y1 = (
        np.concatenate([left + side, left + side, left, left + side]),
        np.concatenate([top, top + side] + [top + side] * 2),
    )
    marks.append(Segments(x0, y0, x1, y1, MUTED, width=0.8, opacity=0.5))
    text = tuple(
        f"{place} · {size} px · " + (f"to {one.max():.0f}" if one.max() >= 1 else "none")
        for place, (size, one) in enumerate(zip(NOISE_SIZES, deviation, strict=True))
    )
    marks.append(Texts(left + side / 2, top - above / 2, text, MUTED, size=11.5))
    return Panel(
        "alone",
        "Each layer’s noise alone",
        Axis(-2, columns * across - gap + 2, ticks=()),
        Axis(3 * down - gap, 0, ticks=()),
        tuple(marks),
        note="scale of each above it",
        alt="Standard deviation of each pixel with fresh noise in one layer only, for all nine layers.",
        row=1,
        column=1,
        square=True,
        high=330,
    )


def _heat(values: np.ndarray, left: float, top: float, most: float) -> Heat:
    side = len(values)
    return Heat(
        values, left + 0.5, left + side - 0.5, top + 0.5, top + side - 0.5, 0, most, INK, strength=0.95, smooth=False
    )


def path(found: Path, revision: str) -> Board:
    """Return both ways from A to B, frame by frame."""
    panels: list[Panel | Readout] = []
    ways = (("w", "Through w", IN_W), ("z", "Through z", IN_Z))
    for column, (name, title, _) in enumerate(ways):
        places = range(column * FRAMES, (column + 1) * FRAMES)
        addresses = tuple(webp_address(piece(found.sheets, found.size, place)) for place in places)
        panels.append(
            Panel(
                name,
                title,
                Axis(0, 1, ticks=()),
                Axis(1, 0, ticks=()),
                (Image(addresses, 0, 1, 0, 1, framed=True),),
                alt=f"The way from A to B {title.lower()}, {FRAMES} pictures.",
                column=column,
                square=True,
                high=220,
            )
        )
    frames = np.arange(1, FRAMES)
    marks: list[Mark] = [Rule("x", np.arange(FRAMES), style=ACCENT, framed=True)]
    for column, (name, _, style) in enumerate(ways):
        marks.append(Line(frames, found.change[column], style, label=f"in {name}", reveal=frames, ghost=True))
    panels.append(
        Panel(
            "change",
            "Change from frame to frame",
            Axis(0, FRAMES - 1, "frame"),
            Axis(0, float(1.1 * found.change.max())),
            tuple(marks),
            note="feature distance",
            alt=f"Change of the features a frame, at most {found.change[0].max():.2f} in w and "
            f"{found.change[1].max():.2f} in z.",
            column=2,
            labels=46,
        )
    )
    high = float(max(found.lengths.max(), found.straight.max()) * 1.05)
    low = float(min(found.lengths.min(), found.straight.min()) * 0.9)
    panels.append(
        Panel(
            "lengths",
            f"Length of {len(found.straight)} ways",
            Axis(low, high, "in w"),
            Axis(low, high, "in z"),
            (
                Line([low, high], [low, high], MUTED, label="alike"),
                Points(
                    found.lengths[0],
                    found.lengths[1],
                    POSITIVE,
                    size=4.2,
                    opacity=0.8,
                    hover=tuple(f"ends {one:.1f} apart" for one in found.straight),
                ),
            ),
            note="above the line: z is longer",
            alt=f"Lengths of {len(found.straight)} ways, mean {found.lengths[0].mean():.1f} in w and "
            f"{found.lengths[1].mean():.1f} in z.",
            row=1,
            rows=2,
            column=2,
            labels=40,
        )
    )
    total = np.concatenate([np.zeros((2, 1)), found.change.cumsum(axis=1)], axis=1)
    rows = tuple(
        (
            ("frame", f"{frame} of {FRAMES - 1}", ""),
            ("way so far, w and z", f"{total[0, frame]:.1f}", f"{total[1, frame]:.1f}"),
            ("whole way", f"{total[0, -1]:.1f}", f"{total[1, -1]:.1f}"),
            (
                f"mean of {len(found.straight)} pairs",
                f"{found.lengths[0].mean():.1f}",
                f"{found.lengths[1].mean():.1f}",
            ),
        )
        for frame in range(FRAMES)
    )
    panels.append(_strips(found))
    panels.append(Readout("numbers", "Length of the way", rows, row=2, columns=2, framed=True))
    return Board(
        tuple(panels),
        columns=(1, 1, 1.25),
        rows=(1, 0.5, 0.4),
        frames=FRAMES,
        unit="frame",
        first_frame=0,
        revision=revision,
    )


def _strips(found: Path) -> Panel:
    """Return some pictures of both ways at once, the one in w above."""
    places = np.linspace(0, FRAMES - 1, STRIP).round().astype(int)
    images = [
        Image(
            (webp_address(piece(found.sheets, found.size, way * FRAMES + int(place))),),
            across,
            across + 1,
            way,
            way + 1,
        )
        for way in range(2)
        for across, place in enumerate(places)
    ]
    return Panel(
        "strips",
        "Both ways",
        Axis(-0.4, STRIP, ticks=()),
        Axis(2, 0, ticks=()),
        (*images, Texts([-0.2, -0.2], [0.5, 1.5], ("w", "z"), MUTED, size=14.0)),
        note=f"every {(FRAMES - 1) // (STRIP - 1)}rd frame",
        alt=f"{STRIP} pictures of each way from A to B, the one in w above the one in z.",
        row=1,
        columns=2,
        square=True,
        high=110,
    )


def scales(found: Scales, layer: int, revision: str) -> Board:
    """Return what the styles multiply the channels of one layer with, beside the pictures."""
    values = found.of(layer)
    channels = values.shape[1]
    reach = float(np.abs(values - 1).max())
    pictures = Panel(
        "pictures",
        "Pictures",
        Axis(0, 1, ticks=()),
        Axis(SCALED, 0, ticks=()),
        (Image((webp_address(found.sheet.tobytes()),), 0, 1, 0, SCALED),),
        alt=f"{SCALED} pictures, one a row.",
        rows=2,
        high=480,
    )
    heat = Panel(
        "scales",
        f"Scales in {found.names[layer]}",
        Axis(-0.5, channels - 0.5, "channel"),
        Axis(SCALED, 0, ticks=()),
        (
            Heat(
                values,
                0,
                channels - 1,
                0.5,
                SCALED - 0.5,
                1 - reach,
                1 + reach,
                POSITIVE,
                NEGATIVE,
                strength=0.95,
                smooth=False,
                hover="factor",
                key=True,
            ),
        ),
        note="",
        alt=f"Factors of {channels} channels for {SCALED} pictures, {values.min():.2f} to {values.max():.2f}.",
        column=1,
        rows=2,
        high=480,
    )
    spread = values.std(axis=0)
    channel = Panel(
        "channels",
        "How much channels differ",
        Axis(-0.5, channels - 0.5, "channel"),
        Axis(0, float(1.1 * spread.max())),
        (
            Rectangles(
                np.arange(channels) - 0.4, np.arange(channels) + 0.4, np.zeros(channels), spread, INK, opacity=0.7
            ),
        ),
        note=f"deviation over {SCALED} pictures",
        alt=f"Deviation of each channel’s factor, {spread.min():.2f} to {spread.max():.2f}.",
        column=2,
    )
    means = [float(found.of(place).std(axis=0).mean()) for place in range(len(found.names))]
    layers = Panel(
        "layers",
        "How much layers differ",
        Axis(0, 1.1 * max(means)),
        Axis(len(means) - 0.5, -0.5, ticks=tuple((place, name) for place, name in enumerate(found.names))),
        (
            Rectangles(
                np.zeros(len(means)),
                means,
                np.arange(len(means)) - 0.38,
                np.arange(len(means)) + 0.38,
                styles=(INK, ACCENT),
                style_of=[int(place == layer) for place in range(len(means))],
                opacity=0.7,
                hover=tuple(f"{value:.3f}" for value in means),
            ),
        ),
        note="mean deviation; blue: shown",
        alt="Mean deviation of the factors in each layer: "
        + ", ".join(f"{name} {value:.2f}" for name, value in zip(found.names, means, strict=True))
        + ".",
        row=1,
        column=2,
        high=330,
    )
    return Board((pictures, heat, channel, layers), columns=(0.16, 1.3, 0.95), rows=(0.7, 1), revision=revision)
