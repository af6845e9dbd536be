"""What algebra says about momentum on a quadratic: how fast, with which swing, and when it leaves.

What the learner should see: on a quadratic every direction of its own goes its own way, and two numbers of a 2 × 2
matrix say all of it. The larger of them is the share of the error that a step leaves.

Heavy ball: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964. The regions: Goh, "Why
momentum really works", Distill 2017. Look-ahead as in Keras: Sutskever and others, 2013.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

HEAVY_BALL, LOOK_AHEAD = "momentum", "nesterov"


def rate(learning_rate: np.ndarray, momentum: np.ndarray, curvature: float, rule: str = HEAVY_BALL) -> np.ndarray:
    """Return the largest eigenvalue modulus of a step's 2 × 2 matrix, in closed form; 1 and more does not converge.

    Both rules obey w[k+1] = t w[k] − d w[k−1]: heavy ball t = 1 + β − ηλ, d = β; look-ahead t = (1 + β)(1 − ηλ),
    d = β (1 − ηλ). The eigenvalues are (t ± √(t² − 4d)) / 2; where the root is imaginary, both have modulus √d.

    Args:
        learning_rate: η, any shape.
        momentum: β, of a shape that fits.
        curvature: λ of the direction.
        rule: HEAVY_BALL or LOOK_AHEAD.
    """
    trace, determinant = _step(learning_rate, momentum, curvature, rule)
    inside = trace**2 - 4 * determinant
    swinging = np.sqrt(np.maximum(determinant, 0))
    return np.where(inside < 0, swinging, (np.abs(trace) + np.sqrt(np.maximum(inside, 0))) / 2)


def slowest(learning_rate: np.ndarray, momentum: np.ndarray, condition: float, rule: str = HEAVY_BALL) -> np.ndarray:
    """Return the rate of the slower of two directions, of curvature 1 and 1 / condition."""
    steep, flat = (rate(learning_rate, momentum, curvature, rule) for curvature in (1.0, 1 / condition))
    return np.maximum(steep, flat)


def _step(
    learning_rate: np.ndarray, momentum: np.ndarray, curvature: float, rule: str
) -> tuple[np.ndarray, np.ndarray]:
    learning_rate, momentum = np.asarray(learning_rate, float), np.asarray(momentum, float)
    left = 1 - learning_rate * curvature
    if rule == HEAVY_BALL:
        return momentum + left, momentum + 0 * left
    return (1 + momentum) * left, momentum * left


def critical_momentum(learning_rate: np.ndarray, curvature: float) -> np.ndarray:
    """Return β = (1 − √(ηλ))², the heavy ball's fastest for this η; NaN where ηλ > 4: then no β < 1 holds it."""
    root = np.sqrt(np.asarray(learning_rate, float) * curvature)
    return np.where(root <= 2, (1 - root) ** 2, np.nan)


def largest_rate(momentum: float, curvature: float, rule: str = HEAVY_BALL) -> float:
    """Return the η above which it leaves: 2 (1 + β) / λ; with look-ahead (2 + 2β) / ((1 + 2β) λ)."""
    if rule == HEAVY_BALL:
        return 2 * (1 + momentum) / curvature
    return (2 + 2 * momentum) / ((1 + 2 * momentum) * curvature)


@dataclass(frozen=True)
class Best:
    """The fastest heavy ball for a condition number: η = (2 / (1 + √(1/κ)))², β = ((√κ − 1) / (√κ + 1))².

    Attributes:
        learning_rate: η.
        momentum: β.
        rate: (√κ − 1) / (√κ + 1); without momentum the best is (κ − 1) / (κ + 1).
        plain_rate: That of the best rate without momentum.
    """

    learning_rate: float
    momentum: float
    rate: float
    plain_rate: float


def best(condition: float) -> Best:
    """Return Polyak's optimum for curvatures 1 and 1 / condition."""
    root = sqrt(condition)
    fastest = (root - 1) / (root + 1)
    return Best((2 / (1 + 1 / root)) ** 2, fastest**2, fastest, (condition - 1) / (condition + 1))


SLOW, RIPPLES, CRITICAL, JUMPS, DIVERGES = "too slow", "ripples", "critically damped", "jumps across", "diverges"
NEAR = 0.02  # of β: what "critically damped" means


def region(learning_rate: float, momentum: float, curvature: float) -> str:
    """Return in which region the heavy ball is along one direction."""
    if learning_rate >= largest_rate(momentum, curvature):
        return DIVERGES
    critical = float(critical_momentum(np.array(learning_rate), curvature))
    if abs(momentum - critical) < NEAR:
        return CRITICAL
    if momentum > critical:
        return RIPPLES
    return SLOW if learning_rate * curvature < 1 else JUMPS


def digits(rate: np.ndarray, steps: int = 100) -> np.ndarray:
    """Return how many decimal digits of the error are won in so many steps; 0 or less where it does not converge."""
    return -steps * np.log10(np.maximum(rate, 1e-12))
