"""What is made harder, step by step: how many things, how small, how much cut off, hidden, stretched or turned.

What the learner should see: a detector has no single recall. It has one for what it was trained on, and falls off
from there along every one of these directions, each in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Factor:
    """One direction along which scenes get harder.

    Attributes:
        label: What it is, for the control and the axis.
        points: The values that are measured, rising.
        usual: The value shown first.
        log: Whether its axis is logarithmic.
        trained: The range that the network saw in training, or None where that is one of the points or nothing.
        suffix: Unit behind a value.
    """

    label: str
    points: tuple[float, ...]
    usual: float
    log: bool = False
    trained: tuple[float, float] | None = None
    suffix: str = ""

    def told(self, value: float) -> str:
        """Return a value as people read it."""
        return f"{value:.2g}{self.suffix}" if value < 1 else f"{value:g}{self.suffix}"

    def nearest(self, value: float) -> float:
        """Return the measured value nearest to another; by ratio on a logarithmic axis."""
        if self.log:
            return min(self.points, key=lambda point: max(point / value, value / point))
        return min(self.points, key=lambda point: abs(point - value))


COUNT, SIZE, CUT, HIDDEN, STRETCH, TURN = "count", "size", "cut", "hidden", "stretch", "turn"
TENTHS = tuple(10.0 * tenth for tenth in range(10))
FACTORS = {
    COUNT: Factor("Things in the picture", (2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 80), 48, True, (3, 8)),
    SIZE: Factor("Longer side", (8, 12, 16, 20, 24, 28, 36, 44, 52, 64, 80, 100), 16, False, (28, 52), " px"),
    CUT: Factor("Cut off by the edge", TENTHS, 50, suffix=" %"),
    HIDDEN: Factor("Hidden behind a square", TENTHS, 30, suffix=" %"),
    STRETCH: Factor("Width stretched by", (0.125, 0.1875, 0.25, 0.375, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8), 3, True,
                    suffix="×"),
    TURN: Factor("Turned by", (0, 15, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180), 90, suffix="°"),
}  # fmt: skip
"""The factors measured with the small YOLO, by name."""
