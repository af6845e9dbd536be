"""The network and its steps, the same in the run and in the fresh process: Keras layers, Keras' optimizers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.saving.experiment import ADAM, BETA, CLASSES, MOMENTUM, PIXELS, Config

LOSS = "sparse_categorical_crossentropy"


def optimizer(config: Config) -> Any:
    """Return a fresh Keras optimizer."""
    import keras

    if config.optimizer == ADAM:
        return keras.optimizers.Adam(config.learning_rate)
    return keras.optimizers.SGD(config.learning_rate, momentum=BETA if config.optimizer == MOMENTUM else 0.0)


def network(config: Config, seed: int) -> Any:
    """Return a compiled Keras model, its weights and its dropout from the seed."""
    import keras

    layers: list[Any] = [keras.Input((PIXELS,))]
    for number in range(config.depth):
        start = keras.initializers.GlorotUniform(seed=10 * seed + number)
        layers.append(keras.layers.Dense(config.width, activation="relu", kernel_initializer=start))
        if config.dropout:
            layers.append(keras.layers.Dropout(config.dropout, seed=10 * seed + number))
    start = keras.initializers.GlorotUniform(seed=10 * seed + config.depth)
    layers.append(keras.layers.Dense(CLASSES, activation="softmax", kernel_initializer=start))
    model = keras.Sequential(layers)
    model.compile(optimizer=optimizer(config), loss=LOSS)
    model.optimizer.build(model.trainable_variables)
    return model


def trainer(model: Any, x: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return what trains a compiled model: batches int32 (steps, size) → loss on all rows, float32 (steps + 1,).

    The first entry is the loss before the first step; −1 in a batch is no row. The steps are those of
    `train_on_batch`, in one compiled function, since the loss on all rows is wanted after each.
    """
    import keras
    import tensorflow as tf

    inputs, targets = tf.constant(x), tf.constant(y)

    def losses(rows: Any, wanted: Any, training: bool) -> Any:
        said = model(rows, training=training)
        return tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(wanted, said))

    def step(_: Any, batch: Any) -> Any:
        known = tf.boolean_mask(batch, batch >= 0)
        with tf.GradientTape() as tape:
            loss = losses(tf.gather(inputs, known), tf.gather(targets, known), True)
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)
        return losses(inputs, targets, False)

    @tf.function(autograph=False, input_signature=[tf.TensorSpec((None, None), tf.int32)])
    def steps(batches: Any) -> Any:
        first = losses(inputs, targets, False)
        return tf.concat([first[None], tf.scan(step, batches, initializer=first)], 0)

    def train(batches: np.ndarray) -> np.ndarray:
        return np.asarray(steps(tf.constant(batches)), np.float32)

    return train


def state(model: Any) -> list[np.ndarray]:
    """Return everything a model's optimizer keeps, in its order."""
    return [np.asarray(variable) for variable in model.optimizer.variables]
