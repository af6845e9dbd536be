"""Acquisition: what the next reading would be worth, here, by what is guessed and how unsure that is.

What the learner should see: one curve that is high where the guess is high and where nobody has looked. How much each
counts is one number: kappa or xi. The rules and their names are those of `bayes_opt.acquisition`.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

NAMES = ("ucb", "ei", "pi")
LABELS = {"ucb": "Upper confidence bound", "ei": "Expected improvement", "pi": "Probability of improvement"}
SHORT = {"ucb": "UCB", "ei": "EI", "pi": "PI"}
CLASSES = {"ucb": "UpperConfidenceBound", "ei": "ExpectedImprovement", "pi": "ProbabilityOfImprovement"}
TINY = 1e-12


def worth(
    name: str, mean: np.ndarray, deviation: np.ndarray, best: float | np.ndarray, kappa: float, xi: float
) -> np.ndarray:
    """Return the acquisition at each place, in the shape of `mean`.

    Args:
        name: One of NAMES.
        mean: What the process guesses.
        deviation: How unsure it is, 0 or more.
        best: The highest reading so far; broadcasts against `mean`.
        kappa: Deviations above the mean that UCB hopes for, 0 or more.
        xi: Gain below which EI and PI count nothing, 0 or more.
    """
    if name == "ucb":
        return mean + kappa * deviation
    spread = np.maximum(deviation, TINY)
    gain = mean - best - xi
    ratio = gain / spread
    if name == "pi":
        return ndtr(ratio)
    return gain * ndtr(ratio) + spread * np.exp(-(ratio**2) / 2) / np.sqrt(2 * np.pi)


def feasible(mean: np.ndarray, deviation: np.ndarray, limit: float = 0.0) -> np.ndarray:
    """Return the probability that a constraint learned by a process is kept, value ≤ limit (Gardner et al. 2014)."""
    return ndtr((limit - mean) / np.maximum(deviation, TINY))
