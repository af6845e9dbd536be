"""The splits: which rows a network learns from, which say when to stop, and which judge it.

What the learner should see: scikit-learn's own splitters, called as anybody would call them. More splits of one seed
begin with the same splits, so a longer run goes on where the shorter one ended.

Shapes: n rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.data.tabular import Rows
from engine.errors import InvalidData

STRATIFIED, SHUFFLE, REPLACEMENT = "stratified", "shuffle", "replacement"
METHODS = (STRATIFIED, SHUFFLE, REPLACEMENT)
QUARTERS = (0.25, 0.5, 0.75)
STOPPING_SHARE = 0.1


@dataclass(frozen=True)
class Draw:
    """Places of rows, int (…,) each.

    Attributes:
        learn: To learn from; in a sample with replacement some stand there several times.
        stop: Their loss says when the training ends.
        held: They give the score.
        distinct: Number of different rows the sample holds, those that say when to stop included.
    """

    learn: np.ndarray
    stop: np.ndarray
    held: np.ndarray
    distinct: int


def draws(table: Rows, method: str, count: int, held_out: float, seed: int, own_stop: bool) -> list[Draw]:
    """Return the splits.

    Args:
        table: The rows.
        method: One of METHODS. "stratified" keeps the classes' shares in every split, or those of the four quarters of
            a value. "replacement" draws as many rows as there are, some several times; those never drawn (about 37 %)
            are out of the bag and judge.
        count: How many.
        held_out: Share of the rows that is held back; does not count for "replacement".
        seed: Of all draws.
        own_stop: Whether a tenth of the training rows says when to stop, rather than the rows that judge.

    Raises:
        InvalidData: The table has too few rows, or too few of one class.
    """
    try:
        return [
            _with_stop(train, held, seed + place, own_stop)
            for place, (train, held) in enumerate(_pairs(table, method, count, held_out, seed))
        ]
    except ValueError as error:
        raise InvalidData(
            f"These rows cannot be split this way: {str(error).split('.')[0].strip()}.",
            "Choose “Shuffled”, another held-back share, or a table with more rows of each class.",
        ) from error


def _pairs(table: Rows, method: str, count: int, held_out: float, seed: int) -> Sequence[tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit
    from sklearn.utils import resample

    everything = np.arange(len(table.y))
    if method == REPLACEMENT:
        generator = np.random.RandomState(seed)
        drawn = [resample(everything, random_state=generator) for _ in range(count)]
        return [(sample, np.setdiff1d(everything, sample)) for sample in drawn]
    if method == SHUFFLE:
        return list(ShuffleSplit(count, test_size=held_out, random_state=seed).split(everything))
    return list(StratifiedShuffleSplit(count, test_size=held_out, random_state=seed).split(everything, strata(table)))


def strata(table: Rows) -> np.ndarray:
    """Return what a stratified split keeps the shares of: the class, or the quarter in which the value lies, (n,)."""
    return table.y if table.classification else np.digitize(table.y, np.quantile(table.y, QUARTERS)).astype(float)


def _with_stop(train: np.ndarray, held: np.ndarray, seed: int, own_stop: bool) -> Draw:
    from sklearn.model_selection import train_test_split

    if len(held) == 0:
        raise ValueError("a sample holds every row, none is left to judge")
    distinct = np.unique(train)
    if not own_stop:
        return Draw(train, held, held, len(distinct))
    stop = train_test_split(distinct, test_size=STOPPING_SHARE, random_state=seed)[1]
    return Draw(train[~np.isin(train, stop)], stop, held, len(distinct))
