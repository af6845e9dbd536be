"""What the trials say between them: a random forest fitted to the scores, taken apart into the part of each parameter.

What the learner should see: which of the four numbers decides. The forest guesses the score anywhere; averaged over
all but one parameter it gives that parameter's curve, and how much the curve moves, compared with everything that
moves, is its importance (the main effects of functional ANOVA: Hutter, Hoos and Leyton-Brown 2014). A forest fitted
to a few dozen noisy scores is itself unsure, so several are grown, and their spread is shown.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.tuning.space import SPACE

FORESTS, TREES = 10, 40
GRID, PAIR_GRID = 33, 21
BACKGROUND, PAIR_BACKGROUND = 128, 32
PAIR_FORESTS = 3
FEWEST = 10  # trials a forest can say anything about
PAIRS = tuple(itertools.combinations(range(len(SPACE)), 2))


@dataclass(frozen=True)
class Surrogate:
    """Forests over the unit cube: F forests, d parameters, G and g places, the middles of equal parts of 0 to 1.

    Attributes:
        importance: float32 (F, d), share of the variance of each forest's guesses, over the whole ranges, that one
            parameter explains by itself; what is missing to 1 belongs to parameters acting together.
        marginal: float32 (d, G), guessed score along each parameter, averaged over the others and the forests.
        marginal_deviation: float32 (d, G), its standard deviation over the forests.
        pairs: float32 (6, g, g), guessed score over each pair of PAIRS, averaged over the other two; the first of the
            pair runs along the last axis.
        explained: R² of the forests on trials left out of each tree's sample, mean over the forests: near 0 means that
            they have learned nothing that carries over, and the importances mean nothing either.
    """

    importance: np.ndarray
    marginal: np.ndarray
    marginal_deviation: np.ndarray
    pairs: np.ndarray
    explained: float


def fit(places: np.ndarray, scores: np.ndarray, seed: int) -> Surrogate | None:
    """Return the surrogate of trials, or None for fewer than FEWEST or where all scores are the same.

    Args:
        places: (n, d) in the unit cube.
        scores: (n,).
        seed: Of the forests and of the background points.
    """
    from scipy.stats import qmc
    from sklearn.ensemble import RandomForestRegressor

    if len(scores) < FEWEST or np.ptp(scores) == 0:
        return None
    background = qmc.Sobol(places.shape[1], seed=seed).random(BACKGROUND)
    forests = [
        RandomForestRegressor(TREES, min_samples_leaf=2, oob_score=True, random_state=FORESTS * seed + number).fit(
            places, scores
        )
        for number in range(FORESTS)
    ]
    line = middles(GRID)
    guessed = np.array([[_guessed(forest, background, one, line) for one in range(len(SPACE))] for forest in forests])
    marginals = guessed.mean(axis=3)
    # Both variances of the same guesses: a part can then never exceed the whole.
    share = marginals.var(axis=2) / np.maximum(guessed.var(axis=(2, 3)), np.finfo(float).tiny)
    few = background[:PAIR_BACKGROUND]
    pairs = [np.mean([_pair(forest, few, pair) for forest in forests[:PAIR_FORESTS]], axis=0) for pair in PAIRS]
    return Surrogate(
        importance=share.astype(np.float32),
        marginal=marginals.mean(axis=0).astype(np.float32),
        marginal_deviation=marginals.std(axis=0, ddof=1).astype(np.float32),
        pairs=np.array(pairs, dtype=np.float32),
        explained=float(np.mean([forest.oob_score_ for forest in forests])),
    )


def middles(count: int) -> np.ndarray:
    """Return the middles of so many equal parts of 0 to 1, (count,): their mean and variance are nearly uniform's."""
    return (np.arange(count) + 0.5) / count


def _guessed(forest: Any, background: np.ndarray, one: int, line: np.ndarray) -> np.ndarray:
    """Return the guess at each place of one parameter for each background point of the others, (places, points)."""
    asked = np.repeat(background[None], len(line), axis=0)
    asked[:, :, one] = line[:, None]
    guessed: np.ndarray = forest.predict(asked.reshape(-1, background.shape[1]))
    return guessed.reshape(len(line), -1)


def _pair(forest: Any, background: np.ndarray, pair: tuple[int, int]) -> np.ndarray:
    """Return the guess at each place of two parameters, averaged over the others; rows belong to the second."""
    line = middles(PAIR_GRID)
    asked = np.tile(background, (PAIR_GRID, PAIR_GRID, 1, 1))
    asked[..., pair[0]] = line[None, :, None]
    asked[..., pair[1]] = line[:, None, None]
    guessed: np.ndarray = forest.predict(asked.reshape(-1, background.shape[1]))
    return guessed.reshape(PAIR_GRID, PAIR_GRID, -1).mean(axis=2)
