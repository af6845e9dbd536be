"""A free network on a plane of points: every choice the learner's, every number from a real Keras model.

What the learner should see: neurons that each draw one bent line, a boundary put together from them, and curves
that say whether it holds on points it never saw. Because one run can be luck, several seeds train at once: the
first is shown, all of them make the band.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine import config as base
from engine.config import choice, integer, number, several, switch, text
from engine.data.features import FEATURES
from engine.data.tabular import check_upload
from engine.data.toy import CLASSIFICATION, DATA_SETS
from engine.errors import InvalidSetting
from engine.models.mlp import MLP
from engine.playground.setup import UPLOAD, architecture, check_steps, samples
from engine.playground.training import SHOWN, SNAPSHOTS, diverged, joined, train_together
from engine.training.optimizers import OPTIMIZERS
from engine.training.schedules import SCHEDULES

if TYPE_CHECKING:
    from engine.runs.context import Context

ACTIVATIONS = (
    "relu",
    "tanh",
    "sigmoid",
    "linear",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softplus",
    "prelu",
)
SAME = "same"
LOSSES = ("cross-entropy", "hinge", "squared error")
REGRESSION_LOSSES = ("squared error", "absolute error", "huber", "log-cosh")


@dataclass(frozen=True)
class Config(base.Config):
    """Settings of one playground run; see the functions of `engine.config` for how bounds are declared.

    `classes` counts for blobs and spirals only; `loss` for classification, `regression_loss` for regression;
    `activations` overrides `activation` layer by layer ("same" does not); `momentum` counts for the optimizers
    that have one. `data_seed` draws the points and the split, `seed` the shown network, and the other networks of
    the band take the `seeds - 1` numbers that follow it.
    """

    dataset: str = choice("spirals", (*DATA_SETS, UPLOAD))
    classes: int = integer(2, 2, 5)
    noise: float = number(0.1, 0.0, 0.5)
    points: int = integer(600, 20, 2000)
    test_share: float = number(0.5, 0.1, 0.9)
    data_seed: int = integer(0, 0, 9999)
    upload: str = text("", 64)
    features: tuple[str, ...] = several(("x", "y"), choice("x", tuple(FEATURES)), 1, len(FEATURES))
    layers: tuple[int, ...] = several((8, 8), integer(8, 1, 32), 0, 6)
    activation: str = choice("relu", ACTIVATIONS)
    activations: tuple[str, ...] = several((), choice(SAME, (SAME, *ACTIVATIONS)), 0, 6)
    dropout: float = number(0.0, 0.0, 0.8)
    batch_normalization: bool = switch(False)
    l1: float = number(0.0, 0.0, 0.1)
    l2: float = number(0.0, 0.0, 0.1)
    optimizer: str = choice("adam", OPTIMIZERS)
    learning_rate: float = number(0.01, 1e-5, 10.0)
    momentum: float = number(0.9, 0.0, 0.99)
    schedule: str = choice("constant", SCHEDULES)
    batch_size: int = integer(16, 1, 2000)
    epochs: int = integer(300, 1, 2000)
    loss: str = choice("cross-entropy", LOSSES)
    regression_loss: str = choice("squared error", REGRESSION_LOSSES)
    seeds: int = integer(5, 1, 10)
    seed: int = integer(0, 0, 9999)

    def check(self) -> None:
        """Check what involves several fields; raise InvalidSetting."""
        if len(set(self.features)) < len(self.features):
            raise InvalidSetting("An input feature is chosen twice.", "Choose each feature once.")
        check_upload(self.dataset, self.upload)
        if self.dataset != UPLOAD:
            check_steps(self, self.points * (1 - self.test_share))

    def layer_activations(self) -> tuple[str, ...]:
        """Return the activation of each hidden layer, overrides applied."""
        overrides = (*self.activations, *[SAME] * len(self.layers))
        return tuple(
            self.activation if override == SAME else override
            for override, _ in zip(overrides, self.layers, strict=False)
        )


@dataclass(frozen=True)
class Result:
    """What a run recorded, at its end or at any moment before; index e of the curves is epoch e, 0 = untrained.

    Attributes:
        config: The settings that were run.
        task: "classification" or "regression".
        classes: Number of classes; 1 for regression.
        class_names: Their labels.
        domain: x low, x high, y low, y high of the picture.
        points: float32 (n, 2).
        target: float32 (n,), class numbers or values.
        validation: bool (n,), True for the points held back.
        architecture: The network's layers.
        epoch: int32 (E,), 0 … E − 1.
        loss: float32 (E, N), training loss of N seeds, the shown one first: as `fit` reports it, the mean over the
            epoch's batches while they were trained on, penalties and dropout included. While a run is under way
            the others may be some epochs behind: NaN there.
        validation_loss: float32 (E, N), at the epoch's end on the points held back, penalties included.
        metric: float32 (E, N), training accuracy 0 … 1 or mean squared error, over the epoch's batches.
        validation_metric: float32 (E, N), the same on the points held back, at the epoch's end.
        gradient_norm: float32 (E, L), mean length over the epoch's steps of the loss gradient in each layer's kernel,
            shown network; NaN at epoch 0.
        weight_norm: float32 (E, L), length of each layer's kernel, shown network.
        seconds: float32 (E,), wall-clock time of each epoch of the shown network; 0 for epoch 0.
        snapshot_epoch: int32 (S,), epochs whose weights are kept.
        snapshots: float32 (S, P), the shown network's weights, in the order of `MLP.split`.
        diverged: int32 (N,), first epoch whose loss is not a finite number, or −1.
        stopped: True if Stop ended the run early.
    """

    config: Config
    task: str
    classes: int
    class_names: tuple[str, ...]
    domain: tuple[float, float, float, float]
    points: np.ndarray
    target: np.ndarray
    validation: np.ndarray
    architecture: MLP
    epoch: np.ndarray
    loss: np.ndarray
    validation_loss: np.ndarray
    metric: np.ndarray
    validation_metric: np.ndarray
    gradient_norm: np.ndarray
    weight_norm: np.ndarray
    seconds: np.ndarray
    snapshot_epoch: np.ndarray
    snapshots: np.ndarray
    diverged: np.ndarray
    stopped: bool = False

    @property
    def classification(self) -> bool:
        """Whether classes are predicted rather than a value."""
        return self.task == CLASSIFICATION

    @property
    def diverged_at(self) -> int | None:
        """Epoch at which the shown network's loss stopped being a finite number, or None."""
        return int(self.diverged[0]) if self.diverged[0] >= 0 else None

    @property
    def diverged_reason(self) -> str:
        """What was seen when the shown network diverged, in one clause; empty if it did not."""
        if self.diverged_at is None:
            return ""
        return f"the loss was no longer a number: {self._growth()}"

    def _growth(self) -> str:
        known = self.weight_norm[: self.diverged_at]
        known = known[np.isfinite(known).all(axis=1)]
        if len(known) < 2 or known[-1].max() < 10 * known[0].max():
            return "within one epoch the steps threw the weights out of range"
        return f"the weights had grown {known[-1].max() / known[0].max():.1e} times"

    @property
    def loss_name(self) -> str:
        """The loss as the learner chose it."""
        return self.config.loss if self.classification else self.config.regression_loss

    @property
    def shown_activation(self) -> str:
        """The output's activation in pictures: a hinge score is squashed, which keeps the boundary where it is."""
        if not self.classification:
            return "linear"
        return "sigmoid" if self.classes == 2 else "softmax"

    def snapshot(self, epoch: int) -> np.ndarray:
        """Return the shown network's weights (P,) at the last recorded epoch up to `epoch`."""
        return self.snapshots[max(0, int(np.searchsorted(self.snapshot_epoch, epoch, side="right")) - 1)]


