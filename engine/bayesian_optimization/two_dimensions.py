"""Two settings: the same search with surfaces, and with ground that must not be entered.

What the learner should see: the mean takes the shape of the hidden surface where it was sampled, the deviation is a map
of what nobody knows, and the acquisition is the two together. With forbidden ground a second process learns, from the
same samples, where it is allowed to look: the acquisition counts only as far as that is likely (Gardner et al. 2014).

Shapes: as in one dimension; the M places are a grid of SIDE by SIDE, x fastest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from engine.bayesian_optimization import search
from engine.bayesian_optimization.functions import TWO, forbidden, grid
from engine.bayesian_optimization.search import Trail
from engine.config import choice, number, switch

SIDE = 41


@dataclass(frozen=True)
class Config(search.Config):
    """Settings of the search over two settings.

    With forbidden ground, UCB is replaced by EI: it may be below 0, where a small chance would make it better.
    """

    SEARCHES: ClassVar[int] = 8

    length: float = number(2.0, 0.0, 10.0)
    surface: str = choice("hills", tuple(TWO))
    constrained: bool = switch(False)

    @property
    def weighed(self) -> str:
        """The acquisition that is used."""
        return "ei" if self.constrained and self.acquisition == "ucb" else self.acquisition


@dataclass(frozen=True)
class Result:
    """What happened.

    Attributes:
        config: The settings.
        height: (SIDE, SIDE), the hidden function, row 0 at y = 0.
        inside: (SIDE, SIDE), above 0 is forbidden; (0, 0) without a constraint.
        sample: (N, 2), where the shown search looked.
        reading: (N,), what it read.
        allowed: bool (N,), whether it was allowed there.
        following: (F, 2), where it looks next.
        length: (F,), length scale of its process.
        mean, deviation, worth: (F, SIDE, SIDE), the process and the acquisition.
        chance: (F, SIDE, SIDE), how likely a place is allowed; (0, SIDE, SIDE) without a constraint.
        found: (S, N), true height of the best allowed place found so far; not-a-number before there is one.
        rival: (R, N), the same of random searches.
        top: Height of the highest allowed place.
        summit: (2,), where that is.
    """

    config: Config
    height: np.ndarray
    inside: np.ndarray
    sample: np.ndarray
    reading: np.ndarray
    allowed: np.ndarray
    following: np.ndarray
    length: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    worth: np.ndarray
    chance: np.ndarray
    found: np.ndarray
    rival: np.ndarray
    top: float
    summit: np.ndarray


def run(config: Config) -> Result:
    """Return the searches of `config`; about a fifth of a second, and at once when only steps are added."""
    trail = _trail(config.changed(steps=search.MOST_STEPS, acquisition=config.weighed))
    places = grid(SIDE, 2)
    height = TWO[config.surface].value(places)
    inside = forbidden(places) if config.constrained else np.full(len(places), -1.0)
    count, frames, square = config.first + config.steps, config.steps + 1, (SIDE, SIDE)
    within = np.where(inside <= 0, height, -np.inf)
    return Result(
        config=config,
        height=height.reshape(square),
        inside=inside.reshape(square) if config.constrained else np.empty((0, 0)),
        sample=places[trail.index[0, :count]],
        reading=trail.reading[0, :count],
        allowed=inside[trail.index[0, :count]] <= 0,
        following=places[trail.following[:frames]],
        length=trail.length[:frames],
        mean=trail.mean[:frames].reshape(-1, *square),
        deviation=trail.deviation[:frames].reshape(-1, *square),
        worth=trail.worth[:frames].reshape(-1, *square),
        chance=trail.chance[:frames].reshape(-1, *square),
        found=trail.found[:, :count],
        rival=trail.rival[:, :count],
        top=float(within.max()),
        summit=places[within.argmax()],
    )


@lru_cache(maxsize=16)
def _trail(config: Config) -> Trail:
    places = grid(SIDE, 2)
    height = TWO[config.surface].value(places)
    return search.run(config, places, height, forbidden(places) if config.constrained else None)
