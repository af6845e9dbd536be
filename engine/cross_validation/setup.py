"""The rows of one experiment: cut, sorted, thinned or copied as asked, a share put aside first.

What the learner should see: a score is only as good as the split behind it. Sort the file, thin out a class, measure
everybody three times, and the same splitter does something else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.data.tabular import Rows, rows

if TYPE_CHECKING:
    from engine.cross_validation.experiment import Config

NOISE_COLUMNS = 1000
CHOSEN_COLUMNS = 20
MOST_NOISY_ROWS = 1000
COPIES = 3
COPY_NOISE = 0.1  # of each column's deviation
MEASUREMENT = "original row"


@dataclass(frozen=True)
class Prepared:
    """What is split, and what is put aside.

    Attributes:
        table: The rows that the folds are made of, in the order of the file.
        held: The rows put aside, in the order of the file.
        places: int64 (n,), number of each of `table`'s rows in the file, from 0.
        held_places: int64 (m,), the same of `held`.
    """

    table: Rows
    held: Rows
    places: np.ndarray
    held_places: np.ndarray


def whole(config: Config) -> tuple[Rows, np.ndarray]:
    """Return all rows as the settings want them, and each one's number in the file.

    Every draw comes from one generator of the config's seed, in this order: the rows kept of a long table, those kept
    of the rarest class, the columns of noise, the noise of the copies.

    Raises:
        InvalidData: The upload is not in the store any more.
    """
    table = rows(config.dataset, config.upload)
    generator = np.random.default_rng(config.seed)
    places = np.arange(len(table.y))
    most = min(config.rows, MOST_NOISY_ROWS) if config.leak == "features" else config.rows
    if len(places) > most:
        places = np.sort(generator.choice(len(places), most, replace=False))
    if table.classification:
        places = _thinned(places, table.y[places], config.minority, generator)
    if config.sort:
        places = places[np.argsort(table.y[places], kind="stable")]
    table = table.taken(places)
    if config.leak == "features":
        noise = generator.normal(size=(len(places), NOISE_COLUMNS))
        names = tuple(f"noise {column + 1}" for column in range(NOISE_COLUMNS))
        table = replace(table, x=noise, feature_names=names)
    if config.copies:
        original = np.repeat(np.arange(len(places)), COPIES)
        table, places = table.taken(original), places[original]
        noise = COPY_NOISE * table.x.std(axis=0) * generator.normal(size=table.x.shape)
        table = replace(table, x=table.x + noise, groups=original, group_name=MEASUREMENT)
    return table, places


def _thinned(places: np.ndarray, y: np.ndarray, share: float, generator: np.random.Generator) -> np.ndarray:
    """Return the places with rows of the rarest class left out at random, until it has at most `share` of the rest."""
    counts = np.bincount(y.astype(int))
    rare = int(counts.argmin())
    kept = round(share / (1 - share) * (len(y) - counts[rare]))
    if kept >= counts[rare]:
        return places
    of_rare = np.flatnonzero(y == rare)
    return np.delete(places, np.setdiff1d(of_rare, generator.choice(of_rare, kept, replace=False)))


def put_aside(config: Config, table: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the rows to cross-validate on and of those put aside, both rising.

    Whole groups are put aside where rows come in groups (new writers, not new digits of known ones); the last rows for
    the time-series splitter; else a random share, of each class the same.

    Raises:
        ValueError: scikit-learn cannot split so few rows.
    """
    from sklearn.model_selection import GroupShuffleSplit, train_test_split

    everything = np.arange(len(table.y))
    if config.splitter == "time":
        border = len(everything) - max(1, round(config.test_share * len(everything)))
        return everything[:border], everything[border:]
    if table.groups is not None:
        drawn = GroupShuffleSplit(1, test_size=config.test_share, random_state=config.seed)
        train, test = next(drawn.split(everything, groups=table.groups))
    else:
        classes = table.y if table.classification else None
        train, test = train_test_split(
            everything, test_size=config.test_share, stratify=classes, random_state=config.seed
        )
    return np.sort(train), np.sort(test)


def prepared(config: Config) -> Prepared:
    """Return the table to cross-validate on and the rows put aside; the last few configs' are kept.

    Raises:
        InvalidData, InvalidSetting: As `objections.objection` says beforehand.
        ValueError: Too few rows to put some aside.
    """
    # Only what decides the rows is asked, so that another learning rate does not read the table again.
    return _prepared(type(config)(**{name: getattr(config, name) for name in _DECISIVE}))


_DECISIVE = (
    "dataset", "upload", "splitter", "leak", "rows", "minority", "sort", "copies", "test_share", "seed"
)  # fmt: skip


@lru_cache(maxsize=8)
def _prepared(config: Config) -> Prepared:
    table, places = whole(config)
    train, test = put_aside(config, table)
    return Prepared(table.taken(train), table.taken(test), places[train], places[test])
