"""A small network that reads attributes off a face: fitted on drawn faces, whose attributes are known.

What the learner should see: nobody labelled the generated faces. A reader does, and so what a direction of the numbers
does to a face can be counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.faces.network import SIDE

WIDTHS = (16, 32, 64, 64)
HIDDEN = 64
FITTED_ON, FITTED_SEED = 10_000, 20_001
EPOCHS, BATCH, RATE = 6, 64, 2e-3


def build(outputs: int, seed: int = 0) -> Any:
    """Return the Keras model: pictures float (n, 64, 64, 3) in −1…1 → `outputs` numbers each."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    picture = keras.Input((SIDE, SIDE, 3))
    x = picture
    for width in WIDTHS:
        x = layers.Conv2D(width, 3, 2, "same", activation="relu")(x)
    x = layers.Dense(HIDDEN, activation="relu")(layers.Flatten()(x))
    return keras.Model(picture, layers.Dense(outputs)(x), name="reader")


def targets(attributes: dict[str, np.ndarray], names: list[str]) -> np.ndarray:
    """Return what the reader is to say, float32 (n, len(names)), each brought to a mean of 0 and a deviation of 1."""
    values = np.stack([attributes[name] for name in names], axis=1).astype(np.float32)
    return (values - values.mean(axis=0)) / values.std(axis=0)


def fit(model: Any, pictures: np.ndarray, wanted: np.ndarray, epochs: int = EPOCHS) -> None:
    """Fit the reader on uint8 pictures (n, 64, 64, 3) and wanted numbers (n, k)."""
    import keras

    steps = epochs * (len(pictures) // BATCH)
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps)), "mse")
    model.fit(pictures.astype(np.float32) / 127.5 - 1, wanted, batch_size=BATCH, epochs=epochs, verbose=0)


def reading(model: Any) -> Callable[[np.ndarray], np.ndarray]:
    """Return a compiled function: pictures uint8 (n, 64, 64, c) → what the reader says, float32 (n, k)."""
    import tensorflow as tf

    @tf.function(autograph=False, reduce_retracing=True)
    def read(pictures: Any) -> Any:
        return model(tf.cast(pictures, tf.float32) / 127.5 - 1, training=False)

    def said(pictures: np.ndarray) -> np.ndarray:
        colour = np.ascontiguousarray(np.broadcast_to(pictures, (*pictures.shape[:3], 3)))
        return np.concatenate([np.asarray(read(colour[first : first + 256])) for first in range(0, len(colour), 256)])

    return said
