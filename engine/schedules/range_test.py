"""The range test read: where the loss falls fastest, where it is lowest, and from which rate on it is lost.

What the learner should see: one short run, in which the rate grows until it all breaks, says which rates are worth
trying. Smith, "Cyclical learning rates for training neural networks", 2017.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.schedules.experiment import RANGE_STEPS, Result, range_rates

WINDOW = 10  # steps at each side that a loss is averaged over
CAP = 3.0  # first losses: what is above counts as this much


@dataclass(frozen=True)
class Reading:
    """What the range test says.

    Attributes:
        rates: float64 (RANGE_STEPS,).
        loss: (RANGE_STEPS,), mean over seeds and neighbouring steps, at most CAP times the first.
        steepest: Rate at which the loss falls fastest by the rate's logarithm.
        lowest: Rate at which it is lowest.
        diverges: First rate above that at which it is back where it began; NaN if it never is.
    """

    rates: np.ndarray
    loss: np.ndarray
    steepest: float
    lowest: float
    diverges: float


def read(result: Result) -> Reading | None:
    """Return the reading of a result's range test, or None while there is none."""
    losses = result.range_loss.astype(float)
    if not np.isfinite(losses[0]).all():
        return None
    begin = float(losses[: 2 * WINDOW].mean())
    capped = np.where(np.isfinite(losses), np.minimum(losses, CAP * begin), CAP * begin).mean(axis=1)
    sums = np.concatenate([[0.0], np.cumsum(capped)])
    places = np.arange(RANGE_STEPS)
    low, high = np.maximum(places - WINDOW, 0), np.minimum(places + WINDOW + 1, RANGE_STEPS)
    smooth = (sums[high] - sums[low]) / (high - low)
    rates = range_rates()
    bottom = int(smooth.argmin())
    slope = np.gradient(smooth, np.log10(rates))
    beyond = np.flatnonzero(smooth[bottom:] > begin)
    return Reading(
        rates,
        smooth,
        float(rates[int(slope[: bottom + 1].argmin())]),
        float(rates[bottom]),
        float(rates[bottom + int(beyond[0])]) if len(beyond) else float("nan"),
    )
