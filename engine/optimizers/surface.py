"""What a surface is: a loss over two weights, its gradient, and what is known about its minima.

Values take NumPy arrays (a whole picture at once); gradients take two plain floats (one step at a time).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Value = Callable[[Any, Any], Any]
Gradient = Callable[[float, float], tuple[float, float]]
Draw = tuple[float, float, float, float, float]
"""Noise of one step, affine in the weights: (a, b, d, c, e) adds (a·x + b·y + c, b·x + d·y + e) to the gradient."""


@dataclass(frozen=True)
class Surface:
    """A loss over two weights.

    Attributes:
        id: Value of the config's `surface`.
        label: Its name on the page.
        line: What it shows, in one line.
        source: Where it comes from.
        value: Arrays x, y of one shape → losses of that shape.
        gradient: Floats x, y → (∂/∂x, ∂/∂y).
        x: Low and high end of the picture.
        y: The same, upwards.
        start: Where a race starts unless told otherwise.
        minima: Known minima as (x, y, loss); the lowest first.
        rate: A shared learning rate at which most racers get somewhere.
        valley: Loss above the lowest known one that counts as "in the valley".
        largest_curvature: λ of a quadratic, else None.
        code: The loss as a Python expression of `x`, `y` and `ops` (keras.ops), for the script.
        draws: Steps, random generator → noise of its own (None for an exact gradient).
        exact: False where the values are interpolated.
        labels: What the two axes are called.
    """

    id: str
    label: str
    line: str
    source: str
    value: Value
    gradient: Gradient
    x: tuple[float, float]
    y: tuple[float, float]
    start: tuple[float, float]
    minima: tuple[tuple[float, float, float], ...]
    rate: float
    valley: float
    largest_curvature: float | None = None
    code: str = ""
    draws: Callable[[int, np.random.Generator], list[Draw]] | None = None
    exact: bool = True
    labels: tuple[str, str] = ("w₁", "w₂")

    @property
    def floor(self) -> float:
        """The lowest known loss."""
        return min(loss for _, _, loss in self.minima)

    def grid(self, points: int = 121) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return x (points,), y (points,) and losses (points, points), row 0 at the low end of y."""
        x = np.linspace(*self.x, points)
        y = np.linspace(*self.y, points)
        return x, y, np.asarray(self.value(x[None, :], y[:, None]))

    def inside(self, x: float, y: float) -> bool:
        """Whether a point lies in the picture."""
        return self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]
