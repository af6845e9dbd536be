"""One racer's way over a surface: its steps, what it remembered, and what became of it.

See three ways to end: it comes into the valley *and stays there*, it leaves the picture for good, or it diverges, which
is a result with a step and a reason, not an error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.optimizers import catalogue
from engine.optimizers.rules import Rule
from engine.optimizers.surface import Draw, Surface

FAR = 1000.0  # picture widths from the middle at which a racer counts as diverged


@dataclass(frozen=True)
class Racer:
    """What one optimizer did; arrays have one row per step, 0 (the start) included.

    Attributes:
        id: Its id in the catalogue.
        rate: Its learning rate.
        path: (T+1, 2) weights; from `diverged_at` on the last ones before it.
        loss: (T+1,) losses along the path.
        gradient: (T+1, 2) gradient it saw there, noise included.
        velocity: (T+1, 2) or None; memory *after* that gradient, as `rules` describes it; the same for the next two.
        square: (T+1, 2) or None.
        effective_rate: (T+1, 2).
        valley_at: First step from which it stays in the valley to the end, or None.
        left_at: First step from which it stays outside the picture to the end, or None.
        diverged_at: First step without a usable value, or None.
        diverged_reason: Why, in words.
        length: Length of the path.
    """

    id: str
    rate: float
    path: np.ndarray
    loss: np.ndarray
    gradient: np.ndarray
    velocity: np.ndarray | None
    square: np.ndarray | None
    effective_rate: np.ndarray
    valley_at: int | None
    left_at: int | None
    diverged_at: int | None
    diverged_reason: str
    length: float

    @property
    def label(self) -> str:
        """Its name on the page."""
        return catalogue.BY_ID[self.id].label

    @property
    def final_loss(self) -> float:
        """Loss after the last step (of a diverged racer: the last one it had)."""
        return float(self.loss[-1])


@dataclass(frozen=True)
class Walk:
    """The bare numbers of one walk: path and gradients (T+1, 2), memories (T+1, 6), and how it broke off."""

    path: np.ndarray
    gradient: np.ndarray
    memory: np.ndarray
    diverged_at: int | None
    reason: str


def follow(rule: Rule, start: tuple[float, float], surface: Surface, draws: Sequence[Draw] | None, steps: int) -> Walk:
    """Let one rule walk from `start` for `steps` steps, with one more gradient at the end.

    Args:
        rule: A fresh rule at the start point.
        start: The same point.
        surface: Gives the gradients.
        draws: Noise of steps + 1 gradients, or None.
        steps: Steps to take.
    """
    (x_low, x_high), (y_low, y_high) = (_far(surface.x), _far(surface.y))
    gradient_at = surface.gradient
    next(rule)
    send = rule.send
    x, y = start
    walked: list[tuple[float, ...]] = []
    states: list[tuple[float | None, ...]] = []
    diverged_at, reason = None, ""
    try:
        for step in range(steps + 1):
            gx, gy = gradient_at(x, y)
            if draws:
                a, b, d, c, e = draws[step]
                gx, gy = gx + a * x + b * y + c, gy + b * x + d * y + e
            state = send((gx, gy))
            walked.append((x, y, gx, gy))
            states.append(state)
            x, y = state[0], state[1]  # type: ignore[assignment]
            if not (x_low < x < x_high and y_low < y < y_high):  # also when it is not a number
                if step < steps:
                    diverged_at, reason = step + 1, f"it was more than {FAR:.0f} picture widths away"
                break
    except (ArithmeticError, ValueError):
        diverged_at, reason = len(walked), "the surface has no finite value there"
    if not walked:  # not even the start has a gradient
        walked, states = [(*start, 0.0, 0.0)], [(*start, None, None, None, None, 0.0, 0.0)]
    missing = steps + 1 - len(walked)
    table = np.array(walked + walked[-1:] * missing)
    memory = np.array(states + states[-1:] * missing, dtype=float)[:, 2:]
    return Walk(table[:, :2], table[:, 2:], memory, diverged_at, reason)


def _far(ends: tuple[float, float]) -> tuple[float, float]:
    middle, reach = (ends[0] + ends[1]) / 2, FAR * (ends[1] - ends[0])
    return middle - reach, middle + reach


def judge(name: str, rate: float, walk: Walk, loss: np.ndarray, surface: Surface, valley: float) -> Racer:
    """Say what became of a walk.

    Args:
        name: The optimizer's id.
        rate: Its learning rate.
        walk: Its steps.
        loss: (T+1,) losses along the path.
        surface: Gives the picture and the lowest known loss.
        valley: Loss above the lowest known one that counts as "in the valley".
    """

    def remembered(column: int) -> np.ndarray | None:
        return None if math.isnan(walk.memory[0, column]) else walk.memory[:, column : column + 2]

    x, y = walk.path[:, 0], walk.path[:, 1]
    outside = (x < surface.x[0]) | (x > surface.x[1]) | (y < surface.y[0]) | (y > surface.y[1])
    in_valley = (loss - surface.floor < valley) & ~outside
    step = np.diff(walk.path, axis=0)
    diverged = walk.diverged_at is not None
    return Racer(
        id=name,
        rate=rate,
        path=walk.path,
        loss=loss,
        gradient=walk.gradient,
        velocity=remembered(0),
        square=remembered(2),
        effective_rate=walk.memory[:, 4:6],
        valley_at=None if diverged else stays_from(in_valley),
        # Who jumps beyond all numbers in one step has left the picture with that step.
        left_at=walk.diverged_at if diverged and not outside[-1] else stays_from(outside),
        diverged_at=walk.diverged_at,
        diverged_reason=walk.reason,
        length=float(np.hypot(step[:, 0], step[:, 1]).sum()),
    )


def stays_from(holds: np.ndarray) -> int | None:
    """Return the first index from which a (T+1,) truth holds to the end; None where it does not hold at the end."""
    if not holds[-1]:
        return None
    fails = np.flatnonzero(~holds)
    return int(fails[-1]) + 1 if fails.size else 0
