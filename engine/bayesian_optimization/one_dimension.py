"""One setting: the hidden function, what a Gaussian process makes of a few readings, and where it looks next.

What the learner should see: the band closes where there are readings, the acquisition peaks where it is worth looking,
and after a dozen samples the search has found a hill, or has fallen for one. Two rivals show what that is worth: random
search, and the reader.

Shapes: N = first + steps samples, F = steps + 1 frames, M places.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.bayesian_optimization import search
from engine.bayesian_optimization.functions import HIGH, LOW, ONE, grid
from engine.bayesian_optimization.search import Trail
from engine.config import choice, number, several

PLACES = 401
MOST_OF_MINE = 40


@dataclass(frozen=True)
class Config(search.Config):
    """Settings of the search over one setting; `mine` are the reader's own samples, in their order."""

    function: str = choice("three hills", tuple(ONE))
    mine: tuple[float, ...] = several((), number(0.0, LOW, HIGH), 0, MOST_OF_MINE)


@dataclass(frozen=True)
class Result:
    """What happened.

    Attributes:
        config: The settings.
        x: (M,), the places.
        height: (M,), the hidden function there.
        sample: (N,), where the shown search looked.
        reading: (N,), what it read.
        following: (F,), where it looks next.
        length: (F,), length scale of its process.
        mean, deviation, worth: (F, M), the process and the acquisition.
        found: (S, N), true height of the best place found so far, S searches with other first samples, shown one first.
        rival: (R, N), the same of random searches.
        mine_reading: (K,), what the reader read.
        mine_found: (K,), true height of the reader's best.
        top: Height of the highest place.
        summit: Where that is.
    """

    config: Config
    x: np.ndarray
    height: np.ndarray
    sample: np.ndarray
    reading: np.ndarray
    following: np.ndarray
    length: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    worth: np.ndarray
    found: np.ndarray
    rival: np.ndarray
    mine_reading: np.ndarray
    mine_found: np.ndarray
    top: float
    summit: float


def run(config: Config) -> Result:
    """Return the searches of `config`; at once when only steps or samples are added."""
    trail = _trail(config.changed(steps=search.MOST_STEPS, mine=()))
    hidden, places = ONE[config.function].value, grid(PLACES, 1)
    height = hidden(places)
    count, frames = config.first + config.steps, config.steps + 1
    mine = hidden(np.array(config.mine).reshape(-1, 1))
    noise = np.random.default_rng((config.seed, config.SEARCHES + 1)).standard_normal(MOST_OF_MINE)[: len(mine)]
    reading = mine + config.noise * noise
    return Result(
        config=config,
        x=places[:, 0],
        height=height,
        sample=places[trail.index[0, :count], 0],
        reading=trail.reading[0, :count],
        following=places[trail.following[:frames], 0],
        length=trail.length[:frames],
        mean=trail.mean[:frames],
        deviation=trail.deviation[:frames],
        worth=trail.worth[:frames],
        found=trail.found[:, :count],
        rival=trail.rival[:, :count],
        mine_reading=reading,
        mine_found=search.best_so_far(mine, reading) if len(mine) else reading,
        top=float(height.max()),
        summit=float(places[height.argmax(), 0]),
    )


@lru_cache(maxsize=64)
def _trail(config: Config) -> Trail:
    places = grid(PLACES, 1)
    return search.run(config, places, ONE[config.function].value(places))
