"""The two networks: shapes, ranges, and that what makes training quick changes no number."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.faces.layers import FusedBatchNormalization
from engine.faces.network import FULL, LATENT, MIXED, discriminator, generator


@pytest.mark.parametrize("channels", [1, 3])
def test_shapes_and_ranges(channels):
    numbers = np.random.default_rng(0).standard_normal((5, LATENT), np.float32)
    pictures = np.asarray(generator(channels)(numbers))
    assert pictures.shape == (5, 64, 64, channels)
    assert np.abs(pictures).max() <= 1
    assert discriminator(channels)(pictures).shape == (5, 1)


def test_a_seed_is_a_network():
    first, same, other = (generator(1, seed).get_weights()[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_precision_and_fusing_change_no_weight():
    plain, quick = generator(3, 1), generator(3, 1, MIXED, fused=True)
    for one, two in zip(plain.weights, quick.weights, strict=True):
        assert two.dtype == FULL
        np.testing.assert_array_equal(one, two)
    numbers = np.random.default_rng(0).standard_normal((8, LATENT), np.float32)
    assert np.abs(np.asarray(plain(numbers)) - np.asarray(quick(numbers))).max() < 0.03
    judges = discriminator(3, 1), discriminator(3, 1, MIXED)
    assert [w.shape for w in judges[0].weights] == [w.shape for w in judges[1].weights]


def test_fused_normalization_is_keras_normalization():
    inputs = tf.random.stateless_normal((6, 5, 4, 16), (1, 2)) * 2 + 1
    layers = keras.layers.BatchNormalization(momentum=0.9), FusedBatchNormalization(momentum=0.9)
    results = []
    for layer in layers:
        layer.build(inputs.shape)
        layer.set_weights([np.linspace(0.5, 2, 16), np.linspace(-1, 1, 16), np.zeros(16), np.ones(16)])
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = layer(inputs, training=True)
            loss = tf.reduce_sum(tf.sin(outputs))
        results.append((outputs, *tape.gradient(loss, [inputs, *layer.trainable_variables]), layer.moving_mean))
    for one, two in zip(*results, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-3, atol=2e-4)
    # TensorFlow's kernel takes n - 1 for the moving variance.
    count = 6 * 5 * 4
    wanted = 0.9 + (np.asarray(layers[0].moving_variance) - 0.9) * count / (count - 1)
    np.testing.assert_allclose(layers[1].moving_variance, wanted, rtol=1e-4)
    np.testing.assert_allclose(layers[0](inputs, training=False), layers[0](inputs, training=False))


def test_the_discriminator_sees_how_much_a_batch_differs():
    judge = discriminator(1)
    pictures = np.random.default_rng(0).uniform(-1, 1, (4, 64, 64, 1)).astype(np.float32)
    alone, together = np.asarray(judge(pictures[:1])), np.asarray(judge(pictures))
    assert abs(alone[0, 0] - together[0, 0]) > 1e-3