MODEL_FILE = "model.keras"


def run(config: Config, context: Context) -> Result:
    """Train the config's networks, all seeds side by side, and return what was recorded (in a worker only).

    The shown network has seed `config.seed` and is, to the last digits, the one that the script trains. A longer run
    of the same settings records the same first epochs as long as the schedule is constant.

    Args:
        config: What to train.
        context: Gets every epoch's curves and, where they are kept, weights; may ask to stop. The shown network is
            attached as "model.keras".
    """
    data = samples(config)
    check_steps(config, float(np.sum(~data.validation)))
    series, stopped = train_together(config, data, context)
    result = partial(config, series, stopped=stopped)
    if result is None:
        raise ValueError("the trainer recorded nothing, not even epoch 0")
    context.attach(MODEL_FILE, _model_file(result))
    return result


def partial(config: Config, series: Mapping[str, np.ndarray], stopped: bool = False) -> Result | None:
    """Return the result so far of a run that is under way, or None before anything is recorded.

    Args:
        config: What is being trained.
        series: The appended arrays by name, as `run` reports them (`Status.series`).
        stopped: Whether Stop ended the run.
    """
    if any(name not in series or len(series[name]) == 0 for name in (*SHOWN, *SNAPSHOTS)):
        return None
    data = samples(config)
    curves = joined(series, config.seeds)
    # Of a network that diverged the last finite weights are kept; weights that are no numbers cannot be drawn.
    finite = np.isfinite(series["snapshots"]).all(axis=1)
    return Result(
        config=config,
        task=data.task,
        classes=data.classes,
        class_names=data.class_names,
        domain=data.domain,
        points=data.points,
        target=data.target,
        validation=data.validation,
        architecture=architecture(config, data),
        snapshot_epoch=np.asarray(series["snapshot_epoch"])[finite],
        snapshots=np.asarray(series["snapshots"])[finite],
        diverged=diverged(series, len(curves["epoch"]), config.seeds),
        stopped=stopped,
        **curves,
    )


def _model_file(result: Result) -> bytes:
    """Return the shown network at its last recorded epoch as a `.keras` file; its input are the chosen features."""
    model = result.architecture.build(result.config.seed)
    model.set_weights(result.architecture.split(result.snapshots[-1]))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / MODEL_FILE
        model.save(path)
        return path.read_bytes()
