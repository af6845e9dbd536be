"""The trainings, in the worker: each group's N networks in lock-step, from the same N first weights.

What the learner should see: within a group of networks alone nothing differs but the first weights. Batch order and
dropout masks are the same for all; only the bootstrap group's rows differ too.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.initialization.experiment import (
    ALONE,
    EQUAL,
    HE,
    LARGE,
    LARGE_DEVIATION,
    MODEL_FILE,
    MOMENTUM,
    ONE_VALUE,
    SMALL,
    SMALL_DEVIATION,
    ZEROS,
    Config,
    Result,
    moments,
    result_of,
    rows,
    rows_of,
)
from engine.models.mlp import flatten, kernel_seed
from engine.runs.context import SilentContext
from engine.training.optimizers import Optimizer
from engine.training.plan import Data, TrainingPlan
from engine.training.replicas import train_replicas

if TYPE_CHECKING:
    from engine.runs.context import Context

NAMES = {"bootstrap": "bootstrap samples", "dropout": "dropout", "twice": "twice the rows", "four": "four times"}


def initializer(name: str, seed: int) -> Any:
    """Return the Keras initializer of kernels: the name's, with a seed where it draws."""
    from keras import initializers

    if name == ZEROS:
        return initializers.Zeros()
    if name == EQUAL:
        return initializers.Constant(ONE_VALUE)
    if name in (SMALL, LARGE):
        return initializers.RandomNormal(0.0, SMALL_DEVIATION if name == SMALL else LARGE_DEVIATION, seed=seed)
    return initializers.HeNormal(seed=seed) if name == HE else initializers.GlorotUniform(seed=seed)


def first_weights(config: Config) -> np.ndarray:
    """Return the N networks' weights before training, float32 (N, P): kernels from the initializer, biases 0."""
    shapes = config.architecture().shapes()
    networks = []
    for seed in range(config.seed, config.seed + config.runs):
        arrays = []
        for place, shape in enumerate(shapes):
            if len(shape) == 1:
                arrays.append(np.zeros(shape))
            else:
                arrays.append(np.asarray(initializer(config.initializer, kernel_seed(seed, place // 2))(shape)))
        networks.append(flatten(arrays))
    return np.stack(networks)


class _Group(SilentContext):
    """What watches one group of several: progress goes on as a part of all, the first group's curves too."""

    def __init__(self, context: Context, group: str, done: float, total: float) -> None:
        super().__init__()
        self._context, self._group, self._done, self._total = context, group, done, total
        self.series: dict[str, list[np.ndarray]] = {}

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Pass progress on, and of the networks alone loss, error and kept weights."""
        del total
        new: dict[str, np.ndarray] = {}
        if self._group == ALONE:
            if "loss" in arrays:
                wrong = 1 - arrays["validation_metric"]
                new |= {
                    "loss": arrays["loss"],
                    "error": np.where(np.isfinite(arrays["validation_loss"]), wrong, np.nan),
                }
            if "snapshots" in arrays:
                new |= {name: arrays[name] for name in ("snapshot_epoch", "snapshots")}
            for name, values in new.items():
                self.series.setdefault(name, []).append(values)
        self._context.report(self._done + done, self._total, message, **new)

    def stop_requested(self) -> bool:
        """Ask whoever watches all groups."""
        return self._context.stop_requested()


def train(config: Config, context: Context) -> Result:
    """Train all groups one after another; a few seconds with a warm worker."""
    data, start = rows(config), first_weights(config)
    lengths = [config.epochs_of(group) for group in config.groups]
    series: dict[str, np.ndarray] = {}
    others: dict[str, list[np.ndarray]] = {"weights": [], "final": []}
    stopped = False
    for place, (group, epochs) in enumerate(zip(config.groups, lengths, strict=True)):
        watch = _Group(context, group, sum(lengths[:place]), sum(lengths))
        plan = TrainingPlan(
            optimizer=Optimizer(config.optimizer, MOMENTUM),
            learning_rate=config.learning_rate,
            batch_size=config.batch_size,
            epochs=epochs,
            snapshot_epochs=moments(config) if group == ALONE else (),
        )
        trained = train_replicas(
            config.architecture(group),
            plan,
            Data(data.x, data.y, None, data.test_x, data.test_y),
            [config.seed] * config.runs,
            watch,
            rows=rows_of(config, group),
            initial_weights=start,
        )
        stopped = trained.stopped
        if group == ALONE:
            series = {name: np.concatenate(parts) for name, parts in watch.series.items()}
        elif not stopped:
            wrong = np.where(trained.diverged_at < 0, 1 - trained.history.validation_metric[-1], np.nan)
            new = {"weights": trained.weights[None], "final": wrong.astype(np.float32)[None]}
            context.report(sum(lengths[: place + 1]), sum(lengths), NAMES[group], **new)
            for name, values in new.items():
                others[name].append(values)
        if stopped:
            break
    series |= {name: np.concatenate(parts) for name, parts in others.items() if parts}
    result = result_of(config, series, stopped)
    context.attach(MODEL_FILE, _file(config, result.weights[0, 0]))
    return result


def _file(config: Config, weights: np.ndarray) -> bytes:
    """Return the first network of those alone as a `.keras` file."""
    architecture = config.architecture()
    model = architecture.build(config.seed)
    model.set_weights(architecture.split(weights))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MODEL_FILE
        model.save(path)
        return path.read_bytes()
