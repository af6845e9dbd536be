"""The replicas that still train, in lock-step, and those that rest.

What the learner should see: when half of fifty networks have stopped early, the others do not wait for them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.training.compiled import Sums, compiled
from engine.training.feed import Feed
from engine.training.layout import State
from engine.training.step import MANY, Shape
from engine.training.stopping import select

FEW = 10  # up to so many replicas a graph is made for their very number
SMALLEST = 16  # smaller groups are not worth making smaller
COMPILING = 200_000  # with fewer weights in the group, XLA's compiling for a smaller one costs more than it saves


class Fleet:
    """R replicas: their states, and which of them are stepped.

    Attributes:
        group: int (G,), indices of the replicas in lock-step.
        state: Their state, (G, ...).
    """

    def __init__(self, shape: Shape, feed: Feed, replicas: int) -> None:
        """Find the compiled functions; `state` is set afterwards."""
        if shape.replicas > FEW:
            shape = Shape(**{**vars(shape), "replicas": MANY})
        self._shape, self._feed, self._count = shape, feed, replicas
        self._compiled = compiled(shape)
        self.layout = self._compiled.step.layout
        self.group = np.arange(replicas)
        self.state: State = State(None, [], [])
        self._resting: State | None = None
        self._held = feed.validation_rows(self.group) if feed.validation else ()
        self._fed: tuple[Any, ...] = ()
        self._sums: Sums | None = None

    def begin_epoch(self, epoch: int, active: np.ndarray) -> None:
        """Get the rows of an epoch ready; `active` (R,) are those that may change."""
        import tensorflow as tf

        order, rows, rates = self._feed.epoch(epoch, self.group, bool(self._shape.batch_size))
        self._fed = (*self._feed.training, order, rows, tf.constant(active[self.group]), rates)
        self._sums = self._compiled.no_sums(len(self.group))

    def prepare(self, size: int) -> None:
        """Trace and compile what `run` needs for the epoch that began, unless it has been; takes no step."""
        assert self._sums is not None, "no epoch has begun"
        x, y, weight, order, rows, active, rates = self._fed
        self._compiled.train(self.state, self._sums, x, y, weight, order, rows, active, rates, size, 0, 0)

    def run(self, size: int, first: int, last: int) -> None:
        """Run the steps first ≤ i < last of the epoch that began, and wait for them."""
        assert self._sums is not None, "no epoch has begun"
        x, y, weight, order, rows, active, rates = self._fed
        self.state, self._sums = self._compiled.train(
            self.state, self._sums, x, y, weight, order, rows, active, rates, size, first, last
        )
        self._sums.bad.numpy()

    def sums(self) -> Sums:
        """Return what the epoch's steps added up, as arrays over all replicas; of no meaning for those that rest."""
        assert self._sums is not None, "no epoch has begun"
        return Sums(*(self._spread(np.asarray(part), -1 if part.dtype == np.int32 else 0) for part in self._sums))

    def _spread(self, values: np.ndarray, fill: float) -> np.ndarray:
        whole = np.full((self._count, *values.shape[1:]), fill, dtype=values.dtype)
        whole[self.group] = values
        return whole

    def evaluate_training(self) -> tuple[np.ndarray, np.ndarray]:
        """Return loss and metric on each replica's training rows, float32 (R,); NaN for those that rest."""
        return self._evaluate(self._feed.training, self._feed.training_rows(self.group))

    def evaluate_validation(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the same on the held-back rows; NaN if there are none."""
        if not self._feed.validation:
            nothing = np.full(self._count, np.nan, dtype=np.float32)
            return nothing, nothing
        return self._evaluate(self._feed.validation, self._held)

    def _evaluate(self, data: tuple[Any, ...], rows: tuple[Any, ...]) -> tuple[np.ndarray, np.ndarray]:
        loss, metric = self._compiled.evaluate(self.state, *data, *rows)
        return self._spread(loss, np.nan), self._spread(metric, np.nan)

    def take_back(self, replicas: np.ndarray, before: State) -> None:
        """Give some replicas, bool (R,), the state they had `before`."""
        self.state = select(~replicas[self.group], self.state, before)

    def whole(self) -> State:
        """Return the state of all R replicas."""
        import tensorflow as tf

        if self._resting is None:
            return self.state
        places = self.group[:, None]
        scatter = tf.tensor_scatter_nd_update
        return tf.nest.map_structure(lambda all_, own: scatter(all_, places, own), self._resting, self.state)

    def rest(self, active: np.ndarray) -> bool:
        """Leave the replicas out that are not active any more, bool (R,), if that is worth it; tell whether it was.

        What is worth it depends on numbers of replicas and weights only, never on the clock: the same run takes the
        same steps in the same groups.
        """
        import tensorflow as tf

        working, size = int(active.sum()), len(self.group)
        if self._shape.replicas != MANY or not working or size < SMALLEST or 2 * working > size:
            return False
        if self._shape.xla and size * sum(self.layout.sizes) < COMPILING:
            return False
        self._resting = self.whole()
        self.group = np.flatnonzero(active)
        self.state = tf.nest.map_structure(lambda all_: tf.gather(all_, self.group), self._resting)
        self._held = self._feed.validation_rows(self.group) if self._feed.validation else ()
        return True
