"""The layers against SciPy's filters, the definition of modulation in the paper, and NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d, upfirdn

from engine.style_generator import layers
from engine.style_generator.layers import EqualConvolution, EqualDense, ModulatedConvolution, Spread

TAPS = np.array([1, 3, 3, 1]) / 8
RNG = np.random.default_rng(5)


def leaky(x: np.ndarray) -> np.ndarray:
    return np.where(x > 0, x, 0.2 * x) * np.sqrt(2)


def test_doubling_is_upfirdn_along_both_axes() -> None:
    picture = RNG.standard_normal((6, 6)).astype(np.float32)
    # Zeros between the pixels, gain 2 an axis; of the full result the part that starts two before the first tap's end.
    expected = upfirdn(2 * TAPS, upfirdn(2 * TAPS, picture, up=2, axis=0), up=2, axis=1)[1:13, 1:13]
    found = np.asarray(layers.doubled(picture[None, :, :, None]))[0, :, :, 0]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_halving_convolution_filters_first() -> None:
    layer = EqualConvolution(1, halves=True, active=False, seed=3)
    picture = RNG.standard_normal((8, 8)).astype(np.float32)
    found = np.asarray(layer(picture[None, :, :, None]))[0, :, :, 0]
    blurred = correlate2d(np.pad(picture, 2), np.outer(TAPS, TAPS), "valid")
    weight = np.asarray(layer.weight)[:, :, 0, 0] / 3  # one channel, 3 × 3
    np.testing.assert_allclose(found, correlate2d(blurred, weight, "valid")[::2, ::2], atol=1e-5)


@pytest.mark.parametrize("doubles", [False, True])
def test_modulation_scales_the_weights_of_every_picture(doubles: bool) -> None:
    layer = ModulatedConvolution(2, doubles=doubles, seed=7)
    side = 10 if doubles else 5
    x = RNG.standard_normal((2, 5, 5, 3)).astype(np.float32)
    style = RNG.standard_normal((2, 4)).astype(np.float32)
    noise = RNG.standard_normal((2, side, side, 1)).astype(np.float32)
    layer([x, style, noise])
    layer.strength.assign(0.3)
    layer.bias.assign([0.1, -0.2])
    found = np.asarray(layer([x, style, noise]))
    factor = style @ np.asarray(layer.affine.weight) / 2 + 1  # four numbers in a style, biases at 1
    for picture in range(2):
        # The definition: w′ = s w / ‖s w‖, a weight of its own for every picture.
        own = np.asarray(layer.weight) * factor[picture][None, None, :, None]
        own = own / np.sqrt((own**2).sum(axis=(0, 1, 2)))
        for k in range(2):
            if doubles:
                spread = np.zeros((9, 9, 3))
                spread[::2, ::2] = x[picture]
                whole = sum(convolve2d(spread[:, :, c], own[:, :, c, k], "full") for c in range(3))
                plain = convolve2d(np.pad(whole, 1), 4 * np.outer(TAPS, TAPS), "valid")
            else:
                plain = sum(correlate2d(x[picture, :, :, c], own[:, :, c, k], "same") for c in range(3))
            expected = leaky(plain + 0.3 * noise[picture, :, :, 0] + (0.1, -0.2)[k])
            np.testing.assert_allclose(found[picture, :, :, k], expected, atol=2e-5)


def test_equal_rates_scale_the_weights_when_used() -> None:
    layer = EqualDense(3, rate=0.01, seed=1)
    x = RNG.standard_normal((4, 25)).astype(np.float32)
    found = np.asarray(layer(x))
    assert np.asarray(layer.weight).std() == pytest.approx(100, rel=0.3)
    np.testing.assert_allclose(found, x @ np.asarray(layer.weight) * 0.01 / 5, rtol=1e-4, atol=1e-5)


def test_spread_is_the_mean_deviation_of_a_group() -> None:
    x = RNG.standard_normal((8, 2, 2, 3)).astype(np.float32)
    found = np.asarray(Spread(4)(x))
    np.testing.assert_allclose(found[..., :3], x)
    for group in range(2):
        members = x[group::2]  # as in the paper's code: every second picture
        np.testing.assert_allclose(found[group::2, ..., 3], np.sqrt(members.var(axis=0) + 1e-8).mean(), rtol=1e-5)
