"""Pictures made on the fly, whose true boxes are known: clothes and shapes on textured ground.

What the learner should see: a detector needs pictures with boxes, and nobody has to draw them when the picture is put
together from parts. Every training step sees pictures that nobody has seen before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.data import fashion

SIDE = 128  # pixels of a picture
SHAPES = ("Disk", "Square", "Triangle")
NAMES = (*fashion.NAMES, *SHAPES)
CLOTHES = len(fashion.NAMES)
FEWEST, MOST = 3, 8  # things in a picture
SMALLEST, LARGEST = 28, 52  # pixels of a thing's longer side
MOST_COVERED = 0.15  # of the smaller of two things
SHAPE_SHARE = 0.2
_TRIES = 60


@dataclass(frozen=True)
class Scenes:
    """Pictures with their truth; N pictures, at most M things in each, M = MOST or more.

    Attributes:
        pictures: uint8 (N, SIDE, SIDE).
        boxes: float32 (N, M, 4) left, top, right, bottom in pixels; 0 where there is no thing.
        kinds: int8 (N, M), numbers in NAMES; −1 where there is no thing.
    """

    pictures: np.ndarray
    boxes: np.ndarray
    kinds: np.ndarray


def compose(
    count: int,
    generator: np.random.Generator,
    items: tuple[np.ndarray, np.ndarray],
    most: int = MOST,
    fewest: int = FEWEST,
    sizes: tuple[int, int] = (SMALLEST, LARGEST),
    covered: float = MOST_COVERED,
) -> Scenes:
    """Put pictures together.

    Args:
        count: How many pictures.
        generator: Every draw comes from it.
        items: Pictures of clothes uint8 (M, 28, 28) and their kinds, as `fashion.items` gives them.
        most: Most things in one picture; where no place is left there are fewer.
        fewest: Fewest things in one picture, with the same reservation.
        sizes: Smallest and largest longer side of a thing, in pixels.
        covered: Largest share of the smaller of two things that the other may cover, 0 to 1.
    """
    slots = max(most, MOST)
    pictures = np.empty((count, SIDE, SIDE), np.uint8)
    boxes = np.zeros((count, slots, 4), np.float32)
    kinds = np.full((count, slots), -1, np.int8)
    for number in range(count):
        canvas = background(generator)
        wanted, placed = int(generator.integers(fewest, most + 1)), 0
        for _ in range(wanted):
            thing, kind = _thing(generator, items, sizes)
            place = _place(thing.shape, boxes[number, :placed], generator, covered)
            if place is None:
                continue
            x, y = place
            height, width = thing.shape
            below = canvas[y : y + height, x : x + width]
            # Faint edges of a thing let the ground through, its body does not.
            cover = np.minimum(thing * 8, 1)
            below *= 1 - cover
            below += cover * thing * generator.uniform(0.7, 1)
            boxes[number, placed] = x, y, x + width, y + height
            kinds[number, placed] = kind
            placed += 1
        canvas += generator.standard_normal(canvas.shape, dtype=np.float32) * np.float32(0.02)
        pictures[number] = np.clip(canvas * 255, 0, 255)
    return Scenes(pictures, boxes, kinds)


def background(generator: np.random.Generator) -> np.ndarray:
    """Return a textured ground, float32 (SIDE, SIDE) in 0…0.35: a slope, soft clouds and sometimes stripes."""
    ramp = np.linspace(0, 1, SIDE, dtype=np.float32)
    across, down = generator.uniform(-0.12, 0.12, 2).astype(np.float32)
    cells = int(generator.integers(3, 12))
    clouds = _resized(generator.random((cells, cells), dtype=np.float32), SIDE, SIDE)
    ground = np.float32(0.08) + across * ramp + down * ramp[:, None] + np.float32(generator.uniform(0, 0.2)) * clouds
    if generator.random() < 0.4:
        angle, waves = generator.uniform(0, np.pi), generator.uniform(4, 20)
        phase = 2 * np.pi * waves * (np.cos(angle) * ramp + np.sin(angle) * ramp[:, None])
        ground += np.float32(generator.uniform(0.01, 0.06)) * (1 + np.sin(phase)).astype(np.float32)
    return np.clip(ground, 0, 0.35, out=ground)


def _thing(
    generator: np.random.Generator, items: tuple[np.ndarray, np.ndarray], sizes: tuple[int, int]
) -> tuple[np.ndarray, int]:
    """Return one thing cut to its pixels, float32 (height, width) in 0…1, and its kind."""
    longer = int(generator.integers(sizes[0], sizes[1] + 1))
    if generator.random() < SHAPE_SHARE:
        shape = int(generator.integers(len(SHAPES)))
        width = max(sizes[0] // 2, int(longer * generator.uniform(0.7, 1)))
        mask = _shape(shape, longer, width)
        return (mask if generator.random() < 0.5 else mask.T).astype(np.float32), CLOTHES + shape
    number = int(generator.integers(len(items[0])))
    whole = items[0][number]
    rows, columns = np.flatnonzero(whole.max(axis=1) > 20), np.flatnonzero(whole.max(axis=0) > 20)
    cut = whole[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32) / 255
    if generator.random() < 0.5:
        cut = cut[:, ::-1]
    scale = longer / max(cut.shape)
    return _resized(cut, max(8, round(cut.shape[0] * scale)), max(8, round(cut.shape[1] * scale))), int(
        items[1][number]
    )


def _shape(shape: int, height: int, width: int) -> np.ndarray:
    """Return a filled shape that touches all four sides of its box, as 0 and 1."""
    down = (np.arange(height)[:, None] + 0.5) / height
    across = (np.arange(width) + 0.5) / width
    if shape == 0:
        return (2 * down - 1) ** 2 + (2 * across - 1) ** 2 <= 1
    if shape == 1:
        return np.ones((height, width), bool)
    return np.abs(2 * across - 1) <= down + 0.5 / height


def _place(
    shape: tuple[int, ...], taken: np.ndarray, generator: np.random.Generator, covered: float
) -> tuple[int, int] | None:
    """Return left and top of a free place for a thing, or None; `taken` (K, 4) holds the boxes so far."""
    height, width = shape
    x = generator.integers(0, SIDE - width + 1, _TRIES)
    y = generator.integers(0, SIDE - height + 1, _TRIES)
    if not len(taken):
        return int(x[0]), int(y[0])
    shared = np.maximum(np.minimum(x[:, None] + width, taken[:, 2]) - np.maximum(x[:, None], taken[:, 0]), 0)
    shared *= np.maximum(np.minimum(y[:, None] + height, taken[:, 3]) - np.maximum(y[:, None], taken[:, 1]), 0)
    sizes = (taken[:, 2] - taken[:, 0]) * (taken[:, 3] - taken[:, 1])
    free = np.flatnonzero((shared <= covered * np.minimum(sizes, height * width)).all(axis=1))
    return (int(x[free[0]]), int(y[free[0]])) if len(free) else None


def _resized(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return a grid with another number of rows and columns, bilinear, half-pixel centres."""
    return _weights(values.shape[0], height) @ values @ _weights(values.shape[1], width).T


@cache
def _weights(before: int, after: int) -> np.ndarray:
    """Return float32 (after, before): how much of each old pixel is in a new one."""
    centres = np.clip((np.arange(after) + 0.5) * before / after - 0.5, 0, before - 1)
    left = np.minimum(centres.astype(int), max(before - 2, 0))
    share = (centres - left).astype(np.float32)
    weights = np.zeros((after, before), np.float32)
    weights[np.arange(after), left] = 1 - share
    weights[np.arange(after), np.minimum(left + 1, before - 1)] += share
    return weights
