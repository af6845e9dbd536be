"""Results with known numbers, so that pictures and sentences can be checked without training."""

import numpy as np

from engine.bootstrapping.experiment import Config, Result


def made_result(first, second, config: Config | None = None, **changes) -> Result:
    """Return a result whose A and B scored `first` and `second`, split by split."""
    scores = np.array([first, second], dtype=float)
    count = scores.shape[1]
    values = {
        "config": config or Config(splits=max(count, 2)),
        "classification": True,
        "total_rows": 569,
        "learned": np.full(count, 426, np.int32),
        "held": np.full(count, 143, np.int32),
        "group_name": "",
        "score": scores,
        "loss": 1 - scores,
        "train_score": np.ones((2, count)),
        "best_epoch": np.stack([np.arange(1, count + 1), np.arange(2, count + 2)]).astype(np.int32),
        "epochs": np.stack([np.arange(11, count + 11), np.arange(12, count + 12)]).astype(np.int32),
        "diverged": np.full((2, count), -1, np.int32),
        "seconds": np.array([1.5, 2.5]),
    }
    return Result(**{**values, **changes})
