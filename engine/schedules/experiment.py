"""Nine schedules and a ladder of constant rates, on one network: same first weights, same batches, several seeds.

What the learner should see: a large rate learns fast and cannot settle, a small one settles and takes long; a schedule
is both, one after the other. How much that is worth is measured, not told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine import config as settings
from engine.data.tabular import rows
from engine.errors import InvalidSetting
from engine.schedules.drawn import STANDARD, points

if TYPE_CHECKING:
    from engine.runs.context import Context

CONSTANT, DROPS, EXPONENTIAL, COSINE, WARM_UP = "constant", "drops", "exponential", "cosine", "warm_up"
PLATEAU, ONE_CYCLE, CYCLIC, DRAWN = "plateau", "one_cycle", "cyclic", "drawn"
SCHEDULES = (CONSTANT, DROPS, EXPONENTIAL, COSINE, WARM_UP, PLATEAU, ONE_CYCLE, CYCLIC, DRAWN)
LADDER = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 2.0, 4.0)  # constant rates beside η itself, as shares of it
TABLES = ("digits", "breast_cancer", "wine")
RESNET = 200  # epochs of the run that the drops are counted in
HELD_BACK = 0.2
RANGE_STEPS = 300
LOWEST, HIGHEST = 1e-4, 10.0  # rates of the range test
MOST_STEPS = 150_000  # of all networks together


@dataclass(frozen=True)
class Config(settings.Config):
    """One experiment.

    Attributes:
        learning_rate: η, the highest rate of every schedule (a hand-drawn one may go above).
        table: What is learned, one of TABLES.
        flipped: Share of the training rows whose label is wrong; held-back rows keep theirs.
        epochs: Of every network.
        end: Last rate as a share of η: exponential, cosine, warm-up.
        drops: Epochs of the step drops, counted as if the run had 200; the fourth only halves, as in the ResNet rule.
        drop: What each of the first three drops multiplies the rate by.
        warm_up: Share of the run that warm-up takes to climb to η.
        patience: Epochs without a better loss that reduce-on-plateau waits for.
        factor: What it then multiplies the rate by.
        cycles: How often the cyclic rate goes up and down.
        low: Its lowest rate as a share of η.
        drawn: The hand-drawn schedule: shares of η at equal distances over the run, see `drawn.points`.
        momentum: β of all.
        units: Of the hidden layer.
        batch_size: Rows a step.
        seeds: How many networks each schedule trains.
        seed: Of the first; the others follow.
    """

    learning_rate: float = settings.number(0.5, 0.0001, 10.0)
    table: str = settings.choice("digits", TABLES)
    flipped: float = settings.number(0.2, 0.0, 0.5)
    epochs: int = settings.integer(30, 5, 100)
    end: float = settings.number(0.01, 0.0001, 1.0)
    drops: tuple[int, ...] = settings.several((80, 120, 160, 180), settings.integer(80, 1, RESNET - 1), 1, 4)
    drop: float = settings.number(0.1, 0.01, 0.9)
    warm_up: float = settings.number(0.1, 0.01, 0.9)
    patience: int = settings.integer(3, 1, 20)
    factor: float = settings.number(0.3, 0.05, 0.9)
    cycles: int = settings.integer(4, 1, 12)
    low: float = settings.number(0.05, 0.001, 1.0)
    drawn: str = settings.text(STANDARD, 200)
    momentum: float = settings.number(0.0, 0.0, 0.99)
    units: int = settings.integer(16, 1, 64)
    batch_size: int = settings.integer(64, 8, 256)
    seeds: int = settings.integer(5, 3, 8)
    seed: int = settings.integer(0, 0, 9999)

    def check(self) -> None:
        """Refuse drawings that are none, and trainings of too many steps."""
        points(self.drawn)
        object.__setattr__(self, "drops", tuple(sorted(set(self.drops))))
        taken = self.steps * self.epochs * self.seeds * (len(SCHEDULES) + len(LADDER))
        if taken > MOST_STEPS:
            raise InvalidSetting(
                f"All networks together would take {taken:,} steps: too many.",
                f"Take larger batches, fewer epochs or fewer seeds: at most {MOST_STEPS:,} steps.",
            )

    @property
    def training_rows(self) -> int:
        """Rows to learn from."""
        count = len(rows(self.table).y)
        return count - round(HELD_BACK * count)

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return -(-self.training_rows // self.batch_size)


@dataclass(frozen=True)
class Result:
    """What was measured; K = 9 schedules and then the ladder, S seeds, E + 1 rows, the first before training.

    Attributes:
        config: What was run.
        loss: float32 (E + 1, K, S), mean over an epoch's batches; not-a-number where it is not (yet) known.
        held_loss: (E + 1, K, S) at the epoch's end, on rows held back.
        held_accuracy: (E + 1, K, S) likewise.
        plateau_rate: float32 (E, S), what reduce-on-plateau took in each epoch.
        range_loss: float32 (RANGE_STEPS, S), loss of each step's batch in the range test.
        stopped: Whether Stop was pressed.
    """

    config: Config
    loss: np.ndarray
    held_loss: np.ndarray
    held_accuracy: np.ndarray
    plateau_rate: np.ndarray
    range_loss: np.ndarray
    stopped: bool = False

    @property
    def epochs_run(self) -> int:
        """Return how many epochs are known."""
        return int(np.isfinite(self.loss).any(axis=(1, 2)).sum()) - 1


def range_rates() -> np.ndarray:
    """Return the rate of every step of the range test, float64 (RANGE_STEPS,): by equal ratios (Smith 2017)."""
    return np.geomspace(LOWEST, HIGHEST, RANGE_STEPS)


def run(config: Config, context: Context) -> Result:
    """Train all; in the worker."""
    from engine.schedules.live import train

    return train(config, context)


def partial(config: Config, series: Mapping[str, np.ndarray]) -> Result | None:
    """Return the result so far from a run's live series, or None before the first epoch."""
    return result_of(config, series, stopped=True) if len(series.get("loss", ())) > 1 else None


def result_of(config: Config, series: Mapping[str, np.ndarray], stopped: bool) -> Result:
    """Return a result from the rows reported so far.

    Args:
        config: What is run.
        series: `loss`, `validation_loss`, `validation_metric` (rows, K · S), `plateau_rate` (epochs, S), and
            `range_loss` (steps, S) once the range test is done.
        stopped: Whether that is all there will be.
    """
    kinds = len(SCHEDULES) + len(LADDER)

    def filled(name: str, whole: tuple[int, ...]) -> np.ndarray:
        found = np.full(whole, np.nan, np.float32)
        rows_known = np.asarray(series.get(name, np.zeros((0, *whole[1:]))), np.float32)[: whole[0]]
        found[: len(rows_known)] = rows_known.reshape(len(rows_known), *whole[1:])
        return found

    curves = (config.epochs + 1, kinds, config.seeds)
    return Result(
        config,
        filled("loss", curves),
        filled("validation_loss", curves),
        filled("validation_metric", curves),
        filled("plateau_rate", (config.epochs, config.seeds)),
        filled("range_loss", (RANGE_STEPS, config.seeds)),
        stopped,
    )
