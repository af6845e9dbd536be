"""Scenes made to be hard in one respect only: flocks, things cut by the edge, hidden, stretched or turned.

What the learner should see: since the pictures are put together here, one thing can be changed and all else kept. The
parts are those that the network was trained on (`engine.yolo.compose`), from items that it never saw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from engine.detection_limits.factors import COUNT, CUT, HIDDEN, SIZE, STRETCH, TURN
from engine.yolo.compose import CLOTHES, MOST_COVERED, SHAPES, SIDE, _resized, _thing, background

SQUARE = CLOTHES + SHAPES.index("Square")
LEAST_SIDE = 4  # pixels of the shorter side of anything
_TRIES = 60


@dataclass(frozen=True)
class Scene:
    """One picture with its truth; K things.

    Attributes:
        picture: uint8 (SIDE, SIDE).
        boxes: float32 (K, 4) left, top, right, bottom in pixels; of what is cut by the edge the part inside.
        kinds: int8 (K,), numbers in `compose.NAMES`.
        counted: bool (K,): False for what only stands in front of others.
        hidden: float32 (K,), share of the box that later things lie over.
    """

    picture: np.ndarray
    boxes: np.ndarray
    kinds: np.ndarray
    counted: np.ndarray
    hidden: np.ndarray


def scene(
    factor: str, value: float, things: int, size: int, seed: tuple[int, int], items: tuple[np.ndarray, np.ndarray]
) -> Scene:
    """Put one picture together.

    Args:
        factor: What is hard, one of `factors.FACTORS`.
        value: How much of it.
        things: How many things; of COUNT the value instead. Of HIDDEN each has a square in front of it besides.
        size: Longer side of a thing in pixels, give or take a tenth; of SIZE the value instead.
        seed: The run's seed and the number of the picture: the same pair begins with the same ground and things.
        items: Pictures of clothes and their kinds, as `fashion.items` gives them.
    """
    generator = np.random.default_rng(seed)
    canvas = background(generator)
    wanted = round(value) if factor == COUNT else things
    longer = value if factor == SIZE else size
    sizes = (max(LEAST_SIDE, round(0.9 * longer)), max(LEAST_SIDE, round(1.1 * longer)))
    drawn: list[tuple[np.ndarray, int, int, int, bool]] = []
    taken = np.zeros((0, 4), np.float32)
    for _ in range(wanted):
        thing, kind = _thing(generator, items, sizes)
        thing = _changed(thing, factor, value)
        whole = _pair(thing.shape, value / 100, generator) if factor == HIDDEN else (0, 0, *thing.shape[::-1])
        x, y = _place((whole[2] - whole[0], whole[3] - whole[1]), taken, generator, value / 100, factor == CUT)
        box = (x, y, x + whole[2] - whole[0], y + whole[3] - whole[1])
        taken = np.concatenate([taken, np.array([box], np.float32)])
        drawn.append((thing, kind, x - whole[0], y - whole[1], True))
        if factor == HIDDEN:
            # Where the square stands: at the far end of the pair on either axis.
            left = x if whole[0] else box[2] - thing.shape[1]
            upper = y if whole[1] else box[3] - thing.shape[0]
            drawn.append((np.ones(thing.shape, np.float32), SQUARE, left, upper, False))
    return _painted(canvas, drawn, generator)


def _changed(thing: np.ndarray, factor: str, value: float) -> np.ndarray:
    """Return a thing stretched to another width at the same area, or turned; others as they are."""
    height, width = thing.shape
    if factor == STRETCH and value != 1:
        root = np.sqrt(value)
        most = SIDE - 2
        return _resized(
            thing,
            int(np.clip(round(height / root), LEAST_SIDE, most)),
            int(np.clip(round(width * root), LEAST_SIDE, most)),
        )
    if factor == TURN and value:
        turned = Image.fromarray(thing).rotate(-value, Image.Resampling.BILINEAR, expand=True)
        full = np.asarray(turned, np.float32)
        rows, columns = np.flatnonzero(full.max(axis=1) > 0.08), np.flatnonzero(full.max(axis=0) > 0.08)
        return full[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return thing


def _pair(shape: tuple[int, ...], share: float, generator: np.random.Generator) -> tuple[int, int, int, int]:
    """Return the box around a thing at 0, 0 and a square of its size that hides a share of it from some side."""
    height, width = shape
    side = int(generator.integers(4))
    across, down = round((1 - share) * width), round((1 - share) * height)
    return (
        (0, 0, width + across, height),
        (-across, 0, width, height),
        (0, 0, width, height + down),
        (0, -down, width, height),
    )[side]


def _place(
    size: tuple[int, int], taken: np.ndarray, generator: np.random.Generator, share: float, at_edge: bool
) -> tuple[int, int]:
    """Return left and top of a place: the first that covers little of others, or else the one that covers least."""
    width, height = size
    x = generator.integers(0, max(1, SIDE - width + 1), _TRIES)
    y = generator.integers(0, max(1, SIDE - height + 1), _TRIES)
    if at_edge:
        side = generator.integers(0, 4, _TRIES)
        across, down = round(share * width), round(share * height)
        x = np.select([side == 0, side == 1], [-across, SIDE - width + across], x)
        y = np.select([side == 2, side == 3], [-down, SIDE - height + down], y)
    if not len(taken):
        return int(x[0]), int(y[0])
    wide = np.minimum(x[:, None] + width, taken[:, 2]) - np.maximum(x[:, None], taken[:, 0])
    high = np.minimum(y[:, None] + height, taken[:, 3]) - np.maximum(y[:, None], taken[:, 1])
    areas = (taken[:, 2] - taken[:, 0]) * (taken[:, 3] - taken[:, 1])
    covered = (np.maximum(wide, 0) * np.maximum(high, 0) / np.minimum(areas, width * height)).max(axis=1)
    free = np.flatnonzero(covered <= MOST_COVERED)
    best = int(free[0]) if len(free) else int(covered.argmin())
    return int(x[best]), int(y[best])


def _painted(
    canvas: np.ndarray, drawn: list[tuple[np.ndarray, int, int, int, bool]], generator: np.random.Generator
) -> Scene:
    """Return the scene with its things painted one over the other."""
    owner = np.full((SIDE, SIDE), -1, np.int32)
    boxes = np.zeros((len(drawn), 4), np.float32)
    for number, (thing, _, x, y, _) in enumerate(drawn):
        height, width = thing.shape
        left, top, right, bottom = max(x, 0), max(y, 0), min(x + width, SIDE), min(y + height, SIDE)
        part = thing[top - y : bottom - y, left - x : right - x]
        below = canvas[top:bottom, left:right]
        # Faint edges of a thing let the ground through, its body does not.
        cover = np.minimum(part * 8, 1)
        below *= 1 - cover
        below += cover * part * np.float32(generator.uniform(0.7, 1))
        owner[top:bottom, left:right] = number
        boxes[number] = left, top, right, bottom
    canvas += generator.standard_normal(canvas.shape, dtype=np.float32) * np.float32(0.02)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    shown = np.bincount(owner[owner >= 0], minlength=len(drawn))
    return Scene(
        np.clip(canvas * 255, 0, 255).astype(np.uint8),
        boxes,
        np.array([kind for _, kind, *_ in drawn], np.int8),
        np.array([counted for *_, counted in drawn], bool),
        (1 - shown / np.maximum(areas, 1)).astype(np.float32),
    )
