"""One training step of one network, as a function of values: real Keras layers, loss and update rule.

What the learner should see: predict, compare, take the slope of the loss, move. `compiled` repeats it over batches
and lays replicas side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from engine.training.dropout import drawn_layers, kernel_seed, uniform_of_replicas, with_drawn_dropout
from engine.training.layout import Layout, State
from engine.training.optimizers import Optimizer, functional_optimizer

MANY = -1  # as a Shape's number of replicas: any number, read from the arguments


class Architecture(Protocol):
    """What the trainers need to know of a network; frozen and hashable. `engine.models.mlp.MLP` is one."""

    def build(self, seed: int) -> Any:
        """Return the Keras model with the initial weights and dropout seeds of `seed`."""

    def initial_weights(self, seed: int) -> list[np.ndarray]:
        """Return the initial weights of `seed` as `get_weights()` would."""

    def dropout_seeds(self, seed: int) -> tuple[int, ...]:
        """Return the seed of each layer that draws random numbers, first to last."""


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
        replicas: Number of replicas in lock-step, or MANY; 0 for a lone run, which has no replica axis inside.
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


class Step:
    """The step of a Shape, without a replica axis.

    Attributes:
        layout: Places of the variables in a State.
        kernel_count: L, number of layers with a kernel.
        target_width: Columns of the targets.
    """

    def __init__(self, shape: Shape) -> None:
        import keras

        self._shape = shape
        self.model = with_drawn_dropout(shape.architecture.build(0))
        self._loss = keras.losses.get(shape.loss)
        self._optimizer = functional_optimizer(shape.optimizer)
        count = sum(int(np.prod(variable.shape)) for variable in self.model.trainable_variables)
        self._optimizer.build([keras.Variable(np.zeros(count, np.float32), name="weights")])
        names = [variable.name for variable in self._optimizer.variables]
        self._rate = names.index("learning_rate")
        self.layout = Layout(self.model, self._optimizer, shape.architecture)
        self.kernel_count = len(self.layout.kernels)
        self.target_width = 1 if shape.loss.startswith("sparse") else int(self.model.outputs[0].shape[-1])
        self._dropouts = drawn_layers(self.model)
        places = {id(variable): index for index, variable in enumerate(self.layout.others)}
        self._seeds = [places[id(layer.seed_generator.state)] for layer in self._dropouts]
        # A linear output is a score (hinge), whose border is 0; a probability's is one half.
        linear = getattr(self.model.layers[-1], "activation", None) is keras.activations.linear
        self._border = 0.0 if linear else 0.5

    def draw(self, others: list[Any], rows: Any) -> list[Any]:
        """Return what the dropout layers of all replicas draw in one step, each (R, rows, units).

        Args:
            others: As in a State, with replica axis.
            rows: Rows of a batch.
        """
        return [
            uniform_of_replicas([rows, *layer.output.shape[1:]], kernel_seed(others[index]))
            for layer, index in zip(self._dropouts, self._seeds, strict=True)
        ]

    def take(
        self, state: State, x: Any, y: Any, weight: Any, valid: Any, rate: Any, drawn: list[Any]
    ) -> tuple[State, Any, Any, Any]:
        """Take one step; return the new state, the batch's loss and metric and the length of each kernel's gradient.

        Args:
            state: Without replica axis.
            x: (b, features).
            y: (b, outputs).
            weight: (b,); not looked at unless the shape is weighted.
            valid: float32 (b,), 1 for rows that count and 0 for filling; None if all count.
            rate: Learning rate.
            drawn: One replica's share of `draw`; empty if the layers draw for themselves.
        """
        import tensorflow as tf

        for layer, numbers in zip(self._dropouts, drawn or [None] * len(self._dropouts), strict=True):
            layer.drawn = numbers
        arguments = {} if valid is None else {"mask": valid > 0}
        with tf.GradientTape() as tape:
            tape.watch(state.weights)
            output, others, penalties = self.model.stateless_call(
                self.layout.unpack(state.weights), state.others, x, training=True, return_losses=True, **arguments
            )
            loss, metric = self._judge(y, output, weight, valid, penalties)
        gradient = tape.gradient(loss, state.weights)
        before = list(state.slots)
        before[self._rate] = rate
        [weights], slots = self._optimizer.stateless_apply(before, [gradient], [state.weights])
        after = State(weights, others, slots)
        if self._shape.filling == "ragged":
            # A replica with fewer batches than the others waits for them unchanged.
            works = tf.reduce_sum(valid) > 0
            after = tf.nest.map_structure(lambda new, old: tf.where(works, new, old), after, state)
        return after, loss, metric, self._norms(gradient)

    def _norms(self, gradient: Any) -> Any:
        import tensorflow as tf

        if not self._shape.norms:
            return tf.zeros([0])
        parts = tf.split(gradient, self.layout.sizes)
        return tf.stack([tf.norm(parts[index]) for index in self.layout.kernels])

    def look(self, weights: Any, others: list[Any], x: Any, y: Any, weight: Any, valid: Any) -> tuple[Any, Any]:
        """Return loss and metric in inference mode; arguments as in `take`."""
        output, _, penalties = self.model.stateless_call(
            self.layout.unpack(weights), others, x, training=False, return_losses=True
        )
        return self._judge(y, output, weight, valid, penalties)

    def _judge(self, y: Any, output: Any, weight: Any, valid: Any, penalties: list[Any]) -> tuple[Any, Any]:
        """Return loss (penalties included) and metric, means over the rows that count."""
        import tensorflow as tf

        losses, metrics = self._loss(y, output), self._row_metric(y, output)
        if self._shape.weighted:
            losses = losses * weight
        if valid is None:
            loss, metric = tf.reduce_mean(losses), tf.reduce_mean(metrics)
        else:
            count = tf.maximum(tf.reduce_sum(valid), 1.0)
            loss, metric = tf.reduce_sum(losses * valid) / count, tf.reduce_sum(metrics * valid) / count
        return (tf.add_n([loss, *penalties]) if penalties else loss), metric

    def _row_metric(self, y: Any, output: Any) -> Any:
        import tensorflow as tf

        if self._shape.metric == "accuracy":
            if output.shape[-1] == 1:
                return tf.cast(tf.equal(output[:, 0] > self._border, y[:, 0] > 0.5), tf.float32)
            # Not Keras's metric functions: their argmax works on bits, which has no vectorised form.
            wanted = tf.cast(y[:, 0], tf.int64) if y.shape[-1] == 1 else tf.argmax(y, axis=-1)
            return tf.cast(tf.equal(tf.argmax(output, axis=-1), wanted), tf.float32)
        if self._shape.metric == "mean_squared_error":
            return tf.reduce_mean(tf.square(output - y), axis=-1)
        if self._shape.metric == "mean_absolute_error":
            return tf.reduce_mean(tf.abs(output - y), axis=-1)
        return tf.fill([tf.shape(y)[0]], np.float32(np.nan))
