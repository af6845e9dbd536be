"""What the compiled steps are fed: data as tensors, and for each epoch the order of rows and the learning rates.

What the learner should see: every replica meets its own rows in its own order, as its lone run would.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.errors import InvalidData
from engine.training import batches
from engine.training.pace import Pace
from engine.training.plan import Data, TrainingPlan
from engine.training.schedules import rates


class Feed:
    """The rows of a run; R replicas.

    Attributes:
        training: Tensors x (n, features), y (n, outputs), weight (n,).
        validation: The same of the held-back rows; empty if there are none.
        sizes: int32 (R,), training rows of each replica.
        replica_steps: int64 (R,), batches of an epoch of each replica.
        steps: The largest of these.
    """

    def __init__(
        self,
        plan: TrainingPlan,
        data: Data,
        seeds: Sequence[int],
        rows: Sequence[np.ndarray] | None,
        validation_rows: Sequence[np.ndarray] | None,
        pace: Pace | None = None,
    ) -> None:
        """Make the tensors; arguments as in `replicas.train_replicas`."""
        self._plan, self._seeds, self._pace = plan, list(seeds), pace
        everything = np.arange(len(data.x), dtype=np.int32)
        self._rows = [everything] * len(self._seeds) if rows is None else _indices(rows)
        self._own_rows = rows is not None
        self._held = None if validation_rows is None else _indices(validation_rows)
        self.sizes = np.array([len(own) for own in self._rows], dtype=np.int32)
        if len(self.sizes) == 0 or self.sizes.min() == 0:
            raise InvalidData("A network has no rows to learn from.", "Give every one at least one row.")
        self.replica_steps = np.array([batches.steps(int(size), plan.batch_size) for size in self.sizes])
        self.steps = int(self.replica_steps.max())
        self.training = _tensors(data.x, data.y, data.sample_weight)
        self.validation: tuple[Any, ...] = ()
        if data.validation_x is not None and data.validation_y is not None:
            self.validation = _tensors(data.validation_x, data.validation_y, data.validation_weight)
        self._rates = [
            rates(plan.schedule, plan.learning_rate, max(1, int(steps) * plan.epochs)) for steps in self.replica_steps
        ]

    def filling(self) -> str:
        """Return where a fixed batch size needs filling, see `step.Shape`."""
        if len(set(self.sizes.tolist())) > 1:
            return "ragged"
        return "last" if self.sizes[0] % self._plan.batch_size else ""

    def epoch(self, epoch: int, group: np.ndarray, filled: bool) -> tuple[Any, Any, Any]:
        """Return order, number of rows and learning rates of an epoch, see `compiled.Compiled.train`.

        Args:
            epoch: 1 for the first.
            group: Indices of the replicas in lock-step.
            filled: Whether to fill the last batch.
        """
        import tensorflow as tf

        orders = []
        own_rates = None if self._pace is None else self._pace.rates(epoch)
        table = np.zeros((len(group), self.steps), dtype=np.float32)
        for position, replica in enumerate(group):
            own, steps = self._rows[replica], self.replica_steps[replica]
            shuffled = self._plan.shuffle
            orders.append(own[batches.order(self._seeds[replica], epoch, len(own))] if shuffled else own)
            if own_rates is None:
                table[position, :steps] = self._rates[replica][(epoch - 1) * steps : epoch * steps]
            else:
                table[position, :steps] = own_rates[replica, :steps]
        length = self.steps * self._plan.batch_size if filled else int(self.sizes.max())
        return *_padded(orders, length), tf.constant(table)

    def rate(self, epoch: int) -> float:
        """Return the first replica's rate at an epoch's last step, for epoch 0 at the first step."""
        if self._pace is not None:
            paced = self._pace.rates(max(epoch, 1))[0]
            return float(paced[int(self.replica_steps[0]) - 1 if epoch else 0])
        own = self._rates[0]
        return float(own[min(max(epoch * int(self.replica_steps[0]) - 1, 0), len(own) - 1)])

    def training_rows(self, group: np.ndarray) -> tuple[Any, ...]:
        """Return order and number of each replica's training rows for an evaluation; empty if all take all."""
        return _padded([self._rows[replica] for replica in group]) if self._own_rows else ()

    def validation_rows(self, group: np.ndarray) -> tuple[Any, ...]:
        """Return the same for the held-back rows."""
        return () if self._held is None else _padded([self._held[replica] for replica in group])


def _tensors(x: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> tuple[Any, Any, Any]:
    import tensorflow as tf

    targets = np.asarray(y, dtype=np.float32)
    weights = np.ones(len(x)) if weight is None else weight
    return (
        tf.constant(x, tf.float32),
        tf.constant(targets[:, None] if targets.ndim == 1 else targets),
        tf.constant(weights, tf.float32),
    )


def _indices(rows: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [np.asarray(own, dtype=np.int32) for own in rows]


def _padded(rows: Sequence[np.ndarray], length: int | None = None) -> tuple[Any, Any]:
    """Return the rows as int32 (R, length), filled up with 0, and how many count of each, int32 (R,)."""
    import tensorflow as tf

    sizes = np.array([len(own) for own in rows], dtype=np.int32)
    table = np.zeros((len(rows), length or int(sizes.max())), dtype=np.int32)
    for position, own in enumerate(rows):
        table[position, : len(own)] = own
    return tf.constant(table), tf.constant(sizes)
