"""Batch normalization as one kernel: the same numbers as `keras.layers.BatchNormalization`, several times sooner.

Keras 3 writes it as a chain of small operations over the whole picture; TensorFlow has one operation for all of it.
Imported in the worker only.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


class FusedBatchNormalization(keras.layers.BatchNormalization):
    """`BatchNormalization` over the last axis of (n, h, w, c), fused while it trains; weights and results are the same.

    The moving variance takes the batch's variance with n − 1 below the line (TensorFlow's kernel), Keras with n.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Return the normalized batch; in training the moving mean and variance move on."""
        if not training:
            return super().call(inputs, training=False, mask=mask)
        none = tf.zeros_like(self.gamma)
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma,
            offset=self.beta,
            mean=none,
            variance=none,
            epsilon=self.epsilon,
            is_training=True,
        )
        for moving, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + value * (1 - self.momentum))
        return outputs
