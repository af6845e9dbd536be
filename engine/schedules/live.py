"""The trainings, in the worker: the range test, then all schedules and constant rates, over seeds, in lock-step.

What the learner should see: one compiled graph of real Keras layers and Keras' SGD; only the rates differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from engine.models.mlp import MLP, Hidden
from engine.runs.context import SilentContext
from engine.schedules import curves
from engine.schedules.data import Table, table
from engine.schedules.experiment import LADDER, PLATEAU, RANGE_STEPS, SCHEDULES, Config, Result, range_rates, result_of
from engine.schedules.plateau import Plateau
from engine.training.optimizers import Optimizer
from engine.training.plan import Data, TrainingPlan

if TYPE_CHECKING:
    from engine.runs.context import Context

STEPS_A_REPORT = 25


class _Pace:
    """The rates of all networks: those known before, and reduce-on-plateau's, which is decided as it goes."""

    def __init__(self, config: Config) -> None:
        self._table, self._steps = curves.table(config), config.steps
        first = SCHEDULES.index(PLATEAU) * config.seeds
        self._own = slice(first, first + config.seeds)
        self.taken: list[np.ndarray] = []  # what reduce-on-plateau took, (S,) an epoch
        self._plateau = Plateau(
            config.learning_rate, config.seeds, config.factor, config.patience, config.learning_rate * config.end
        )

    def rates(self, epoch: int) -> np.ndarray:
        """Return the rates of an epoch, see `engine.training.pace`."""
        taken = self._table[:, (epoch - 1) * self._steps : epoch * self._steps].copy()
        taken[self._own] = self._plateau.rate[:, None]
        return taken

    def judge(self, epoch: int, curves: Mapping[str, np.ndarray]) -> None:
        """Let reduce-on-plateau see the losses on held-back rows, as it does by default in Keras."""
        del epoch
        self.taken.append(self._plateau.rate)
        self._plateau.judge(curves["validation_loss"][self._own])


class _Same:
    """Every network takes the same rates: those of the range test, going on from epoch to epoch."""

    def __init__(self, rates: np.ndarray, networks: int, steps: int) -> None:
        self._rates, self._networks, self._steps = rates.astype(np.float32), networks, steps

    def rates(self, epoch: int) -> np.ndarray:
        """Return the rates of an epoch; after the last step they stay."""
        places = np.minimum(np.arange((epoch - 1) * self._steps, epoch * self._steps), len(self._rates) - 1)
        return np.repeat(self._rates[None, places], self._networks, axis=0)

    def judge(self, epoch: int, curves: Mapping[str, np.ndarray]) -> None:
        """Nothing is judged."""


class _Watch(SilentContext):
    """Passes the training's rows on, with what reduce-on-plateau took, and the range test's place in the progress."""

    def __init__(self, context: Context, pace: _Pace, series: dict[str, list[np.ndarray]]) -> None:
        super().__init__()
        self._context, self._pace, self._series, self._sent = context, pace, series, 0

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Keep and pass on the rows that the result is made from."""
        names = ("loss", "validation_loss", "validation_metric")
        new = {name: arrays[name] for name in names if name in arrays}
        if self._pace.taken[self._sent :]:
            new["plateau_rate"] = np.stack(self._pace.taken[self._sent :])
            self._sent = len(self._pace.taken)
        keep(self._series, new)
        self._context.report(1 + done, 1 + total, message, **new)

    def stop_requested(self) -> bool:
        """Ask whoever watches."""
        return self._context.stop_requested()


def keep(series: dict[str, list[np.ndarray]], new: Mapping[str, np.ndarray]) -> None:
    """Append rows to the series of those names."""
    for name, values in new.items():
        series.setdefault(name, []).append(values)


def architecture(config: Config, rows: Table) -> MLP:
    """Return the network: one hidden layer, a softmax, or a sigmoid for two classes."""
    outputs = rows.classes if rows.classes > 2 else 1
    hidden = (Hidden(config.units),)
    return MLP(rows.x.shape[1], hidden, outputs, "softmax" if outputs > 1 else "sigmoid")


def plan(config: Config, rows: Table) -> TrainingPlan:
    """Return how it is trained, but for the rates."""
    return TrainingPlan(
        loss="sparse_categorical_crossentropy" if rows.classes > 2 else "binary_crossentropy",
        metric="accuracy",
        optimizer=Optimizer("momentum" if config.momentum else "sgd", config.momentum),
        learning_rate=config.learning_rate,
        batch_size=config.batch_size,
        epochs=config.epochs,
    )


def train(config: Config, context: Context) -> Result:
    """Run the range test and train all networks; a quarter of a minute with a warm worker on two free cores."""
    from engine.training.replicas import train_replicas

    rows = table(config)
    series: dict[str, list[np.ndarray]] = {}
    keep(series, {"range_loss": range_test(config, rows, context)})
    context.report(1, 1 + config.epochs, "range test done", range_loss=series["range_loss"][0])
    stopped = context.stop_requested()
    if not stopped:
        pace = _Pace(config)
        seeds = [config.seed + number for number in range(config.seeds)] * (len(SCHEDULES) + len(LADDER))
        data = Data(rows.x, rows.y, None, rows.held_x, rows.held_y)
        watch = _Watch(context, pace, series)
        stopped = train_replicas(architecture(config, rows), plan(config, rows), data, seeds, watch, pace=pace).stopped
    return result_of(config, {name: np.concatenate(parts) for name, parts in series.items()}, stopped)


def range_test(config: Config, rows: Table, context: Context) -> np.ndarray:
    """Return the loss of each step's batch while the rate grows by equal ratios, float32 (steps, S).

    One run a seed, from the same first weights and in the same batches as the trainings. A network whose loss is no
    longer a number stays at not-a-number.
    """
    from engine.training.feed import Feed
    from engine.training.fleet import Fleet
    from engine.training.step import Shape

    network, how = architecture(config, rows), plan(config, rows)
    seeds = [config.seed + number for number in range(config.seeds)]
    pace = _Same(range_rates(), config.seeds, config.steps)
    feed = Feed(how, Data(rows.x, rows.y), seeds, None, None, pace)
    fleet = Fleet(Shape(network, how.loss, how.metric, how.optimizer, replicas=config.seeds), feed, config.seeds)
    first = [np.concatenate([np.ravel(part) for part in network.initial_weights(seed)]) for seed in seeds]
    fleet.state = fleet.layout.initial(np.stack(first), seeds)
    everyone = np.ones(config.seeds, bool)
    losses = np.full((RANGE_STEPS, config.seeds), np.nan, np.float32)
    for taken in range(RANGE_STEPS):
        epoch, step = divmod(taken, config.steps)
        fleet.begin_epoch(epoch + 1, everyone)
        fleet.run(config.batch_size, step, step + 1)
        size = min(config.batch_size, len(rows.x) - step * config.batch_size)
        losses[taken] = fleet.sums().loss / size
        if not np.isfinite(losses[taken]).any():
            break
        if taken % STEPS_A_REPORT == 0:
            context.report(taken / RANGE_STEPS, 1 + config.epochs, "range test")
            if context.stop_requested():
                break
    return losses
