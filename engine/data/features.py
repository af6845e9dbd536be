"""Input features: the ways a network may look at a point.

What the learner should see: with x² and y² switched on, a single neuron solves the circles; with xy, the xor.
The right feature can replace a layer. Features are exactly these functions of the raw coordinates, unscaled, so
that the browser can compute the same inputs for its maps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

FEATURES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "x2": lambda x, y: x * x,
    "y2": lambda x, y: y * y,
    "xy": lambda x, y: x * y,
    "sin_x": lambda x, y: np.sin(x),
    "sin_y": lambda x, y: np.sin(y),
    "cos_x": lambda x, y: np.cos(x),
    "cos_y": lambda x, y: np.cos(y),
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
    x, y = points[:, 0], points[:, 1]
    return np.stack([FEATURES[name](x, y) for name in names], axis=1).astype(np.float32)
