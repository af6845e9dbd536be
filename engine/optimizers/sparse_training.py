"""The Keras side of the sparse demonstration. Only for workers: imports TensorFlow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from engine.optimizers.sparse import BATCH, WORDS, keras_optimizer

if TYPE_CHECKING:
    from engine.optimizers.sparse import Config

Data = Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]


def train(
    config: Config, name: str, data: Data, order: np.ndarray, every: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Train one optimizer on all seeds side by side and yield weights and effective rates, each (S, WORDS).

    One EinsumDense layer holds one row of weights per seed. Losses are summed over seeds and every optimizer works
    element by element, so each row is trained as it would be alone (a test trains one alone).

    Args:
        config: Learning rates and steps.
        name: The optimizer.
        data: Per seed, what `sparse.documents` returns.
        order: (S, 2·steps, BATCH) documents of every batch.
        every: Steps between two records; the first record is the start.
    """
    seeds = len(data)
    bags = tf.constant(np.stack([each[0] for each in data]))
    labels = tf.constant(np.stack([each[2] for each in data], axis=1))
    chosen = tf.constant(order)
    layer = keras.layers.EinsumDense("sbv,sv->sb", output_shape=(BATCH,), kernel_initializer="zeros")
    layer.build((seeds, BATCH, WORDS))
    (weights,) = layer.trainable_variables
    optimizer = keras_optimizer(config, name)
    optimizer.build([weights])

    @tf.function
    def advance(first: Any) -> None:
        for step in tf.range(first, first + every):
            documents = chosen[:, step]
            phase = tf.where(step < config.steps, 0, 1)
            with tf.GradientTape() as tape:
                logits = layer(tf.gather(bags, documents, batch_dims=1))
                wanted = tf.gather(labels[phase], documents, batch_dims=1)
                losses = keras.losses.binary_crossentropy(wanted, logits, from_logits=True)
                loss = tf.reduce_sum(losses)
            optimizer.apply([tape.gradient(loss, weights)], [weights])

    yield weights.numpy(), effective_rates(optimizer, config.rate_of(name), weights)
    for first in range(0, 2 * config.steps - every + 1, every):
        advance(tf.constant(first))
        yield weights.numpy(), effective_rates(optimizer, config.rate_of(name), weights)


def effective_rates(optimizer: Any, rate: float, weights: Any) -> np.ndarray:
    """Return what each weight's gradient is multiplied by in the next step, from the optimizer's own variables."""
    slots = {
        variable.path.split("/")[-1].rsplit("kernel_", 1)[-1]: variable.numpy() for variable in optimizer.variables
    }
    epsilon = getattr(optimizer, "epsilon", 0.0)
    if "accumulator" in slots:
        return rate / np.sqrt(slots["accumulator"] + epsilon)
    if "accumulated_grad" in slots:
        return rate * np.sqrt(slots["accumulated_delta_var"] + epsilon) / np.sqrt(slots["accumulated_grad"] + epsilon)
    if "velocity" in slots:
        return rate / np.sqrt(slots["velocity"] + epsilon)
    return np.full(tuple(weights.shape), rate, dtype=np.float32)
