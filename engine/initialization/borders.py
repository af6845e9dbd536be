"""Where each network changes its mind: maps of its answer, and the border in them, found by marching squares.

What the learner should see: networks with the same error draw different borders where no training row says anything.
Marching squares: Lorensen and Cline 1987, in two dimensions.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import numpy as np

from engine.data.toy import DOMAIN
from engine.initialization.experiment import Result
from engine.models.forward import forward

GRID = 27
PLACES = np.linspace(DOMAIN[0], DOMAIN[1], GRID)


@lru_cache(maxsize=8)
def scores(result: Result) -> np.ndarray:
    """Return what every network alone says before its sigmoid, float32 (M, N, GRID, GRID); rows go upwards in y."""
    linear = dataclasses.replace(result.config.architecture(), output_activation="linear")
    grid = np.stack(np.meshgrid(PLACES, PLACES), axis=-1).reshape(-1, 2)
    found = [[forward(own, grid, linear)[-1] for own in moment] for moment in result.snapshots.astype(np.float64)]
    return np.array(found, np.float32).reshape(*result.snapshots.shape[:2], GRID, GRID)


def disagreement(result: Result) -> np.ndarray:
    """Return for every moment and place how often two runs, drawn at random, disagree, (M, GRID, GRID): 0 … about ½."""
    runs = result.snapshots.shape[1]
    ones = (scores(result) > 0).sum(axis=1)
    return np.asarray(2 * ones * (runs - ones) / (runs * (runs - 1)))


# Two crossed edges (0 bottom, 1 right, 2 top, 3 left) for each code of corners above 0, bit k for corner k counted
# from the lower left anticlockwise; a saddle has two pieces, cut as if the middle lay below.
_FIRST = np.array([-1, 3, 0, 3, 1, 3, 0, 3, 2, 2, 0, 2, 1, 1, 0, -1])
_SECOND = np.array([-1, 0, 1, 1, 2, 0, 2, 2, 3, 0, 1, 1, 3, 0, 3, -1])
_SADDLE = {5: (1, 2), 10: (2, 3)}


def segments(values: np.ndarray) -> np.ndarray:
    """Return the pieces of the line where a map is 0, (S, 4): x0, y0, x1, y1 in the picture's coordinates.

    Args:
        values: (GRID, GRID), rows upwards in y.
    """
    corners = np.stack([values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]])
    code = ((corners > 0) * np.array([1, 2, 4, 8])[:, None, None]).sum(axis=0)
    rows, columns = np.nonzero((code > 0) & (code < 15))
    kinds = code[rows, columns]
    first, second = _FIRST[kinds], _SECOND[kinds]
    for saddle, (one, other) in _SADDLE.items():
        here = kinds == saddle
        rows, columns = np.concatenate([rows, rows[here]]), np.concatenate([columns, columns[here]])
        first = np.concatenate([first, np.full(here.sum(), one)])
        second = np.concatenate([second, np.full(here.sum(), other)])
        kinds = np.concatenate([kinds, np.full(here.sum(), -1)])
    own = corners[:, rows, columns]
    return np.concatenate([_crossing(own, edge, rows, columns) for edge in (first, second)], axis=1)


def _crossing(corners: np.ndarray, edge: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return where an edge of a cell is crossed, (S, 2)."""
    place = np.arange(len(edge))
    start, end = corners[edge, place], corners[(edge + 1) % 4, place]
    part = start / (start - end)
    # From corner k to k + 1: right, up, left, down.
    across = np.choose(edge, [part, np.ones_like(part), 1 - part, np.zeros_like(part)])
    up = np.choose(edge, [np.zeros_like(part), part, np.ones_like(part), 1 - part])
    width = PLACES[1] - PLACES[0]
    return np.stack([PLACES[0] + (columns + across) * width, PLACES[0] + (rows + up) * width], axis=1)


@lru_cache(maxsize=8)
def borders(result: Result) -> tuple[np.ndarray, np.ndarray]:
    """Return the pieces of all networks' borders at every moment.

    Returns:
        float32 (M, S, 4) pieces, filled up with not-a-number, and int32 (M, S) whose they are, −1 for filling.
    """
    pieces, owners = [], []
    for moment in scores(result):
        own = [segments(values) for values in moment]
        pieces.append(np.concatenate(own))
        owners.append(np.repeat(np.arange(len(own)), [len(one) for one in own]))
    longest = max(1, *(len(one) for one in pieces))
    filled = np.full((len(pieces), longest, 4), np.nan, np.float32)
    whose = np.full((len(pieces), longest), -1, np.int32)
    for place, (piece, owner) in enumerate(zip(pieces, owners, strict=True)):
        filled[place, : len(piece)], whose[place, : len(owner)] = piece, owner
    return filled, whose


def nearest(result: Result, x: float, y: float) -> int:
    """Return which network's last border runs closest to a place; −1 if none has one."""
    filled, whose = borders(result)
    ends = filled[-1].reshape(-1, 2, 2).mean(axis=1)
    away = np.square(ends - np.array([x, y])).sum(axis=1)
    return int(whose[-1][np.nanargmin(away)]) if np.isfinite(away).any() else -1
