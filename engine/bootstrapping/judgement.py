"""Real or luck, and when is it enough: what some splits allow to say, with the plain and the corrected interval.

What the learner should see: the plain interval shrinks with the square root of the number of splits, down to zero. But
splits share their rows: what they have in common never averages out. The corrected interval (Nadeau and Bengio 2003)
keeps a floor, and only more rows lower it.

Shapes: R splits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from engine.bootstrapping.experiment import Result
from engine.validation.statistics import Summary, paired, running, summary

LEVEL = 0.95
POWER = 0.8
MOST = 100_000  # splits; beyond, "never"
SCORE, LOSS = "score", "loss"
MEASURES = (SCORE, LOSS)


@dataclass(frozen=True)
class Verdict:
    """What the first `count` splits say of B − A; larger is better for B, whatever is measured.

    Attributes:
        count: Splits on which both settings are known.
        first: A, with the plain interval.
        second: B, with the plain interval.
        plain: Of the paired difference, with the plain interval.
        corrected: The same with the corrected interval.
        unpaired: Half width of the interval that forgets which scores came from one split (Welch 1947).
        plain_p: Two-sided p value of the plain paired t test.
        corrected_p: That of the corrected resampled t test.
        wins: Splits on which B was better.
        ties: Splits without a difference.
        losses: Splits on which A was better.
        smallest: Smallest true difference that this many splits find four times in five.
    """

    count: int
    first: Summary
    second: Summary
    plain: Summary
    corrected: Summary
    unpaired: float
    plain_p: float
    corrected_p: float
    wins: int
    ties: int
    losses: int
    smallest: float

    @property
    def real(self) -> bool:
        """Whether the corrected interval leaves zero out."""
        return bool(self.corrected.low > 0 or self.corrected.high < 0)

    @property
    def plainly_real(self) -> bool:
        """Whether the plain interval does."""
        return bool(self.plain.low > 0 or self.plain.high < 0)


def values(result: Result, measure: str = SCORE) -> np.ndarray:
    """Return what is compared, (2, R): larger is better (a loss is turned round)."""
    return -result.loss if measure == LOSS else result.score


def verdict(result: Result, measure: str = SCORE, upto: int | None = None) -> Verdict:
    """Return what the first `upto` splits say (None: all)."""
    return _judge(values(result, measure)[:, :upto], result.share)


def _judge(both: np.ndarray, share: float) -> Verdict:
    first, second = both
    plain, plain_p = paired(second, first, LEVEL)
    corrected, corrected_p = paired(second, first, LEVEL, share)
    difference = second - first
    known = np.isfinite(difference)
    error = corrected.deviation * np.sqrt(1 / max(corrected.count, 1) + share)
    reach = stats.t.ppf((1 + LEVEL) / 2, corrected.count - 1) + stats.t.ppf(POWER, corrected.count - 1)
    return Verdict(
        count=int(known.sum()),
        first=summary(first, LEVEL),
        second=summary(second, LEVEL),
        plain=plain,
        corrected=corrected,
        unpaired=_unpaired(first[known], second[known]),
        plain_p=plain_p,
        corrected_p=corrected_p,
        wins=int((difference[known] > 0).sum()),
        ties=int((difference[known] == 0).sum()),
        losses=int((difference[known] < 0).sum()),
        smallest=float(reach * error),
    )


def _unpaired(first: np.ndarray, second: np.ndarray) -> float:
    """Return the half width of Welch's interval of the difference of two means."""
    if len(first) < 2:
        return float("nan")
    parts = np.array([first.var(ddof=1), second.var(ddof=1)]) / len(first)
    if parts.sum() == 0:
        return 0.0
    freedom = parts.sum() ** 2 / np.sum(parts**2 / (len(first) - 1))
    return float(stats.t.ppf((1 + LEVEL) / 2, freedom) * np.sqrt(parts.sum()))


def half_width(deviation: np.ndarray | float, count: np.ndarray | int, share: float = 0.0) -> np.ndarray:
    """Return the half width of a mean's interval over `count` splits with that deviation; corrected if `share` > 0."""
    number = np.asarray(count, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(stats.t.ppf((1 + LEVEL) / 2, number - 1) * deviation * np.sqrt(1 / number + share))


def floor(deviation: np.ndarray | float, share: float) -> np.ndarray:
    """Return the corrected half width that no number of splits gets below, as long as they spread by `deviation`."""
    return np.asarray(stats.norm.ppf((1 + LEVEL) / 2) * deviation * np.sqrt(share))


def enough(deviation: float, precision: float, share: float = 0.0) -> int | None:
    """Return the fewest splits whose interval's half width is at most `precision`, or None if none has."""
    if not np.isfinite(deviation) or half_width(deviation, MOST, share) > precision:
        return None
    low, high = 1, MOST  # the half width falls with every split: halve the span until it is one wide
    while high - low > 1:
        middle = (low + high) // 2
        if middle >= 2 and half_width(deviation, middle, share) <= precision:
            high = middle
        else:
            low = middle
    return high


def first_enough(scores: np.ndarray, precision: float) -> int | None:
    """Return the number of splits from which on the measured plain half width stayed at most `precision`, or None."""
    known = scores[np.isfinite(scores)]
    if len(known) < 2:
        return None
    _, deviations = running(known)
    above = np.flatnonzero(~(half_width(deviations, np.arange(1, len(known) + 1)) <= precision))
    start = int(above[-1]) + 2 if len(above) else 2
    return start if start <= len(known) else None


def point632(result: Result, setting: int = 0) -> float:
    """Return the .632 estimate (Efron 1983) of the score: 0.632 out-of-bag + 0.368 on the rows drawn, averaged."""
    both = 0.632 * result.score[setting] + 0.368 * result.train_score[setting]
    known = both[np.isfinite(both)]
    return float(known.mean()) if len(known) else float("nan")
