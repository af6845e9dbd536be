"""Plain descent, heavy ball and look-ahead from one start: on a quadratic, between two valleys, and in a real network.

What the learner should see: momentum pays where plain descent crawls, and costs where it has nothing to remember.
Paths are computed by the rules of the optimizers' race, which are Keras' own (a test compares them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine import config as settings
from engine.errors import InvalidSetting
from engine.momentum import valleys
from engine.optimizers.classic_surfaces import quadratic
from engine.optimizers.rules import RULES
from engine.optimizers.surface import Surface
from engine.optimizers.walk import follow

if TYPE_CHECKING:
    from engine.runs.context import Context

QUADRATIC, VALLEYS, NETWORK = "quadratic", "valleys", "network"
TASKS = (QUADRATIC, VALLEYS, NETWORK)
RACERS = ("sgd", "momentum", "nesterov")
MOMENTA = (0.0, 0.5, 0.9, 0.99)  # of the real network
TABLES = ("digits", "breast_cancer", "wine")
WIDE, HIGH = 4.5, 3.5  # half the picture of the quadratic
MOST_STEPS = 100_000


@dataclass(frozen=True)
class Config(settings.Config):
    """One experiment.

    Attributes:
        task: QUADRATIC, VALLEYS, or NETWORK.
        learning_rate: η of all; on the quadratic the steepest curvature is 1.
        momentum: β of heavy ball and look-ahead; the network has its own four.
        condition: κ, how many times steeper the quadratic is across than along.
        start_x, start_y: Where all start; brought into the picture.
        steps: Taken on a surface.
        table: Data of the network, one of TABLES.
        layers: Units of its hidden layers.
        batch_size: Rows a step of the network.
        epochs: Of the network.
        seeds: How many networks each momentum trains.
        seed: Of the first; the others follow.
    """

    task: str = settings.choice(QUADRATIC, TASKS)
    learning_rate: float = settings.number(0.6, 0.0001, 10.0)
    momentum: float = settings.number(0.9, 0.0, 0.99)
    condition: float = settings.number(25.0, 1.0, 400.0)
    start_x: float = settings.number(-4.0, -4.5, 4.5)
    start_y: float = settings.number(2.0, -3.5, 3.5)
    steps: int = settings.integer(100, 10, 300)
    table: str = settings.choice("digits", TABLES)
    layers: tuple[int, ...] = settings.several((32,), settings.integer(32, 1, 64), 0, 3)
    batch_size: int = settings.integer(32, 8, 256)
    epochs: int = settings.integer(30, 2, 60)
    seeds: int = settings.integer(6, 5, 10)
    seed: int = settings.integer(0, 0, 9999)

    def check(self) -> None:
        """Refuse a training of too many steps."""
        if self.task == NETWORK:
            steps = self.epochs * -(-1437 // self.batch_size)
            if steps * self.seeds > MOST_STEPS:
                raise InvalidSetting(
                    f"{self.seeds} networks of {steps:,} steps each are too many.",
                    "Take larger batches or fewer epochs.",
                )

    def surface(self) -> Surface:
        """Return where the three race."""
        return valleys.surface() if self.task == VALLEYS else bowl(self.condition)


@dataclass(frozen=True)
class Walked:
    """Three paths; R = 3 in the order of RACERS, T + 1 rows, the first at the start.

    Attributes:
        config: What was run.
        path: float64 (R, T + 1, 2); not-a-number after a racer has left for good.
        gradient: (R, T + 1, 2) at each place.
        velocity: (R, T + 1, 2) v before the step from there; 0 at the start.
        loss: (R, T + 1) above the lowest place.
        gone: (R,) int32, first step at which it has left for good; −1 where it never does.
        stopped: Never; for the pages, which ask.
    """

    config: Config
    path: np.ndarray
    gradient: np.ndarray
    velocity: np.ndarray
    loss: np.ndarray
    gone: np.ndarray
    stopped: bool = False


@dataclass(frozen=True)
class Result:
    """The real networks; M = 4 momenta, S seeds, E + 1 rows, the first before training.

    Attributes:
        config: What was run.
        same_loss: float32 (E + 1, M, S), training loss with one η for all; not-a-number where it is not (yet) known.
        same_accuracy: (E + 1, M, S) on rows held back.
        fair_loss, fair_accuracy: The same with η (1 − β).
        stopped: Whether Stop was pressed.
    """

    config: Config
    same_loss: np.ndarray
    same_accuracy: np.ndarray
    fair_loss: np.ndarray
    fair_accuracy: np.ndarray
    stopped: bool = False


def bowl(condition: float) -> Surface:
    """Return ½ (x²/κ + y²): curvature 1 across, 1/κ along."""
    value, gradient = quadratic(1 / condition, 0.0, 1.0)
    return Surface(
        id="quadratic",
        label="Quadratic",
        line="Steep across, flat along.",
        source="½ (x²/κ + y²)",
        value=value,
        gradient=gradient,
        x=(-WIDE, WIDE),
        y=(-HIGH, HIGH),
        start=(-4.0, 2.0),
        minima=((0.0, 0.0, 0.0),),
        rate=0.5,
        valley=0.01,
        largest_curvature=1.0,
        code=f"0.5 * (x * x / {condition!r} + y * y)",
    )


def start_of(config: Config) -> tuple[float, float]:
    """Return the start, brought into the picture."""
    surface = config.surface()
    x, y = (
        min(max(place, low), high)
        for place, (low, high) in zip((config.start_x, config.start_y), (surface.x, surface.y), strict=True)
    )
    return x, y


def walk(config: Config) -> Walked:
    """Let all three walk; a few milliseconds."""
    surface, start = config.surface(), start_of(config)
    path: list[np.ndarray] = []
    gradient: list[np.ndarray] = []
    velocity: list[np.ndarray] = []
    gone = []
    for racer in RACERS:
        share = {} if racer == "sgd" else {"momentum": config.momentum}
        walked = follow(RULES[racer](*start, config.learning_rate, **share), start, surface, None, config.steps)
        # The memory is that after the gradient of its own row; what a step begins with is that of the row before.
        memory = np.concatenate([np.zeros((1, 2)), np.nan_to_num(walked.memory[:-1, :2])])
        arrays = [walked.path.copy(), walked.gradient.copy(), memory]
        if walked.diverged_at is not None:
            for array in arrays:
                array[walked.diverged_at :] = np.nan
        gone.append(-1 if walked.diverged_at is None else walked.diverged_at)
        for kept, array in zip((path, gradient, velocity), arrays, strict=True):
            kept.append(array)
    places = np.stack(path)
    with np.errstate(all="ignore"):
        loss = np.asarray(surface.value(places[..., 0], places[..., 1])) - surface.floor
    return Walked(config, places, np.stack(gradient), np.stack(velocity), loss, np.array(gone, np.int32))


def run(config: Config, context: Context) -> Walked | Result:
    """Walk, or train in the worker."""
    if config.task != NETWORK:
        return walk(config)
    from engine.momentum.network import train

    return train(config, context)


def partial(config: Config, series: Mapping[str, np.ndarray]) -> Result | None:
    """Return the trainings so far from a run's live series, or None before the first epoch."""
    return training_of(config, series, stopped=True) if len(series.get("loss", ())) > 1 else None


def training_of(config: Config, series: Mapping[str, np.ndarray], stopped: bool) -> Result:
    """Return the trainings reported so far.

    Args:
        config: What is run.
        series: `place` int (rows, 3): fair or not, which momentum, which epoch; `loss`, `accuracy` (rows, S).
        stopped: Whether that is all there will be.
    """
    shape = (2, config.epochs + 1, len(MOMENTA), config.seeds)
    loss, accuracy = np.full(shape, np.nan, np.float32), np.full(shape, np.nan, np.float32)
    fair, which, epoch = series["place"].astype(int).T
    loss[fair, epoch, which], accuracy[fair, epoch, which] = series["loss"], series["accuracy"]
    for array in (loss, accuracy):
        array[1, :, 0] = array[0, :, 0]  # without momentum there is nothing to adjust
    return Result(config, loss[0], accuracy[0], loss[1], accuracy[1], stopped)
