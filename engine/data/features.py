"""Input features: the ways a network may look at a point.

What the learner should see: with x² and y² switched on, a single neuron solves the circles; with xy, the xor.
The right feature can replace a layer. Features are exactly these functions of the raw coordinates, unscaled, so
that the browser can compute the same inputs for its maps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

FEATURES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "x": lambda points: points[:, 0],
    "y": lambda points: points[:, 1],
    "x2": lambda points: points[:, 0] ** 2,
    "y2": lambda points: points[:, 1] ** 2,
    "xy": lambda points: points[:, 0] * points[:, 1],
    "sin_x": lambda points: np.sin(points[:, 0]),
    "sin_y": lambda points: np.sin(points[:, 1]),
    "cos_x": lambda points: np.cos(points[:, 0]),
    "cos_y": lambda points: np.cos(points[:, 1]),
}
LABELS = {
    "x": "x",
    "y": "y",
    "x2": "x²",
    "y2": "y²",
    "xy": "xy",
    "sin_x": "sin x",
    "sin_y": "sin y",
    "cos_x": "cos x",
    "cos_y": "cos y",
}


def inputs(points: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Return the network's inputs, float32 (n, features), for raw coordinates (n, 2).

    Args:
        points: (n, 2), x and y.
        names: Keys of `FEATURES`, in the order of the network's inputs.
    """
    return np.stack([FEATURES[name](points) for name in names], axis=1).astype(np.float32)
