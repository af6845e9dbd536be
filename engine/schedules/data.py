"""The rows: real ones, a share of the training labels made wrong, inputs scaled by what the training rows tell.

What the learner should see: wrong labels are noise that no network should learn; without noise no rate is too large to
settle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.data.tabular import rows
from engine.schedules.experiment import HELD_BACK, Config


@dataclass(frozen=True)
class Table:
    """What all networks see.

    Attributes:
        x: float32 (n, d), rows to learn from.
        y: float32 (n,), their classes, some of them wrong.
        held_x: float32 (m, d), rows held back.
        held_y: float32 (m,), their classes, all right.
        classes: Number of classes.
    """

    x: np.ndarray
    y: np.ndarray
    held_x: np.ndarray
    held_y: np.ndarray
    classes: int


def table(config: Config) -> Table:
    """Return the rows of a config, the same for all its networks."""
    found = rows(config.table)
    order = np.random.default_rng(config.seed).permutation(len(found.y))
    held, kept = np.split(order, [round(HELD_BACK * len(order))])
    y = found.y[kept].copy()
    generator = np.random.default_rng((config.seed, 1))
    wrong = generator.random(len(y)) < config.flipped
    y[wrong] = (y[wrong] + generator.integers(1, found.classes, int(wrong.sum()))) % found.classes
    centre, scale = found.x[kept].mean(axis=0), found.x[kept].std(axis=0)
    scale[scale == 0] = 1.0

    def scaled(places: np.ndarray) -> np.ndarray:
        return np.asarray((found.x[places] - centre) / scale, np.float32)

    return Table(scaled(kept), y.astype(np.float32), scaled(held), found.y[held].astype(np.float32), found.classes)
