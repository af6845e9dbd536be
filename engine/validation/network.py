"""Real Keras networks on many splits of one table, all in lock-step, each with a scaler of its own.

What the learner should see: k folds or 50 bootstrap samples cost little more than one. Each network sees what it would
see alone: its own training rows, scaled by what those rows alone tell, and its own held-back rows for early stopping.

Shapes: n rows, d features, R splits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.data.tabular import Rows
from engine.errors import InvalidSetting
from engine.models.forward import forward
from engine.models.mlp import MLP, Hidden
from engine.training.optimizers import Optimizer
from engine.training.plan import Data, EarlyStopping, TrainingPlan

if TYPE_CHECKING:
    from engine.runs.context import Context
    from engine.training.replicas import TrainedReplicas

MOST_NUMBERS = 80_000_000  # of all scaled copies of the table together: 320 MB


@dataclass(frozen=True)
class Network:
    """How a table is learned: what the concepts' configs have in common.

    Attributes:
        layers: Units of each hidden layer.
        activation: Of the hidden layers.
        dropout: Share of units switched off in training, 0 ≤ dropout < 1.
        l1: Weight of the sum of |w|.
        l2: Weight of the sum of w².
        optimizer: Name, see `engine.training.optimizers.OPTIMIZERS`.
        learning_rate: Step size.
        momentum: Counts for the optimizers that have one.
        batch_size: Rows a step.
        epochs: Most epochs.
        patience: Epochs without improvement of the validation loss before a network stops and takes its best weights
            back; 0 for no early stopping.
    """

    layers: tuple[int, ...] = (32, 16)
    activation: str = "relu"
    dropout: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    optimizer: str = "adam"
    learning_rate: float = 0.003
    momentum: float = 0.9
    batch_size: int = 32
    epochs: int = 100
    patience: int = 10

    def architecture(self, table: Rows) -> MLP:
        """Return the network for a table: one sigmoid for two classes, a softmax for more, linear for a value."""
        hidden = tuple(Hidden(units, self.activation, self.dropout) for units in self.layers)
        outputs = table.classes if table.classes > 2 else 1
        activation = "linear" if not table.classification else "softmax" if outputs > 1 else "sigmoid"
        return MLP(table.x.shape[1], hidden, outputs, activation, self.l1, self.l2)

    def loss(self, table: Rows) -> str:
        """Return Keras's name of the loss."""
        if not table.classification:
            return "mean_squared_error"
        return "sparse_categorical_crossentropy" if table.classes > 2 else "binary_crossentropy"

    def plan(self, table: Rows) -> TrainingPlan:
        """Return how it is trained."""
        return TrainingPlan(
            loss=self.loss(table),
            metric="accuracy" if table.classification else "mean_squared_error",
            optimizer=Optimizer(self.optimizer, self.momentum),
            learning_rate=self.learning_rate,
            batch_size=self.batch_size,
            epochs=self.epochs,
            early_stopping=EarlyStopping(patience=self.patience) if self.patience else None,
        )


@dataclass(frozen=True)
class Split:
    """Places of the rows to learn from and of the rows held back, int (…,); training rows may repeat."""

    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Scaling:
    """What was subtracted and divided by in each split.

    Attributes:
        centre: float64 (R, d).
        scale: float64 (R, d), 1 for a constant column, as scikit-learn's StandardScaler has it.
        target_centre: float64 (R,), 0 for classes.
        target_scale: float64 (R,), 1 for classes.
    """

    centre: np.ndarray
    scale: np.ndarray
    target_centre: np.ndarray
    target_scale: np.ndarray

    def inputs(self, x: np.ndarray, split: int) -> np.ndarray:
        """Return rows (m, d) as the network of `split` takes them, float32."""
        return ((x - self.centre[split]) / self.scale[split]).astype(np.float32)


@dataclass(frozen=True)
class Fitted:
    """Networks trained on splits.

    Attributes:
        architecture: What all have in common.
        scaling: Each network's own, of the columns it sees.
        trained: Their curves and weights; see `engine.training.replicas`.
        columns: int (c,) for each network, the columns it sees; empty if all see all.
    """

    architecture: MLP
    scaling: Scaling
    trained: TrainedReplicas
    columns: tuple[np.ndarray, ...] = ()

    def predict(self, x: np.ndarray, split: int, weights: np.ndarray | None = None) -> np.ndarray:
        """Return what the network of `split` says of unscaled rows (m, d): see `predicted`.

        Args:
            x: Rows with all columns of the table.
            split: Which network.
            weights: float32 (P,), others than its final ones, such as a snapshot's.
        """
        seen = x[:, self.columns[split]] if self.columns else x
        weights = self.trained.weights[split] if weights is None else weights
        return predicted(self.architecture, weights, self.scaling, seen, split)


