"""Learning rates that differ from replica to replica, and may answer what the epoch before recorded.

What the learner should see: many schedules side by side, each on the same first weights and batches as the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np


class Pace(Protocol):
    """Gives each replica's rates, epoch by epoch; asked in order, so that it may remember."""

    def rates(self, epoch: int) -> np.ndarray:
        """Return the learning rate of every step of an epoch, float32 (R, steps).

        Args:
            epoch: 1 for the first.
        """

    def judge(self, epoch: int, curves: Mapping[str, np.ndarray]) -> None:
        """Take what an epoch recorded, (R,) each: loss, validation_loss, metric, validation_metric; NaN at rest."""
