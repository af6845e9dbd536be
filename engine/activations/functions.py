"""Twelve activation functions and softmax in NumPy: value, derivative, and where the derivative is next to nothing.

What the learner should see: the derivative is a factor in every gradient that passes the neuron. Where it is near 0
(the saturation zones) the neuron learns nothing, and what lies before it learns little.

Definitions are Keras' (`keras.activations`); at a kink the derivative is TensorFlow's. Sources: leaky ReLU, Maas et
al. 2013; PReLU, He et al. 2015; ELU, Clevert et al. 2016; SELU, Klambauer et al. 2017; GELU, Hendrycks and Gimpel 2016;
SiLU, Elfwing et al. 2018.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
SOFTMAX = "softmax"
LEAKY, LEARNED = "leaky_relu", "prelu"
WITH_SLOPE = (LEAKY, LEARNED)
FINE = 2401  # places at which zones and moments are computed
REACH = 8.0  # deviations of a standard normal input that count

Slope = float | np.ndarray
Curve = Callable[[np.ndarray, Slope], np.ndarray]


@dataclass(frozen=True)
class Activation:
    """One function of one number.

    Attributes:
        label: Its name in the field.
        formula: In one line of text.
        value: x, slope → f(x); the slope counts for leaky ReLU and PReLU. Any shape; the dtype is kept.
        derivative: x, slope → f′(x).
    """

    label: str
    formula: str
    value: Curve
    derivative: Curve


def _relu(x: np.ndarray, slope: Slope) -> np.ndarray:
    del slope
    return np.maximum(x, 0)


def _step(x: np.ndarray, slope: Slope) -> np.ndarray:
    del slope
    return (x > 0).astype(x.dtype)


def _leaky(x: np.ndarray, slope: Slope) -> np.ndarray:
    return np.where(x > 0, x, slope * x)


def _leaky_slope(x: np.ndarray, slope: Slope) -> np.ndarray:
    return np.where(x > 0, np.ones_like(x), np.asarray(slope, x.dtype))


def _elu(x: np.ndarray, slope: Slope) -> np.ndarray:
    del slope
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def _elu_slope(x: np.ndarray, slope: Slope) -> np.ndarray:
    del slope
    return np.exp(np.minimum(x, 0))


def _selu(x: np.ndarray, slope: Slope) -> np.ndarray:
    del slope
    return np.where(x > 0, SELU_SCALE * x, SELU_SCALE * SELU_ALPHA * np.expm1(np.minimum(x, 0)))


def _selu_slope(x: np.ndarray, slope: Slope) -> np.ndarray:
    del slope
    return np.where(x >= 0, np.full_like(x, SELU_SCALE), SELU_SCALE * SELU_ALPHA * np.exp(np.minimum(x, 0)))


def _gelu_slope(x: np.ndarray, slope: Slope) -> np.ndarray:
    del slope
    return ndtr(x) + x * np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi).astype(x.dtype)


def _silu_slope(x: np.ndarray, slope: Slope) -> np.ndarray:
    del slope
    share = expit(x)
    return share + x * share * (1 - share)


def _sigmoid_slope(x: np.ndarray, slope: Slope) -> np.ndarray:
    del slope
    return expit(x) * expit(-x)


def _hard_slope(x: np.ndarray, slope: Slope) -> np.ndarray:
    del slope
    return ((x > -3) & (x < 3)).astype(x.dtype) / 6


ACTIVATIONS: dict[str, Activation] = {
    "linear": Activation("Linear", "x", lambda x, _: x, lambda x, _: np.ones_like(x)),
    "relu": Activation("ReLU", "max(0, x)", _relu, _step),
    LEAKY: Activation("Leaky ReLU", "x, or a x below 0", _leaky, _leaky_slope),
    LEARNED: Activation("PReLU", "x, or a x below 0; a is learned", _leaky, _leaky_slope),
    "elu": Activation("ELU", "x, or eˣ − 1 below 0", _elu, _elu_slope),
    "selu": Activation("SELU", "1.051 (x, or 1.673 (eˣ − 1) below 0)", _selu, _selu_slope),
    "gelu": Activation("GELU", "x Φ(x)", lambda x, _: x * ndtr(x), _gelu_slope),
    "silu": Activation("SiLU", "x σ(x)", lambda x, _: x * expit(x), _silu_slope),
    "sigmoid": Activation("Sigmoid", "σ(x) = 1 / (1 + e⁻ˣ)", lambda x, _: expit(x), _sigmoid_slope),
    "hard_sigmoid": Activation(
        "Hard sigmoid", "x/6 + ½ within 0 … 1", lambda x, _: np.clip(x + 3, 0, 6) / 6, _hard_slope
    ),
    "tanh": Activation("Tanh", "tanh(x)", lambda x, _: np.tanh(x), lambda x, _: 1 - np.square(np.tanh(x))),
    "exponential": Activation("Exponential", "eˣ", lambda x, _: np.exp(x), lambda x, _: np.exp(x)),
}
NAMES = tuple(ACTIVATIONS)
LABELS = {name: one.label for name, one in ACTIVATIONS.items()} | {SOFTMAX: "Softmax"}


def zones(name: str, slope: float, share: float, low: float, high: float) -> list[tuple[float, float]]:
    """Return the intervals of `low` … `high` in which |f′| is below a share: there the function is saturated.

    Args:
        name: One of NAMES.
        slope: Of leaky ReLU and PReLU.
        share: What |f′| is compared with, above 0.
        low: Where the search begins.
        high: Where it ends; ends of the intervals are exact to a step of the grid.
    """
    x = np.linspace(low, high, FINE)
    flat = np.abs(ACTIVATIONS[name].derivative(x, slope)) < share
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flat, [False]]).astype(int)))
    return [(float(x[first]), float(x[last - 1])) for first, last in edges.reshape(-1, 2)]


@dataclass(frozen=True)
class Moments:
    """What a neuron gives for inputs from the standard normal distribution.

    Attributes:
        mean: Of f(x).
        deviation: Of f(x).
        zeros: Share of inputs for which f(x) is exactly 0.
        saturated: Share of inputs for which |f′(x)| is below the share asked for.
    """

    mean: float
    deviation: float
    zeros: float
    saturated: float


def moments(name: str, slope: float, share: float) -> Moments:
    """Return what comes out for standard normal inputs, by the midpoint rule over ±8 deviations."""
    edges = np.linspace(-REACH, REACH, 2 * FINE + 1)
    x = (edges[1:] + edges[:-1]) / 2
    weight = np.diff(ndtr(edges))
    value = ACTIVATIONS[name].value(x, slope)
    flat = np.abs(ACTIVATIONS[name].derivative(x, slope)) < share
    mean = float(weight @ value)
    return Moments(
        mean, float(np.sqrt(weight @ np.square(value - mean))), float(weight @ (value == 0)), float(weight @ flat)
    )


def softmax(logits: np.ndarray, temperature: float | np.ndarray = 1.0) -> np.ndarray:
    """Return the probabilities of logits (…, n), each divided by the temperature before."""
    scaled = np.asarray(logits) / np.asarray(temperature)
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def softmax_derivatives(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Return ∂pᵢ/∂zⱼ (n, n) of softmax over logits (n,): (diag(p) − p pᵀ) / T."""
    p = softmax(logits, temperature)
    return np.asarray((np.diag(p) - np.outer(p, p)) / temperature)
