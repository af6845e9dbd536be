"""An ensemble: eight learners on the same rows, and what each says of rows it has not seen.

What the learner should see: combining learners is cheap once their predictions are there. A run trains every member on
every fold and keeps what it said; who is in the blend, and how it is fitted, is chosen afterwards and answered at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import config as base
from engine.config import choice, integer, number, several, switch, text
from engine.data.tabular import DATA_SETS, REGRESSION, UPLOAD, Rows, check_upload, rows
from engine.ensembles.members import CALIBRATION_FOLDS, MEMBERS, NAMES
from engine.errors import InvalidData
from engine.validation.network import Split

if TYPE_CHECKING:
    from engine.runs.context import Context

MOST_ROWS = 600  # on either side of an outer split
MOST_ROWS_MANY_CLASSES = 300  # with more than five classes: as many numbers a row as there are classes
FEWEST_ROWS = 24  # to learn from
BAGS = ("tree", "network")


@dataclass(frozen=True)
class Config(base.Config):
    """Settings of a run: everything that needs training.

    `trees` counts for forest, extra trees and boosting; `epochs` and `learning_rate` for the Keras networks; `bags`
    is how many decision trees, and how many networks, the bagging curve averages at most (0 for no curve).
    """

    dataset: str = choice("breast_cancer", (*DATA_SETS, UPLOAD))
    upload: str = text("", 64)
    train_share: float = number(0.5, 0.1, 0.8)
    folds: int = integer(5, 3, 10)
    repeats: int = integer(10, 2, 20)
    trees: int = integer(100, 10, 300)
    neighbours: int = integer(5, 1, 25)
    epochs: int = integer(60, 5, 200)
    learning_rate: float = number(0.01, 1e-4, 1.0)
    bags: int = integer(20, 0, 40)
    seed: int = integer(0, 0, 9999)

    def check(self) -> None:
        """Check what involves several fields; raise InvalidSetting."""
        check_upload(self.dataset, self.upload)

    def table(self) -> Rows:
        """Return the rows; raise InvalidData if an upload is no longer there."""
        return rows(self.dataset, self.upload)


@dataclass(frozen=True)
class View(Config):
    """A run, and what is chosen of it afterwards: nothing here needs training.

    `strength` is the meta model's C: the larger, the freer its weights; `leak` fits it on what the members say of the
    very rows they were trained on.
    """

    members: tuple[str, ...] = several(NAMES, choice(NAMES[0], NAMES), 1, len(NAMES))
    leak: bool = switch(False)
    strength: float = number(0.1, 0.001, 1000.0)

    def run_config(self) -> Config:
        """Return the settings of the run alone."""
        return Config(**{name: getattr(self, name) for name in base.settings(Config)})


@dataclass(frozen=True)
class Result:
    """What every member said: R outer splits, M members, n training rows, t test rows, K numbers a row, B in a bag.

    K is 1 for two classes (the second one's probability) and for a value, else the number of classes.

    Attributes:
        config: The settings that were run.
        task: "classification" or "regression".
        class_names: Labels; empty for regression.
        members: M ids, those that were finished.
        train_rows: int32 (R, n), places in the table.
        test_rows: int32 (R, t).
        train_y: float32 (R, n), class numbers or values.
        test_y: float32 (R, t).
        out_of_fold: float32 (M, R, n, K), of each training row by a copy of the member that never saw it.
        in_sample: float32 (M, R, n, K), of each training row by the member trained on all of them.
        test: float32 (M, R, t, K), of each test row by the member trained on all training rows.
        bag_single: float32 (kinds of BAGS, R, B), test score of each model of a bag alone.
        bag_mean: float32 (kinds, R, B), test score of the average of 1 … B models, mean over random choices of them.
        bag_deviation: float32 (kinds, R, B), standard deviation over these choices. Not-a-number: not computed.
        stopped: Whether Stop ended the run early.
    """

    config: Config
    task: str
    class_names: tuple[str, ...]
    members: tuple[str, ...]
    train_rows: np.ndarray
    test_rows: np.ndarray
    train_y: np.ndarray
    test_y: np.ndarray
    out_of_fold: np.ndarray
    in_sample: np.ndarray
    test: np.ndarray
    bag_single: np.ndarray
    bag_mean: np.ndarray
    bag_deviation: np.ndarray
    stopped: bool = False

    @property
    def classification(self) -> bool:
        """Whether classes are predicted rather than a value."""
        return self.task != REGRESSION

    @property
    def share(self) -> float:
        """Test rows divided by training rows: what the corrected interval needs."""
        return self.test_rows.shape[1] / self.train_rows.shape[1]


@dataclass(frozen=True)
class Splits:
    """Outer splits, and in each the folds of its training rows.

    Attributes:
        outer: R splits of the table.
        folds: For each a tuple of splits of its training rows, as places in the table.
    """

    outer: tuple[Split, ...]
    folds: tuple[tuple[Split, ...], ...]


def splits(config: Config, table: Rows) -> Splits:
    """Draw the outer splits and their folds from the config's seed; classes keep their shares in each.

    Raises:
        InvalidData: Too few rows, or a class with fewer training rows than folds.
    """
    from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold, StratifiedShuffleSplit

    count = len(table.y)
    most = MOST_ROWS_MANY_CLASSES if table.classes > 5 else MOST_ROWS
    train = min(most, round(config.train_share * count))
    test = min(most, count - train, train)
    if train < FEWEST_ROWS or test < 2:
        needed = int(np.ceil(FEWEST_ROWS / config.train_share))
        raise InvalidData(
            f"{train} training rows are too few for eight learners.",
            f"Take more of the table, or one with at least {needed} rows.",
        )
    _check_classes(config, table, train)
    outer_kind, fold_kind = (StratifiedShuffleSplit, StratifiedKFold) if table.classification else (ShuffleSplit, KFold)
    drawn = outer_kind(config.repeats, train_size=train, test_size=test, random_state=config.seed)
    folder = fold_kind(config.folds, shuffle=True, random_state=config.seed)
    outer = tuple(Split(*pair) for pair in drawn.split(table.x, table.y))
    folds = tuple(
        tuple(
            Split(split.train[learned], split.train[held])
            for learned, held in folder.split(table.x[split.train], table.y[split.train])
        )
        for split in outer
    )
    return Splits(outer, folds)


def _check_classes(config: Config, table: Rows, train: int) -> None:
    """Raise InvalidData where a class is too rare to be in every fold's training rows often enough."""
    if not table.classification:
        return
    counts = np.bincount(table.y.astype(int), minlength=table.classes)
    rarest = int(counts.argmin())
    needed = max(config.folds, 2 * CALIBRATION_FOLDS)
    if int(counts[rarest] * train / len(table.y)) < needed:
        raise InvalidData(
            f"Class “{table.class_names[rarest]}” has {counts[rarest]} rows, of which about "
            f"{counts[rarest] * train / len(table.y):.0f} are learned from: too few for {config.folds} folds.",
            "Take more training rows, fewer folds, or leave the rare class out of the file.",
        )


SERIES = ("out_of_fold", "in_sample", "test")


def run(config: Config, context: Context) -> Result:
    """Train every member on every fold and on all training rows of every outer split (in a worker only).

    A member is, to rounding, what the script trains; see `engine.ensembles.training`.

    Args:
        config: What to train.
        context: Gets each member's predictions as they are finished; may ask to stop.
    """
    from engine.ensembles.training import train_all

    table = config.table()
    series, stopped = train_all(config, table, splits(config, table), context)
    result = partial(config, series, stopped=stopped)
    if result is None:
        raise ValueError("not even one member was finished")
    return result


def partial(config: Config, series: Mapping[str, np.ndarray], stopped: bool = False) -> Result | None:
    """Return the result so far of a run that is under way, or None before the first member is finished.

    Args:
        config: What is being trained.
        series: The appended arrays by name, as `run` reports them.
        stopped: Whether Stop ended the run.
    """
    if any(name not in series or len(series[name]) == 0 for name in SERIES):
        return None
    table = config.table()
    drawn = splits(config, table)
    train_rows = np.stack([split.train for split in drawn.outer])
    test_rows = np.stack([split.test for split in drawn.outer])
    finished = min(len(series[name]) for name in SERIES)
    nothing = np.full((len(BAGS), config.repeats, config.bags), np.nan, dtype=np.float32)
    bags: dict[str, Any] = {}
    for name in ("bag_single", "bag_mean", "bag_deviation"):
        there = np.asarray(series.get(name, nothing[:0]), dtype=np.float32)
        bags[name] = np.concatenate([there, nothing[len(there) :]])
    return Result(
        config=config,
        task=table.task,
        class_names=table.class_names,
        members=tuple(MEMBERS)[:finished],
        train_rows=train_rows.astype(np.int32),
        test_rows=test_rows.astype(np.int32),
        train_y=table.y[train_rows].astype(np.float32),
        test_y=table.y[test_rows].astype(np.float32),
        stopped=stopped,
        **{name: np.asarray(series[name][:finished], dtype=np.float32) for name in SERIES},
        **bags,
    )
