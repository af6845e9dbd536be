"""Schedules compared seed by seed, and the epochs that constant rates need.

What the learner should see: networks of one seed share first weights and batches, so their difference is the
schedule's; over a few seeds it is sure only where its interval leaves 0 out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from engine.schedules.experiment import CONSTANT, LADDER, SCHEDULES, Result

SURE = 0.95
ABOVE = 1.1  # the goal: so many times the loss at which the smallest constant rate ends,
BELOW = 0.7  # but at most so many times the first loss


@dataclass(frozen=True)
class Difference:
    """How far a schedule's networks are from those with a constant rate.

    Attributes:
        mean: Over the seeds; NaN where a network diverged.
        half: Half the width of the 95 % interval of that mean, by Student's t over the seeds.
    """

    mean: float
    half: float

    @property
    def sure(self) -> bool:
        """Whether the interval leaves 0 out."""
        return abs(self.mean) > self.half


def last(values: np.ndarray) -> np.ndarray:
    """Return the last known epoch of curves (E + 1, K, S) as (K, S): NaN for networks that had diverged by then."""
    known = np.flatnonzero(np.isfinite(values).any(axis=(1, 2)))
    return np.asarray(values[known[-1]] if len(known) else values[0])


def difference(values: np.ndarray, name: str, against: str = CONSTANT) -> Difference:
    """Return how far a schedule is from another at the end, seed by seed.

    Args:
        values: Curves (E + 1, K, S).
        name: The schedule.
        against: The other one.
    """
    ends = last(values)
    gaps = ends[SCHEDULES.index(name)].astype(float) - ends[SCHEDULES.index(against)]
    count = len(gaps)
    half = float(student.ppf((1 + SURE) / 2, count - 1) * gaps.std(ddof=1) / np.sqrt(count))
    return Difference(float(gaps.mean()), half)


def constant_rates(result: Result) -> tuple[np.ndarray, np.ndarray]:
    """Return the constant rates in rising order (8,), and the index of each among the K of a result."""
    shares = np.array([1.0, *LADDER])
    places = np.array([0, *range(len(SCHEDULES), len(SCHEDULES) + len(LADDER))])
    order = shares.argsort()
    return result.config.learning_rate * shares[order], places[order]


def goal(result: Result) -> float:
    """Return a training loss: a tenth above where the smallest constant rate ends, or 0.7 of the first if lower."""
    _, places = constant_rates(result)
    ends = float(last(result.loss)[places[0]].mean())
    first = BELOW * float(result.loss[0, 0].mean())
    return min(ABOVE * ends, first) if np.isfinite(ends) else first


def epochs_to_goal(result: Result) -> np.ndarray:
    """Return the first epoch at which each network of a constant rate is at the goal, (8, S); NaN where none is."""
    _, places = constant_rates(result)
    with np.errstate(invalid="ignore"):
        there = result.loss[1:, places] <= goal(result)
    return np.where(there.any(axis=0), there.argmax(axis=0) + 1, np.nan)
