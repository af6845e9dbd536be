"""Hair of drawn heads, in eight styles: what hangs behind the head, and what lies on it.

What the learner should see: strands that follow the head, lit from the same side as the face; a hairline that leaves
the forehead free, or a fringe that does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.faces.canvas import Array, Canvas, blob, box, column, covered, ellipse, smooth
from engine.faces.traits import BALD, BOB, BUN, CROPPED, CURLY, FRINGE, LONG, PARTED

if TYPE_CHECKING:
    from engine.faces.drawing import Head


def _is(traits: dict[str, np.ndarray], *styles: int) -> Array:
    return column(np.isin(traits["hair_style"], styles))


def _strands(canvas: Canvas, head: Head, traits: dict[str, np.ndarray], curly: Array) -> Array:
    """Return brightness of hair, about 1: strands run down from the crown, curls go round, one side is lit."""
    x, y = canvas.x, canvas.y
    phase = 6.28 * column(traits["phase"])
    angle = np.arctan2(x - 0.05 * head.turn, -(y + 0.95))
    straight = np.sin(34 * angle + phase) * 0.6 + np.sin(61 * angle + 2 * phase) * 0.4
    # Rings that wander: an even lattice would look like a chessboard.
    round_curls = 0.8 * np.sin(21 * x + 2.2 * np.sin(9 * y + phase)) * np.sin(19 * y + 2.4 * np.sin(11 * x + 2 * phase))
    grain = np.where(curly > 0, round_curls, straight)
    sheen = blob(x - 0.22 * head.light, y + 0.52, 0.34, 0.12)
    return 0.88 + 0.11 * grain + 0.32 * sheen - 0.10 * head.light * x - 0.10 * smooth(0.0, 0.9, y)


def behind(canvas: Canvas, head: Head, traits: dict[str, np.ndarray]) -> None:
    """Paint what hangs behind the head: long hair, a bob, a bun, a cloud of curls."""
    x, y = canvas.x + 0.04 * head.turn, canvas.y
    volume = 0.03 + 0.06 * column(traits["hair_volume"])
    length = column(traits["hair_length"])
    bottom = np.where(_is(traits, LONG) > 0, 0.55 + 0.55 * length, 0.28 + 0.2 * length)
    middle, half = (bottom - 0.55) / 2, (bottom + 0.55) / 2
    curtain = box(x, y - middle, head.wide + 0.05 + volume, half, 0.38)
    waves = 0.02 * np.sin(11 * y + 6 * column(traits["phase"])) * _is(traits, LONG)
    curtain = np.minimum(curtain + waves, ellipse(x, y + 0.10, head.wide + volume + 0.03, head.high + volume))
    knot = ellipse(x - 0.06 * head.turn, y + head.high + 0.05, 0.21 + volume, 0.17 + volume)
    bumps = 0.035 * np.sin(13 * np.arctan2(x, y) + 6 * column(traits["phase"]))
    cloud = ellipse(x, y + 0.14, head.wide + 0.11 + 1.4 * volume, head.high + 0.06 + volume) + bumps
    shade = _strands(canvas, head, traits, _is(traits, CURLY)) * 0.78
    colour = head.hair * shade[None]
    for mask, styles in ((curtain, (LONG, BOB)), (knot, (BUN,)), (cloud, (CURLY,))):
        canvas.over(covered(mask) * _is(traits, *styles), colour)


def front(canvas: Canvas, head: Head, traits: dict[str, np.ndarray]) -> None:
    """Paint what lies on the head: above the hairline, and down the sides where the style has it."""
    x, y = canvas.x, canvas.y
    own = x - 0.10 * head.turn  # the face turns, the hair with it
    across = own / head.wide
    volume = 0.025 + 0.06 * column(traits["hair_volume"])
    high_line = -0.34 - 0.10 * column(traits["hairline"]) + 0.6 * head.nod
    part = (2 * column(traits["part"]) - 1) * 0.5
    side_of_part = np.where(column(traits["part"]) > 0.5, 1.0, -1.0)
    phase = 6.28 * column(traits["phase"])
    # The hairline as a height over the forehead, for each style; hair is above it.
    arch = high_line + 0.34 * across**2
    cropped = arch - 0.02 + 0.10 * np.exp(-((np.abs(across) - 0.55) ** 2) / 0.03) * -0.4
    swept = high_line - 0.03 + 0.22 * np.exp(-(((across - part) * side_of_part + 0.55) ** 2) / 0.25) + 0.30 * across**2
    fringe = -0.17 + 0.6 * head.nod + 0.05 * across**2 + 0.022 * np.sin(17 * across + phase)
    curtains = high_line - 0.06 + 0.62 * np.abs(across - 0.7 * part) ** 1.3
    curls = arch + 0.03 + 0.035 * np.sin(15 * across + phase)
    lines = {
        CROPPED: cropped,
        PARTED: swept,
        FRINGE: fringe,
        LONG: curtains,
        CURLY: curls,
        BUN: arch - 0.05,
        BOB: fringe - 0.03,
    }
    line = np.zeros_like(x) - 9
    thick = np.zeros_like(x)
    for style, values in lines.items():
        chosen = _is(traits, style)
        line = np.where(chosen > 0, values, line)
        thick = np.where(
            chosen > 0,
            {CROPPED: 0.012, BUN: 0.018, CURLY: 0.07}.get(style, 0.035) + volume * (style not in (CROPPED, BUN)),
            thick,
        )
    cap = head.outline(x, y) - thick
    top = covered(cap, 1.2) * covered(y - line, 1.6)
    # Sideburns, and hair beside the face for what hangs down.
    long_sides = _is(traits, LONG, BOB)
    beside = covered(cap, 1.2) * covered(0.80 + 0.05 * np.sin(7 * y + phase) - np.abs(across), 2.2)
    beside = beside * covered(y - np.where(long_sides > 0, 0.55, 0.02 + 0.10 * column(traits["hair_length"])), 2)
    thin = np.where(long_sides > 0, 1.0, _is(traits, PARTED, FRINGE, CURLY, CROPPED, BUN) * 0.95)
    sides = beside * np.where(long_sides > 0, 1.0, covered(0.90 - np.abs(across), 2)) * thin
    mask = np.maximum(top, sides) * (1 - _is(traits, BALD))
    shadow = (
        covered(np.abs(y - line - 0.035) - 0.03, 3)
        * covered(head.outline(x, y))
        * (1 - _is(traits, BALD, CROPPED, BUN))
    )
    canvas.over(0.20 * shadow, head.skin * 0.55)
    shade = _strands(canvas, head, traits, _is(traits, CURLY))
    canvas.over(mask, head.hair * shade[None])
    edge = covered(np.abs(cap) - 0.012, 2) * mask
    canvas.over(0.25 * edge, head.hair * 0.6)
    # A bald head shines.
    canvas.over(
        0.30 * _is(traits, BALD) * blob(x - 0.16 * head.light, y + 0.42, 0.16, 0.09), np.clip(head.skin * 1.25, 0, 1)
    )
