"""The trainings, in the worker: the seeds of one activation in lock-step, one activation after the other.

What the learner should see: all activations start from the same weights and meet the same batches. After every epoch
the weights are looked at: which units say 0 for every row, and how long the gradient is at every layer.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.activations.experiment import (
    CLASSES,
    DEPTH,
    DEPTHS,
    MODEL_FILE,
    NETWORK,
    PIXELS,
    RATE,
    SWEEPERS,
    SWEPT,
    TRAINED,
    Config,
    Digits,
    Result,
    data,
    result_of,
)
from engine.activations.functions import LABELS, LEARNED
from engine.activations.stack import Stack, passes
from engine.runs.context import SilentContext
from engine.training.optimizers import Optimizer
from engine.training.plan import Data, TrainingPlan

if TYPE_CHECKING:
    from engine.runs.context import Context
    from engine.training.replicas import TrainedReplicas

MODEL_OF = "relu"  # whose first network is offered as a file


def stack_of(config: Config, activation: str, depth: int | None = None) -> Stack:
    """Return the network of an activation."""
    return Stack(PIXELS, depth or config.depth, config.width, CLASSES, activation, config.initializer, config.slope)


def seeds_of(config: Config) -> list[int]:
    """Return the seed of every network."""
    return [config.seed + number for number in range(config.seeds)]


class _All:
    """What all trainings of a run have in common, and what they have reported so far."""

    def __init__(self, config: Config, context: Context) -> None:
        self.config, self.context, self.rows = config, context, data(config)
        self.count = len(TRAINED[config.task])
        if config.task == NETWORK:
            self.count += len(SWEPT[config.vary]) * len(SWEEPERS)
        self.begun = 0
        self._series: dict[str, list[np.ndarray]] = {}

    def send(self, done: float, message: str, **arrays: np.ndarray) -> None:
        """Keep rows and pass them on; `done` counts epochs of the training under way."""
        for name, values in arrays.items():
            self._series.setdefault(name, []).append(values)
        total = self.count * self.config.epochs
        self.context.report(self.begun * self.config.epochs + done, total, message, **arrays)

    def result(self, stopped: bool) -> Result:
        """Return what there is."""
        series = {name: np.concatenate(parts) for name, parts in self._series.items()}
        return result_of(self.config, series, stopped)

    def fit(self, activation: str, rate: float, bias: float, watcher: Context, every_epoch: bool) -> TrainedReplicas:
        """Train the seeds of one activation."""
        from engine.training.replicas import train_replicas

        config, rows, stack = self.config, self.rows, stack_of(self.config, activation)
        plan = TrainingPlan(
            loss="sparse_categorical_crossentropy",
            optimizer=Optimizer("sgd"),
            learning_rate=rate,
            batch_size=config.batch_size,
            epochs=config.epochs,
            snapshot_epochs=tuple(range(config.epochs + 1)) if every_epoch else (config.epochs,),
            xla=False,
        )
        held = Data(rows.x, rows.y.astype(np.float32), None, rows.held_x, rows.held_y.astype(np.float32))
        seeds = seeds_of(config)
        trained = train_replicas(stack, plan, held, seeds, watcher, initial_weights=stack.start(seeds, bias))
        self.begun += 1
        return trained


class _Watched(SilentContext):
    """The context of one activation's training: measures every snapshot and passes all of it on."""

    def __init__(self, shared: _All, place: int, activation: str) -> None:
        super().__init__()
        self._shared, self._place, self._activation, self._epochs = shared, place, activation, 0

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Take loss, accuracy and weights; send measures instead of the weights."""
        del total, message
        new: dict[str, np.ndarray] = {}
        if "loss" in arrays:
            count = len(arrays["loss"])
            new["place"] = np.array([(self._epochs + row, self._place) for row in range(count)], np.int32)
            new |= {"loss": arrays["loss"], "accuracy": arrays["validation_metric"]}
            self._epochs += count
        if "snapshots" in arrays:
            stack = stack_of(self._shared.config, self._activation)
            parts = [measure(stack, weights, self._shared.rows) for weights in arrays["snapshots"]]
            new["measured"] = np.array([(epoch, self._place) for epoch in arrays["snapshot_epoch"]], np.int32)
            new |= {name: np.stack([part[name] for part in parts]) for name in parts[0]}
            if self._shared.config.task != NETWORK:
                new["active"] = new["active"][..., :0]
        self._shared.send(done, LABELS[self._activation], **new)

    def stop_requested(self) -> bool:
        """Ask whoever watches all trainings."""
        return self._shared.context.stop_requested()


class _Unseen(SilentContext):
    """The context of a swept training: only its progress is passed on."""

    def __init__(self, shared: _All, activation: str) -> None:
        super().__init__()
        self._shared, self._activation = shared, activation

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Pass progress on."""
        del total, message, arrays
        self._shared.send(done, f"{LABELS[self._activation]}, sweep")

    def stop_requested(self) -> bool:
        """Ask whoever watches all trainings."""
        return self._shared.context.stop_requested()


