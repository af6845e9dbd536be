"""The grid's own limit: a cell has one name to give, so things that share a cell cannot all be named.

What the learner should see: put k things at random into 64 cells and some cells get two, long before things run out of
cells. It is the birthday problem, and no training changes it.
"""

from __future__ import annotations

import numpy as np

from engine.yolo.compose import SIDE
from engine.yolo.experiment import SHIPPED_SHAPE

GRID = SHIPPED_SHAPE.grid


def cells_of(boxes: np.ndarray, grid: int = GRID) -> np.ndarray:
    """Return the number of the cell in which each box (K, 4) in pixels is centred, row by row, int (K,)."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    column, row = (np.clip((side * grid / SIDE).astype(int), 0, grid - 1) for side in (x, y))
    return np.asarray(row * grid + column)


def crowded(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which things share their cell with another, and which are more than its first: bool (K,) each."""
    _, first, inverse, count = np.unique(cells, return_index=True, return_inverse=True, return_counts=True)
    spare = np.ones(len(cells), bool)
    spare[first] = False
    return count[inverse] > 1, spare


def alone_share(things: float, cells: int = GRID**2) -> float:
    """Return the expected share of things that are alone in their cell, each placed at random: (1 − 1/C)^(k − 1)."""
    return float((1 - 1 / cells) ** (things - 1))


def most_share(things: float, cells: int = GRID**2) -> float:
    """Return the expected share of things that get a cell's one name: occupied cells by things.

    Each of C cells stays empty with chance (1 − 1/C)^k, so C (1 − (1 − 1/C)^k) / k.
    """
    return float(cells * (1 - (1 - 1 / cells) ** things) / things)
