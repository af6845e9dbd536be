"""How far apart the runs are, and how sure that is: of single networks and of groups that answer together.

What the learner should see: a standard deviation of thirty numbers is itself a guess, known to about a quarter. So it
is given with an interval, and two of them are compared run by run: they began with the same first weights.

The deviation of averages of k networks is estimated from many pairs of groups of k that share no network (half the
squared difference of two independent errors has the variance as its mean), not from bags that overlap. Its interval is
Miller's jackknife of the logarithm of the variance ("Jackknifing variances", 1968), which leaves out one network at a
time and does not take the errors as normally distributed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from scipy import stats

from engine.initialization.experiment import ALONE, BOOTSTRAP, DROPOUT, FOUR, TWICE, Result, rows
from engine.models.forward import forward

AVERAGE, BAG = "average", "bag"
ENTRIES = (ALONE, AVERAGE, BAG, DROPOUT, TWICE, FOUR)
TRAINED_AS = {AVERAGE: ALONE, BAG: BOOTSTRAP}
PAIRS = 800  # of disjoint groups, drawn where there are more
LEVEL = 0.95
SAME = 1e-3  # of the largest weight: below it two units are one


@dataclass(frozen=True)
class Spread:
    """The test errors of one way to get a network, or a group of them; not-a-number where there are too few.

    Attributes:
        mean: Mean error, a share.
        deviation: Standard deviation of the error from one to the next.
        low, high: Interval of the deviation.
        apart: Share of test rows about which two of them disagree, on average.
        independent: How many of them share no network.
        ratio: Deviation divided by that of networks alone.
        ratio_low, ratio_high: Its interval.
    """

    mean: float
    deviation: float
    low: float
    high: float
    apart: float
    independent: int
    ratio: float
    ratio_low: float
    ratio_high: float

    @property
    def verdict(self) -> str:
        """Return "narrower", "wider", or "not sure" where the interval of the ratio holds 1."""
        if self.ratio_high < 1:
            return "narrower"
        return "wider" if self.ratio_low > 1 else "not sure"


@lru_cache(maxsize=16)
def probabilities(result: Result, group: str) -> np.ndarray:
    """Return what the N networks of a trained group say of the test rows, (N, T): probability of class 1."""
    architecture, data = result.config.architecture(), rows(result.config)
    weights = result.weights[result.groups.index(group)]
    return np.stack([forward(own, data.test_x, architecture)[-1][:, 0] for own in weights])


def largest_group(runs: int) -> int:
    """Return the most networks that may answer together: two groups must fit when one network is left out."""
    return max(1, (runs - 1) // 2)


def has(result: Result, entry: str) -> bool:
    """Return whether the networks of an entry are trained."""
    return TRAINED_AS.get(entry, entry) in result.groups


def alive(result: Result, entry: str) -> np.ndarray:
    """Return bool (N,), the networks of an entry that did not diverge."""
    return np.isfinite(result.final[result.groups.index(TRAINED_AS.get(entry, entry))])


def errors(result: Result, entry: str, together: int) -> np.ndarray:
    """Return the errors of an entry: of each network (N,), or of groups that share no network (N // together,)."""
    if entry not in TRAINED_AS:
        return result.final[result.groups.index(entry)].astype(np.float64)
    said = probabilities(result, TRAINED_AS[entry])
    members = groups(result, entry, together)
    if not len(members):
        return np.zeros(0)
    return _wrong(said[members].mean(axis=1), rows(result.config).test_y).mean(axis=1)


def groups(result: Result, entry: str, together: int) -> np.ndarray:
    """Return groups of networks that share none, int (N // together, together), in an order from the seed."""
    order = np.random.default_rng((result.config.seed, 4)).permutation(result.config.runs)
    order = order[alive(result, entry)[order]]
    count = len(order) // together
    return order[: count * together].reshape(count, together)


def _wrong(said: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return (said > 0.5) != (truth > 0.5)


@dataclass(frozen=True)
class _Pairs:
    """Pairs of groups without a common network: who is in them (Q, 2 k), and each pair's numbers (Q,)."""

    members: np.ndarray
    variance: np.ndarray
    mean: np.ndarray
    apart: np.ndarray


@lru_cache(maxsize=32)
def _pairs(result: Result, entry: str, together: int) -> _Pairs:
    """Return all pairs of single networks, or PAIRS random pairs of disjoint groups; indices among all N."""
    places = np.flatnonzero(alive(result, entry))
    said, truth = probabilities(result, TRAINED_AS.get(entry, entry)), rows(result.config).test_y
    if together == 1:
        members = np.array(list(combinations(places, 2)), dtype=int).reshape(-1, 2)
    else:
        generator = np.random.default_rng((result.config.seed, 5))
        drawn = generator.random((PAIRS, len(places))).argsort(axis=1)[:, : 2 * together]
        members = places[drawn]
    if not len(members) or members.shape[1] < 2 * together:
        nothing = np.zeros(0)
        return _Pairs(np.zeros((0, 2 * together), int), nothing, nothing, nothing)
    sides = []
    for side in (members[:, :together], members[:, together:]):
        share = np.zeros((len(members), len(said)), np.float32)
        np.put_along_axis(share, side, 1 / together, axis=1)
        sides.append(share @ said.astype(np.float32) > 0.5)
    # Counting is several times faster than the mean of truth values.
    wrong = [np.count_nonzero(side != (truth > 0.5), axis=1) / len(truth) for side in sides]
    apart = np.count_nonzero(sides[0] != sides[1], axis=1) / len(truth)
    return _Pairs(members, np.square(wrong[0] - wrong[1]) / 2, (wrong[0] + wrong[1]) / 2, apart)


def _log_variances(pairs: _Pairs, places: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the logarithm of the variance, and those with one of the `places` left out, (len(places),)."""
    inside = np.zeros((len(pairs.members), int(places.max()) + 1), bool)
    np.put_along_axis(inside, pairs.members, True, axis=1)
    inside = inside[:, places]
    with np.errstate(divide="ignore", invalid="ignore"):
        total, without = pairs.variance.sum(), pairs.variance @ ~inside
        return float(np.log(total / len(pairs.variance))), np.log(without / (~inside).sum(axis=0))


def _interval(whole: float, without: np.ndarray) -> tuple[float, float]:
    """Return the jackknife's t interval of a statistic from its values with one network left out."""
    count = len(without)
    if not (np.isfinite(without).all() and np.isfinite(whole)):
        return 0.0, float("inf")
    error = float(np.sqrt((count - 1) / count * np.square(without - without.mean()).sum()))
    half = float(stats.t.ppf((1 + LEVEL) / 2, count - 1)) * error
    return float(np.exp((whole - half) / 2)), float(np.exp((whole + half) / 2))


@lru_cache(maxsize=64)
def spread(result: Result, entry: str, together: int = 1) -> Spread:
    """Return how far apart the runs of an entry are.

    Args:
        result: With the entry's networks trained.
        entry: One of ENTRIES.
        together: How many networks of AVERAGE and BAG answer together; of no meaning for the others.
    """
    together = together if entry in TRAINED_AS else 1
    pairs, places = _pairs(result, entry, together), np.flatnonzero(alive(result, entry))
    nothing = float("nan")
    if not len(pairs.variance) or len(places) < 2 * together + 1:
        return Spread(nothing, nothing, nothing, nothing, nothing, 0, nothing, nothing, nothing)
    deviation = float(np.sqrt(pairs.variance.mean()))
    low, high = _interval(*_log_variances(pairs, places)) if deviation > 0 else (0.0, 0.0)
    ratio, ratio_low, ratio_high = _compared(result, entry, pairs, deviation)
    return Spread(
        float(pairs.mean.mean()),
        deviation,
        low,
        high,
        float(pairs.apart.mean()),
        len(places) // together,
        ratio,
        ratio_low,
        ratio_high,
    )


def _compared(result: Result, entry: str, pairs: _Pairs, deviation: float) -> tuple[float, float, float]:
    """Return the ratio of an entry's deviation to that of networks alone, and its interval."""
    alone = _pairs(result, ALONE, 1)
    base = float(np.sqrt(alone.variance.mean())) if len(alone.variance) else 0.0
    if entry == ALONE or base <= 0:
        return float("nan"), float("nan"), float("nan")
    places = np.flatnonzero(alive(result, entry) & alive(result, ALONE))
    whole, without = _log_variances(pairs, places)
    base_whole, base_without = _log_variances(alone, places)
    with np.errstate(invalid="ignore"):  # both may be without any spread once a network is left out
        return deviation / base, *_interval(whole - base_whole, without - base_without)


def distinct_units(result: Result, weights: np.ndarray) -> np.ndarray:
    """Return how many different hidden units networks have, all layers together, int (…).

    Two units of a layer count as one if their incoming weights and biases are equal up to a thousandth of the layer's
    largest: then they say the same of every input, and get the same gradient.

    Args:
        result: For the layers.
        weights: (…, P).
    """
    weights = np.asarray(weights, dtype=np.float64)
    shapes = result.config.architecture().shapes()
    found, place = np.zeros(weights.shape[:-1], int), 0
    for kernel in shapes[:-2:2]:
        size = kernel[0] * kernel[1]
        own = weights[..., place : place + size + kernel[1]].reshape(*weights.shape[:-1], kernel[0] + 1, kernel[1])
        place += size + kernel[1]
        away = np.abs(own[..., :, None] - own[..., None, :]).max(axis=-3)
        close = away <= SAME * np.abs(own).max(axis=(-2, -1))[..., None, None]
        earlier = np.tril(np.ones(close.shape[-2:], bool), -1)
        found += kernel[1] - (close & earlier).any(axis=-1).sum(axis=-1)
    return found
