"""The Playground's network computed in NumPy from a snapshot: the oracle of the browser's maps, and the confusions.

What the learner should see: the boundary on the screen is these sums and bends, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.data.features import inputs
from engine.models.forward import decide, forward

if TYPE_CHECKING:
    from engine.playground.experiment import Result


def predict(result: Result, epoch: int, points: np.ndarray) -> np.ndarray:
    """Return the shown network's output at the last recorded epoch up to `epoch`, float64 (n, outputs).

    Args:
        result: A run, finished or not.
        epoch: Epoch to look at.
        points: (n, 2), coordinates in the picture's window.
    """
    weights = result.snapshot(epoch)
    return forward(weights, inputs(points, result.config.features), result.architecture)[-1]


def confusion_matrix(result: Result, epoch: int) -> np.ndarray:
    """Return how often validation points of class i (row) were taken for class j (column), int (classes, classes).

    Args:
        result: A run of a classification.
        epoch: Epoch to look at; the last recorded one up to it counts.
    """
    held = result.validation
    output = predict(result, epoch, result.points[held])
    chosen = decide(output, 0.0 if result.architecture.output_activation == "linear" else 0.5)
    matrix = np.zeros((result.classes, result.classes), dtype=int)
    np.add.at(matrix, (result.target[held].astype(int), chosen), 1)
    return matrix
