"""Hold out a different part of the rows again and again: the spread of the scores says how far to trust their mean.

What the learner should see: which row is held out when, a score a fold, and that what a block holds decides what its
score means. And at the end one model: three ways to come to it, all judged on rows that no fold ever saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine import config as base
from engine.config import choice, integer, number, switch, text
from engine.cross_validation.setup import prepared
from engine.cross_validation.splits import SPLITTERS, balance, fold_of_row, repeats, splits
from engine.data.tabular import CLASSIFICATION, DATA_SETS, UPLOAD, check_upload
from engine.validation.network import Network

if TYPE_CHECKING:
    from engine.runs.context import Context

LEAKS = ("none", "scaling", "features")
WAYS = ("best fold", "ensemble", "mean epochs", "most epochs")


@dataclass(frozen=True)
class Config(base.Config):
    """Settings of one cross-validation.

    Attributes:
        dataset, upload: Which table; the digest of the uploaded one.
        splitter: How the folds are drawn, see `splits.splitter`.
        folds: k; leave-one-out has one fold a row.
        repeats: How often all folds are drawn and trained; repeat r has the network seed `seed + r`.
        shuffle: Whether rows are shuffled before they are dealt to the folds.
        leak: What is done before the split that belongs in it, beside doing it right: nothing, the scaling, or the
            choice of columns (then the columns are pure noise).
        sort: Whether the file is sorted by the target first.
        minority: Largest share of the rarest class, 0.5 leaves it as it is.
        copies: Whether each row is measured three times, with a little noise; the three make a group.
        rows: Most rows of the table that are used.
        test_share: Share of the rows put aside before anything else.
        depth, width: Hidden layers and units of each.
        dropout, l2, learning_rate, batch_size, epochs, patience: See `validation.network.Network`.
        seed: Every draw comes from it.
    """

    dataset: str = choice("breast_cancer", (*DATA_SETS, UPLOAD))
    upload: str = text("", 64)
    splitter: str = choice("stratified", SPLITTERS)
    folds: int = integer(5, 2, 20)
    repeats: int = integer(5, 1, 10)
    shuffle: bool = switch(True)
    leak: str = choice("none", LEAKS)
    sort: bool = switch(False)
    minority: float = number(0.5, 0.02, 0.5)
    copies: bool = switch(False)
    rows: int = integer(2000, 50, 5000)
    test_share: float = number(0.2, 0.1, 0.5)
    depth: int = integer(1, 0, 3)
    width: int = integer(16, 1, 64)
    dropout: float = number(0.0, 0.0, 0.8)
    l2: float = number(0.0, 0.0, 0.1)
    learning_rate: float = number(0.003, 1e-4, 1.0)
    batch_size: int = integer(32, 1, 512)
    epochs: int = integer(100, 1, 300)
    patience: int = integer(10, 0, 50)
    seed: int = integer(0, 0, 9999)

    def check(self) -> None:
        """Check what involves several fields; raise InvalidSetting."""
        check_upload(self.dataset, self.upload)

    def network(self) -> Network:
        """Return how each fold's table is learned."""
        return Network(
            layers=(self.width,) * self.depth,
            dropout=self.dropout,
            l2=self.l2,
            learning_rate=self.learning_rate,
            batch_size=self.batch_size,
            epochs=self.epochs,
            patience=self.patience,
        )


