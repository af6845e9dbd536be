"""What all panels of the benchmark's picture share: the values as they are shown, and how they build up.

What the learner should see: A and B in one colour, dash and marker each, wherever they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.bootstrapping import judgement, words
from engine.bootstrapping.experiment import Result
from engine.figures import theme
from engine.figures.board import Axis
from engine.validation import statistics

A = theme.INK
B = replace(theme.SERIES["adam"], marker="triangle_up", dash=(7.0, 3.0))
STYLES = (A, B)
DIFFERENCE = replace(theme.SERIES["adagrad"], marker="disc", dash=())
MOST_BINS = 18
FEW = 6  # splits; up to so many, bars are drawn instead of bands, and dots before lines
LINK = "split"


@dataclass(frozen=True)
class View:
    """What all panels share, in the unit that is shown.

    Attributes:
        result: The run.
        measure: What is compared.
        scores: (2, N) of the splits so far, as shown (a loss is positive).
        better: (N,) how much better B was.
        share: Of the corrected interval.
        precision: Half width that is asked for.
        low, high: Ends of the score axis; low > high for a loss.
        step: Smallest difference two scores can have, or 0.
    """

    result: Result
    measure: str
    scores: np.ndarray
    better: np.ndarray
    share: float
    precision: float
    low: float
    high: float
    step: float

    @property
    def count(self) -> int:
        """N, splits on the board."""
        return self.scores.shape[1]

    @property
    def split(self) -> np.ndarray:
        """(N,) 1, 2, …"""
        return np.arange(1, self.count + 1, dtype=float)

    @property
    def reveal(self) -> np.ndarray:
        """(N,) frame of each split."""
        return np.arange(self.count)


def view_of(result: Result, measure: str, precision: float) -> View:
    """Return what the panels share; see `bootstrapping.board` for the arguments."""
    factor = words.factor(measure)
    count = max(1, result.reached)
    oriented = factor * judgement.values(result, measure)[:, :count]
    scores = words.as_shown(judgement.values(result, measure)[:, :count], measure)
    known = scores[np.isfinite(scores)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, factor)
    fixed = result.classification and measure == judgement.SCORE and np.ptp(result.held[:count]) == 0
    step = factor / float(result.held[0]) if fixed and result.held[0] > 0 else 0.0
    means = [statistics.summary(one) for one in scores]  # the axis holds the intervals the run ends with
    ends_of_all = [end for one in means for end in (one.low, one.high) if np.isfinite(end)]
    low, high = min(low, *ends_of_all, low), max(high, *ends_of_all, high)
    pad = max(0.08 * (high - low), 0.6 * step) or 0.05 * max(abs(high), 1e-3)
    ends = (low - pad, high + pad)
    return View(
        result,
        measure,
        scores,
        oriented[1] - oriented[0],
        result.share,
        factor * precision / 100,
        *(ends[::-1] if measure == judgement.LOSS else ends),
        step=step,
    )


def split_axis(view: View, label: str = "") -> Axis:
    """Return the axis of splits, as long as the run will be."""
    splits = view.result.config.splits
    step = next(size for size in (1, 2, 5, 10, 20, 50) if splits / size <= 6)
    numbers = (1, *range(step, splits + 1, step)) if step > 1 else range(1, splits + 1)
    return Axis(0.4, splits + 0.6, label, ticks=tuple((float(number), str(number)) for number in numbers))


def so_far(values: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the mean of the finite values so far, (N,), the half width of its interval, and their deviation."""
    known = np.isfinite(values)
    means, deviations = statistics.running(values[known])
    place = np.cumsum(known) - 1
    counts = np.maximum(place + 1, 1)
    nothing = np.full(len(values), np.nan)
    if not known.any():
        return nothing, nothing, nothing
    mean = np.where(place >= 0, means[np.maximum(place, 0)], np.nan)
    deviation = np.where(place >= 0, deviations[np.maximum(place, 0)], np.nan)
    return mean, judgement.half_width(deviation, counts, share), deviation


def bins(values: np.ndarray, low: float, high: float, step: float) -> np.ndarray:
    """Return edges of bins of one width; where values come in steps, each bin holds as many steps as the others."""
    low, high = min(low, high), max(low, high)
    if step <= 0:
        return np.linspace(low, high, MOST_BINS + 1)
    width = step * max(1, int(np.ceil((high - low) / step / MOST_BINS)))
    known = values[np.isfinite(values)]
    start = (float(known.min()) if len(known) else low) - step / 2
    return start + width * np.arange(int(np.ceil((high - start) / width)) + 1)


def counts_so_far(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return how many of the first 1, 2, … values lie in each bin, (N, bins)."""
    inside = np.searchsorted(edges, values, side="right") - 1
    inside = np.where(np.isfinite(values), np.clip(inside, 0, len(edges) - 2), -1)
    return np.cumsum(inside[:, None] == np.arange(len(edges) - 1)[None, :], axis=0).astype(float)
