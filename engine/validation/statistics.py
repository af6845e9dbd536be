"""How sure is a mean of scores: spread, intervals, and the two ways of being too sure.

What the learner should see: scores of overlapping training sets are no independent draws, so the plain interval is too
narrow; the corrected one (Nadeau and Bengio 2003) says so in its width.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Summary:
    """What some scores say together; not-a-number where there are too few.

    Attributes:
        count: How many were finite.
        mean: Their mean.
        deviation: Their standard deviation, n − 1 in the denominator.
        low: Lower end of the interval of the mean.
        high: Its upper end.
    """

    count: int
    mean: float
    deviation: float
    low: float
    high: float


def summary(scores: np.ndarray, level: float = 0.95, share: float = 0.0) -> Summary:
    """Return mean, deviation and the t interval of the mean.

    Args:
        scores: (n,); those that are no finite numbers are left out.
        level: How sure the interval is, 0 … 1.
        share: Held-back rows divided by training rows of a split. Above 0 the interval is that of the corrected
            resampled t test: variance of the mean (1/n + share) s² instead of s²/n (Nadeau and Bengio 2003).
    """
    known = np.asarray(scores, dtype=float)
    known = known[np.isfinite(known)]
    if len(known) < 2:
        nothing = float("nan")
        return Summary(len(known), float(known.mean()) if len(known) else nothing, nothing, nothing, nothing)
    mean, deviation = float(known.mean()), float(known.std(ddof=1))
    half = stats.t.ppf((1 + level) / 2, len(known) - 1) * deviation * np.sqrt(1 / len(known) + share)
    return Summary(len(known), mean, deviation, mean - float(half), mean + float(half))


def paired(first: np.ndarray, second: np.ndarray, level: float = 0.95, share: float = 0.0) -> tuple[Summary, float]:
    """Return the summary of `first − second` on the same splits, and the two-sided p value that it is 0.

    Args:
        first: (n,) scores.
        second: (n,) scores on the same splits.
        level: As in `summary`.
        share: As in `summary`; above 0 the p value is the corrected one too.
    """
    difference = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    found = summary(difference, level, share)
    if found.count < 2:
        return found, float("nan")
    error = found.deviation * np.sqrt(1 / found.count + share)
    if error == 0:
        return found, 1.0 if found.mean == 0 else 0.0
    return found, float(2 * stats.t.sf(abs(found.mean) / error, found.count - 1))


def running(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation (n − 1) after each score, (n,) each; the first deviation is not-a-number.

    Welford's update (1962), so that the last digits are right whatever the scores' size.
    """
    means, deviations = np.empty(len(scores)), np.full(len(scores), np.nan)
    mean, squares = 0.0, 0.0
    for place, value in enumerate(np.asarray(scores, dtype=float)):
        step = value - mean
        mean += step / (place + 1)
        squares += step * (value - mean)
        means[place] = mean
        if place:
            deviations[place] = np.sqrt(squares / place)
    return means, deviations