@dataclass(frozen=True)
class Result:
    """What was measured; R repeats, k folds, n rows in the folds, m rows put aside, C classes, E epochs run.

    Arrays over networks have R · k columns, repeat after repeat.

    Attributes:
        config: The settings that were run.
        table_name, task, target_name: Of the table, see `data.tabular.Rows`.
        class_names: Of the classes; empty for a value.
        places: int32 (n,), each row's number in the file, from 0.
        y: float32 (n,), class numbers or values.
        groups: int32 (n,), which rows belong together; empty if nothing says so.
        group_name: What a group is.
        fold: int16 (R, n), the fold that holds a row out; −1 for none (the first rows of a time series).
        balance: int32 (2, k, C), see `splits.balance`.
        loss: float32 (E + 1, R · k), training loss, epoch 0 untrained.
        validation_loss: float32 (E + 1, R · k), on the fold held out.
        validation_metric: float32 (E + 1, R · k), accuracy or R² there.
        best_epoch: int32 (R · k,), epoch whose weights count.
        prediction: float32 (R, n), class number or value said of each row by the network that held it out; NaN where
            there is none (yet).
        row_loss: float32 (R, n), minus the logarithm of the true class's probability, or the absolute error.
        leaky_prediction: float32 (R, n), the same with the leak; (0, n) without.
        held_places: int32 (m,).
        held_y: float32 (m,).
        held_prediction: float32 (R, 4, m), what each of WAYS says of the rows put aside; (R, 0, m) while unknown.
        final_epochs: int32 (R, 2), epochs of the two new models on all rows of the folds; (R, 0) while unknown.
        diverged: bool (R · k,), whose loss was no longer a finite number.
        finished: Whether all parts were computed.
        stopped: Whether Stop ended the run early.
    """

    config: Config
    table_name: str
    task: str
    target_name: str
    class_names: tuple[str, ...]
    places: np.ndarray
    y: np.ndarray
    groups: np.ndarray
    group_name: str
    fold: np.ndarray
    balance: np.ndarray
    loss: np.ndarray
    validation_loss: np.ndarray
    validation_metric: np.ndarray
    best_epoch: np.ndarray
    prediction: np.ndarray
    row_loss: np.ndarray
    leaky_prediction: np.ndarray
    held_places: np.ndarray
    held_y: np.ndarray
    held_prediction: np.ndarray
    final_epochs: np.ndarray
    diverged: np.ndarray
    finished: bool = True
    stopped: bool = False

    @property
    def classification(self) -> bool:
        """Whether classes are predicted rather than a value."""
        return self.task == CLASSIFICATION

    @property
    def repeats(self) -> int:
        """R."""
        return len(self.fold)

    @property
    def folds(self) -> int:
        """The number of folds k; of leave-one-out the number of rows."""
        return self.validation_loss.shape[1] // self.repeats


def run(config: Config, context: Context) -> Result:
    """Train every fold's network in lock-step, the leaky ones beside them, then the new models (in a worker only).

    Args:
        config: What to run.
        context: Gets the folds' curves as "loss" and "validation_loss" and may ask to stop; the new model of the first
            repeat (mean epochs) is attached as "model.keras"; it takes the table's rows as they are.

    Raises:
        InvalidSetting, InvalidData: What `objections.objection` would have said.
    """
    from engine.cross_validation.objections import objection
    from engine.cross_validation.training import measure

    found = objection(config)
    if found is not None:
        raise found.error()
    return measure(config, context)


def partial(config: Config, series: Mapping[str, np.ndarray]) -> Result | None:
    """Return the result so far of a run that is under way, or None before any curve has begun."""
    curves = [series.get(name) for name in ("loss", "validation_loss", "validation_metric")]
    if any(curve is None or len(curve) == 0 for curve in curves):
        return None
    shortest = min(len(curve) for curve in curves if curve is not None)
    loss, validation_loss, metric = (np.asarray(curve)[:shortest] for curve in curves)
    return assembled(config, loss, validation_loss, metric, best_so_far(validation_loss), finished=False)


def best_so_far(validation_loss: np.ndarray) -> np.ndarray:
    """Return int32 (networks,), the epoch of the lowest validation loss after epoch 0."""
    if len(validation_loss) == 1:
        return np.zeros(validation_loss.shape[1], dtype=np.int32)
    known = np.where(np.isfinite(validation_loss[1:]), validation_loss[1:], np.inf)
    return (known.argmin(axis=0) + 1).astype(np.int32)


def assembled(
    config: Config,
    loss: np.ndarray,
    validation_loss: np.ndarray,
    validation_metric: np.ndarray,
    best_epoch: np.ndarray,
    **more: np.ndarray | bool,
) -> Result:
    """Return a Result of curves, with what follows from the config alone; `more` replaces what is still unknown."""
    ready = prepared(config)
    table, cut = ready.table, splits(config, ready.table)
    count, rows = repeats(config), len(table.y)
    unknown = np.full((count, rows), np.nan, dtype=np.float32)
    values: dict[str, np.ndarray | bool] = {
        "prediction": unknown,
        "row_loss": unknown,
        "leaky_prediction": unknown[:0],
        "held_prediction": np.zeros((count, 0, len(ready.held.y)), dtype=np.float32),
        "final_epochs": np.zeros((count, 0), dtype=np.int32),
        "diverged": np.zeros(len(cut), dtype=bool),
        **more,
    }
    return Result(
        config=config,
        table_name=table.name,
        task=table.task,
        target_name=table.target_name,
        class_names=table.class_names,
        places=ready.places.astype(np.int32),
        y=table.y.astype(np.float32),
        groups=np.zeros(0, dtype=np.int32) if table.groups is None else table.groups.astype(np.int32),
        group_name=table.group_name,
        fold=fold_of_row(cut, count, rows),
        balance=balance(config, table),
        loss=loss,
        validation_loss=validation_loss,
        validation_metric=validation_metric,
        best_epoch=best_epoch,
        held_places=ready.held_places.astype(np.int32),
        held_y=ready.held.y.astype(np.float32),
        **values,  # type: ignore[arg-type]
    )
