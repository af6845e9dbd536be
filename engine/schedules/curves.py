"""The rate of every step, in NumPy: the picture follows the hand, and the worker trains with these very numbers.

What the learner should see: a schedule is known before a single step is taken, but for reduce-on-plateau, which waits
for what the loss does.

Cosine: Loshchilov & Hutter, "SGDR", 2017. Warm-up: Goyal and others, "Accurate, large minibatch SGD", 2017. Cyclic:
Smith, "Cyclical learning rates for training neural networks", 2017. One cycle: Smith & Topin, "Super-convergence",
2018. Drops at 80, 120, 160 and 180 of 200 epochs: the ResNet example of Keras for CIFAR-10.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.schedules.drawn import by_epoch
from engine.schedules.experiment import (
    CONSTANT,
    COSINE,
    DRAWN,
    DROPS,
    EXPONENTIAL,
    LADDER,
    ONE_CYCLE,
    PLATEAU,
    RESNET,
    SCHEDULES,
    WARM_UP,
    Config,
)
from engine.training import schedules

_SHARED = {EXPONENTIAL: "exponential", COSINE: "cosine", WARM_UP: "warm_up_cosine"}
CYCLE_START, CYCLE_END = 1 / 25, 1 / 2500  # of one cycle, as shares of η
PEAK, DOWN = 0.45, 0.9  # when one cycle is at its top, and down again


def rates(config: Config, name: str) -> np.ndarray:
    """Return the rate of every step, float32 (T,); reduce-on-plateau's is η as long as nothing was measured.

    Args:
        config: The experiment.
        name: One of SCHEDULES.
    """
    total = config.steps * config.epochs
    if name in (CONSTANT, PLATEAU):
        return np.full(total, config.learning_rate, np.float32)
    if name in _SHARED:
        shared = schedules.Schedule(_SHARED[name], end=config.end, warm_up=config.warm_up)
        return schedules.rates(shared, config.learning_rate, total)
    if name == DROPS:
        boundaries, values = dropping(config)
        places = np.searchsorted(boundaries, np.arange(total), side="left")
        return np.array(values, np.float32)[places]
    if name == DRAWN:
        return np.repeat(config.learning_rate * by_epoch(config.drawn, config.epochs), config.steps).astype(np.float32)
    steps, values = corners(config, name)
    return np.interp(np.arange(total), steps, values).astype(np.float32)


def dropping(config: Config) -> tuple[list[int], list[float]]:
    """Return the last step before each drop, and the rates before, between and after them.

    As in the ResNet rule each drop multiplies by `drop`, the fourth by one half.
    """
    epochs = [max(1, round(config.epochs * epoch / RESNET)) for epoch in config.drops]
    values = [config.learning_rate]
    for number in range(len(epochs)):
        values.append(values[-1] * (0.5 if number == 3 else config.drop))
    return [epoch * config.steps - 1 for epoch in epochs], values


def corners(config: Config, name: str) -> tuple[list[float], list[float]]:
    """Return the steps and rates between which one cycle and the cyclic rate are straight lines.

    Args:
        config: The experiment.
        name: ONE_CYCLE or CYCLIC.
    """
    total, rate = config.steps * config.epochs, config.learning_rate
    if name == ONE_CYCLE:
        return [0, PEAK * total, DOWN * total, total], [
            CYCLE_START * rate,
            rate,
            CYCLE_START * rate,
            CYCLE_END * rate,
        ]
    turns = 2 * config.cycles
    return (
        [total * turn / turns for turn in range(turns + 1)],
        [rate if turn % 2 else config.low * rate for turn in range(turns + 1)],
    )


def all_rates(config: Config) -> Mapping[str, np.ndarray]:
    """Return `rates` of every schedule by name; a millisecond."""
    return {name: rates(config, name) for name in SCHEDULES}


def table(config: Config) -> np.ndarray:
    """Return the rates of all networks before anything was measured, float32 (K · S, T): S rows a schedule."""
    schedule_rates = list(all_rates(config).values())
    ladder = [np.full_like(schedule_rates[0], config.learning_rate * share) for share in LADDER]
    return np.repeat(np.stack([*schedule_rates, *ladder]), config.seeds, axis=0)
