"""Who is held out when: scikit-learn's own splitters, repeat after repeat.

What the learner should see: k blocks, each held out once. What a block holds is the splitter's doing, and the score is
an answer to the question that the splitter asks.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.tabular import Rows
from engine.validation.network import Split

if TYPE_CHECKING:
    from engine.cross_validation.experiment import Config

SPLITTERS = ("stratified", "plain", "group", "time", "leave-one-out")


def splitter(config: Config, table: Rows, repeat: int) -> Any:
    """Return scikit-learn's splitter of one repeat; each repeat of a shuffled one has its own draw."""
    from sklearn import model_selection

    shuffle = config.shuffle
    arguments = {
        "n_splits": config.folds,
        "shuffle": shuffle,
        "random_state": config.seed + repeat if shuffle else None,
    }
    if config.splitter == "leave-one-out":
        return model_selection.LeaveOneOut()
    if config.splitter == "time":
        return model_selection.TimeSeriesSplit(config.folds)
    name = {
        "plain": "KFold",
        "stratified": "StratifiedKFold",
        "group": "StratifiedGroupKFold" if table.classification else "GroupKFold",
    }[config.splitter]
    return getattr(model_selection, name)(**arguments)


def splits(config: Config, table: Rows) -> tuple[Split, ...]:
    """Return R · k splits, repeat after repeat; places count in `table`.

    Shuffled plain and stratified folds are those of `RepeatedKFold` and `RepeatedStratifiedKFold` with the config's
    seed. Without shuffling, by time and leave-one-out, the repeats have the same splits.
    """
    from sklearn import model_selection

    if config.shuffle and config.splitter in ("plain", "stratified"):
        name = "RepeatedKFold" if config.splitter == "plain" else "RepeatedStratifiedKFold"
        drawn = getattr(model_selection, name)(
            n_splits=config.folds, n_repeats=config.repeats, random_state=config.seed
        )
        return tuple(Split(train, test) for train, test in drawn.split(table.x, table.y))
    return tuple(
        Split(train, test)
        for repeat in range(repeats(config))
        for train, test in splitter(config, table, repeat).split(table.x, table.y, table.groups)
    )


def repeats(config: Config) -> int:
    """Return how often all folds are run; leave-one-out has one way to do it, and is not repeated."""
    return 1 if config.splitter == "leave-one-out" else config.repeats


def fold_of_row(cut: tuple[Split, ...], count: int, rows: int) -> np.ndarray:
    """Return int16 (R, n): the fold that holds each row out, −1 for none.

    Args:
        cut: R · k splits.
        count: R.
        rows: n.
    """
    folds = len(cut) // count
    found = np.full((count, rows), -1, dtype=np.int16)
    for place, split in enumerate(cut):
        found[place // folds, split.test] = place % folds
    return found


def balance(config: Config, table: Rows) -> np.ndarray:
    """Return int32 (2, k, C): rows of each class in each fold, plain folds first, stratified ones second.

    For both the config's shuffling and seed count. Empty (2, 0, 0) where there are no classes, or no k folds to
    compare (leave-one-out, time, groups).
    """
    if not table.classification or config.splitter not in ("plain", "stratified"):
        return np.zeros((2, 0, 0), dtype=np.int32)
    counts = np.zeros((2, config.folds, table.classes), dtype=np.int32)
    if np.bincount(table.y.astype(int)).max() < config.folds:
        return counts[:, :0]  # no class has a row for every fold: there is nothing to be stratified
    for kind, name in enumerate(("plain", "stratified")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of a class with fewer rows than folds: the picture shows it
            cut = splits(config.changed(splitter=name, repeats=1), table)
        for fold, split in enumerate(cut):
            counts[kind, fold] = np.bincount(table.y[split.test].astype(int), minlength=table.classes)
    return counts
