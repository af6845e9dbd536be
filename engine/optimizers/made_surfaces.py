"""Two surfaces made for one lesson each: gradients from small batches, and a cliff that Adam cannot forget."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.optimizers.surface import Draw, Gradient, Surface

BATCH_POINTS, BATCH_SIZE = 64, 2
CLIFF_SLOPE, CLIFF_SHARPNESS, CLIFF_EDGE, CLIFF_MIDDLE = 30.0, 4.0, -2.0, 2.0


def batches() -> Surface:
    """Return the loss of a straight-line fit that shows every step only two of its 64 points.

    The loss is ½ mean(a·x + b·y − t)², so a batch's gradient differs from the full one by an affine function of the
    weights, and the noise grows with the distance from the minimum instead of being the same everywhere.
    """
    rows, targets = batch_data()
    products = np.stack([rows[:, 0] ** 2, rows[:, 0] * rows[:, 1], rows[:, 1] ** 2])
    pulls = np.stack([rows[:, 0] * targets, rows[:, 1] * targets])
    a, b, d = products.mean(axis=1).tolist()
    c, e = (-pulls.mean(axis=1)).tolist()
    rest = float(np.mean(targets**2)) / 2
    minimum = np.linalg.solve([[a, b], [b, d]], [-c, -e])

    def value(x: Any, y: Any) -> Any:
        return 0.5 * (a * x * x + 2 * b * x * y + d * y * y) + c * x + e * y + rest

    def gradient(x: float, y: float) -> tuple[float, float]:
        return a * x + b * y + c, b * x + d * y + e

    def draws(count: int, generator: np.random.Generator) -> list[Draw]:
        chosen = batch_indices(count, generator)
        steeper = products[:, chosen].mean(axis=2) - np.array([[a], [b], [d]])
        shifted = -pulls[:, chosen].mean(axis=2) - np.array([[c], [e]])
        return list(map(tuple, np.concatenate([steeper, shifted]).T.tolist()))

    return Surface(
        id="batches",
        label="Small batches",
        line="A real fit of 64 points, two of them seen at each step: every gradient points somewhere else.",
        source="½ mean (w₁a + w₂b − t)²",
        value=value,
        gradient=gradient,
        x=(-3.2, 4.2),
        y=(-3.0, 3.0),
        start=(-2.5, 2.2),
        minima=((float(minimum[0]), float(minimum[1]), float(value(*minimum))),),
        rate=0.1,
        valley=0.1,
        largest_curvature=float(np.linalg.eigvalsh([[a, b], [b, d]])[-1]),
        code="0.5 * ops.mean((x * rows[:, 0] + y * rows[:, 1] - targets) ** 2)",
        draws=draws,
    )


def batch_data() -> tuple[np.ndarray, np.ndarray]:
    """Return the 64 points of `batches`: features (64, 2) and targets (64,), drawn around t = 1.2a − 0.8b."""
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(BATCH_POINTS, 2))
    return rows, rows @ np.array([1.2, -0.8]) + 0.3 * generator.normal(size=BATCH_POINTS)


def batch_indices(count: int, generator: np.random.Generator) -> np.ndarray:
    """Return the points of each step's batch, (count, 2)."""
    return generator.integers(0, BATCH_POINTS, (count, BATCH_SIZE))


def cliff() -> Surface:
    """Return a gentle bowl at the foot of a steep slope: where Adam loses to plain SGD.

    On the slope Adam's average of squares grows to about 30². With β₂ = 0.999 it remembers a thousand steps, so down
    in the bowl, where gradients are near 1, Adam divides by 30 and creeps. SGD remembers nothing. RMSprop forgets
    within some ten steps. Measured for 24 random starts on the slope and 11 shared learning rates from 0.01 to 1: SGD
    is in the valley for good before Adam in every single race (a test repeats it).
    """

    def value(x: Any, y: Any) -> Any:
        slope = np.logaddexp(0.0, -CLIFF_SHARPNESS * (x - CLIFF_EDGE)) * CLIFF_SLOPE / CLIFF_SHARPNESS
        return 0.5 * (x - CLIFF_MIDDLE) ** 2 + 0.5 * y * y + slope

    def gradient(x: float, y: float) -> tuple[float, float]:
        ahead = min(CLIFF_SHARPNESS * (x - CLIFF_EDGE), 700.0)
        return x - CLIFF_MIDDLE - CLIFF_SLOPE / (1 + math.exp(ahead)), y

    lowest = _cliff_foot(gradient)
    return Surface(
        id="cliff",
        label="Cliff",
        line="A steep slope, then a gentle bowl: Adam remembers the slope and creeps, SGD does not.",
        source="½(x − 2)² + ½y² + 7.5 softplus(−4(x + 2))",
        value=value,
        gradient=gradient,
        x=(-5.0, 5.0),
        y=(-3.4, 3.4),
        start=(-4.0, 2.4),
        minima=((lowest, 0.0, float(value(lowest, 0.0))),),
        rate=0.05,
        valley=0.05,
        code="0.5 * (x - 2) ** 2 + 0.5 * y * y + 7.5 * ops.softplus(-4 * (x + 2))",
    )


def _cliff_foot(gradient: Gradient) -> float:
    """Return where along y = 0 the slope's last trace balances the bowl (a few 10⁻⁶ beyond 2), by Newton's method."""
    x = CLIFF_MIDDLE
    for _ in range(4):
        x -= gradient(x, 0.0)[0]
    return x
