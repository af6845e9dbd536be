"""Early stopping of many replicas at once, with the meaning of `keras.callbacks.EarlyStopping`.

What the learner should see: training ends when the held-back rows have not been served better for a while, and the
weights of the best epoch come back.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.training.plan import EarlyStopping


class Patience:
    """Judges each replica after each epoch.

    Attributes:
        best_epoch: int32 (R,), epoch whose weights count as best; 0 before the first judgement.
        best_state: The states at those epochs, or None if nothing is to be restored.
        stopped: bool (R,), whose patience is at its end.
    """

    def __init__(self, stopping: EarlyStopping, metric: str, replicas: int) -> None:
        self._stopping = stopping
        grows = stopping.monitor.endswith("metric") and metric == "accuracy"
        self._sign = 1.0 if grows else -1.0
        self._best = np.full(replicas, np.nan)
        self._wait = np.zeros(replicas, dtype=int)
        self.best_epoch = np.zeros(replicas, dtype=np.int32)
        self.best_state: Any = None
        self.stopped = np.zeros(replicas, dtype=bool)

    def judge(self, epoch: int, values: dict[str, np.ndarray], state: Any, active: np.ndarray) -> None:
        """Take note of an epoch.

        Args:
            epoch: 1 for the first.
            values: The curves' newest values by name, (R,) each.
            state: Structure of tensors with a leading replica axis.
            active: bool (R,), the replicas that trained in this epoch.
        """
        if epoch - 1 < self._stopping.start_from_epoch:
            return
        current = self._sign * values[self._stopping.monitor].astype(float)
        first = np.isnan(self._best) & (self._wait == 0)
        improved = active & (first | (current - self._stopping.min_delta > self._best))
        self._wait += active
        self._best = np.where(improved, current, self._best)
        self._wait[improved] = 0
        self.best_epoch[improved] = epoch
        if self._stopping.restore_best and improved.any():
            self.best_state = state if self.best_state is None else select(improved, state, self.best_state)
        self.stopped |= active & ~improved & (self._wait >= self._stopping.patience) & (epoch > 1)

    def restored(self, state: Any) -> Any:
        """Return the best states if they are to be restored, else `state`."""
        return state if self.best_state is None else select(self.best_epoch > 0, self.best_state, state)


def select(mask: np.ndarray, yes: Any, no: Any) -> Any:
    """Return for each replica the one or the other of two structures of tensors with a leading replica axis."""
    import tensorflow as tf

    def one(a: Any, b: Any) -> Any:
        return tf.where(mask.reshape(-1, *[1] * (len(a.shape) - 1)), a, b)

    return tf.nest.map_structure(one, yes, no)
