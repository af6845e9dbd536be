"""What a trained network sees in a picture, as a measure of whether two pictures look alike.

What the learner should see: two pictures may differ in every pixel and still show the same grass. A network that has
learned to find things answers to edges and textures, not to single pixels, so its first layers are a better judge of
likeness than the mean of squared differences.

Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", 2016. The network
here is the beginning of NanoDet-g, trained on COCO; what is measured on the page uses another one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.detection import nanodet
from engine.detection.experiment import NANODET, weights

LAYERS = ("leaky_0", "leaky_4", "leaky_10")  # at a half, a quarter and an eighth of the picture's size
BUILT = 64  # pixels; the layers take pictures of any size
SMALLEST = 1e-6


def features() -> Callable[[Any], list[Any]]:
    """Return the function pictures (n, h, w, 3) in 0 … 1, sides multiples of 8 → three feature maps."""
    import keras
    import tensorflow as tf

    whole = nanodet.build(BUILT, weights(NANODET))
    first = keras.Model(whole.input, [whole.get_layer(name).output for name in LAYERS])
    free = keras.models.clone_model(first, input_tensors=keras.Input((None, None, 3)))
    free.set_weights(first.get_weights())
    free.trainable = False
    mean, scale = tf.constant(nanodet.MEAN), tf.constant(nanodet.SCALE)
    return lambda pictures: list(free((pictures * 255.0 - mean) / scale, training=False))


def distance(made: list[Any], right: list[Any]) -> Any:
    """Return the mean absolute difference of feature maps, each as a share of the size of the right ones, averaged."""
    import tensorflow as tf

    shares = [
        tf.reduce_mean(tf.abs(one - other)) / (tf.reduce_mean(tf.abs(other)) + SMALLEST)
        for one, other in zip(made, right, strict=True)
    ]
    return tf.add_n(shares) / len(shares)
