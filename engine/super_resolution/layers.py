"""The two layers of the enlarger that Keras has not: pixels from channels, and bicubic interpolation of any size.

What the learner should see: enlarging is a convolution too. For every old pixel there are s × s new ones, and each of
them is a weighted sum of the same 5 × 5 old neighbours.

Imported in workers only, since it needs Keras.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

PACKAGE = "deep_learning_playground"
REACH = 2  # old pixels on each side that a new one depends on
KEYS = -0.5  # the parameter a of Keys' kernel, as in Pillow


def keys_kernel(distance: np.ndarray) -> np.ndarray:
    """Return the weight of an old pixel at this distance, in old pixels (Keys 1981)."""
    d = np.abs(distance)
    near = (KEYS + 2) * d**3 - (KEYS + 3) * d**2 + 1
    far = KEYS * d**3 - 5 * KEYS * d**2 + 8 * KEYS * d - 4 * KEYS
    return np.where(d <= 1, near, np.where(d < 2, far, 0.0))


@keras.saving.register_keras_serializable(package=PACKAGE)
class PixelsFromChannels(keras.layers.Layer):
    """(n, h, w, 3·s·s) → (n, s·h, s·w, 3): the channels of a place become a block of s × s pixels."""

    def __init__(self, scale: int, **more: Any) -> None:
        """Take how many times wider and higher the picture becomes."""
        super().__init__(**more)
        self.scale = scale

    def call(self, channels: Any) -> Any:
        """Return the pixels of (n, h, w, 3·s·s) channels, colour by colour."""
        _, height, width, _ = ops.shape(channels)
        s = self.scale
        blocks = ops.reshape(channels, (-1, height, width, 3, s, s))
        return ops.reshape(ops.transpose(blocks, (0, 1, 4, 2, 5, 3)), (-1, height * s, width * s, 3))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the large picture; sides that are not known stay so."""
        n, height, width, _ = input_shape
        return n, height and height * self.scale, width and width * self.scale, 3

    def get_config(self) -> dict[str, Any]:
        """Return what `.keras` files keep."""
        return {**super().get_config(), "scale": self.scale}


@keras.saving.register_keras_serializable(package=PACKAGE)
class Bicubic(PixelsFromChannels):
    """(n, h, w, 3) → (n, s·h, s·w, 3) by bicubic interpolation, as one convolution with fixed weights."""

    def call(self, small: Any) -> Any:
        """Return the interpolated pictures; beyond the border lies the picture's mirror image."""
        s = self.scale
        offsets = (np.arange(s) + 0.5) / s - 0.5  # of the new pixels from the old one's centre
        taps = keys_kernel(np.arange(-REACH, REACH + 1)[:, None] - offsets)  # (5, s)
        kernel = np.einsum("yi,xj->yxij", taps, taps).reshape(2 * REACH + 1, 2 * REACH + 1, 1, s * s)
        around = ops.pad(small, ((0, 0), (REACH, REACH), (REACH, REACH), (0, 0)), mode="symmetric")
        weights = ops.convert_to_tensor(np.repeat(kernel, 3, axis=2), dtype=small.dtype)
        return super().call(ops.depthwise_conv(around, weights, padding="valid"))
