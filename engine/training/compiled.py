"""One training step over real Keras layers, loss and optimizer, and an epoch of it compiled as one graph.

What the learner should see: the numbers of `model.fit`, many times sooner. `fit` pays for every batch with Python,
callbacks and one call into TensorFlow; here the loop over batches is part of the graph. Everything a step changes
(weights, moving statistics, dropout seeds, optimizer slots) goes in and comes out as values, so one graph serves any
run of the same shape, and a leading replica axis turns one network into many.

Shapes: R replicas, n rows, P trainable weights as one vector, L kernels. State = (P-vectors (R, P), list of other
variables (R, ...), list of optimizer variables (R, ...)); a lone run has R = 1.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from engine.training.dropout import drawn_layers, kernel_seed, uniform_of_replicas, with_drawn_dropout
from engine.training.optimizers import Optimizer, functional_optimizer


class Architecture(Protocol):
    """What the trainers need to know of a network; frozen and hashable. `engine.models.mlp.MLP` is one."""

    def build(self, seed: int) -> Any:
        """Return the Keras model with the initial weights and dropout seeds of `seed`."""

    def initial_weights(self, seed: int) -> list[np.ndarray]:
        """Return the initial weights of `seed` as `get_weights()` would."""

    def dropout_seeds(self, seed: int) -> tuple[int, ...]:
        """Return the seed of each layer that draws random numbers, first to last."""


class State(NamedTuple):
    """All a step changes, each with a leading replica axis."""

    weights: Any
    others: list[Any]
    slots: list[Any]


class Sums(NamedTuple):
    """What the steps of a chunk add up: each value times the rows of its batch, norms once a step."""

    loss: Any  # (R,)
    metric: Any  # (R,)
    norms: Any  # (R, L); L = 0 unless asked for
    bad: Any  # int32 (R,), first step whose loss was not finite, or -1


@dataclass(frozen=True)
class Shape:
    """What a compiled training depends on; equal shapes share it.

    Attributes:
        architecture: The network.
        loss: Keras name.
        metric: See TrainingPlan.
        optimizer: Which optimizer, its parameters included.
        weighted: Whether rows have weights.
        norms: Whether gradient lengths are added up.
        replicas: Number of replicas in lock-step; 0 for a lone run, which has no replica axis inside.
        batch_size: Fixed batch size, or 0 for batches as they come (all replicas' alike).
        filling: With a fixed batch size, where rows that do not count fill it up: "" nowhere, "last" in the last batch,
            "ragged" anywhere, since replicas have different numbers of rows.
        xla: Whether XLA compiles the epoch; needs a fixed batch size.
    """

    architecture: Architecture
    loss: str
    metric: str
    optimizer: Optimizer
    weighted: bool = False
    norms: bool = False
    replicas: int = 0
    batch_size: int = 0
    filling: str = ""
    xla: bool = False


class Compiled:
    """The functions of one Shape, traced at their first use. They keep no state: threads may share them."""

    def __init__(self, shape: Shape) -> None:
        import keras
        import tensorflow as tf

        self.shape = shape
        self.model = with_drawn_dropout(shape.architecture.build(0))
        self._loss = keras.losses.get(shape.loss)
        self._optimizer = functional_optimizer(shape.optimizer)
        trainable = self.model.trainable_variables
        self._sizes = [int(np.prod(variable.shape)) for variable in trainable]
        self._shapes = [tuple(variable.shape) for variable in trainable]
        self._kernels = [index for index, variable in enumerate(trainable) if variable.name.endswith("kernel")]
        self._optimizer.build([keras.Variable(np.zeros(sum(self._sizes), np.float32), name="weights")])
        self._rate = next(
            index for index, variable in enumerate(self._optimizer.variables) if variable is self._optimizer._learning_rate
        )
        self._find_layout()
        self._lock = threading.Lock()
        self._train = tf.function(self._train_steps, input_signature=self._signature(), jit_compile=shape.xla)
        self._evaluate = tf.function(self._evaluate_rows, reduce_retracing=True)
        self._evaluate_all = tf.function(self._evaluate_shared, reduce_retracing=True)

    # ---- state ----

    def _find_layout(self) -> None:
        """Find where each number of `get_weights()` lies in (trainable weights, other weights)."""
        place: dict[int, np.ndarray] = {}
        position = 0
        kept = {id(variable) for variable in self.model.weights}
        others = self.model.non_trainable_variables
        self._statistics = [index for index, variable in enumerate(others) if id(variable) in kept]
        for variable in (*self.model.trainable_variables, *(others[index] for index in self._statistics)):
            size = int(np.prod(variable.shape))
            place[id(variable)] = np.arange(position, position + size)
            position += size
        self._layout = np.concatenate([place[id(variable)] for variable in self.model.weights])
        self.kernel_count = len(self._kernels)
        self._dropouts = drawn_layers(self.model)
        places = {id(variable): index for index, variable in enumerate(others)}
        self._drawn_seeds = [places[id(layer.seed_generator.state)] for layer in self._dropouts]

    def initial_state(self, weights: np.ndarray, seeds: Sequence[int]) -> State:
        """Return the state before the first step.

        Args:
            weights: float32 (R, P'), all weights in the order of `get_weights()`.
            seeds: Each replica's seed, for its dropout masks.
        """
        import tensorflow as tf

        replicas = len(seeds)
        packed = np.empty_like(weights)
        packed[:, self._layout] = weights
        count = sum(self._sizes)
        statistics, drawn = packed[:, count:], 0
        others: list[Any] = []
        position = 0
        for index, variable in enumerate(self.model.non_trainable_variables):
            if index in self._statistics:
                size = int(np.prod(variable.shape))
                values = statistics[:, position : position + size].reshape(replicas, *variable.shape)
                position += size
            else:
                own = [self.shape.architecture.dropout_seeds(seed)[drawn] for seed in seeds]
                values = np.array([[seed, 0] for seed in own])
                drawn += 1
            others.append(tf.constant(values, dtype=variable.dtype))
        slots = [
            tf.constant(np.broadcast_to(np.asarray(variable), (replicas, *variable.shape)), dtype=variable.dtype)
            for variable in self._optimizer.variables
        ]
        return State(tf.constant(packed[:, :count]), others, slots)

    def all_weights(self, state: State) -> np.ndarray:
        """Return float32 (R, P'), each replica's weights in the order of `get_weights()`."""
        statistics = [np.asarray(state.others[index]).reshape(len(state.weights), -1) for index in self._statistics]
        return np.concatenate([np.asarray(state.weights), *statistics], axis=1)[:, self._layout]

    def kernel_norms(self, state: State) -> np.ndarray:
        """Return float32 (R, L), the length of each kernel."""
        parts = np.split(np.asarray(state.weights), np.cumsum(self._sizes)[:-1], axis=1)
        return np.stack([np.linalg.norm(parts[index], axis=1) for index in self._kernels], axis=1)

    # ---- one step of one replica ----

    def _unpack(self, weights: Any) -> list[Any]:
        import tensorflow as tf

        parts = tf.split(weights, self._sizes)
        return [tf.reshape(part, shape) for part, shape in zip(parts, self._shapes, strict=True)]

    def _row_metric(self, y: Any, output: Any) -> Any:
        import keras
        import tensorflow as tf

        if self.shape.metric == "accuracy":
            if output.shape[-1] == 1:
                # A linear output is a score (hinge), whose border is 0; a probability's is one half.
                border = 0.0 if getattr(self.model.layers[-1], "activation", None) is keras.activations.linear else 0.5
                return tf.cast(tf.equal(output[:, 0] > border, y[:, 0] > 0.5), tf.float32)
            if y.shape[-1] == 1:
                return tf.cast(keras.metrics.sparse_categorical_accuracy(y, output), tf.float32)
            return tf.cast(keras.metrics.categorical_accuracy(y, output), tf.float32)
        if self.shape.metric == "mean_squared_error":
            return tf.reduce_mean(tf.square(output - y), axis=-1)
        if self.shape.metric == "mean_absolute_error":
            return tf.reduce_mean(tf.abs(output - y), axis=-1)
        return tf.fill([tf.shape(y)[0]], np.float32(np.nan))

    def _judge(self, y: Any, output: Any, weight: Any, valid: Any, penalties: list[Any]) -> tuple[Any, Any]:
        """Return loss (penalties included) and metric, means over the rows that are valid."""
        import tensorflow as tf

        losses = self._loss(y, output)
        metrics = self._row_metric(y, output)
        if self.shape.weighted:
            losses = losses * weight
        if valid is None:
            loss, metric = tf.reduce_mean(losses), tf.reduce_mean(metrics)
        else:
            count = tf.maximum(tf.reduce_sum(valid), 1.0)
            loss, metric = tf.reduce_sum(losses * valid) / count, tf.reduce_sum(metrics * valid) / count
        return (tf.add_n([loss, *penalties]) if penalties else loss), metric

    def _step(self, state: State, x: Any, y: Any, weight: Any, valid: Any, rate: Any) -> tuple[State, Any, Any, Any]:
        import tensorflow as tf

        arguments = {} if valid is None else {"mask": valid > 0}
        with tf.GradientTape() as tape:
            tape.watch(state.weights)
            output, others, penalties = self.model.stateless_call(
                self._unpack(state.weights), state.others, x, training=True, return_losses=True, **arguments
            )
            loss, metric = self._judge(y, output, weight, valid, penalties)
        gradient = tape.gradient(loss, state.weights)
        before = list(state.slots)
        before[self._rate] = rate
        [weights], slots = self._optimizer.stateless_apply(before, [gradient], [state.weights])
        norms = tf.zeros([0])
        if self.shape.norms:
            parts = tf.split(gradient, self._sizes)
            norms = tf.stack([tf.norm(parts[index]) for index in self._kernels])
        after = State(weights, others, slots)
        if self.shape.filling == "ragged":
            # A replica with fewer batches than the others waits for them unchanged.
            works = tf.reduce_sum(valid) > 0
            after = tf.nest.map_structure(lambda new, old: tf.where(works, new, old), after, state)
        return after, loss, metric, norms

    # ---- the compiled functions ----

    def _signature(self) -> list[Any]:
        import tensorflow as tf

        def spec(shape: Sequence[int | None], dtype: Any) -> Any:
            return tf.TensorSpec(shape, dtype)

        # A known number of replicas makes a smaller graph than one read from the arguments.
        replicas = self.shape.replicas or 1
        variables = self.model.non_trainable_variables
        slots = self._optimizer.variables
        state = State(
            spec([replicas, sum(self._sizes)], tf.float32),
            [spec([replicas, *variable.shape], variable.dtype) for variable in variables],
            [spec([replicas, *variable.shape], variable.dtype) for variable in slots],
        )
        features = self.model.inputs[0].shape[1:]
        sums = Sums(
            spec([replicas], tf.float32),
            spec([replicas], tf.float32),
            spec([replicas, self._norm_count()], tf.float32),
            spec([replicas], tf.int32),
        )
        return [
            state,
            sums,
            spec([None, *features], tf.float32),
            spec([None, self._target_width()], tf.float32),
            spec([None], tf.float32),
            spec([replicas, None], tf.int32),
            spec([replicas], tf.int32),
            spec([replicas], tf.bool),
            spec([replicas, None], tf.float32),
            spec([], tf.int32),
            spec([], tf.int32),
            spec([], tf.int32),
        ]

    def _train_steps(
        self, state: State, sums: Sums, x: Any, y: Any, weight: Any, order: Any, rows: Any, active: Any, rates: Any,
        size: Any, first: Any, last: Any,
    ) -> tuple[State, Sums]:  # fmt: skip
        """Run the steps first ≤ i < last of an epoch; see `train`."""
        import tensorflow as tf

        replicas = self.shape.replicas or 1

        def one(inputs: Any) -> Any:
            own_state, own_rows, own_valid, own_rate, drawn = inputs
            for layer, numbers in zip(self._dropouts, drawn, strict=False):
                layer.drawn = numbers
            own_weight = tf.gather(weight, own_rows) if self.shape.weighted else None
            valid = own_valid if self.shape.filling else None
            return self._step(own_state, tf.gather(x, own_rows), tf.gather(y, own_rows), own_weight, valid, own_rate)

        def body(i: Any, state: State, sums: Sums) -> Any:
            if self.shape.batch_size:
                position = i * size + tf.range(self.shape.batch_size)
                batch = tf.gather(order, position, axis=1)
            else:
                batch = order[:, i * size : (i + 1) * size]
            count = tf.fill([replicas], tf.cast(tf.shape(batch)[1], tf.float32))
            valid = count  # not looked at
            if self.shape.filling:
                valid = tf.cast(position[None] < rows[:, None], tf.float32)
                count = tf.reduce_sum(valid, 1)
            inputs = (state, batch, valid, tf.gather(rates, i, axis=1), self._draw(state, tf.shape(batch)[1]))
            if self.shape.replicas:
                new, loss, metric, norms = tf.vectorized_map(one, inputs)
            else:
                alone = one(tf.nest.map_structure(lambda tensor: tensor[0], inputs))
                new, loss, metric, norms = tf.nest.map_structure(lambda tensor: tensor[None], alone)
            bad = tf.logical_and(sums.bad < 0, tf.logical_not(tf.math.is_finite(loss)))
            sums = Sums(
                sums.loss + loss * count,
                sums.metric + metric * count,
                sums.norms + (tf.where(count[:, None] > 0, norms, 0.0) if self.shape.filling == "ragged" else norms),
                tf.where(bad, i, sums.bad),
            )
            return i + 1, new, sums

        structure = tf.nest.map_structure(lambda tensor: tensor.shape, (tf.TensorSpec([], tf.int32), state, sums))
        _, new, sums = tf.while_loop(
            lambda i, *_: i < last, body, (first, state, sums), shape_invariants=structure, parallel_iterations=1
        )

        if not self.shape.replicas:
            return new, sums  # a lone run is over when it is not active

        def kept(after: Any, before: Any) -> Any:
            mask = tf.reshape(active, [-1] + [1] * (len(after.shape) - 1))
            return tf.where(mask, after, before)

        return tf.nest.map_structure(kept, new, state), sums

    def _draw(self, state: State, rows: Any) -> list[Any]:
        """Return what the dropout layers of all replicas draw in this step, each (R, rows, units)."""
        if not self.shape.replicas:
            return []  # a lone network's layers draw for themselves
        return [
            uniform_of_replicas([rows, *layer.output.shape[1:]], kernel_seed(state.others[index]))
            for layer, index in zip(self._dropouts, self._drawn_seeds, strict=True)
        ]

    def _target_width(self) -> int:
        outputs = int(self.model.outputs[0].shape[-1])
        return 1 if self.shape.loss.startswith("sparse") else outputs

    def no_sums(self) -> Sums:
        """Return the sums before the first step of an epoch."""
        import tensorflow as tf

        replicas = self.shape.replicas or 1
        nothing = tf.zeros([replicas])
        return Sums(nothing, nothing, tf.zeros([replicas, self._norm_count()]), tf.fill([replicas], -1))

    def _norm_count(self) -> int:
        return self.kernel_count if self.shape.norms else 0

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
            rows: int32 (R,), how many of them count (with a fixed batch size; the rest is filling).
            active: bool (R,); the others stay as they are.
            rates: float32 (R, steps of an epoch), learning rate of each step.
            size: Batch size.
            first: First step of the epoch to run.
            last: Step to stop before.
        """
        with self._lock:
            # Tracing is Python: two threads that trace one function get in each other's way.
            self._train.get_concrete_function()
        return self._train(state, sums, x, y, weight, order, rows, active, rates, size, first, last)

    def _evaluate_rows(self, state: State, x: Any, y: Any, weight: Any, order: Any, rows: Any) -> Any:
        """Evaluate each replica on rows of its own."""
        import tensorflow as tf

        def one(inputs: Any) -> Any:
            weights, others, own_rows, count = inputs
            output, _, penalties = self.model.stateless_call(
                self._unpack(weights), others, tf.gather(x, own_rows), training=False, return_losses=True
            )
            valid = tf.cast(tf.range(tf.shape(own_rows)[0]) < count, tf.float32)
            own_weight = tf.gather(weight, own_rows) if self.shape.weighted else None
            return self._judge(tf.gather(y, own_rows), output, own_weight, valid, penalties)

        return self._over_replicas(one, (state.weights, state.others, order, rows))

    def _evaluate_shared(self, state: State, x: Any, y: Any, weight: Any) -> Any:
        """Evaluate all replicas on the same rows."""

        def one(inputs: Any) -> Any:
            weights, others = inputs
            output, _, penalties = self.model.stateless_call(
                self._unpack(weights), others, x, training=False, return_losses=True
            )
            return self._judge(y, output, weight, None, penalties)

        return self._over_replicas(one, (state.weights, state.others))

    def _over_replicas(self, one: Any, inputs: Any) -> Any:
        import tensorflow as tf

        if self.shape.replicas:
            return tf.vectorized_map(one, inputs)
        alone = one(tf.nest.map_structure(lambda tensor: tensor[0], inputs))
        return tf.nest.map_structure(lambda tensor: tensor[None], alone)

    def evaluate(self, state: State, x: Any, y: Any, weight: Any, order: Any = None, rows: Any = None) -> Any:
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
            loss, metric = self._evaluate_all(state, x, y, weight)
        else:
            loss, metric = self._evaluate(state, x, y, weight, order, rows)
        return np.asarray(loss), np.asarray(metric)


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
