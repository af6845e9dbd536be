"""One neuron, trained twice from the same weights and on the same batches: with a bias and without.

What the learner should see: without a bias a line must go through the origin, and the border between two classes too.
The neuron then does what it can: it bends its slope away from the truth to make up for an offset it cannot have.

Widrow and Hoff, "Adaptive Switching Circuits", 1960 (one linear neuron learning by gradient descent).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import config as settings
from engine.errors import InvalidSetting

if TYPE_CHECKING:
    from engine.runs.context import Context

LINE, BORDER = "line", "border"
TASKS = (LINE, BORDER)
SPAN = 4.0  # inputs of the line lie between 0 and this
SPREAD = 0.9  # deviation of a class in each direction
APART = 1.3  # half the distance between the classes' centres, before the offset
MOST_STEPS = 20_000
CHUNK = 10  # epochs between two looks at the Stop button
LARGEST = 1e6  # a parameter beyond it has left for good
MODEL_FILE = "model.keras"


@dataclass(frozen=True)
class Config(settings.Config):
    """One experiment.

    Attributes:
        task: LINE fits y = m x + c, BORDER tells two classes apart by a sigmoid neuron.
        offset: What only a bias can give: c of the line that made the data, or how far both classes are moved
            along the diagonal.
        slope: m of the line that made the data.
        noise: Deviation of y about that line; for classes it widens both, in tenths.
        points: Of data, both classes together.
        centred: Whether the mean of inputs and targets is taken off first.
        learning_rate: Of plain gradient descent.
        batch_size: Points a step; as many as there are, or more, make one step an epoch.
        epochs: Passes over the data.
        seed: Of data, initial weights and batch order.
        seeds: How many trainings there are, each with other data, weights and batches: this seed and those after it.
            Only the first is shown epoch by epoch.
    """

    task: str = settings.choice(LINE, TASKS)
    offset: float = settings.number(3.0, -6.0, 6.0)
    slope: float = settings.number(0.8, -3.0, 3.0)
    noise: float = settings.number(0.4, 0.0, 2.0)
    points: int = settings.integer(60, 4, 400)
    centred: bool = settings.switch(False)
    learning_rate: float = settings.number(0.05, 0.0001, 10.0)
    batch_size: int = settings.integer(64, 1, 512)
    epochs: int = settings.integer(120, 1, 400)
    seed: int = settings.integer(0, 0, 9999)
    seeds: int = settings.integer(10, 1, 10)

    def check(self) -> None:
        """Refuse a run of too many steps."""
        if self.steps > MOST_STEPS:
            raise InvalidSetting(
                f"{self.epochs} epochs in batches of {self.batch_size} are {self.steps:,} steps.",
                f"Take larger batches or fewer epochs: at most {MOST_STEPS:,} steps.",
            )

    @property
    def steps(self) -> int:
        """Return how many updates each neuron gets."""
        return self.epochs * -(-self.points // self.batch_size)


@dataclass(frozen=True)
class Result:
    """Both neurons after every epoch; E + 1 rows, the first before training.

    Attributes:
        config: What was run.
        x: (N, inputs) float32; 1 input for the line, 2 for the border.
        y: (N,) float32: values, or classes 0 and 1.
        with_bias: (E + 1, inputs + 1): weights, then the bias.
        without: (E + 1, inputs): weights.
        loss: (E + 1, 2) of the neuron with a bias and of the one without: mean squared error, or log loss.
        ends_with: (S, inputs + 1): where the neuron with a bias ended, for every seed that was reached.
        ends_without: (S, inputs): where the one without did.
        ends_loss: (S, 2): their losses, each on its own data.
        stopped: Whether Stop was pressed.
    """

    config: Config
    x: np.ndarray
    y: np.ndarray
    with_bias: np.ndarray
    without: np.ndarray
    loss: np.ndarray
    ends_with: np.ndarray
    ends_without: np.ndarray
    ends_loss: np.ndarray
    stopped: bool = False

    @property
    def diverged(self) -> tuple[bool, bool]:
        """Return whether each neuron left for good, the one with a bias first."""
        return _gone(self.with_bias[-1]), _gone(self.without[-1])


def _gone(end: np.ndarray) -> bool:
    return not np.isfinite(end).all() or bool(np.abs(end).max() > LARGEST)


def data(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs float32 (N, 1 or 2) and targets float32 (N,) of a config."""
    generator = np.random.default_rng(config.seed)
    x: np.ndarray
    y: np.ndarray
    if config.task == LINE:
        x = generator.uniform(0, SPAN, (config.points, 1))
        y = config.slope * x[:, 0] + config.offset + config.noise * generator.standard_normal(config.points)
    else:
        y = np.arange(config.points) % 2.0
        along = (2 * y - 1)[:, None] * APART * np.array([[1.0, 1.0]]) / np.sqrt(2)
        spread = SPREAD * (1 + config.noise / 10) * generator.standard_normal((config.points, 2))
        x = along + spread + config.offset / np.sqrt(2)
    if config.centred:
        x = x - x.mean(axis=0)
        y = y - y.mean() if config.task == LINE else y
    return x.astype(np.float32), y.astype(np.float32)


def orders(config: Config) -> np.ndarray:
    """Return the points of every batch, int32 (epochs, batches, size); −1 fills the last one of an epoch."""
    generator = np.random.default_rng((config.seed, 1))
    size = min(config.batch_size, config.points)
    batches = -(-config.points // size)
    filled = np.full((config.epochs, batches * size), -1, np.int32)
    for epoch in range(config.epochs):
        filled[epoch, : config.points] = generator.permutation(config.points)
    return filled.reshape(config.epochs, batches, size)


def run(config: Config, context: Context) -> Result:
    """Train both neurons; in the worker, a second or two."""
    from engine.neuron.live import train

    return train(config, context)


def partial(config: Config, series: Mapping[str, np.ndarray]) -> Result | None:
    """Return the result so far from a run's live series, or None before the first epoch."""
    if "loss" not in series or len(series["loss"]) < 2:
        return None
    return result_of(config, series, stopped=True)


def result_of(config: Config, series: Mapping[str, Any], stopped: bool) -> Result:
    """Return a result from the rows reported so far."""
    x, y = data(config)
    inputs = x.shape[1]
    shapes = {"ends_with": inputs + 1, "ends_without": inputs, "ends_loss": 2}
    ends = {name: series.get(name, np.zeros((0, columns), np.float32)) for name, columns in shapes.items()}
    return Result(config, x, y, series["with_bias"], series["without"], series["loss"], **ends, stopped=stopped)
