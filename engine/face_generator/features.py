"""Features of pictures that know nothing of our faces: the backbone of NanoDet, which was trained on photographs.

What the learner should see: two sets of pictures are alike when a network that never saw either cannot tell them
apart. Averages over the picture of 384 channels are compared, not pixels.

Bińkowski, Sutherland, Arbel and Gretton, "Demystifying MMD GANs", 2018: the kernel distance, with a cubic kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from engine.detection.experiment import NANODET, weights
from engine.detection.nanodet import FAR, MEAN, SCALE, SLOPE

SIZE = 96  # pixels a side that the backbone looks at
COUNT = 384
SUBSETS, SUBSET = 12, 48


@cache
def extractor() -> Callable[[np.ndarray], np.ndarray]:
    """Return the compiled backbone of this process: pictures uint8 (n, 64, 64, c) → float32 (n, COUNT)."""
    import keras
    import tensorflow as tf
    from keras import layers

    stored, made = weights(NANODET), iter(range(99))
    kept = []

    def convolution(x: Any, filters: int, strides: int = 1) -> Any:
        if strides == 2:
            x = layers.ZeroPadding2D(1)(x)
        layer = layers.Conv2D(filters, 3, strides, "valid" if strides == 2 else "same")
        x = layers.LeakyReLU(SLOPE)(layer(x))
        number = next(made)
        kernel = stored[f"kernel_{number}"]
        layer.set_weights([kernel if number else kernel[:, :, ::-1], stored[f"bias_{number}"]])
        kept.append(layer)
        return x

    def stage(x: Any, filters: int, blocks: int, strides: int) -> Any:
        around = through = convolution(x, filters, strides)
        for _ in range(blocks):
            first = convolution(through, filters // 2)
            through = layers.Concatenate()([convolution(first, filters // 2), first])
        return layers.Concatenate()([convolution(through, filters), around])

    picture = keras.Input((SIZE, SIZE, 3))
    x = convolution(picture, 32, 2)
    x = keras.ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=FAR)
    c3 = stage(stage(layers.MaxPooling2D(3, 2)(x), 32, 1, 1), 64, 2, 2)
    c4 = stage(c3, 128, 2, 2)
    pool = layers.GlobalAveragePooling2D
    model = keras.Model(picture, layers.Concatenate()([pool()(c3), pool()(c4)]))

    @tf.function(autograph=False, reduce_retracing=True)
    def features(pictures: Any) -> Any:
        large = tf.image.resize(tf.cast(pictures, tf.float32), (SIZE, SIZE))
        return model((large - MEAN) / SCALE, training=False)

    def extract(pictures: np.ndarray) -> np.ndarray:
        colour = np.ascontiguousarray(np.broadcast_to(pictures, (*pictures.shape[:3], 3)))
        return np.concatenate([np.asarray(features(colour[first : first + 64])) for first in range(0, len(colour), 64)])

    return extract


def kernel_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Return the unbiased squared kernel distance of two sets of features, (n, d) and (m, d); about 0 if alike.

    The kernel is (x · y / d + 1)³.
    """
    x, y = np.asarray(first, np.float64), np.asarray(second, np.float64)
    d, n, m = x.shape[1], len(x), len(y)
    xx, yy, xy = (x @ x.T / d + 1) ** 3, (y @ y.T / d + 1) ** 3, (x @ y.T / d + 1) ** 3
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return float(within - 2 * xy.mean())


def distance(features: np.ndarray, real: np.ndarray, scale: np.ndarray) -> tuple[float, float]:
    """Return the kernel distance of features to those of real pictures, and its deviation over random subsets.

    Args:
        features: (n, COUNT) of the pictures to judge.
        real: (m, COUNT) of real pictures.
        scale: (2, COUNT), mean and deviation of each feature over many real pictures.
    """
    x, y = ((values - scale[0]) / scale[1] for values in (features, real))
    random = np.random.default_rng(0)
    some = min(SUBSET, len(x) - 1)
    values = [
        kernel_distance(x[random.choice(len(x), some, replace=False)], y[random.choice(len(y), some, replace=False)])
        for _ in range(SUBSETS)
    ]
    return kernel_distance(x, y), float(np.std(values))
