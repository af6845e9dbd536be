"""Faces from our own renderer, 64 × 64 in colour: as many as wanted, every attribute known, nobody's likeness.

What the learner should see: people, if drawn ones. Light falls from one side, hair has strands, a turned head shows
one ear, glasses sit on the nose. A network that has seen thirty thousand of them has to find all that out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.faces import features, hair
from engine.faces.canvas import Array, Canvas, blob, box, column, covered, ellipse, smooth
from engine.faces.traits import draw_traits, hair_colour, hue, skin_colour

ATTRIBUTES = (
    "skin", "hair_colour", "hair_style", "glasses", "beard", "smile", "mouth_open", "yaw", "background",
    "shoulders_hue",
)  # fmt: skip
TRAINING_COUNT, TRAINING_SEED = 30_000, 7
CHUNK = 32  # faces painted at once: their arrays stay in the processor's cache


@dataclass(frozen=True)
class DrawnFaces:
    """Drawn faces and what is known about them.

    Attributes:
        pictures: uint8 (n, 64, 64, 3).
        attributes: For each of ATTRIBUTES float32 (n,); `engine.faces.traits.draw_traits` says what they mean.
    """

    pictures: np.ndarray
    attributes: dict[str, np.ndarray]


def draw(count: int, seed: int, first: int = 0) -> DrawnFaces:
    """Return `count` drawn faces; face number i of a seed is always the same face.

    Args:
        count: How many, 0 or more.
        seed: Of all traits.
        first: Number of the first face, so that a part of a larger set can be drawn again.
    """
    traits = {name: values[first:] for name, values in draw_traits(first + count, seed).items()}
    return DrawnFaces(render(traits), {name: traits[name] for name in ATTRIBUTES})


def render(traits: dict[str, np.ndarray]) -> np.ndarray:
    """Return the pictures, uint8 (n, 64, 64, 3), of faces with these traits, see `draw_traits`."""
    count = len(traits["skin"])
    pictures = np.empty((count, 64, 64, 3), np.uint8)
    for first in range(0, count, CHUNK):
        part = {name: np.asarray(values[first : first + CHUNK], np.float32) for name, values in traits.items()}
        pictures[first : first + CHUNK] = _painted(part)
    return pictures


def _painted(traits: dict[str, np.ndarray]) -> np.ndarray:
    canvas = Canvas(len(traits["skin"]))
    head = Head(traits)
    _background(canvas, traits)
    straight = canvas.x, canvas.y
    head.tilt(canvas)
    hair.behind(canvas, head, traits)
    tilted = canvas.x, canvas.y
    canvas.x, canvas.y = straight
    _shoulders(canvas, head, traits)
    canvas.x, canvas.y = tilted
    _skin(canvas, head, traits)
    features.paint(canvas, head, traits)
    hair.front(canvas, head, traits)
    features.glasses(canvas, head, traits)
    return canvas.pixels()


class Head:
    """Where the head is, and where its parts come to lie when it turns.

    Attributes:
        x, y: Its middle, (n, 1, 1).
        wide, high: Its half axes.
        turn: Sine of its yaw.
        skin, hair: Colours (3, n, 1, 1).
        light: From which side the light comes, −1…1.
    """

    def __init__(self, traits: dict[str, np.ndarray]) -> None:
        self.x = column(0.08 * (traits["x"] - 0.5))
        self.y = column(-0.06 + 0.08 * (traits["y"] - 0.5))
        self.wide = column(0.46 + 0.08 * traits["width"])
        self.high = column(0.60 + 0.08 * traits["height"])
        self.jaw = column(0.10 + 0.28 * traits["jaw"])
        angle = traits["yaw"] * np.float32(0.62)
        self.turn, self.ahead = column(np.sin(angle)), column(np.cos(angle))
        self.nod = column(0.10 * (traits["pitch"] - 0.45))
        self.roll = column(0.24 * (traits["roll"] - 0.5))
        self.skin, self.hair = skin_colour(traits), hair_colour(traits)
        self.light = column(2 * traits["light"] - 1)

    def tilt(self, canvas: Canvas) -> None:
        """Let the canvas see the head's own upright axes, its middle at 0."""
        x, y = canvas.x - self.x, canvas.y - self.y - 0.6
        cosine, sine = np.cos(self.roll), np.sin(self.roll)
        canvas.x, canvas.y = x * cosine + y * sine, y * cosine - x * sine + 0.6

    def place(self, across: Array | float, depth: Array | float) -> Array:
        """Return x of a point `across` (share of the half width) and `depth` in front of the middle, once turned."""
        return across * self.wide * self.ahead + depth * self.turn

    def outline(self, x: Array, y: Array) -> Array:
        """Return the signed distance to the head: an ellipse whose lower part is drawn in to the chin."""
        below = np.clip(y / self.high, 0, 1.2)
        return ellipse(x - 0.05 * self.turn * (1 + below), y, self.wide * (1 - self.jaw * below * below), self.high)


