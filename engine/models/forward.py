"""A dense network computed in NumPy: the same numbers as Keras in inference mode, where no Keras is at hand.

What the learner should see: nothing but sums and bends. A layer is a matrix product and one function applied to
every number; the whole network comes from repeating that a few times.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from engine.models.mlp import LEAKY_SLOPE, MLP

EPSILON = 1e-3
_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805
_erf = np.vectorize(math.erf, otypes=[float])


def _sigmoid(z: np.ndarray) -> np.ndarray:
    # tanh never overflows, exp(-z) would for large negative z.
    return 0.5 * (1 + np.tanh(0.5 * z))


def _elu(z: np.ndarray) -> np.ndarray:
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def _softmax(z: np.ndarray) -> np.ndarray:
    exponential = np.exp(z - z.max(axis=-1, keepdims=True))
    return exponential / exponential.sum(axis=-1, keepdims=True)


FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda z: z,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": _sigmoid,
    "leaky_relu": lambda z: np.where(z > 0, z, LEAKY_SLOPE * z),
    "elu": _elu,
    "selu": lambda z: _SELU_SCALE * np.where(z > 0, z, _SELU_ALPHA * np.expm1(np.minimum(z, 0))),
    "gelu": lambda z: 0.5 * z * (1 + _erf(z / math.sqrt(2))),
    "silu": lambda z: z * _sigmoid(z),
    "softplus": lambda z: np.logaddexp(0, z),
    "softmax": _softmax,
}


def forward(weights: np.ndarray, values: np.ndarray, architecture: MLP) -> list[np.ndarray]:
    """Return what every layer says, in inference mode (no dropout, moving averages for batch normalization).

    Args:
        weights: (parameters,), one snapshot in the order of `MLP.split`.
        values: (n, features), the network's inputs (see `engine.data.features`).
        architecture: The layers.

    Returns:
        One float64 array (n, units) per layer; the last is the probability, the probabilities, the score or the value.
    """
    arrays = iter(array.astype(np.float64) for array in architecture.split(weights))
    value = np.asarray(values, dtype=np.float64)
    outputs = []
    for layer in architecture.hidden:
        value = value @ next(arrays) + next(arrays)
        if layer.batch_normalization:
            gamma, beta, mean, variance = (next(arrays) for _ in range(4))
            value = (value - mean) * gamma / np.sqrt(variance + EPSILON) + beta
        if layer.activation == "prelu":
            value = np.where(value > 0, value, next(arrays) * value)
        else:
            value = FUNCTIONS[layer.activation](value)
        outputs.append(value)
    outputs.append(FUNCTIONS[architecture.output_activation](value @ next(arrays) + next(arrays)))
    return outputs


def decide(output: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """Return the chosen class, int (n,), of a classifier's output.

    Args:
        output: (n, 1) probability or score of class 1, or (n, classes).
        threshold: Above it class 1 is chosen; 0.5 for a probability, 0 for a score.
    """
    return (output[:, 0] > threshold).astype(int) if output.shape[1] == 1 else output.argmax(axis=1)
