"""Three ways to choose what to try: a grid, random points, and random points of which the better third goes on.

What the learner should see: a grid of 36 points tries three learning rates; 36 random points try 36 (Bergstra and
Bengio 2012). And most points show early that they are bad: successive halving stops them there and gives the epochs
to the others (Jamieson and Talwalkar 2016; the factor 3 is scikit-learn's).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.tuning.space import DROPOUT, LEARNING_RATE, NEURON_SHARE, NEURON_SHRINK, SPACE, Point, from_unit

RANDOM, GRID, HALVING = "random", "grid", "halving"
METHODS = (RANDOM, GRID, HALVING)
FACTOR = 3
RUNGS = 3
LEVELS = {
    16: {DROPOUT: 2, LEARNING_RATE: 2, NEURON_SHARE: 2, NEURON_SHRINK: 2},
    24: {DROPOUT: 2, LEARNING_RATE: 3, NEURON_SHARE: 2, NEURON_SHRINK: 2},
    36: {DROPOUT: 2, LEARNING_RATE: 3, NEURON_SHARE: 3, NEURON_SHRINK: 2},
    54: {DROPOUT: 3, LEARNING_RATE: 3, NEURON_SHARE: 3, NEURON_SHRINK: 2},
}
"""Number of points → how many values of each parameter a grid of them tries."""

BUDGETS = tuple(LEVELS)


@dataclass(frozen=True)
class Rung:
    """One stage of a search: `count` points train for at most `epochs` epochs."""

    epochs: int
    count: int


def rungs(method: str, points: int, epochs: int) -> tuple[Rung, ...]:
    """Return the stages: one for a grid and for random points, three for successive halving (1/9, 1/3, all epochs)."""
    if method != HALVING:
        return (Rung(epochs, points),)
    parts = [FACTOR ** (RUNGS - 1 - stage) for stage in range(RUNGS)]
    return tuple(Rung(max(1, -(-epochs // part)), -(-points // FACTOR**stage)) for stage, part in enumerate(parts))


def candidates(method: str, points: int, seed: int) -> tuple[Point, ...]:
    """Return the points to try, in order.

    Args:
        method: One of METHODS; halving starts from the very points of the random search.
        points: One of BUDGETS.
        seed: Of random points.
    """
    if method != GRID:
        return tuple(from_unit(place) for place in np.random.default_rng(seed).random((points, len(SPACE))))
    # The middle of each of k equal parts: the ends of the ranges are the worst places to try.
    places = {one: (np.arange(count) + 0.5) / count for one, count in LEVELS[points].items()}
    # The learning rate changes fastest: neighbours then share their network, which is traced once.
    order = (NEURON_SHARE, NEURON_SHRINK, DROPOUT, LEARNING_RATE)
    product = itertools.product(*(places[one] for one in order))
    return tuple(from_unit(np.array([place[order.index(one)] for one in SPACE])) for place in product)


def ranking(scores: Sequence[float] | np.ndarray, losses: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return the places of the scores, best first; of equal scores the one with the smaller loss comes first."""
    return np.lexsort((np.asarray(losses), -np.asarray(scores)))