def _background(canvas: Canvas, traits: dict[str, np.ndarray]) -> None:
    strength = 0.15 + 0.5 * traits["background_second"]
    light = 0.12 + 0.76 * traits["background"]
    own = hue(traits["background_hue"], strength, light)
    other = hue((traits["background_hue"] + 0.08) % 1, strength, np.clip(light + 0.25 * (0.6 - light), 0, 1))
    style = column(traits["background_style"])
    upright, aslant = canvas.y * 0.5 + 0.5, (canvas.x + canvas.y) * 0.25 + 0.5
    round_head = 1 - blob(canvas.x, canvas.y + 0.2, 0.9, 0.9)
    share = np.where(style < 0.35, 0, np.where(style < 0.6, upright, np.where(style < 0.75, aslant, round_head)))
    canvas.over(np.ones_like(share), own)
    canvas.over(share.astype(np.float32), other)


def _shoulders(canvas: Canvas, head: Head, traits: dict[str, np.ndarray]) -> None:
    rows = slice(40, 64)
    x, y = canvas.x[:, rows] - head.x, canvas.y[:, rows]
    chin = head.y + head.high
    cloth = hue(
        traits["shoulders_hue"],
        0.1 + 0.7 * traits["shoulders_strength"] ** 1.5,
        0.14 + 0.68 * traits["shoulders_light"],
    )
    # Neck, in the shadow of the chin.
    wide = head.wide * (0.46 + 0.1 * (1 - head.jaw))
    neck = covered(np.abs(x - 0.04 * head.turn) - wide - 0.25 * np.maximum(y - 0.74, 0)) * (y > 0.1)
    shadow = 0.62 + 0.3 * smooth(chin - 0.02, chin + 0.3, y) - 0.06 * head.light * np.sign(x)
    canvas.over(neck, head.skin * shadow[None], rows)
    across = column(0.78 + 0.2 * traits["shoulders_width"])
    top = chin + 0.16
    body = box(x, y - top - 0.75, across, 0.75, 0.34)
    collar = column(traits["collar"])
    # Neckline: round, V, or a shirt collar that closes it.
    depth = np.where(collar < 0.4, 0.10, 0.24)
    opening = np.where(
        collar < 0.4,
        ellipse(x, y - top + 0.02, wide + 0.06, depth),
        (np.abs(x) * 0.24 / (wide + 0.03) + (y - top) - 0.24) * 0.7,
    )
    mask = covered(np.maximum(body, -opening))
    fold = 1 - 0.10 * blob(np.abs(x) - 0.45, y - 0.95, 0.12, 0.35) + 0.10 * head.light * x - 0.10 * smooth(0.7, 1.0, y)
    canvas.over(mask, cloth * fold[None], rows)
    edge = covered(np.abs(opening) - 0.02) * mask
    canvas.over(edge * np.where(collar < 0.7, 0.35, 0), cloth * 0.45, rows)
    # Shirt collar: two leaves.
    leaf = np.abs(x) - wide * 0.72 - (top + 0.10 - y) * 0.5
    flap = np.maximum(np.abs(leaf) - 0.085, np.abs(y - top - 0.06) - 0.12)
    flaps = covered(flap) * (collar >= 0.7)
    canvas.over(flaps, np.clip(cloth * 1.15 + 0.08, 0, 1), rows)
    canvas.over(covered(np.abs(flap) - 0.012) * (collar >= 0.7) * 0.35, cloth * 0.4, rows)


def _skin(canvas: Canvas, head: Head, traits: dict[str, np.ndarray]) -> None:
    """Paint ears and the lit head."""
    x, y = canvas.x, canvas.y
    ears = []
    for side in (-1, 1):
        # Of a turned head, the ear on the side it turns to is behind it.
        middle = side * head.wide * (0.99 - 0.20 * np.maximum(-side * head.turn, 0)) + 0.02 * head.turn
        rows = slice(22, 44)
        ear = ellipse(x[:, rows] - middle, y[:, rows] - 0.03 - head.nod * 0.3, 0.075, 0.14)
        inner = ellipse(x[:, rows] - middle, y[:, rows] - 0.03 - head.nod * 0.3, 0.035, 0.085)
        ears.append((rows, ear, inner))
    for rows, ear, inner in ears:
        canvas.over(covered(ear), head.skin * 0.86, rows)
        canvas.over(0.5 * covered(inner, 2), head.skin * 0.6, rows)
    outline = head.outline(x, y)
    across, down = (x - 0.12 * head.turn) / head.wide, y / head.high
    out = np.sqrt(np.maximum(1 - 0.8 * across**2 - 0.75 * down**2, 0.02))
    lit = 0.66 + 0.30 * out - 0.13 * head.light * across - 0.06 * down
    warm = np.array([1.03, 1.0, 0.97], np.float32)[:, None, None, None]
    canvas.over(covered(outline), head.skin * (lit[None] * np.where(lit > 0.9, warm, 1)))
    for side, (rows, ear, inner) in zip((-1, 1), ears, strict=True):
        turned = smooth(0.12, 0.3, -side * head.turn)
        canvas.over(covered(ear) * turned, head.skin * 0.9, rows)
        canvas.over(0.5 * covered(inner, 2) * turned, head.skin * 0.62, rows)
    blush = column(0.08 + 0.22 * traits["blush"]) * (1 - 0.5 * column(traits["skin"]))
    rose = head.skin * np.array([1.0, 0.66, 0.62], np.float32)[:, None, None, None]
    for side in (-1, 1):
        rows = slice(28, 50)
        cheek = blob(x[:, rows] - head.place(0.52 * side, 0.32), y[:, rows] - 0.17 - head.nod, 0.13, 0.11)
        canvas.over(blush * cheek * covered(outline[:, rows]), rose, rows)
