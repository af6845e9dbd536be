"""One search and its rivals: step by step, everything that decided where to look next.

What the learner should see: a search that is explained by two curves, and whether it was luck: the same search from
other first points, and random search, at the same number of samples. The place looked at next is the best of a dense
grid, so that what is seen is what decides.

Shapes: S searches, N samples each, M places of the grid, F = N − first + 1 moments of choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine import config as base
from engine.bayesian_optimization import process
from engine.bayesian_optimization.acquisition import NAMES, feasible, worth
from engine.config import choice, integer, number
from engine.errors import InvalidSetting

MOST_STEPS = 25
RANDOM_SEARCHES = 50
EQUAL = 1e-9  # share of the acquisition's range within which two places are equally good: the first is taken

Heights = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Config(base.Config):
    """What the searches in one and in two dimensions have in common.

    Attributes:
        acquisition: What the next reading is judged by.
        kappa: Counts for UCB.
        xi: Counts for EI and PI.
        kernel: What the process believes of smoothness.
        length: Its length scale; 0: chosen anew at each step, the one under which the readings are most likely.
        noise: Standard deviation of the noise in every reading; the process is told.
        first: Random samples before the first choice.
        steps: Choices made.
        seed: Of the first samples, the noise and the rivals.
    """

    SEARCHES: ClassVar[int] = 20

    acquisition: str = choice("ucb", NAMES)
    kappa: float = number(2.5, 0.0, 10.0)
    xi: float = number(0.01, 0.0, 1.0)
    kernel: str = choice("rbf", process.KERNELS)
    length: float = number(1.0, 0.0, 10.0)
    noise: float = number(0.0, 0.0, 0.5)
    first: int = integer(3, 2, 10)
    steps: int = integer(12, 0, MOST_STEPS)
    seed: int = integer(0, 0, 9999)

    def check(self) -> None:
        """Refuse length scales that the grid cannot show."""
        if 0 < self.length < 0.1:
            raise InvalidSetting(f"A length scale of {self.length:g} is too short.", "Take 0 (fitted) or 0.1 and more.")


@dataclass(frozen=True)
class Trail:
    """What the searches did; the first of them is the one that is shown.

    Attributes:
        index: int (S, N), the place of the grid of each sample.
        reading: (S, N), what was read there.
        found: (S, N), true height at the best reading so far; not-a-number while no allowed place was sampled.
        rival: (R, N), the same of random searches.
        following: int (F,), where the shown search looks next.
        length: (F,), its process's length scale.
        mean: (F, M), its process's guess.
        deviation: (F, M), how unsure that is.
        worth: (F, M), the acquisition, times the chance that the place is allowed.
        chance: (F, M), that chance; (0, M) without a constraint.
    """

    index: np.ndarray
    reading: np.ndarray
    found: np.ndarray
    rival: np.ndarray
    following: np.ndarray
    length: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    worth: np.ndarray
    chance: np.ndarray


def best_place(values: np.ndarray) -> np.ndarray:
    """Return the index of the largest of values (S, M), the first of those that are equal to nine digits."""
    top, low = values.max(axis=1, keepdims=True), values.min(axis=1, keepdims=True)
    return np.argmax(values >= top - EQUAL * (top - low), axis=1)


def best_so_far(height: np.ndarray, reading: np.ndarray, allowed: np.ndarray | None = None) -> np.ndarray:
    """Return, after each sample, the true height of the place with the best reading so far, (…, N).

    Args:
        height: (…, N), true heights at the samples.
        reading: (…, N), what was read.
        allowed: (…, N), which samples count; not-a-number before the first of them.
    """
    counted = reading if allowed is None else np.where(allowed, reading, -np.inf)
    best = np.maximum.accumulate(counted, axis=-1)
    places = np.where(counted >= best, np.arange(reading.shape[-1]), 0)
    found = np.take_along_axis(height, np.maximum.accumulate(places, axis=-1), axis=-1)
    return np.where(np.isfinite(best), found, np.nan)


def run(config: Config, grid: np.ndarray, height: np.ndarray, inside: np.ndarray | None = None) -> Trail:
    """Return what S searches do in MOST_STEPS steps, whatever `config.steps` says.

    Args:
        config: The rules.
        grid: (M, d), the places there are.
        height: (M,), the hidden function there.
        inside: (M,), the constraint's value, above 0 is forbidden; it is read without noise, where a sample is taken.
    """
    searches, count = config.SEARCHES, config.first + MOST_STEPS
    index = np.empty((searches, count + 1), dtype=int)
    noise = np.empty((searches, count))
    for search in range(searches):
        generator = np.random.default_rng((config.seed, search))
        index[search, : config.first] = generator.choice(len(grid), config.first, replace=False)
        noise[search] = config.noise * generator.standard_normal(count)
    squared = np.empty((searches, count, len(grid)))
    shown: dict[str, list[np.ndarray]] = {name: [] for name in ("length", "mean", "deviation", "worth", "chance")}
    for taken in range(config.first, count + 1):
        new = slice(0 if taken == config.first else taken - 1, taken)
        squared[:, new] = process.squares(grid[index[:, new]], grid)
        places = index[:, :taken]
        choice_of = _Choice(config, grid, squared[:, :taken], places, height[places] + noise[:, :taken], inside)
        index[:, taken] = best_place(choice_of.worth)
        for name, values in shown.items():
            values.append(getattr(choice_of, name)[0])
    places = index[:, :count]
    reading = height[places] + noise
    allowed = None if inside is None else inside[places] <= 0
    if inside is None:
        shown["chance"] = []
    return Trail(
        index=places,
        reading=reading,
        found=best_so_far(height[places], reading, allowed),
        rival=_random(config, count, height, inside),
        following=index[0, config.first :],
        length=np.array(shown["length"]),
        **{name: np.array(shown[name]).reshape(-1, len(grid)) for name in ("mean", "deviation", "worth", "chance")},
    )


class _Choice:
    """One moment of choice of all searches: what their processes say, and what each place is worth."""

    def __init__(
        self,
        config: Config,
        grid: np.ndarray,
        squared: np.ndarray,
        places: np.ndarray,
        reading: np.ndarray,
        inside: np.ndarray | None,
    ) -> None:
        fitted = process.fit(grid[places], reading, config.kernel, config.length, config.noise)
        self.length = fitted.length
        self.mean, self.deviation = fitted.predict(squared)
        self.chance = np.ones_like(self.mean)
        best = reading.max(axis=1)
        if inside is not None:
            model = process.fit(grid[places], inside[places], config.kernel, config.length)
            self.chance = feasible(*model.predict(squared))
            best = np.where(inside[places] <= 0, reading, -np.inf).max(axis=1)
        known = np.isfinite(best)
        highest = np.where(known, best, 0.0)[:, None]
        value = worth(config.acquisition, self.mean, self.deviation, highest, config.kappa, config.xi)
        # While nothing allowed was found, only the chance to find something allowed counts.
        self.worth = np.where(known[:, None], value * self.chance, self.chance)


def _random(config: Config, count: int, height: np.ndarray, inside: np.ndarray | None) -> np.ndarray:
    generator = np.random.default_rng((config.seed, config.SEARCHES))
    places = generator.integers(0, len(height), (RANDOM_SEARCHES, count))
    reading = height[places] + config.noise * generator.standard_normal(places.shape)
    return best_so_far(height[places], reading, None if inside is None else inside[places] <= 0)
