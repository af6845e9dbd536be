"""Cartoon cars, 64 × 64 in colour, seen from the side: a small second domain for a generator that knows faces.

What the learner should see: six hundred cars are far too few to learn from nothing. But edges, colours and lit round
shapes are there already in a network that has learned faces; only their order is new.

Painted as the faces are, by shapes with soft edges (see `engine.faces.canvas`).
"""

from __future__ import annotations

import numpy as np

from engine.faces.canvas import Array, Canvas, blob, box, column, covered, ellipse, segment, smooth
from engine.faces.traits import hue

KINDS = ("saloon", "hatchback", "van", "pick-up", "coupé")
TRAINING_COUNT, TRAINING_SEED = 600, 11
FRESH_COUNT, FRESH_SEED = 512, 20_011  # cars that no network is trained on
CHUNK = 64
# Cabin of each kind: where roof and belt begin and end, as shares of the half length; the roof's height; the bonnet's.
_CABINS = np.array(
    [
        (-0.42, 0.30, -0.72, 0.62, 0.34, 0.00),
        (-0.74, 0.22, -0.92, 0.58, 0.37, 0.00),
        (-0.95, 0.46, -0.98, 0.74, 0.52, 0.03),
        (-0.02, 0.32, -0.12, 0.62, 0.38, 0.04),
        (-0.30, 0.12, -0.86, 0.56, 0.27, -0.04),
    ],
    np.float32,
)


def draw_traits(count: int, seed: int) -> dict[str, Array]:
    """Return what is known of `count` cars: float32 (count,) each, 0 … 1 except `kind` (0 … 4) and `left` (0 or 1).

    Car number i of a seed is always the same car.
    """
    names = (
        "kind", "left", "hue", "strength", "light", "length", "height", "wheel", "rim", "ride", "tint", "stripe",
        "sky_hue", "sky_light", "ground", "ground_light", "horizon", "hills", "x", "lamp",
    )  # fmt: skip
    values = np.random.default_rng(seed).random((count, len(names))).astype(np.float32)
    traits = {name: values[:, place] for place, name in enumerate(names)}
    traits["kind"] = np.floor(traits["kind"] * len(KINDS)).astype(np.float32)
    traits["left"] = (traits["left"] < 0.5).astype(np.float32)
    return traits


def draw(count: int, seed: int) -> Array:
    """Return the pictures, uint8 (count, 64, 64, 3)."""
    traits = draw_traits(count, seed)
    pictures = np.empty((count, 64, 64, 3), np.uint8)
    for first in range(0, count, CHUNK):
        part = {name: values[first : first + CHUNK] for name, values in traits.items()}
        pictures[first : first + CHUNK] = _painted(part)
    return pictures


def _painted(traits: dict[str, Array]) -> Array:
    canvas = Canvas(len(traits["kind"]))
    _scenery(canvas, traits)
    # What follows is painted as if every car drove to the right.
    canvas.x = np.where(column(traits["left"]) > 0, -canvas.x, canvas.x) - column(0.12 * (traits["x"] - 0.5))
    half = column(0.66 + 0.18 * traits["length"])
    radius = column(0.15 + 0.06 * traits["wheel"])
    road = 0.52
    belt = road - radius - column(0.24 + 0.08 * traits["height"])
    _shadow(canvas, half, road)
    _body(canvas, traits, half, radius, road, belt)
    for side in (-1, 1):
        _wheel(canvas, traits, side * 0.62 * half, road - radius, radius)
    return canvas.pixels()


def _scenery(canvas: Canvas, traits: dict[str, Array]) -> None:
    high = np.ones_like(canvas.x)
    low = column(0.10 + 0.25 * traits["horizon"])
    sky = hue(0.5 + 0.2 * traits["sky_hue"], 0.15 + 0.45 * traits["sky_hue"], 0.5 + 0.42 * traits["sky_light"])
    canvas.over(high, sky)
    canvas.over(0.5 * smooth(-1.0, 0.3, canvas.y), np.clip(sky + 0.22, 0, 1))
    ridge = low - 0.16 * np.sin(2.2 * canvas.x + 6 * column(traits["hills"])) - 0.12
    hills = hue(0.25 + 0.25 * traits["hills"], 0.25 + 0 * traits["hills"], 0.35 + 0.25 * traits["ground_light"])
    canvas.over(covered(ridge - canvas.y) * column(traits["hills"] > 0.35), hills)
    ground = hue(0.08 + 0.24 * traits["ground"], 0.35 + 0 * traits["ground"], 0.35 + 0.35 * traits["ground_light"])
    canvas.over(covered(low - canvas.y), ground)
    road = np.full(3, 0.42, np.float32)[:, None, None, None]
    canvas.over(covered(np.abs(canvas.y - 0.60) - 0.22), road * (0.75 + 0.5 * column(traits["ground_light"])))
    dashes = covered(np.abs(canvas.y - 0.70) - 0.018) * (np.sin(14 * canvas.x) > 0)
    canvas.over(dashes.astype(np.float32), np.full(3, 0.9, np.float32)[:, None, None, None])


def _shadow(canvas: Canvas, half: Array, road: float) -> None:
    black = np.zeros(3, np.float32)[:, None, None, None]
    canvas.over(0.55 * blob(canvas.x / half, (canvas.y - road - 0.01) / 0.06, 1.0, 1.0), black)


def _cabin(traits: dict[str, Array]) -> Array:
    return _CABINS[traits["kind"].astype(int)]


