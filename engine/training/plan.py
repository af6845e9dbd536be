"""What to train and what came out: the small vocabulary both trainers share.

What the learner should see: one plan gives one history. A replica's history is the history of a lone run of its
seed; the only difference is an axis that counts replicas.

Shapes: n rows, E epochs run, S snapshots, P weights (see `MLP.split`), L layers with a kernel, R replicas. In what
a lone run gives, the axis R is absent. Index e of a curve is epoch e; index 0 is the evaluation of the initial
weights, before any step.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.errors import InvalidData, InvalidSetting
from engine.training.optimizers import Optimizer
from engine.training.schedules import Schedule

METRICS = ("accuracy", "mean_squared_error", "mean_absolute_error", "")
MONITORS = ("validation_loss", "loss", "validation_metric", "metric")


@dataclass(frozen=True)
class EarlyStopping:
    """When to stop before the last epoch; the meaning is that of `keras.callbacks.EarlyStopping` (Prechelt 1998).

    Attributes:
        monitor: One of MONITORS; a metric counts as better when it grows if it is an accuracy, else when it falls.
        patience: Epochs without improvement that are waited for.
        min_delta: Smallest change that counts as improvement.
        restore_best: Whether the run ends with the weights of its best epoch.
        start_from_epoch: Number of first epochs that are not judged.
    """

    monitor: str = "validation_loss"
    patience: int = 10
    min_delta: float = 0.0
    restore_best: bool = True
    start_from_epoch: int = 0

    def __post_init__(self) -> None:
        if self.monitor not in MONITORS:
            raise InvalidSetting(f"Nothing called “{self.monitor}” is recorded.", f"Choose: {', '.join(MONITORS)}.")


@dataclass(frozen=True)
class TrainingPlan:
    """How a network is trained.

    Attributes:
        loss: Keras name, e.g. "binary_crossentropy", "sparse_categorical_crossentropy", "mean_squared_error".
        metric: "accuracy" (of classes), "mean_squared_error", "mean_absolute_error", or "" for none.
        optimizer: Which optimizer.
        learning_rate: The schedule's highest rate.
        schedule: How the rate changes from step to step; its T is all steps of `epochs` epochs.
        batch_size: Rows a step, 1 or more; the last batch of an epoch may be smaller, as in `fit`.
        epochs: Most epochs to run.
        seed: Makes initial weights, dropout masks and batch order of a lone run; replicas bring their own seeds.
        shuffle: Whether each epoch has a new order (see `batches.order`); else rows are taken as they lie.
        early_stopping: When to stop before, or None.
        snapshot_epochs: Epochs whose weights are kept; 0 is the initial weights, see `spread_epochs`.
        norms: Whether to record lengths of gradients and weights, layer by layer.
        xla: Whether to compile with XLA; None lets the trainer choose by the number of steps.
    """

    loss: str = "binary_crossentropy"
    metric: str = "accuracy"
    optimizer: Optimizer = field(default_factory=Optimizer)
    learning_rate: float = 0.01
    schedule: Schedule = field(default_factory=Schedule)
    batch_size: int = 32
    epochs: int = 50
    seed: int = 0
    shuffle: bool = True
    early_stopping: EarlyStopping | None = None
    snapshot_epochs: tuple[int, ...] = ()
    norms: bool = False
    xla: bool | None = None

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise InvalidSetting(f"There is no metric “{self.metric}”.", f"Choose: {', '.join(METRICS[:-1])}.")
        if self.batch_size < 1 or self.epochs < 0:
            raise InvalidSetting("A run needs batches of at least one row.", "Take a batch size of 1 or more.")


@dataclass(frozen=True)
class Data:
    """Rows to learn from and, if there are, rows to judge by.

    Attributes:
        x: Features, (n, features) or any shape whose first axis counts rows.
        y: Class numbers or values (n,), or (n, outputs); 0/1 for two classes.
        sample_weight: Weight of each row in the loss, (n,), or None. As in Keras the weighted losses of a batch
            are summed and divided by its number of rows; metrics are not weighted.
        validation_x: Held-back rows, or None.
        validation_y: Their targets.
        validation_weight: Their weights in the validation loss, or None.
    """

    x: np.ndarray
    y: np.ndarray
    sample_weight: np.ndarray | None = None
    validation_x: np.ndarray | None = None
    validation_y: np.ndarray | None = None
    validation_weight: np.ndarray | None = None

    def __post_init__(self) -> None:
        if len(self.x) == 0 or len(self.x) != len(self.y):
            raise InvalidData("There are no training rows, or not one target for each.", "Check the data set.")


@dataclass(frozen=True)
class History:
    """What was recorded, epoch by epoch; see the module for shapes and the meaning of index 0.

    Attributes:
        loss: float32 (E + 1[, R]), running mean over the epoch's batches, penalties included, as `fit` reports it.
        validation_loss: float32 (E + 1[, R]), at the epoch's end, penalties included; NaN without held-back rows.
        metric: float32 (E + 1[, R]), running mean over the epoch's batches; NaN without a metric.
        validation_metric: float32 (E + 1[, R]), at the epoch's end.
        learning_rate: float32 (E + 1,), of the epoch's last step; index 0 is the first step's.
            With a pace of their own, the first replica's.
        seconds: float32 (E + 1,), wall-clock time of each epoch, of all replicas together; 0 at index 0.
        gradient_norm: float32 (E + 1, L[, R]), mean over the epoch's steps of the length of each kernel's gradient;
            NaN at index 0; None unless the plan asks for norms.
        weight_norm: float32 (E + 1, L[, R]), length of each kernel at the epoch's end; None like the above.
        snapshot_epochs: int32 (S,).
        snapshots: float32 (S, [R,] P).
    """

    loss: np.ndarray
    validation_loss: np.ndarray
    metric: np.ndarray
    validation_metric: np.ndarray
    learning_rate: np.ndarray
    seconds: np.ndarray
    gradient_norm: np.ndarray | None
    weight_norm: np.ndarray | None
    snapshot_epochs: np.ndarray
    snapshots: np.ndarray


@dataclass(frozen=True)
class Checkpoint:
    """Where a run stands, so that it can go on exactly as if it had never paused.

    Attributes:
        epoch: Epochs done.
        steps: Optimizer steps done by each replica, int64 (R,).
        state: Arrays with a leading axis R: all trainable weights, then other variables, then the optimizer's.
    """

    epoch: int
    steps: np.ndarray
    state: tuple[np.ndarray, ...]


def spread_epochs(epochs: int, most: int) -> tuple[int, ...]:
    """Return at most `most` epochs from 0 to `epochs`, both included, denser at the start where more happens."""
    if epochs + 1 <= most:
        return tuple(range(epochs + 1))
    wanted = (np.linspace(0, 1, most) ** 2) * epochs
    spread: list[int] = []
    for position, epoch in enumerate(np.round(wanted).astype(int)):
        # Squares crowd together near 0: then take the next free epoch, and leave room for those to come.
        lowest = spread[-1] + 1 if spread else 0
        spread.append(int(min(max(epoch, lowest), epochs - (most - 1 - position))))
    return tuple(spread)
