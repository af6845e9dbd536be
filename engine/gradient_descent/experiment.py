"""Three descents of one line's error: with all rows a step, with a batch of them, and with one.

What the learner should see: a batch's gradient is the mean of its rows' gradients. With all rows it points straight
downhill and moves once an epoch; with one row it points anywhere near downhill and moves at every row. So the smallest
batches are ahead at first, and cannot stop at the end.

Robbins and Monro, "A Stochastic Approximation Method", 1951; Bottou, Curtis and Nocedal, "Optimization Methods for
Large-Scale Machine Learning", 2018.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import config as settings
from engine.errors import InvalidSetting
from engine.neuron import experiment as neuron

if TYPE_CHECKING:
    from engine.runs.context import Context

RACERS = ("batch", "mini", "online")
NAMES = {"batch": "All rows", "mini": "Mini-batch", "online": "One row"}
MOST_UPDATES = 12_000


@dataclass(frozen=True)
class Config(settings.Config):
    """One race of three.

    Attributes:
        batch_size: Rows in a mini-batch; fewer than `points`.
        learning_rate: The same for all three.
        epochs: Passes over the rows.
        shuffle: Whether every epoch has a new order; without, the rows come sorted by their input every time.
        points: Rows.
        noise: Deviation of the targets about the line that made them.
        slope: m of that line.
        offset: c of that line.
        start_slope: m where all three begin.
        start_offset: c where all three begin.
        seed: Of the rows and their order.
        seeds: How many races there are, each with other rows in another order: this seed and those after it. Only
            the first is shown step by step.
    """

    batch_size: int = settings.integer(16, 2, 256)
    learning_rate: float = settings.number(0.02, 0.0001, 10.0)
    epochs: int = settings.integer(12, 1, 100)
    shuffle: bool = settings.switch(True)
    points: int = settings.integer(100, 8, 400)
    noise: float = settings.number(1.0, 0.0, 2.0)
    slope: float = settings.number(0.8, -3.0, 3.0)
    offset: float = settings.number(1.0, -6.0, 6.0)
    start_slope: float = settings.number(-1.5, -12.0, 12.0)
    start_offset: float = settings.number(-2.0, -12.0, 12.0)
    seed: int = settings.integer(0, 0, 9999)
    seeds: int = settings.integer(5, 1, 10)

    def check(self) -> None:
        """Refuse batches of all rows and more updates than a picture can show."""
        if self.batch_size >= self.points:
            raise InvalidSetting(
                f"A mini-batch of {self.batch_size} holds all {self.points} rows.", "Take a smaller batch or more rows."
            )
        if self.points * self.epochs > MOST_UPDATES:
            raise InvalidSetting(
                f"One row a step makes {self.points * self.epochs:,} updates.",
                f"Take fewer rows or epochs: at most {MOST_UPDATES:,} updates.",
            )

    def size(self, racer: str) -> int:
        """Return how many rows a step of this racer sees."""
        return {"batch": self.points, "mini": self.batch_size, "online": 1}[racer]


@dataclass(frozen=True)
class Result:
    """Where each racer was after every update.

    Attributes:
        config: What was run.
        x: (N,) float32 inputs.
        y: (N,) float32 targets.
        batch_path, mini_path, online_path: (U + 1, 2) float32: m and c, the first row before training.
        batch_loss, mini_loss, online_loss: (U + 1,) float32: mean squared error over all rows.
        seconds: (E, 3) float32: wall-clock seconds of each epoch in the compiled loop, in the order of RACERS.
        ends: (S, 3, 2) float32: m and c where each racer of every seed ended, in the order of RACERS.
        excesses: (S, 3) float32: how far each one's mean error over its last epoch lies above the smallest possible
            error of its rows.
        stopped: Whether Stop was pressed.
    """

    config: Config
    x: np.ndarray
    y: np.ndarray
    batch_path: np.ndarray
    mini_path: np.ndarray
    online_path: np.ndarray
    batch_loss: np.ndarray
    mini_loss: np.ndarray
    online_loss: np.ndarray
    seconds: np.ndarray
    ends: np.ndarray
    excesses: np.ndarray
    stopped: bool = False

    def path(self, racer: str) -> np.ndarray:
        """Return a racer's (U + 1, 2)."""
        return {"batch": self.batch_path, "mini": self.mini_path, "online": self.online_path}[racer]

    def loss(self, racer: str) -> np.ndarray:
        """Return a racer's (U + 1,)."""
        return {"batch": self.batch_loss, "mini": self.mini_loss, "online": self.online_loss}[racer]

    @property
    def epochs(self) -> int:
        """Return how many epochs were run."""
        return len(self.seconds)


def data(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs float32 (N,) and targets float32 (N,): a line and noise, inputs between 0 and 4."""
    x, y = neuron.data(
        neuron.Config(
            offset=config.offset, slope=config.slope, noise=config.noise, points=config.points, seed=config.seed
        )
    )
    return x[:, 0], y


def order(config: Config) -> np.ndarray:
    """Return the rows in the order of every epoch, int32 (epochs, N): the same for all racers."""
    generator = np.random.default_rng((config.seed, 1))
    if not config.shuffle:
        return np.repeat(np.argsort(data(config)[0], kind="stable")[None], config.epochs, axis=0).astype(np.int32)
    return np.stack([generator.permutation(config.points) for _ in range(config.epochs)]).astype(np.int32)


def run(config: Config, context: Context) -> Result:
    """Train all three; in the worker, a second or two."""
    from engine.gradient_descent.live import race

    return race(config, context)


def partial(config: Config, series: Mapping[str, np.ndarray]) -> Result | None:
    """Return the result so far from a run's live series, or None before the first epoch."""
    if "seconds" not in series or len(series["seconds"]) == 0:
        return None
    return result_of(config, series, stopped=True)


def result_of(config: Config, series: Mapping[str, Any], stopped: bool) -> Result:
    """Return a result from the rows reported so far."""
    x, y = data(config)
    found = {f"{racer}_{name}": series[f"{racer}_{name}"] for racer in RACERS for name in ("path", "loss")}
    ends = series.get("ends", np.zeros((0, len(RACERS), 2), np.float32))
    excesses = series.get("excesses", np.zeros((0, len(RACERS)), np.float32))
    return Result(config, x, y, **found, seconds=series["seconds"], ends=ends, excesses=excesses, stopped=stopped)
