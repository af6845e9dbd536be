"""Augmentations that a gradient passes through, each for a share of the pictures only.

What the learner should see: shifted, recoloured or partly hidden pictures, real and generated alike. As long as the
share stays below about 0.8 the generator does not learn to make such pictures itself, since they are then rarer than
the plain ones (Karras et al. 2020). Imported in workers only.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

SHIFT = 1 / 8  # of the side
HIDDEN = 0.5  # side of the hidden square, of the picture's side
BRIGHTNESS, CONTRAST, SATURATION = 0.2, 0.5, 1.0


def augmented(pictures: Any, share: Any, seed: Any) -> Any:
    """Return pictures (n, side, side, channels) in about −1 … 1, each change made to a share of them.

    Args:
        pictures: Float tensors; n and side are known.
        share: Probability of each change, 0 … 1; 0 gives the pictures back as they are.
        seed: int32 (2,).
    """
    count, side, _, channels = pictures.shape

    def drawn(number: int, shape: tuple[int, ...], low: float = -1.0, high: float = 1.0) -> Any:
        return tf.random.stateless_uniform(shape, seed + tf.constant((number, 0)), low, high)

    def touched(number: int) -> Any:
        return tf.cast(drawn(100 + number, (count, 1, 1, 1), 0.0, 1.0) < share, tf.float32)

    def mirror(x: Any) -> Any:
        return tf.where((drawn(0, (count, 1, 1, 1)) > 0) & (touched(0) > 0), x[:, :, ::-1], x)

    def shift(x: Any) -> Any:
        most = round(side * SHIFT)
        moves = tf.cast(tf.round(drawn(1, (count, 2)) * most), tf.int32) * tf.cast(touched(1)[:, :, 0, 0], tf.int32)
        around = tf.pad(x, ((0, 0), (most, most), (most, most), (0, 0)), mode="SYMMETRIC")
        rows = tf.range(side)[None] + moves[:, :1] + most
        columns = tf.range(side)[None] + moves[:, 1:] + most
        return tf.gather(tf.gather(around, rows, axis=1, batch_dims=1), columns, axis=2, batch_dims=1)

    def recolour(x: Any) -> Any:
        x = x + drawn(2, (count, 1, 1, 1)) * BRIGHTNESS * touched(2)
        middle = tf.reduce_mean(x, axis=(1, 2, 3), keepdims=True)
        x = middle + (x - middle) * (1 + drawn(3, (count, 1, 1, 1)) * CONTRAST * touched(3))
        if channels == 1:
            return x
        grey = tf.reduce_mean(x, axis=3, keepdims=True)
        return grey + (x - grey) * (1 + drawn(4, (count, 1, 1, 1)) * SATURATION * touched(4))

    def hide(x: Any) -> Any:
        centre = drawn(5, (count, 2), 0.0, 1.0)
        places = (tf.range(side, dtype=tf.float32) + 0.5) / side
        inside = [tf.abs(places[None] - centre[:, k : k + 1]) < HIDDEN / 2 for k in (0, 1)]
        hidden = tf.cast(inside[0][:, :, None] & inside[1][:, None], tf.float32)[..., None] * touched(5)
        return x * (1 - hidden)

    return hide(recolour(shift(mirror(pictures))))
