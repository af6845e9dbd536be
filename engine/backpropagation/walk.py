"""The same numbers by hand: forward, loss, and every product backwards, in plain NumPy; a fraction of a millisecond.

What the learner should see: nothing here is a derivative program. Each line is one product of two known numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.backpropagation.experiment import CROSS_ENTROPY, RELU, SIGMOID, Config, data


@dataclass(frozen=True)
class Walk:
    """All numbers of one setting; shapes and order as in `experiment.Result`.

    Attributes:
        x, t: (N, 2) inputs and (N,) targets.
        slope: (N, 3) derivative of each activation at its sum.
        weights, velocity: (9,) after the updates so far.
        z, a, loss, to_activation, to_sum, rows: Of every row.
        batch: (9,) mean of the batch's rows.
        next_velocity, next_weights: (9,) after the update shown.
    """

    x: np.ndarray
    t: np.ndarray
    slope: np.ndarray
    weights: np.ndarray
    velocity: np.ndarray
    z: np.ndarray
    a: np.ndarray
    loss: np.ndarray
    to_activation: np.ndarray
    to_sum: np.ndarray
    rows: np.ndarray
    batch: np.ndarray
    next_velocity: np.ndarray
    next_weights: np.ndarray


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + e^−z) without overflow."""
    small = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1.0, small) / (1 + small))


def activate(kind: str, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the activation and its derivative at z; ReLU's at 0 is 0, as in TensorFlow."""
    if kind == RELU:
        return np.maximum(z, 0.0), (z > 0).astype(np.float64)
    if kind == SIGMOID:
        return sigmoid(z), sigmoid(z) * sigmoid(-z)
    value = np.tanh(z)
    return value, 1 - value**2


def output_activation(config: Config) -> str:
    """Return the output neuron's activation."""
    return SIGMOID if config.loss == CROSS_ENTROPY else config.activation


def backwards(config: Config, weights: np.ndarray, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
    """Return z, a, slope, loss, to_activation, to_sum and rows for some weights (9,), inputs (N, 2), targets (N,)."""
    hidden = np.stack([x @ weights[0:2] + weights[2], x @ weights[3:5] + weights[5]], axis=1)
    h, hidden_slope = activate(config.activation, hidden)
    z3 = h @ weights[6:8] + weights[8]
    y, slope = activate(output_activation(config), z3)
    if config.loss == CROSS_ENTROPY:
        loss = np.logaddexp(0, z3) - t * z3
        to_y = (1 - t) / sigmoid(-z3) - t / sigmoid(z3)
        to_z3 = y - t  # the product, with what cancels left out: it holds where the factors leave the numbers' range
    else:
        loss = (y - t) ** 2
        to_y = 2 * (y - t)
        to_z3 = to_y * slope
    to_h = to_z3[:, None] * weights[6:8]
    to_hidden = to_h * hidden_slope
    ones = np.ones((len(x), 1))
    inputs = np.concatenate([x, ones], axis=1)
    rows = np.concatenate(
        [to_hidden[:, :1] * inputs, to_hidden[:, 1:] * inputs, to_z3[:, None] * np.concatenate([h, ones], axis=1)],
        axis=1,
    )
    return {
        "z": np.concatenate([hidden, z3[:, None]], axis=1),
        "a": np.concatenate([h, y[:, None]], axis=1),
        "slope": np.concatenate([hidden_slope, slope[:, None]], axis=1),
        "loss": loss,
        "to_activation": np.concatenate([to_h, to_y[:, None]], axis=1),
        "to_sum": np.concatenate([to_hidden, to_z3[:, None]], axis=1),
        "rows": rows,
    }


def walk(config: Config) -> Walk:
    """Return every number of a setting: at most 41 times forward and back over 6 rows.

    Numbers that grow without bound become infinite or not a number; nothing is raised.
    """
    x, t = data(config)
    batch = slice(0, config.batch_rows)
    weights, velocity = config.start, np.zeros(9)
    rate = float(np.float32(config.learning_rate))  # Keras' optimizers keep both in 32 bits
    share = float(np.float32(config.momentum))
    with np.errstate(all="ignore"):
        for _ in range(config.updates):
            gradient = backwards(config, weights, x[batch], t[batch])["rows"].mean(axis=0)
            velocity = share * velocity - rate * gradient
            weights = weights + velocity
        parts = backwards(config, weights, x, t)
        gradient = parts["rows"][batch].mean(axis=0)
        after = share * velocity - rate * gradient
        return Walk(
            x=x,
            t=t,
            weights=weights,
            velocity=velocity,
            batch=gradient,
            next_velocity=after,
            next_weights=weights + after,
            **parts,
        )