def predicted(architecture: MLP, weights: np.ndarray, scaling: Scaling, x: np.ndarray, split: int) -> np.ndarray:
    """Return probabilities float64 (m, classes), two columns for two classes, or values (m,) in the target's unit.

    Args:
        architecture: The network.
        weights: float32 (P,), in the order of `MLP.split`.
        scaling: Of all splits.
        x: (m, d), unscaled rows.
        split: Whose scaling counts.
    """
    output = forward(weights, scaling.inputs(x, split), architecture)[-1]
    if architecture.output_activation == "linear":
        return output[:, 0] * scaling.target_scale[split] + scaling.target_centre[split]
    return np.concatenate([1 - output, output], axis=1) if output.shape[1] == 1 else output


def scaling(table: Rows, splits: Sequence[Split], everything: bool = False) -> Scaling:
    """Return mean and deviation of each split's training rows (StandardScaler's; a sample's repeats count).

    Args:
        table: The rows.
        splits: Whose training rows count.
        everything: Take all rows instead, held-back ones included: the leak that a page shows.
    """
    centre, scale, target_centre, target_scale = [], [], [], []
    for split in splits:
        places = np.arange(len(table.y)) if everything else split.train
        x, y = table.x[places], table.y[places]
        deviation = x.std(axis=0)
        centre.append(x.mean(axis=0))
        scale.append(np.where(deviation > 10 * np.finfo(float).eps * np.abs(centre[-1]), deviation, 1.0))
        target_centre.append(0.0 if table.classification else y.mean())
        target_scale.append(1.0 if table.classification else y.std() or 1.0)
    return Scaling(np.array(centre), np.array(scale), np.array(target_centre), np.array(target_scale))


def fit_splits(
    network: Network,
    table: Rows,
    splits: Sequence[Split],
    seeds: Sequence[int],
    context: Context | None = None,
    *,
    scaled_by_everything: bool = False,
    columns: Sequence[np.ndarray] = (),
    snapshot_epochs: Sequence[int] = (),
    xla: bool | None = None,
) -> Fitted:
    """Train one network per split, in a worker only; network r is what a lone `fit` with `seeds[r]` gives.

    Args:
        network: Architecture and training.
        table: The rows.
        splits: Training and held-back rows of each network.
        seeds: Of each network: initial weights, dropout masks and batch order. Give all the same one where only the
            rows should differ.
        context: Watches and may stop; gets the series of `train_replicas`, a column a split.
        scaled_by_everything: See `scaling`.
        columns: For each network the columns it sees, (c,) each, where they are chosen split by split; empty for all.
        snapshot_epochs: Epochs whose weights are kept, see `TrainingPlan`.
        xla: See `TrainingPlan`; a shape that comes again and again in one worker is worth compiling.

    Raises:
        InvalidSetting: All scaled copies of the table together would not fit in memory.
    """
    from engine.training.replicas import train_replicas

    rows_count = len(table.x)
    seen = table if not columns else replace(table, x=table.x[:, columns[0]])  # of the size that all see
    features = seen.x.shape[1]
    if rows_count * features * len(splits) > MOST_NUMBERS:
        raise InvalidSetting(
            f"{len(splits)} splits of {rows_count:,} rows with {features} columns do not fit in memory.",
            f"Take at most {max(1, MOST_NUMBERS // (rows_count * features))} splits.",
        )
    scaled = scaling(table, splits, scaled_by_everything)
    if columns:
        chosen = np.stack(columns)
        centre, scale = (np.take_along_axis(part, chosen, axis=1) for part in (scaled.centre, scaled.scale))
        scaled = replace(scaled, centre=centre, scale=scale)
    x = np.concatenate(
        [scaled.inputs(table.x[:, columns[place]] if columns else table.x, place) for place in range(len(splits))]
    )
    y = np.concatenate([(table.y - c) / s for c, s in zip(scaled.target_centre, scaled.target_scale, strict=True)])
    starts = rows_count * np.arange(len(splits))
    architecture = network.architecture(seen)
    trained = train_replicas(
        architecture,
        replace(network.plan(table), snapshot_epochs=tuple(snapshot_epochs), xla=xla),
        Data(x, y.astype(np.float32), None, x, y.astype(np.float32)),
        seeds,
        context,
        rows=[split.train + start for split, start in zip(splits, starts, strict=True)],
        validation_rows=[split.test + start for split, start in zip(splits, starts, strict=True)],
    )
    return Fitted(architecture, scaled, trained, tuple(columns))


def score(table: Rows, y: np.ndarray, prediction: np.ndarray) -> float:
    """Return the share of right classes, or R² of a regression (scikit-learn's `accuracy_score` and `r2_score`).

    Args:
        table: For the task.
        y: (m,), the truth.
        prediction: What `predicted` returned.
    """
    if table.classification:
        return float(np.mean(prediction.argmax(axis=1) == y))
    residual, total = np.sum((y - prediction) ** 2), np.sum((y - y.mean()) ** 2)
    return float(1 - residual / total) if total > 0 else float("nan")
