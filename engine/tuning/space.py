"""What is searched: four numbers that make a network, each with its range and its scale.

What the learner should see: a learning rate is a power of ten, so it is drawn and searched on a log scale; the others
are shares. On the unit cube all four look alike, which is where points are drawn and distances measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Parameter:
    """One axis of the search.

    Attributes:
        name: As `engine.tuning.network.evaluate_network` calls it.
        label: As people read it.
        low: Smallest value searched.
        high: Largest.
        log: Whether equal steps are equal factors.
        digits: Figures (on a log scale) or decimals that are kept, so that a point can be read, copied and run again.
    """

    name: str
    label: str
    low: float
    high: float
    log: bool = False
    digits: int = 3

    def unit(self, value: np.ndarray | float) -> np.ndarray:
        """Return where values lie between the ends, 0 … 1, on the parameter's scale."""
        low, high, at = (np.log(number) if self.log else number for number in (self.low, self.high, np.asarray(value)))
        return np.asarray((at - low) / (high - low))

    def value(self, unit: float) -> float:
        """Return the value at a place 0 … 1, rounded to `digits`."""
        if self.log:
            exact = float(np.exp(np.log(self.low) + unit * (np.log(self.high) - np.log(self.low))))
            rounded = float(f"{exact:.{self.digits}g}")
        else:
            rounded = round(self.low + unit * (self.high - self.low), self.digits)
        return min(max(rounded, self.low), self.high)


DROPOUT = Parameter("dropout", "Dropout", 0.0, 0.8)
LEARNING_RATE = Parameter("learning_rate", "Learning rate", 1e-4, 1.0, log=True)
NEURON_SHARE = Parameter("neuron_share", "Neuron share", 0.01, 1.0)
NEURON_SHRINK = Parameter("neuron_shrink", "Neuron shrink", 0.01, 1.0)
SPACE = (DROPOUT, LEARNING_RATE, NEURON_SHARE, NEURON_SHRINK)
"""The four, in the order of `evaluate_network`'s arguments."""

Point = tuple[float, float, float, float]
"""Dropout, learning rate, neuron share, neuron shrink."""


def from_unit(place: np.ndarray) -> Point:
    """Return the point at a place (4,) of the unit cube."""
    dropout, learning_rate, neuron_share, neuron_shrink = (
        parameter.value(float(at)) for parameter, at in zip(SPACE, place, strict=True)
    )
    return dropout, learning_rate, neuron_share, neuron_shrink


def to_unit(points: np.ndarray) -> np.ndarray:
    """Return the places of points (n, 4) in the unit cube, float64 (n, 4)."""
    table = np.asarray(points, dtype=float).reshape(-1, len(SPACE))
    return np.stack([parameter.unit(column) for parameter, column in zip(SPACE, table.T, strict=True)], axis=1)
