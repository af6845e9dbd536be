"""Twelve activations and softmax, against keras.activations, Keras' layers, tf.GradientTape and algebra by hand."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import integrate, stats

from engine.activations.experiment import Config
from engine.activations.functions import (
    ACTIVATIONS,
    NAMES,
    SOFTMAX,
    WITH_SLOPE,
    moments,
    softmax,
    softmax_derivatives,
    zones,
)
from engine.activations.story import function_story, small
from engine.errors import InvalidSetting
from engine.figures import activations as figures

X = np.unique(np.concatenate([np.linspace(-7, 7, 281), [0.0, -3.0, 3.0]]))
SLOPE = 0.15


def of_keras(name: str, x: tf.Tensor) -> tf.Tensor:
    """What Keras' own function says."""
    if name in WITH_SLOPE:
        return keras.activations.leaky_relu(x, negative_slope=SLOPE)
    return keras.activations.get(name)(x)


@pytest.mark.parametrize("name", NAMES)
def test_values_and_derivatives_are_those_of_keras(name: str) -> None:
    if name == "prelu":
        # Only a layer knows PReLU; its slope is a weight.
        layer = keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(SLOPE))
        x = tf.constant(X[:, None], tf.float32)
        layer(x)
    else:
        x = tf.constant(X, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = layer(x) if name == "prelu" else of_keras(name, x)
    steep = tape.gradient(value, x)
    one = ACTIVATIONS[name]
    np.testing.assert_allclose(one.value(X, SLOPE), np.ravel(value), rtol=1e-6, atol=1e-6)
    # PReLU is made of two ReLUs in Keras, both of which have slope 0 at 0 itself.
    there = X != 0 if name == "prelu" else np.ones(len(X), bool)
    np.testing.assert_allclose(one.derivative(X, SLOPE)[there], np.ravel(steep)[there], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_single_precision_stay_single(name: str) -> None:
    x = np.linspace(-3, 3, 7, dtype=np.float32)
    assert ACTIVATIONS[name].value(x, 0.2).dtype == np.float32
    assert ACTIVATIONS[name].derivative(x, 0.2).dtype == np.float32


@pytest.mark.parametrize("temperature", [0.1, 1.0, 4.0])
def test_softmax_and_its_derivatives_are_those_of_keras(temperature: float) -> None:
    logits = tf.constant([2.0, 1.0, 0.5, -1.0], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        p = keras.activations.softmax(logits[None] / temperature)[0]
    np.testing.assert_allclose(softmax(logits.numpy(), temperature), p, atol=1e-9)
    derivatives = softmax_derivatives(logits.numpy(), temperature)
    np.testing.assert_allclose(derivatives, tape.jacobian(p, logits), atol=1e-9)
    np.testing.assert_allclose(derivatives.sum(axis=0), 0, atol=1e-12)


def test_saturation_zones_by_hand() -> None:
    # σ(x) σ(−x) = 0.1 where σ = (1 ± √0.6) / 2.
    edge = np.log((1 + 0.6**0.5) / (1 - 0.6**0.5))
    left, right = zones("sigmoid", 0.2, 0.1, -6, 6)
    assert left == pytest.approx((-6, -edge), abs=0.01)
    assert right == pytest.approx((edge, 6), abs=0.01)
    assert zones("linear", 0.2, 0.1, -6, 6) == []
    assert zones("leaky_relu", 0.2, 0.1, -6, 6) == []
    assert zones("relu", 0.2, 0.1, -6, 6) == [pytest.approx((-6, 0), abs=0.01)]
    assert zones("exponential", 0.2, 0.1, -6, 6) == [pytest.approx((-6, np.log(0.1)), abs=0.01)]
    assert [zone[1] - zone[0] for zone in zones("hard_sigmoid", 0.2, 0.1, -6, 6)] == pytest.approx([3, 3], abs=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_moments_are_those_of_scipy(name: str) -> None:
    def expected(power: int) -> float:
        def under(x: float) -> float:
            return float(ACTIVATIONS[name].value(np.array([x]), SLOPE)[0] ** power * stats.norm.pdf(x))

        return sum(integrate.quad(under, *ends, limit=200)[0] for ends in ((-8, -3), (-3, 0), (0, 3), (3, 8)))

    found = moments(name, SLOPE, 0.1)
    mean = expected(1)
    assert found.mean == pytest.approx(mean, abs=1e-5)
    assert found.deviation == pytest.approx((expected(2) - mean**2) ** 0.5, abs=2e-4)


def test_moments_by_hand() -> None:
    relu = moments("relu", SLOPE, 0.1)
    assert relu.zeros == pytest.approx(0.5, abs=1e-3)
    assert relu.mean == pytest.approx((2 * np.pi) ** -0.5, abs=1e-5)
    selu = moments("selu", SLOPE, 0.1)  # made to keep mean 0 and deviation 1
    assert (selu.mean, selu.deviation) == pytest.approx((0, 1), abs=1e-4)
    edge = float(np.log((1 + 0.6**0.5) / (1 - 0.6**0.5)))
    assert moments("sigmoid", SLOPE, 0.1).saturated == pytest.approx(2 * stats.norm.sf(edge), abs=1e-3)


@pytest.mark.parametrize("function", [*NAMES, SOFTMAX])
def test_every_function_has_its_picture_and_its_story(function: str) -> None:
    config = Config(function=function, beside="prelu", x=-1.5)
    sent = json.loads(json.dumps(figures.board(config, "r"), allow_nan=False))
    assert sent["kind"] == "board"
    assert any(panel.get("pick") for panel in sent["panels"])
    said = function_story(config)
    assert ("T = 1" if function == SOFTMAX else "f′(−1.5)") in said


def test_small_numbers_have_a_power_of_ten() -> None:
    assert small(9.5e-7) == "9.5 · 10⁻⁷"
    assert small(0.25) == "0.25"


@pytest.mark.parametrize("text", ["", "3", "1, two", "1 2 3 4 5 6 7 8 9", "1, 30", "nan, 1"])
def test_what_are_no_logits_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(InvalidSetting, match="not logits") as caught:
        Config(logits=text)
    assert "numbers" in caught.value.advice


def test_logits_are_read_with_any_minus_and_separator() -> None:
    assert Config(logits="1; −2.5  3").numbers == (1.0, -2.5, 3.0)
