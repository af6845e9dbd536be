"""Learning-rate schedules: the rate of every step, in NumPy, and the Keras object that gives the same.

What the learner should see: the same curve that trains the network. It is computed without Keras, so that a page
can draw it at once, and it reaches the compiled loop as numbers, so that another schedule needs no new compilation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InvalidSetting

if TYPE_CHECKING:
    import keras

SCHEDULES = (
    "constant",
    "exponential",
    "inverse_time",
    "polynomial",
    "cosine",
    "warm_up_cosine",
    "cosine_restarts",
    "steps",
)


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes over a run of T steps; t counts from 0.

    Attributes:
        name: One of SCHEDULES: "exponential" α·end^(t/T); "inverse_time" α / (1 + (1/end − 1)·t/T); "polynomial"
            (a straight line down to α·end); "cosine" (Loshchilov & Hutter 2017) from α to α·end;
            "warm_up_cosine", which first climbs from 0 during the share `warm_up` of the run; "cosine_restarts" with
            three restarts of equal length; "steps", which drops `drops` times at equal distances to reach α·end.
        end: Last rate as a share of the first, 0 < end ≤ 1.
        warm_up: Share of the run spent climbing, 0 < warm_up < 1.
        drops: Number of drops.
    """

    name: str = "constant"
    end: float = 0.01
    warm_up: float = 0.1
    drops: int = 2

    def __post_init__(self) -> None:
        if self.name not in SCHEDULES:
            raise InvalidSetting(f"There is no schedule “{self.name}”.", f"Choose one of: {', '.join(SCHEDULES)}.")


def rates(schedule: Schedule, learning_rate: float, steps: int) -> np.ndarray:
    """Return the learning rate of each step, float32 (steps,).

    Args:
        schedule: How it changes.
        learning_rate: The highest rate α.
        steps: Optimizer steps of the whole run, T ≥ 1.
    """
    done = np.arange(steps) / steps
    end = schedule.end
    if schedule.name == "constant":
        factor = np.ones(steps)
    elif schedule.name == "exponential":
        factor = end**done
    elif schedule.name == "inverse_time":
        factor = 1 / (1 + (1 / end - 1) * done)
    elif schedule.name == "polynomial":
        factor = (1 - end) * (1 - done) + end
    elif schedule.name == "cosine":
        factor = _cosine(done, end)
    elif schedule.name == "warm_up_cosine":
        climb = _warm_up_steps(schedule, steps)
        step = np.arange(steps)
        factor = np.where(step < climb, step / climb, _cosine((step - climb) / max(1, steps - climb), end))
    elif schedule.name == "cosine_restarts":
        length = _restart_steps(steps)
        factor = _cosine(np.arange(steps) % length / length, end)
    else:
        factor = end ** (_drops_passed(schedule, steps) / max(1, schedule.drops))
    return (learning_rate * factor).astype(np.float32)


def _cosine(done: np.ndarray, end: float) -> np.ndarray:
    return (1 - end) * 0.5 * (1 + np.cos(np.pi * np.clip(done, 0, 1))) + end


def _warm_up_steps(schedule: Schedule, steps: int) -> int:
    return max(1, round(schedule.warm_up * steps))


def _restart_steps(steps: int) -> int:
    return max(1, -(-steps // 4))


def _boundaries(schedule: Schedule, steps: int) -> list[int]:
    """Return the last step before each drop."""
    return [round(steps * (drop + 1) / (schedule.drops + 1)) for drop in range(schedule.drops)]


def _drops_passed(schedule: Schedule, steps: int) -> np.ndarray:
    return np.searchsorted(_boundaries(schedule, steps), np.arange(steps), side="left").astype(float)


def keras_schedule(
    schedule: Schedule, learning_rate: float, steps: int
) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """Return the Keras object (a plain number for "constant") whose values `rates` gives.

    Args:
        schedule: How the rate changes.
        learning_rate: The highest rate.
        steps: Optimizer steps of the whole run.
    """
    if schedule.name == "constant":
        return learning_rate
    from keras.optimizers import schedules

    end = schedule.end
    if schedule.name == "exponential":
        return schedules.ExponentialDecay(learning_rate, steps, end)
    if schedule.name == "inverse_time":
        return schedules.InverseTimeDecay(learning_rate, steps, 1 / end - 1)
    if schedule.name == "polynomial":
        return schedules.PolynomialDecay(learning_rate, steps, learning_rate * end, power=1.0)
    if schedule.name == "cosine":
        return schedules.CosineDecay(learning_rate, steps, alpha=end)
    if schedule.name == "warm_up_cosine":
        climb = _warm_up_steps(schedule, steps)
        return schedules.CosineDecay(
            0.0, max(1, steps - climb), alpha=end, warmup_target=learning_rate, warmup_steps=climb
        )
    if schedule.name == "cosine_restarts":
        return schedules.CosineDecayRestarts(learning_rate, _restart_steps(steps), t_mul=1.0, m_mul=1.0, alpha=end)
    values = [learning_rate * end ** (drop / max(1, schedule.drops)) for drop in range(schedule.drops + 1)]
    return schedules.PiecewiseConstantDecay(_boundaries(schedule, steps), values)
