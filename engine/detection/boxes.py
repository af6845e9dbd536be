"""Boxes that cover the same thing: how much two boxes overlap, and which of them stays.

What the learner should see: a detector reports one thing many times, and nothing in it counts things. Greedy
non-maximum suppression does: take the best box, drop all that overlap it too much, take the best of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

KEPT, BEYOND = -1, -2  # instead of the number of the box that suppressed it
_BLOCK = 64  # boxes compared with all others in one step: large enough for NumPy, small enough to waste little


def iou(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the overlap of every pair: area of the intersection over area of the union, 0 to 1.

    Args:
        first: (N, 4) left, top, right, bottom.
        second: (M, 4).

    Returns:
        (N, M) in the boxes' precision; 0 where both are without area.
    """
    width = np.minimum(first[:, None, 2], second[:, 2]) - np.maximum(first[:, None, 0], second[:, 0])
    height = np.minimum(first[:, None, 3], second[:, 3]) - np.maximum(first[:, None, 1], second[:, 1])
    shared = np.maximum(width, 0, out=width)
    shared *= np.maximum(height, 0, out=height)
    union = (areas(first)[:, None] + areas(second)) - shared
    shared /= np.maximum(union, np.finfo(np.float32).tiny, out=union)
    return shared


def areas(boxes: np.ndarray) -> np.ndarray:
    """Return the areas of boxes (N, 4); 0 for those turned inside out."""
    return np.maximum(boxes[:, 2] - boxes[:, 0], 0) * np.maximum(boxes[:, 3] - boxes[:, 1], 0)


@dataclass(frozen=True)
class Suppression:
    """What became of N boxes, best score first.

    Attributes:
        keeper: (N,) int32: KEPT, BEYOND (all places were taken), or the number of the box that suppressed it.
        overlap: (N,) float32: the IoU with that box; 0 for the others.
    """

    keeper: np.ndarray
    overlap: np.ndarray

    @property
    def kept(self) -> np.ndarray:
        """Return the numbers of the boxes that stay, best first."""
        return np.flatnonzero(self.keeper == KEPT)


def suppress(
    boxes: np.ndarray, threshold: float, kind: np.ndarray | None = None, most: int | None = None
) -> Suppression:
    """Go through boxes from the best to the worst and drop each that overlaps a kept one by more than `threshold`.

    Args:
        boxes: (N, 4), best score first.
        threshold: Largest IoU that two kept boxes may have, 0 to 1.
        kind: (N,) classes; boxes of different classes leave each other alone. None: all compete.
        most: How many may stay in all.

    Returns:
        The fate of every box, equal to that of the textbook's loop over all pairs.
    """
    keeper = np.full(len(boxes), KEPT, np.int32)
    overlap = np.zeros(len(boxes), np.float32)
    if kind is None or len(boxes) <= _BLOCK:  # so few are compared in one step, whatever their classes
        _suppress_group(boxes, np.arange(len(boxes)), threshold, keeper, overlap, kind)
    else:
        by_kind = np.argsort(kind, kind="stable")
        starts = np.flatnonzero(np.diff(kind[by_kind])) + 1
        for members in np.split(by_kind, starts):
            if len(members) > 1:
                _suppress_group(boxes, members, threshold, keeper, overlap)
    if most is not None:
        kept = np.flatnonzero(keeper == KEPT)
        keeper[kept[most:]] = BEYOND
        # What a box beyond the limit suppressed would not have been shown either.
        keeper[np.isin(keeper, kept[most:]) & (keeper >= 0)] = BEYOND
        overlap[keeper < 0] = 0
    return Suppression(keeper, overlap)


def _suppress_group(
    boxes: np.ndarray,
    members: np.ndarray,
    threshold: float,
    keeper: np.ndarray,
    overlap: np.ndarray,
    kind: np.ndarray | None = None,
) -> None:
    """Write the fate of the boxes `members` (best first) into `keeper` and `overlap`.

    The best boxes still alive are compared with all others alive, a block at a time. With `kind`, those of different
    classes leave each other alone.
    """
    alive = members
    while len(alive) > 1:
        own = boxes[alive]
        over = (shares := iou(own[:_BLOCK], own)) > threshold
        if kind is not None:
            over &= kind[alive[:_BLOCK], None] == kind[alive]
        stay = _first_come(over[:, :_BLOCK])
        # Of all boxes that overlap it too much, the best one that stays is what a box fell to.
        reached = over[stay]
        head = stay[reached.argmax(axis=0)]
        fell = reached.any(axis=0)
        fell[stay] = False
        keeper[alive[fell]] = alive[head[fell]]
        overlap[alive[fell]] = shares[head[fell], np.flatnonzero(fell)]
        alive = alive[_BLOCK:][~fell[_BLOCK:]]


def _first_come(over: np.ndarray) -> np.ndarray:
    """Return which of B boxes stay when each falls to any before it that stays and overlaps it, (B, B) of pairs.

    Rows become whole numbers with a bit for each box: the loop over boxes then costs next to nothing.
    """
    rows = [int.from_bytes(row.tobytes(), "little") for row in np.packbits(over, axis=1, bitorder="little")]
    gone, stay = 0, []
    for number, row in enumerate(rows):
        if not gone >> number & 1:
            stay.append(number)
            gone |= row
    return np.array(stay)
