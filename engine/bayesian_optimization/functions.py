"""The hidden functions: what a search may ask for one value at a time, and a reader may see all at once.

What the learner should see: the same search on an easy hill, on one with a tempting second best, and on functions that
no smooth guess fits. All are made large, over settings from 0 to 10 in each direction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

LOW, HIGH = 0.0, 10.0


@dataclass(frozen=True)
class Hidden:
    """One hidden function.

    Attributes:
        label: As people read it.
        value: Takes places (n, d), gives heights (n,).
        source: The same as one Python expression in `x`, or in `x` and `y`, for the exported script.
    """

    label: str
    value: Callable[[np.ndarray], np.ndarray]
    source: str


def _three_hills(at: np.ndarray) -> np.ndarray:
    x = 1.2 * at[:, 0] - 2
    return np.exp(-((x - 2) ** 2)) + np.exp(-((x - 6) ** 2) / 10) + 1 / (x**2 + 1)


def _waves(at: np.ndarray) -> np.ndarray:
    x = at[:, 0]
    return 0.6 * np.sin(x) + 0.6 * np.sin(10 * x / 3)


def _one_hill(at: np.ndarray) -> np.ndarray:
    return np.exp(-((at[:, 0] - 6.3) ** 2) / 8)


def _needle(at: np.ndarray) -> np.ndarray:
    x = at[:, 0]
    return 0.8 * np.exp(-((x - 3) ** 2) / 4) + 1.2 * np.exp(-(((x - 8.6) / 0.25) ** 2))


def _learning_rate(at: np.ndarray) -> np.ndarray:
    x = at[:, 0]
    return 0.5 + 0.45 / (1 + np.exp(-1.3 * (x - 3))) - 0.4 / (1 + np.exp(-12 * (x - 7.6)))


def _stairs(at: np.ndarray) -> np.ndarray:
    return np.floor(4 * np.sin(at[:, 0] / 2 + 0.3) + 1.5 * np.sin(2.3 * at[:, 0])) / 5


ONE: Mapping[str, Hidden] = {
    "three hills": Hidden(
        "Three hills",
        _three_hills,
        "np.exp(-((1.2 * x - 4) ** 2)) + np.exp(-((1.2 * x - 8) ** 2) / 10) + 1 / ((1.2 * x - 2) ** 2 + 1)",
    ),
    "one hill": Hidden("One hill", _one_hill, "np.exp(-((x - 6.3) ** 2) / 8)"),
    "waves": Hidden("Waves", _waves, "0.6 * np.sin(x) + 0.6 * np.sin(10 * x / 3)"),
    "cliff": Hidden(
        "A learning rate’s cliff",
        _learning_rate,
        "0.5 + 0.45 / (1 + np.exp(-1.3 * (x - 3))) - 0.4 / (1 + np.exp(-12 * (x - 7.6)))",
    ),
    "stairs": Hidden("Stairs", _stairs, "np.floor(4 * np.sin(x / 2 + 0.3) + 1.5 * np.sin(2.3 * x)) / 5"),
    "needle": Hidden(
        "Hill and needle",
        _needle,
        "0.8 * np.exp(-((x - 3) ** 2) / 4) + 1.2 * np.exp(-(((x - 8.6) / 0.25) ** 2))",
    ),
}
"""Name → function of one setting. The first is that of the `bayesian-optimization` package's own tour."""


def _branin(at: np.ndarray) -> np.ndarray:
    x, y = 1.5 * at[:, 0] - 5, 1.5 * at[:, 1]
    bent = y - 5.1 * x**2 / (4 * np.pi**2) + 5 * x / np.pi - 6
    return 1 - (bent**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10) / 100


def _hills(at: np.ndarray) -> np.ndarray:
    x, y = at[:, 0], at[:, 1]
    first = np.exp(-((x - 7.5) ** 2 + (y - 7) ** 2) / 2.5)
    return (
        first + 0.75 * np.exp(-((x - 2.5) ** 2 + (y - 3) ** 2) / 6) + 0.4 * np.exp(-((x - 7) ** 2 + (y - 2) ** 2) / 4)
    )


def _ridge(at: np.ndarray) -> np.ndarray:
    x, y = at[:, 0] / 5 - 1, at[:, 1] / 2.5 - 1
    return 1 - np.log1p(20 * (y - x**2) ** 2 + (1 - x) ** 2) / 4


def _crates(at: np.ndarray) -> np.ndarray:
    x, y = at[:, 0], at[:, 1]
    far = np.sqrt((x - 6.2) ** 2 + (y - 5.6) ** 2)
    return 1 - far / 8 + 0.16 * (np.cos(3 * x) + np.cos(3 * y))


TWO: Mapping[str, Hidden] = {
    "branin": Hidden(
        "Branin’s three hills",
        _branin,
        "1 - ((1.5 * y - 5.1 * (1.5 * x - 5) ** 2 / (4 * np.pi**2) + 5 * (1.5 * x - 5) / np.pi - 6) ** 2\n"
        "             + 10 * (1 - 1 / (8 * np.pi)) * np.cos(1.5 * x - 5) + 10) / 100",
    ),
    "hills": Hidden(
        "Three unequal hills",
        _hills,
        "np.exp(-((x - 7.5) ** 2 + (y - 7) ** 2) / 2.5) + 0.75 * np.exp(-((x - 2.5) ** 2 + (y - 3) ** 2) / 6) \\\n"
        "        + 0.4 * np.exp(-((x - 7) ** 2 + (y - 2) ** 2) / 4)",
    ),
    "ridge": Hidden(
        "Bent ridge", _ridge, "1 - np.log1p(20 * (y / 2.5 - 1 - (x / 5 - 1) ** 2) ** 2 + (2 - x / 5) ** 2) / 4"
    ),
    "crates": Hidden(
        "Egg crate",
        _crates,
        "1 - np.sqrt((x - 6.2) ** 2 + (y - 5.6) ** 2) / 8 + 0.16 * (np.cos(3 * x) + np.cos(3 * y))",
    ),
}
"""Name → function of two settings. Branin's is the classic test (Dixon and Szegő 1978), turned upside down."""


def forbidden(at: np.ndarray) -> np.ndarray:
    """Return how far places (n, 2) are inside the forbidden ground, (n,): above 0 is forbidden.

    A band of ground on the right, as if networks beyond some size did not fit into memory.
    """
    x, y = at[:, 0], at[:, 1]
    return (x - 6 + 1.2 * np.sin(0.8 * y)) / 2


FORBIDDEN_SOURCE = "(x - 6 + 1.2 * np.sin(0.8 * y)) / 2"


def grid(per_side: int, dimensions: int) -> np.ndarray:
    """Return the places that are looked at, (per_side ** dimensions, dimensions); the first coordinate runs fastest."""
    axis = np.linspace(LOW, HIGH, per_side)
    if dimensions == 1:
        return axis[:, None]
    y, x = np.meshgrid(axis, axis, indexing="ij")
    return np.stack([x.ravel(), y.ravel()], axis=1)
