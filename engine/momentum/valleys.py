"""Two valleys: a shallow one to start in, a deep one beyond a ridge.

What the learner should see: what rolls fast enough goes over the ridge. How many starts escape is counted, not told,
and a larger learning rate does it too: momentum is not the only way to be thrown out of a hole.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from engine.optimizers.surface import Surface

TILT = 0.8
ACROSS = 0.6  # curvature of y
STARTS = np.linspace(0.3, 1.9, 25)  # in the shallow valley, from just behind the ridge to high on its far wall
STEPS = 300
RATES = np.geomspace(0.003, 0.3, 30)
MOMENTA = np.round(np.linspace(0, 0.98, 29), 4)


def value(x: Any, y: Any) -> Any:
    """Return (x² − 1)² + 0.8 x + 0.3 y²: the deep valley at the left, the shallow one at the right."""
    return (x * x - 1) ** 2 + TILT * x + 0.5 * ACROSS * y * y


def slope(x: Any) -> Any:
    """Return the derivative along x; y does not enter."""
    return 4 * x * (x * x - 1) + TILT


def minima() -> tuple[tuple[float, float, float], ...]:
    """Return both minima as (x, 0, loss), the deep one first."""
    roots = np.sort(np.roots([4, 0, -4, TILT]).real)
    return tuple((float(x), 0.0, float(value(x, 0.0))) for x in (roots[0], roots[2]))


def ridge() -> float:
    """Return where the ridge between the valleys stands."""
    return float(np.sort(np.roots([4, 0, -4, TILT]).real)[1])


def surface() -> Surface:
    """Return it as the optimizers' race takes it."""
    return Surface(
        id="valleys",
        label="Two valleys",
        line="A shallow valley and a deep one.",
        source="(x² − 1)² + 0.8 x + 0.3 y²",
        value=value,
        gradient=lambda x, y: (slope(x), ACROSS * y),
        x=(-1.9, 2.1),
        y=(-1.6, 1.6),
        start=(1.75, 1.0),
        minima=minima(),
        rate=0.02,
        valley=0.1,
        code=f"(x * x - 1) ** 2 + {TILT!r} * x + {0.5 * ACROSS!r} * y * y",
    )


def escaped(learning_rate: np.ndarray, momentum: np.ndarray, look_ahead: bool = False) -> np.ndarray:
    """Return the share of STARTS that lie beyond the ridge after STEPS steps; NaN where any has left for good.

    Args:
        learning_rate: η (…,).
        momentum: β (…,), of a shape that fits.
        look_ahead: Whether Nesterov's rule is taken.
    """
    learning_rate, momentum = np.broadcast_arrays(np.asarray(learning_rate, float), np.asarray(momentum, float))
    rate, share = (part[..., None].astype(np.float32) for part in (learning_rate, momentum))
    x = np.broadcast_to(STARTS.astype(np.float32), (*learning_rate.shape, len(STARTS))).copy()  # halves the time
    velocity = np.zeros_like(x)
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            push = rate * slope(x)
            velocity = share * velocity - push
            x += share * velocity - push if look_ahead else velocity
    beyond = np.where(np.isfinite(x), x < ridge(), np.nan)
    return np.asarray(beyond.mean(axis=-1))


@lru_cache(maxsize=1)
def escape_map() -> np.ndarray:
    """Return the share of starts that escape over MOMENTA × RATES; computed once, a twentieth of a second."""
    return escaped(RATES[None], MOMENTA[:, None])


@lru_cache(maxsize=64)
def escape_curve(learning_rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the share that escapes over MOMENTA at one η: heavy ball, and with look-ahead."""
    rates = np.full(len(MOMENTA), learning_rate)
    return escaped(rates, MOMENTA), escaped(rates, MOMENTA, look_ahead=True)
