"""Reduce-on-plateau, for several networks at once: the rule of `keras.callbacks.ReduceLROnPlateau`.

What the learner should see: the only schedule that looks at the loss; each network has its own rate.
"""

from __future__ import annotations

import numpy as np

MIN_DELTA = 1e-4  # Keras' default


class Plateau:
    """One rate a network, lowered where the loss has not got better for some epochs.

    Attributes:
        rate: float32 (S,), of the epoch to come.
    """

    def __init__(self, rate: float, networks: int, factor: float, patience: int, lowest: float) -> None:
        """Begin at `rate`.

        Args:
            rate: The first rate.
            networks: S.
            factor: What a rate is multiplied by.
            patience: Epochs to wait.
            lowest: No rate goes below.
        """
        self.rate = np.full(networks, rate, np.float32)
        self._factor, self._patience, self._lowest = factor, patience, lowest
        self._best = np.full(networks, np.inf)
        self._wait = np.zeros(networks, int)

    def judge(self, loss: np.ndarray) -> None:
        """Take the losses (S,) of an epoch; not-a-number is never better."""
        loss = np.asarray(loss, float)
        with np.errstate(invalid="ignore"):
            better = loss + MIN_DELTA < self._best
        self._best = np.where(better, loss, self._best)
        self._wait = np.where(better, 0, self._wait + 1)
        due = (self._wait >= self._patience) & (self.rate > np.float32(self._lowest))
        lowered = np.maximum(self.rate.astype(float) * self._factor, self._lowest)
        self.rate = np.where(due, lowered, self.rate).astype(np.float32)
        self._wait[due] = 0
