"""A search of three points with known scores, made without any training."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.hyperparameters.experiment import Config, Result

SCORES = (0.99, 0.95, 0.5)


def made(config: Config | None = None, **changes: Any) -> Result:
    """Return the result; the first point is the best, the last the worst."""
    count, config = len(SCORES), config or Config(dataset="wine", points=16, splits=2, repeats=2)
    repeats = changes.get("repeats", np.array([[0.97, 0.98], [0.98, 0.96], [0.5, 0.6]]))
    values: dict[str, Any] = {
        "config": config,
        "classification": True,
        "points": np.array(config.candidates()),
        "parameters": np.full(config.points, 100, dtype=np.int32),
        "trial": np.arange(count, dtype=np.int32),
        "rung": np.zeros(count, dtype=np.int32),
        "score": np.array(SCORES, dtype=np.float32),
        "deviation": np.full(count, 0.01, dtype=np.float32),
        "loss": 1 - np.array(SCORES, dtype=np.float32),
        "scores": np.tile(np.array(SCORES, dtype=np.float32)[:, None], (1, config.splits)),
        "curve": np.tile(np.linspace(0.3, 1, config.epochs + 1, dtype=np.float32), (count, 1)),
        "epochs": np.full(count, 10, dtype=np.int32),
        "seconds": np.ones(count, dtype=np.float32),
        "diverged": np.zeros(count, dtype=np.int32),
        "needed": np.full(count, 4, dtype=np.float32),
        "repeated": np.arange(len(repeats), dtype=np.int32),
        "repeats": repeats,
        "surrogate": None,
    }
    return Result(**(values | changes))