def measure(stack: Stack, weights: np.ndarray, rows: Digits) -> dict[str, np.ndarray]:
    """Return what S networks' weights (S, P) do on the training rows, all float32.

    Returns:
        dead, zeros (S, L), gradient (S, L + 1), slopes (S, L, 3) and active (L, u), see `experiment.Result`.
    """
    seen = passes(stack, weights, rows.x, rows.y)
    slopes = np.full((len(weights), stack.depth, 3), np.nan)
    if stack.activation == LEARNED:
        for layer, learned in enumerate(stack.split(weights)[2 : 3 * stack.depth : 3]):
            slopes[:, layer] = np.stack([learned.min(1), learned.mean(1), learned.max(1)], axis=1)
    measures = {
        "dead": np.stack([(layer == 0).all(axis=1).mean(axis=1) for layer in seen.hidden], axis=1),
        "zeros": np.stack([(layer == 0).mean(axis=(1, 2)) for layer in seen.hidden], axis=1),
        "gradient": seen.gradient,
        "slopes": slopes,
        "active": np.stack([(layer[0] > 0).mean(axis=0) for layer in seen.hidden]),
    }
    return {name: values.astype(np.float32) for name, values in measures.items()}


def train(config: Config, context: Context) -> Result:
    """Train all activations of a task, then the sweep; what is done when Stop is pressed is kept."""
    shared = _All(config, context)
    if config.task == DEPTH:
        _first_gradients(shared)
    for place, activation in enumerate(TRAINED[config.task]):
        watcher = _Watched(shared, place, activation)
        trained = shared.fit(activation, config.learning_rate, config.bias, watcher, True)
        if activation == MODEL_OF:
            context.attach(MODEL_FILE, _file(stack_of(config, activation), config.seed, trained.weights[:1]))
        if trained.stopped:
            return shared.result(True)
    if config.task == NETWORK:
        for place, value in enumerate(SWEPT[config.vary]):
            if not _sweep(shared, place, value):
                return shared.result(True)
    return shared.result(False)


def _sweep(shared: _All, place: int, value: float) -> bool:
    """Train SWEEPERS with one swept value; return False if Stop was pressed."""
    config = shared.config
    rate, bias = (value, config.bias) if config.vary == RATE else (config.learning_rate, value)
    for which, activation in enumerate(SWEEPERS):
        trained = shared.fit(activation, rate, bias, _Unseen(shared, activation), False)
        if trained.stopped:
            return False
        dead = measure(stack_of(config, activation), trained.weights, shared.rows)["dead"].mean(axis=1)
        # A network that diverged has no accuracy, and no units that could be called dead or alive.
        ends = np.where(np.isfinite(trained.history.loss[-1]), trained.history.validation_metric[-1], np.nan)
        dead = np.where(np.isfinite(ends), dead, np.nan)
        shared.send(
            0,
            LABELS[activation],
            swept=np.array([(place, which)], np.int32),
            swept_dead=dead[None],
            swept_accuracy=ends[None].astype(np.float32),
        )
    return True


def _first_gradients(shared: _All) -> None:
    """Measure the first gradients before any training, at every depth."""
    config = shared.config
    for row, depth in enumerate(DEPTHS):
        for place, activation in enumerate(TRAINED[DEPTH]):
            stack = stack_of(config, activation, depth)
            start = stack.start(seeds_of(config), config.bias)
            gradient = passes(stack, start, shared.rows.x, shared.rows.y).gradient
            shared.send(
                0,
                "First gradients",
                deep=np.array([(row, place)], np.int32),
                ratio=(gradient[:, 0] / gradient[:, -1])[None].astype(np.float32),
            )


def _file(stack: Stack, seed: int, weights: np.ndarray) -> bytes:
    """Return one network, weights (1, P), as a .keras file."""
    model: Any = stack.build(seed)
    model.set_weights([array[0] for array in stack.split(weights)])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MODEL_FILE
        model.save(path)
        return path.read_bytes()
