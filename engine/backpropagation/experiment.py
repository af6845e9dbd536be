"""A network of two inputs, two hidden neurons and one output, small enough that every number can be shown.

What the learner should see: a gradient is a product of a few numbers that are all at hand, and TensorFlow's own
GradientTape finds the same. A batch's gradient is the mean of its rows' gradients; momentum is a sum of old ones.

Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature 323, 1986.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine import config as settings

if TYPE_CHECKING:
    from engine.runs.context import Context

SIGMOID, TANH, RELU = "sigmoid", "tanh", "relu"
ACTIVATIONS = (SIGMOID, TANH, RELU)
SQUARED, CROSS_ENTROPY = "squared error", "cross-entropy"
LOSSES = (SQUARED, CROSS_ENTROPY)
ONLINE, MINI, FULL = "online", "mini-batch", "full batch"
BATCHES = (ONLINE, MINI, FULL)
PARAMETERS = ("w11", "w12", "b1", "w21", "w22", "b2", "v1", "v2", "b3")
INPUTS = ("x1", "x2", "target")
MODEL_FILE = "model.keras"
_WEIGHT = (-5.0, 5.0)
_INPUT = (-3.0, 3.0)


@dataclass(frozen=True)
class Config(settings.Config):
    """One network, its rows, and how it is updated.

    Attributes:
        activation: Of both hidden neurons, and of the output with the squared error.
        loss: SQUARED is (ŷ − t)²; CROSS_ENTROPY is log loss of a sigmoid output.
        batch: Which rows the gradient is the mean of: the first, the first half, or all.
        learning_rate: η of the update.
        momentum: β, the share of the old velocity that is kept.
        updates: Updates made on this batch before the one that is shown.
        x1, x2, target: The first row, the one that is walked through.
        w11, w12, b1: Weights of x₁ and x₂ into the first hidden neuron, and its bias.
        w21, w22, b2: Those of the second.
        v1, v2, b3: Weights of the hidden neurons into the output, and its bias.
        rows: How many rows there are.
        seed: Of the rows after the first.
    """

    activation: str = settings.choice(SIGMOID, ACTIVATIONS)
    loss: str = settings.choice(SQUARED, LOSSES)
    batch: str = settings.choice(ONLINE, BATCHES)
    learning_rate: float = settings.number(0.5, 0.001, 10.0)
    momentum: float = settings.number(0.9, 0.0, 0.99)
    updates: int = settings.integer(0, 0, 40)
    x1: float = settings.number(1.0, *_INPUT)
    x2: float = settings.number(0.5, *_INPUT)
    target: float = settings.number(1.0, 0.0, 1.0)
    w11: float = settings.number(0.5, *_WEIGHT)
    w12: float = settings.number(-0.4, *_WEIGHT)
    b1: float = settings.number(0.1, *_WEIGHT)
    w21: float = settings.number(0.3, *_WEIGHT)
    w22: float = settings.number(0.8, *_WEIGHT)
    b2: float = settings.number(-0.2, *_WEIGHT)
    v1: float = settings.number(0.7, *_WEIGHT)
    v2: float = settings.number(-0.6, *_WEIGHT)
    b3: float = settings.number(0.2, *_WEIGHT)
    rows: int = settings.integer(4, 4, 6)
    seed: int = settings.integer(0, 0, 9999)

    @property
    def batch_rows(self) -> int:
        """Return how many rows, from the first on, are in the batch."""
        return {ONLINE: 1, MINI: self.rows // 2, FULL: self.rows}[self.batch]

    @property
    def start(self) -> np.ndarray:
        """Return the weights before any update, (9,) float64 in the order of PARAMETERS."""
        return np.array([getattr(self, name) for name in PARAMETERS])


@dataclass(frozen=True)
class Result:
    """What TensorFlow says; everything float64, neurons in the order h₁, h₂, ŷ, weights in that of PARAMETERS.

    Attributes:
        config: What was asked.
        weights: (9,) after the updates so far.
        velocity: (9,) then.
        z: (N, 3) sums before the activation.
        a: (N, 3) activations.
        loss: (N,) of each row.
        to_activation: (N, 3) ∂L/∂a.
        to_sum: (N, 3) ∂L/∂z.
        rows: (N, 9) gradient of each row's loss.
        batch: (9,) gradient of the batch's mean loss, by one tape over the batch.
        next_velocity: (9,) after one update more, by keras.optimizers.SGD.
        next_weights: (9,) then.
        stopped: Whether Stop was pressed; then fewer updates were made.
    """

    config: Config
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
    stopped: bool = False


def data(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (N, 2) and targets (N,), float64; the first row is the config's own."""
    generator = np.random.default_rng(config.seed)
    x = np.round(generator.uniform(-2, 2, (config.rows, 2)), 1)
    t = (x[:, 0] > x[:, 1]).astype(np.float64)
    x[0], t[0] = (config.x1, config.x2), config.target
    return x, t


def run(config: Config, context: Context) -> Result:
    """Ask TensorFlow; in the worker, a moment."""
    from engine.backpropagation.tape import ask

    return ask(config, context)
