"""The hand-drawn schedule: a few numbers in the address bar, and the rate of every epoch between them.

What the learner should see: any curve is a schedule. Numbers are shares of η, one for each of as many equal distances.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.errors import InvalidSetting

STANDARD = "0.1 1 1 1 1 0.3 0.3 0.1 0.1 0.03 0.01"
FEWEST, MOST = 2, 21
LOWEST, HIGHEST = 1e-4, 10.0


def points(text: str) -> tuple[float, ...]:
    """Return the drawn shares of η.

    Raises:
        InvalidSetting: These are not 2 … 21 numbers from 0.0001 to 10.
    """
    words = text.replace(",", " ").split()
    remedy = f"Write {FEWEST} to {MOST} numbers from {LOWEST:g} to {HIGHEST:g} with spaces between, e.g. 1 1 0.1 0.01."
    try:
        values = tuple(float(word) for word in words)
    except ValueError:
        raise InvalidSetting("The drawn schedule holds something that is not a number.", remedy) from None
    if not FEWEST <= len(values) <= MOST:
        raise InvalidSetting(f"The drawn schedule has {len(values)} numbers.", remedy)
    if not all(LOWEST <= value <= HIGHEST for value in values):
        raise InvalidSetting("The drawn schedule leaves its bounds.", remedy)
    return values


def encoded(shares: Sequence[float]) -> str:
    """Return shares of η as the text that `points` reads."""
    return " ".join(f"{min(max(share, LOWEST), HIGHEST):.2g}" for share in shares)


def moved(text: str, where: float, share: float) -> str:
    """Return the drawing with its nearest point moved.

    Args:
        text: The drawing.
        where: Place in the run, 0 … 1.
        share: New share of η there.
    """
    values = list(points(text))
    values[round(min(max(where, 0.0), 1.0) * (len(values) - 1))] = share
    return encoded(values)


def by_epoch(text: str, epochs: int) -> np.ndarray:
    """Return the share of η in each epoch, float64 (epochs,): straight lines between the points on a log scale."""
    shares = np.log(points(text))
    return np.exp(np.interp(np.linspace(0, 1, epochs), np.linspace(0, 1, len(shares)), shares))


def traced(shares: np.ndarray, count: int = 11) -> str:
    """Return a drawing that follows a schedule, given as its share of η at every step (T,)."""
    places = np.linspace(0, len(shares) - 1, count).round().astype(int)
    return encoded([float(share) for share in shares[places]])
