"""An epoch of training steps compiled as one graph, for one network or for many side by side.

What the learner should see: the numbers of `model.fit`, many times sooner. `fit` pays for every batch with Python,
callbacks and one call into TensorFlow; here the loop over batches is part of the graph. Everything a step changes
goes in and comes out as values, so one graph serves any run of the same shape, in any thread, and a leading replica
axis turns one network into many.

Shapes: R replicas, n rows, L kernels; a lone run has R = 1.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np

from engine.training.layout import State
from engine.training.step import MANY, Shape, Step


class Sums(NamedTuple):
    """What the steps of an epoch add up: each value times the rows of its batch, norms once a step."""

    loss: Any  # float32 (R,)
    metric: Any  # float32 (R,)
    norms: Any  # float32 (R, L); L = 0 unless asked for
    bad: Any  # int32 (R,), first step whose loss was not finite, or -1


class Compiled:
    """The functions of one Shape, traced at their first use. They keep no state."""

    def __init__(self, shape: Shape) -> None:
        import tensorflow as tf

        self.shape = shape
        self.step = Step(shape)
        self._norm_count = self.step.kernel_count if shape.norms else 0
        self._lock = threading.Lock()
        training, own, shared = self._signatures()
        self._functions = {
            "train": tf.function(self._train_steps, input_signature=training, jit_compile=shape.xla),
            "evaluate own": tf.function(self._evaluate_rows, input_signature=own),
            "evaluate shared": tf.function(self._evaluate_shared, input_signature=shared),
        }
        self._traced: dict[str, Any] = {}

    def _function(self, name: str) -> Any:
        """Return a function, traced. Called directly it skips what `tf.function` looks up at every call (2 ms)."""
        with self._lock:
            # Tracing is Python: two threads that trace one function get in each other's way.
            if name not in self._traced:
                self._traced[name] = self._functions[name].get_concrete_function()
            return self._traced[name]

    def no_sums(self, replicas: int) -> Sums:
        """Return the sums before the first step of an epoch."""
        import tensorflow as tf

        nothing = tf.zeros([replicas])
        return Sums(nothing, nothing, tf.zeros([replicas, self._norm_count]), tf.fill([replicas], -1))

    def train(
        self, state: State, sums: Sums, x: Any, y: Any, weight: Any, order: Any, rows: Any, active: Any, rates: Any,
        size: int, first: int, last: int,
    ) -> tuple[State, Sums]:  # fmt: skip
        """Run steps of one epoch.

        Args:
            state: Where each replica stands.
            sums: What the epoch's earlier steps added up to; carried along, so that the same numbers come out
                however the epoch is cut into calls.
            x: float32 (n, features).
            y: float32 (n, outputs); class numbers as (n, 1).
            weight: float32 (n,); ignored unless the shape is weighted.
            order: int32 (R, rows of an epoch), each replica's rows in the order of this epoch.
            rows: int32 (R,), how many of them count (where there is filling).
            active: bool (R,); the others stay as they are.
            rates: float32 (R, steps of an epoch), learning rate of each step.
            size: Batch size.
            first: First step of the epoch to run.
            last: Step to stop before.
        """
        import tensorflow as tf

        numbers = [tf.constant(number, tf.int32) for number in (size, first, last)]
        return self._function("train")(state, sums, x, y, weight, order, rows, active, rates, *numbers)

    def evaluate(
        self, state: State, x: Any, y: Any, weight: Any, order: Any = None, rows: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return loss and metric, float32 (R,) each, in inference mode.

        Args:
            state: The replicas.
            x: float32 (n, features).
            y: float32 (n, outputs).
            weight: float32 (n,).
            order: int32 (R, m), rows of each replica; None takes all rows for all.
            rows: int32 (R,), how many of them count.
        """
        if order is None:
            loss, metric = self._function("evaluate shared")(state.weights, state.others, x, y, weight)
        else:
            loss, metric = self._function("evaluate own")(state.weights, state.others, x, y, weight, order, rows)
        return np.asarray(loss), np.asarray(metric)

    def _signatures(self) -> tuple[list[Any], list[Any], list[Any]]:
        """Return the arguments' shapes of `_train_steps`, `_evaluate_rows` and `_evaluate_shared`."""
        import tensorflow as tf

        def spec(*shape: int | None, kind: Any = tf.float32) -> Any:
            return tf.TensorSpec(shape, kind)

        # A known number of replicas makes a smaller graph than one read from the arguments.
        replicas = None if self.shape.replicas == MANY else self.shape.replicas or 1
        state = self.step.layout.signature(replicas)
        sums = Sums(spec(replicas), spec(replicas), spec(replicas, self._norm_count), spec(replicas, kind=tf.int32))
        data = [spec(None, *self.step.model.inputs[0].shape[1:]), spec(None, self.step.target_width), spec(None)]
        order = [spec(replicas, None, kind=tf.int32), spec(replicas, kind=tf.int32)]
        numbers = [spec(kind=tf.int32)] * 3
        training = [state, sums, *data, *order, spec(replicas, kind=tf.bool), spec(replicas, None), *numbers]
        looked_at = [state.weights, state.others, *data]
        return training, [*looked_at, *order], looked_at

    def _train_steps(
        self, state: State, sums: Sums, x: Any, y: Any, weight: Any, order: Any, rows: Any, active: Any, rates: Any,
        size: Any, first: Any, last: Any,
    ) -> tuple[State, Sums]:  # fmt: skip
        import tensorflow as tf

        shape = self.shape

        def one(inputs: Any) -> Any:
            own_state, own_rows, own_valid, own_rate, drawn = inputs
            own_weight = tf.gather(weight, own_rows) if shape.weighted else None
            valid = own_valid if shape.filling else None
            return self.step.take(
                own_state, tf.gather(x, own_rows), tf.gather(y, own_rows), own_weight, valid, own_rate, drawn
            )

        def body(i: Any, state: State, sums: Sums) -> Any:
            if shape.batch_size:
                position = i * size + tf.range(shape.batch_size)
                batch = tf.gather(order, position, axis=1)
            else:
                batch = order[:, i * size : (i + 1) * size]
            count = tf.fill([tf.shape(order)[0]], tf.cast(tf.shape(batch)[1], tf.float32))
            valid = count  # not looked at
            if shape.filling:
                valid = tf.cast(position[None] < rows[:, None], tf.float32)
                count = tf.reduce_sum(valid, 1)
            drawn = self.step.draw(state.others, tf.shape(batch)[1]) if shape.replicas else []
            new, loss, metric, norms = self._over_replicas(
                one, (state, batch, valid, tf.gather(rates, i, axis=1), drawn)
            )
            if shape.filling == "ragged":
                norms = tf.where(count[:, None] > 0, norms, 0.0)
            bad = tf.logical_and(sums.bad < 0, tf.logical_not(tf.math.is_finite(loss)))
            sums = Sums(
                sums.loss + loss * count,
                sums.metric + metric * count,
                sums.norms + norms,
                tf.where(bad, i, sums.bad),
            )
            return i + 1, new, sums

        invariants = tf.nest.map_structure(lambda tensor: tensor.shape, (first, state, sums))
        _, new, sums = tf.while_loop(
            lambda i, *_: i < last, body, (first, state, sums), shape_invariants=invariants, parallel_iterations=1
        )
        if not shape.replicas:
            return new, sums  # a lone run is over when it is not active

        def kept(after: Any, before: Any) -> Any:
            return tf.where(tf.reshape(active, [-1] + [1] * (len(after.shape) - 1)), after, before)

        return tf.nest.map_structure(kept, new, state), sums

    def _evaluate_rows(self, weights: Any, others: Any, x: Any, y: Any, weight: Any, order: Any, rows: Any) -> Any:
        """Evaluate each replica on rows of its own."""
        import tensorflow as tf

        def one(inputs: Any) -> Any:
            own_weights, own_others, own_rows, count = inputs
            valid = tf.cast(tf.range(tf.shape(own_rows)[0]) < count, tf.float32)
            row_weight = tf.gather(weight, own_rows) if self.shape.weighted else None
            return self.step.look(
                own_weights, own_others, tf.gather(x, own_rows), tf.gather(y, own_rows), row_weight, valid
            )

        return self._over_replicas(one, (weights, others, order, rows))

    def _evaluate_shared(self, weights: Any, others: Any, x: Any, y: Any, weight: Any) -> Any:
        """Evaluate all replicas on the same rows."""

        def one(inputs: Any) -> Any:
            own_weights, own_others = inputs
            return self.step.look(own_weights, own_others, x, y, weight, None)

        return self._over_replicas(one, (weights, others))

    def _over_replicas(self, one: Any, inputs: Any) -> Any:
        import tensorflow as tf

        if self.shape.replicas:
            return tf.vectorized_map(one, inputs)
        alone = one(tf.nest.map_structure(lambda tensor: tensor[0], inputs))
        return tf.nest.map_structure(lambda tensor: tensor[None], alone)


_cache: OrderedDict[Shape, Compiled] = OrderedDict()
_cache_lock = threading.Lock()
MOST_KEPT = 24


def compiled(shape: Shape) -> Compiled:
    """Return the functions of a shape, from an earlier run if there was one (the least recently used go first)."""
    with _cache_lock:
        if shape not in _cache:
            _cache[shape] = Compiled(shape)
        _cache.move_to_end(shape)
        while len(_cache) > MOST_KEPT:
            _cache.popitem(last=False)
        return _cache[shape]


def forget() -> None:
    """Drop all compiled functions; the next run of any shape compiles anew (for measuring, or to give memory back)."""
    with _cache_lock:
        _cache.clear()
