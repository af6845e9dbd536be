"""What lies on a drawn head: eyes, brows, nose, mouth, beard, and glasses over all of it.

What the learner should see: small things that belong together. Both eyes look the same way, brows follow the eyes,
a beard has the colour of the hair, glasses sit on the nose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.faces.canvas import Array, Canvas, blob, box, column, covered, ellipse, segment, smooth
from engine.faces.traits import eye_colour

if TYPE_CHECKING:
    from engine.faces.drawing import Head

WHITE = np.array([0.95, 0.94, 0.93], np.float32)[:, None, None, None]
DARK = np.array([0.10, 0.07, 0.07], np.float32)[:, None, None, None]
_EYE_ROWS, _MOUTH_ROWS = slice(18, 40), slice(30, 58)


def paint(canvas: Canvas, head: Head, traits: dict[str, np.ndarray]) -> None:
    """Paint nose, beard, mouth, eyes and brows on heads that are there already."""
    _nose(canvas, head, traits)
    _beard(canvas, head, traits)
    _mouth(canvas, head, traits)
    for side in (-1, 1):
        _eye(canvas, head, traits, side)


def _eye_place(head: Head, traits: dict[str, np.ndarray], side: int) -> tuple[Array, Array]:
    across = 0.40 + 0.09 * column(traits["eye_apart"])
    return head.place(side * across, 0.16), -0.03 + head.nod


def _eye(canvas: Canvas, head: Head, traits: dict[str, np.ndarray], side: int) -> None:
    rows = _EYE_ROWS
    middle, level = _eye_place(head, traits, side)
    x, y = canvas.x[:, rows] - middle, canvas.y[:, rows] - level
    size = 0.85 + 0.3 * column(traits["eye_size"])
    # Of a turned head, the eye on the far side looks narrower.
    wide = 0.098 * size * (0.80 + 0.20 * head.ahead - 0.12 * np.maximum(side * head.turn, 0))
    high = 0.062 * size * (1 - 0.40 * column(traits["squint"])) * (1 - 0.10 * np.maximum(column(traits["smile"]), 0))
    # In the shadow of the brow.
    canvas.over(0.30 * blob(x, y + 0.02, 0.16, 0.11), head.skin * 0.66, rows)
    opening = covered(ellipse(x, y, wide, high))
    canvas.over(opening, WHITE * (1 - 0.06 * (1 + side * head.light)), rows)
    look = 0.045 * (2 * column(traits["gaze"]) - 1) * size + 0.02 * head.turn
    round_iris = ellipse(x - look, y - 0.004, 0.056 * size, 0.056 * size)
    colour = eye_colour(traits)
    canvas.over(covered(round_iris) * opening, colour, rows)
    canvas.over(covered(ellipse(x - look, y - 0.004, 0.027 * size, 0.027 * size)) * opening, DARK * 0.6, rows)
    glint = covered(ellipse(x - look - 0.018 * np.sign(-head.light), y + 0.02, 0.014, 0.014))
    canvas.over(0.85 * glint * opening, WHITE, rows)
    lid = np.abs(ellipse(x, y, wide, high)) - 0.010
    canvas.over(0.75 * covered(lid) * smooth(0.015, -0.015, y), DARK, rows)
    canvas.over(0.30 * covered(lid) * smooth(-0.015, 0.015, y), head.skin * 0.5, rows)
    _brow(canvas, head, traits, side, middle, level)


def _brow(canvas: Canvas, head: Head, traits: dict[str, np.ndarray], side: int, middle: Array, level: Array) -> None:
    rows = _EYE_ROWS
    x, y = canvas.x[:, rows], canvas.y[:, rows]
    above = level - 0.125 - 0.05 * column(traits["brow_height"])
    tilt = 0.05 * (column(traits["brow_tilt"]) - 0.4)
    wide = 0.115 * (0.82 + 0.18 * head.ahead)
    thick = 0.014 + 0.018 * column(traits["brow_thick"])
    bend = 0.25 * ((x - middle) / 0.13) ** 2 * 0.10
    line = segment(x, y - bend, middle - side * wide, above + tilt, middle + side * wide, above - 0.3 * tilt) - thick
    grey = 0.85 * head.hair.mean(axis=0, keepdims=True)
    canvas.over(0.88 * covered(line), 0.7 * (0.75 * head.hair + 0.25 * grey), rows)


def _nose(canvas: Canvas, head: Head, traits: dict[str, np.ndarray]) -> None:
    rows = slice(24, 48)
    tip_y = 0.17 + 0.05 * column(traits["nose_length"]) + head.nod
    tip_x = head.place(0.0, 0.34)
    root_x = head.place(0.0, 0.16)
    wide = 0.062 + 0.034 * column(traits["nose_width"])
    x, y = canvas.x[:, rows], canvas.y[:, rows]
    along = np.clip((y + 0.06 - head.nod) / np.maximum(tip_y + 0.06 - head.nod, 0.1), 0, 1)
    ridge = root_x + (tip_x - root_x) * along
    inside = smooth(-0.02, 0.05, y + 0.05 - head.nod) * smooth(0.05, 0.0, y - tip_y)
    away = np.where(head.light > 0, -1.0, 1.0)
    shadow = blob(x - ridge + away * (0.6 * wide) * (0.4 + 0.6 * along), 0 * y, 0.030 + 0.02 * along, 1) * inside
    canvas.over((0.16 + 0.22 * np.abs(head.light)) * shadow, head.skin * 0.62, rows)
    canvas.over(0.30 * blob(x - ridge - away * 0.012, 0 * y, 0.022, 1) * inside, np.clip(head.skin * 1.16, 0, 1), rows)
    under = covered(ellipse(x - tip_x, y - tip_y - 0.012, wide, 0.034), 2) * smooth(-0.012, 0.018, y - tip_y)
    canvas.over(0.50 * under, head.skin * 0.58, rows)
    canvas.over(0.35 * blob(x - tip_x, y - tip_y + 0.03, 0.035, 0.03), np.clip(head.skin * 1.18, 0, 1), rows)
    for side in (-1, 1):
        hole = covered(ellipse(x - tip_x - side * 0.52 * wide * head.ahead, y - tip_y - 0.016, 0.019, 0.013), 1.5)
        canvas.over(0.75 * hole, head.skin * 0.30, rows)


def _mouth_place(head: Head) -> tuple[Array, Array]:
    return head.place(0.0, 0.24), 0.355 + head.nod


def _mouth(canvas: Canvas, head: Head, traits: dict[str, np.ndarray]) -> None:
    rows = _MOUTH_ROWS
    middle, level = _mouth_place(head)
    smile = column(traits["smile"])
    wide = (0.145 + 0.05 * column(traits["mouth_width"]) + 0.035 * np.maximum(smile, 0)) * (0.70 + 0.30 * head.ahead)
    x = canvas.x[:, rows] - middle
    part = np.clip(np.abs(x) / wide, 0, 1.3)
    y = canvas.y[:, rows] - level + smile * 0.075 * (part**2 - 0.35)
    open_by = 0.075 * smooth(0.55, 1.0, column(traits["mouth_open"]))
    taper = np.sqrt(np.clip(1 - part**2, 0, 1))
    full = 0.022 + 0.022 * column(traits["lips"])
    tint = np.array([0.72, 0.30, 0.30], np.float32)[:, None, None, None]
    strength = 0.30 + 0.45 * column(traits["lip_colour"])
    lip = head.skin * 0.80 * (1 - strength) + tint * (0.55 + 0.45 * head.skin) * strength
    inside_x = (np.abs(x) < wide).astype(np.float32)
    upper = np.maximum(-y - open_by * taper - full * taper * (0.9 + 0.12 * np.cos(6 * x / wide)), y)
    lower = np.maximum(y - open_by * taper - 1.25 * full * taper, -y)
    canvas.over(0.9 * covered(upper) * inside_x, lip * 0.88, rows)
    canvas.over(0.9 * covered(lower) * inside_x, np.clip(lip * 1.06, 0, 1), rows)
    hole = covered(np.abs(y) - open_by * taper) * inside_x * (open_by > 0.004)
    canvas.over(hole, DARK * np.array([1.6, 0.6, 0.6], np.float32)[:, None, None, None], rows)
    teeth = covered(np.abs(y + 0.45 * open_by * taper) - 0.40 * open_by * taper) * inside_x * (part < 0.8)
    canvas.over(0.92 * teeth * (open_by > 0.02), WHITE * 0.97, rows)
    line = covered(np.abs(y) - 0.009) * inside_x * (open_by <= 0.02)
    canvas.over(0.8 * line, lip * 0.42, rows)
    canvas.over(0.28 * blob(x, y - 0.105 - open_by, 0.10, 0.022), head.skin * 0.62, rows)
    for side in (-1, 1):
        corner = blob(x - side * wide, y, 0.022, 0.024)
        canvas.over(0.45 * corner, head.skin * 0.5, rows)
        fold = segment(x, y, side * (wide * 0.86), -0.15, side * (wide + 0.055), -0.01) - 0.004
        canvas.over(0.34 * np.maximum(smile, 0) * covered(fold, 2), head.skin * 0.62, rows)


def _beard(canvas: Canvas, head: Head, traits: dict[str, np.ndarray]) -> None:
    has = column(traits["beard"])
    if not has.any():
        return
    rows = slice(34, 64)
    middle, level = _mouth_place(head)
    x, y = canvas.x[:, rows], canvas.y[:, rows]
    form = column(traits["beard_form"])
    outline = head.outline(x, y)
    grain = 0.93 + 0.03 * np.sin(38 * x + 4 * np.sin(13 * y) + 9 * column(traits["phase"]))
    colour = head.hair * 0.92 * grain[None]
    cheek = 0.16 + 0.5 * (np.abs(x - middle) / head.wide - 0.30) * (np.abs(x - middle) / head.wide < 0.6)
    full = covered(outline - 0.03, 2) * smooth(
        -0.04, 0.06, y - 0.22 - head.nod + 0.42 * (np.abs(x - middle) / head.wide) ** 2
    )
    chin = covered(ellipse(x - middle, y - level - 0.20, 0.17, 0.17), 2.5) * covered(outline - 0.02, 2)
    moustache = covered(ellipse(x - middle, y - level + 0.065 - 0.10 * (x - middle) ** 2 / 0.04 * 0.3, 0.165, 0.034), 2)
    mouth = covered(ellipse(x - middle, y - level - 0.005, 0.15, 0.052), 3)
    shape = np.where(form < 0.4, full, np.where(form < 0.7, np.maximum(chin, 0), 0.0))
    shape = np.maximum(shape * (1 - mouth), np.where(form < 0.85, moustache, 0.0) * (y < level + 0.02))
    shape = np.where(form >= 0.85, 0.42 * full * (1 - 0.7 * mouth), 0.95 * shape)
    canvas.over((has * shape).astype(np.float32) * (cheek > -9), colour, rows)


def glasses(canvas: Canvas, head: Head, traits: dict[str, np.ndarray]) -> None:
    """Paint glasses on those who wear them: two frames at the eyes, a bridge, and what goes to the ears."""
    has = column(traits["glasses"])
    if not has.any():
        return
    rows = _EYE_ROWS
    form, frame = column(traits["glasses_form"]), column(traits["frame"])
    dark = np.array([0.09, 0.08, 0.09], np.float32)[:, None, None, None]
    brown = np.array([0.36, 0.20, 0.11], np.float32)[:, None, None, None]
    metal = np.array([0.52, 0.50, 0.46], np.float32)[:, None, None, None]
    colour = np.where(frame < 0.5, dark, np.where(frame < 0.78, brown, metal))
    thick = np.where(frame < 0.5, 0.019, np.where(frame < 0.78, 0.017, 0.012)).astype(np.float32)
    x, y = canvas.x[:, rows], canvas.y[:, rows]
    places = [_eye_place(head, traits, side) for side in (-1, 1)]
    mask = np.zeros_like(x * has)
    for side, (middle, level) in zip((-1, 1), places, strict=True):
        wide = 0.158 * (0.82 + 0.18 * head.ahead - 0.12 * np.maximum(side * head.turn, 0))
        ring = np.where(
            form < 0.5,
            ellipse(x - middle, y - level, wide, 0.138),
            box(x - middle, y - level, wide * 1.05, 0.112, 0.05),
        )
        canvas.over(0.10 * has * covered(ring), WHITE, rows)
        shine = covered(np.abs((x - middle) + (y - level) * 0.9 + 0.03) - 0.016, 2) * covered(ring + 0.03)
        canvas.over(0.16 * has * shine, WHITE, rows)
        mask = np.maximum(mask, covered(np.abs(ring) - thick))
        arm = segment(
            x, y, middle + side * wide, level - 0.03, side * head.wide * 0.98 + 0.04 * head.turn, level - 0.05
        )
        seen = smooth(0.42, 0.12, side * head.turn)
        mask = np.maximum(mask, covered(arm - 0.8 * thick) * seen)
    (left, level), (right, _) = places
    inner = 0.150 * head.ahead
    bridge = segment(x, y, left + inner, level - 0.035, right - inner, level - 0.035)
    mask = np.maximum(mask, covered(bridge - thick))
    canvas.over(has * mask, colour, rows)