def _trapezium(
    x: Array, y: Array, roof: tuple[Array, Array], belt: tuple[Array, Array], top: Array, low: Array
) -> Array:
    """Return about the signed distance to a cabin: roof from roof[0] to roof[1] at `top`, belt likewise at `low`."""
    height = low - top
    share = np.clip((y - top) / height, -0.5, 1.5)
    rear, front = roof[0] + (belt[0] - roof[0]) * share, roof[1] + (belt[1] - roof[1]) * share
    slope_rear = np.sqrt(1 + ((belt[0] - roof[0]) / height) ** 2)
    slope_front = np.sqrt(1 + ((belt[1] - roof[1]) / height) ** 2)
    sides = np.maximum((rear - x) / slope_rear, (x - front) / slope_front)
    return np.maximum(sides, np.maximum(top - y, y - low))


def _body(canvas: Canvas, traits: dict[str, Array], half: Array, radius: Array, road: float, belt: Array) -> None:
    x, y = canvas.x, canvas.y
    form = _cabin(traits)
    paint = hue(traits["hue"], 0.25 + 0.7 * traits["strength"], 0.2 + 0.6 * traits["light"])
    dark = np.array([0.09, 0.10, 0.12], np.float32)[:, None, None, None]
    sill = road - 0.55 * radius
    middle, high = 0.5 * (belt + sill), 0.5 * (sill - belt)
    lit = 1.12 - 0.42 * np.clip((y - belt) / (sill - belt), 0, 1)
    roof = (column(form[:, 0]) * half, column(form[:, 1]) * half)
    line = (column(form[:, 2]) * half, column(form[:, 3]) * half)
    top = belt - column(form[:, 4])
    cabin = _trapezium(x, y, roof, line, top, belt + 0.06)
    canvas.over(covered(cabin - 0.015), paint * 1.05)
    hood = box(x, y - middle, half, high, 0.09) + 0 * belt
    lower = box(x - 0.30 * half, y - middle + column(form[:, 5]), 0.68 * half, high, 0.09)
    canvas.over(covered(np.minimum(hood, lower)), np.clip(paint * lit[None], 0, 1))
    _windows(canvas, traits, cabin, roof, top, belt)
    stripe = covered(np.abs(y - middle) - 0.022) * covered(hood + 0.03) * column(traits["stripe"] > 0.6)
    canvas.over(stripe, np.clip(1.15 - paint, 0, 1))
    canvas.over(0.45 * covered(np.abs(y - sill + 0.03) - 0.022) * covered(hood), dark)
    # Doors, handle, lamps, bumpers.
    for place in (0.30, -0.18):
        seam = segment(x, y, place * half, belt + 0.02, place * half, sill - 0.04) - 0.006
        canvas.over(0.55 * covered(seam), dark)
    canvas.over(0.8 * covered(box(x - 0.18 * half, y - belt - 0.06, 0.035, 0.012, 0.01)), np.clip(paint * 1.5, 0, 1))
    yellow = np.array([1.0, 0.93, 0.62], np.float32)[:, None, None, None]
    red = np.array([0.83, 0.12, 0.10], np.float32)[:, None, None, None]
    size = column(0.035 + 0.03 * traits["lamp"])
    canvas.over(covered(ellipse(x - 0.93 * half, y - belt - 0.10, size, size)), yellow)
    canvas.over(covered(box(x + 0.95 * half, y - belt - 0.10, 0.03, 0.05, 0.01)), red)
    for side in (-1, 1):
        canvas.over(covered(box(x - side * 0.97 * half, y - sill + 0.06, 0.06, 0.03, 0.02)), dark * 2.5)
        arch = ellipse(x - side * 0.62 * half, y - road + radius, radius * 1.22, radius * 1.22)
        canvas.over(covered(arch) * covered(y - road + 0.3 * radius), dark)


def _windows(
    canvas: Canvas, traits: dict[str, Array], cabin: Array, roof: tuple[Array, Array], top: Array, belt: Array
) -> None:
    glass = np.array([0.55, 0.72, 0.80], np.float32)[:, None, None, None] * (0.45 + 0.6 * column(traits["tint"]))
    inside = covered(cabin + 0.035) * covered(canvas.y - belt + 0.01)
    pillar = segment(canvas.x, canvas.y, 0.5 * (roof[0] + roof[1]), top, 0.5 * (roof[0] + roof[1]) - 0.02, belt) - 0.016
    shine = covered(np.abs(canvas.x + 0.7 * canvas.y - 0.10) - 0.03, 2)
    canvas.over(inside * (1 - covered(pillar)), np.clip(glass, 0, 1))
    canvas.over(0.4 * inside * (1 - covered(pillar)) * shine, np.ones(3, np.float32)[:, None, None, None])


def _wheel(canvas: Canvas, traits: dict[str, Array], across: Array, down: Array, radius: Array) -> None:
    x, y = canvas.x - across, canvas.y - down
    tyre = np.array([0.10, 0.10, 0.11], np.float32)[:, None, None, None]
    metal = np.full(3, 0.78, np.float32)[:, None, None, None]
    canvas.over(covered(ellipse(x, y, radius, radius)), tyre)
    rim = radius * column(0.5 + 0.15 * traits["rim"])
    canvas.over(covered(ellipse(x, y, rim, rim)), metal)
    spokes = np.abs(np.sin(2.5 * np.arctan2(y, x + 1e-6))) < 0.35
    holes = covered(ellipse(x, y, 0.8 * rim, 0.8 * rim)) * spokes * column(traits["rim"] > 0.45)
    canvas.over((0.75 * holes).astype(np.float32), tyre * 2)
    canvas.over(covered(ellipse(x, y, 0.22 * radius, 0.22 * radius)), tyre * 3)
