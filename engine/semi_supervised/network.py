"""The two networks as plain Keras models, and as one model that holds a copy for every seed.

What the learner should see: the discriminator is a classifier. Its K outputs say which class, and their sum of
exponentials Z says how real: Z / (Z + 1) (Salimans et al. 2016, "Improved techniques for training GANs").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.semi_supervised.pictures import CLASSES

if TYPE_CHECKING:
    import keras

STACKED, EXTRA, HEADS = "stacked", "K+1", "two heads"
FORMS = (STACKED, EXTRA, HEADS)
SLOPE = 0.2  # of the leaky ReLU


def discriminator(pixels: int, width: int, depth: int, form: str, seed: int) -> keras.Model:
    """Return pictures (N, pixels) → the outputs (N, K or K + 1), and the last hidden layer (N, width).

    Args:
        pixels: Numbers of a picture.
        width: Neurons of a hidden layer.
        depth: Hidden layers.
        form: STACKED has K outputs, the other forms one more.
        seed: Of the initial weights.
    """
    import keras

    hidden = inputs = keras.Input((pixels,))
    for layer in range(depth):
        hidden = keras.layers.Dense(width, kernel_initializer=keras.initializers.GlorotUniform(seed + layer))(hidden)
        hidden = keras.layers.LeakyReLU(negative_slope=SLOPE)(hidden)
    outputs = CLASSES if form == STACKED else CLASSES + 1
    last = keras.layers.Dense(outputs, kernel_initializer=keras.initializers.GlorotUniform(seed + depth))(hidden)
    return keras.Model(inputs, [last, hidden])


def generator(noise: int, width: int, pixels: int, seed: int) -> keras.Model:
    """Return random numbers (N, noise) → made-up pictures (N, pixels) in −1 … 1."""
    import keras

    hidden = inputs = keras.Input((noise,))
    for layer in range(2):
        start = keras.initializers.GlorotUniform(seed + 100 + layer)
        hidden = keras.layers.Dense(width, use_bias=False, kernel_initializer=start)(hidden)
        hidden = keras.layers.BatchNormalization(momentum=0.9)(hidden)
        hidden = keras.layers.ReLU()(hidden)
    start = keras.initializers.GlorotUniform(seed + 102)
    return keras.Model(inputs, keras.layers.Dense(pixels, activation="tanh", kernel_initializer=start)(hidden))


def real_logit(outputs: Any, form: str) -> Any:
    """Return how real each picture is, as a logit: its sigmoid is the probability.

    Of K outputs it is log Z with Z = Σ exp, since Z / (Z + 1) = sigmoid(log Z): a softmax over K + 1 outputs whose
    last is always 0. With an output of its own for "made up", that is subtracted. With two heads it is that output.

    Args:
        outputs: (…, K or K + 1).
        form: One of FORMS.
    """
    import tensorflow as tf

    known = tf.reduce_logsumexp(outputs[..., :CLASSES], axis=-1)
    if form == STACKED:
        return known
    return known - outputs[..., CLASSES] if form == EXTRA else outputs[..., CLASSES]


def side_by_side(models: Sequence[keras.Model]) -> keras.Model:
    """Return one model (N, R, inputs) → (N, R, outputs) that holds R models of one form, each with its own weights.

    Every Dense layer becomes an EinsumDense with a kernel a copy; normalization sees the copies as channels of their
    own. So a step of all copies is one matrix product a layer, and each copy learns what it would alone.
    """
    import keras

    first, copies = models[0], len(models)
    inputs = hidden = features = keras.Input((copies, first.input_shape[-1]))
    for layer in first.layers[1:]:
        if isinstance(layer, keras.layers.Dense):
            features = hidden  # what the last of them gets is the last hidden layer
            hidden = keras.layers.EinsumDense(
                "bri,rio->bro",
                output_shape=(copies, layer.units),
                bias_axes="ro" if layer.use_bias else None,
                activation=layer.activation,
            )(hidden)
        elif isinstance(layer, keras.layers.BatchNormalization):
            shape = hidden.shape[1:]
            flat = keras.layers.Reshape((shape[0] * shape[1],))(hidden)
            hidden = keras.layers.Reshape(shape)(keras.layers.BatchNormalization(momentum=layer.momentum)(flat))
        else:
            hidden = type(layer).from_config(layer.get_config())(hidden)
    together = keras.Model(inputs, hidden if len(first.outputs) == 1 else [hidden, features])
    put_weights(together, [model.get_weights() for model in models])
    return together


def put_weights(together: keras.Model, weights: Sequence[Sequence[np.ndarray]]) -> None:
    """Give a model of `side_by_side` the weights of its copies, one list a copy."""
    stacked = [np.stack(parts) for parts in zip(*weights, strict=True)]
    together.set_weights([part.reshape(own.shape) for part, own in zip(stacked, together.weights, strict=True)])


def copy_weights(together: keras.Model, alone: keras.Model, place: int, copies: int) -> None:
    """Give a lone model the weights of one copy of a model of `side_by_side`."""
    pairs = zip(together.get_weights(), alone.get_weights(), strict=True)
    alone.set_weights([own.reshape(copies, *one.shape)[place] for own, one in pairs])
