"""The order in which rows are fed: one permutation an epoch, from the seed and the epoch's number alone.

What the learner should see: two runs with one seed meet the same rows in the same order, whatever else differs,
and no epoch repeats the order of another. (After `keras.utils.set_random_seed`, `model.fit(..., shuffle=True)` on
arrays repeats one and the same permutation every epoch, which is why the exported scripts shuffle this way too.)
"""

from __future__ import annotations

import numpy as np


def order(seed: int, epoch: int, rows: int) -> np.ndarray:
    """Return the permutation int32 (rows,) of one epoch.

    Args:
        seed: The run's seed, 0 or more.
        epoch: 1 for the first epoch.
        rows: Number of training rows.
    """
    return np.random.default_rng((seed, epoch)).permutation(rows).astype(np.int32)


def steps(rows: int, batch_size: int) -> int:
    """Return how many batches an epoch has; the last one may be smaller."""
    return -(-rows // batch_size)
