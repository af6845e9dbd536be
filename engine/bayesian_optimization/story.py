"""What happened, in sentences made from the numbers of this run; who was better, and whether that is more than luck.

What the learner should see: not "Bayesian optimization wins" but by how much, over how many searches, with which
spread, and in plain words when it lost to random search or when nobody can tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from engine.bayesian_optimization import one_dimension, search, two_dimensions

CLEAR = 0.05  # a difference at least as large would come by luck in fewer than one case in twenty
NEAR = 0.5  # settings: within that a sample is at a place
SMALL = 0.01  # share of the range of heights that is as good as nothing


@dataclass(frozen=True)
class Verdict:
    """Whether one group of searches did better than another.

    Attributes:
        better: 1 the first, −1 the second, 0 no clear difference.
        first: Mean and deviation (n − 1) of the first.
        second: The same of the second.
        counts: How many there are of each.
        chance: Two-sided p value of Welch's test; 1 where nothing differs.
    """

    better: int
    first: tuple[float, float]
    second: tuple[float, float]
    counts: tuple[int, int]
    chance: float


def compare(first: np.ndarray, second: np.ndarray) -> Verdict:
    """Return the verdict on two groups of final heights (n,), (m,) by Welch's t test (1947); nan is left out."""
    groups = [values[np.isfinite(values)].astype(float) for values in (first, second)]
    counts = (len(groups[0]), len(groups[1]))
    told = [(float(v.mean()), float(v.std(ddof=1)) if len(v) > 1 else 0.0) if len(v) else (np.nan, 0.0) for v in groups]
    if min(counts) < 2:
        return Verdict(0, told[0], told[1], counts, 1.0)
    parts = [deviation**2 / count for (_, deviation), count in zip(told, counts, strict=True)]
    difference, error = told[0][0] - told[1][0], sum(parts)
    if error == 0:
        chance = 1.0 if difference == 0 else 0.0
    else:
        freedom = error**2 / sum(part**2 / (count - 1) for part, count in zip(parts, counts, strict=True))
        chance = float(2 * stdtr(freedom, -abs(difference) / np.sqrt(error)))
    better = int(np.sign(difference)) if chance < CLEAR else 0
    return Verdict(better, told[0], told[1], counts, chance)


def one(result: one_dimension.Result) -> list[str]:
    """Return two or three sentences on a search over one setting."""
    config = result.config
    sentences = [_found(result), _against_random(result.found, result.rival, config)]
    stuck = repeats(result)
    if stuck >= 3:
        sentences.append(
            f"Its last {stuck} choices lie within {NEAR:g} of each other: it has settled"
            + (", and not on the top." if _regret(result) > _small(result) else ".")
        )
    if len(result.mine_found):
        sentences.append(_you(result))
    return [" ".join(sentences)]


def two(result: two_dimensions.Result) -> list[str]:
    """Return two or three sentences on a search over two settings."""
    config = result.config
    sentences = [_found(result), _against_random(result.found, result.rival, config)]
    if config.constrained:
        outside = int((~result.allowed).sum())
        first = int((~result.allowed[: config.first]).sum())
        sentences.append(
            f"{outside} of its {len(result.allowed)} samples fell on forbidden ground, {first} of them among the "
            "random first ones: where it is forbidden has to be learned too."
        )
        if config.weighed != config.acquisition:
            sentences.append("UCB may be below 0, so it cannot be weighed by a probability: EI is used.")
    return [" ".join(sentences)]


def repeats(result: one_dimension.Result) -> int:
    """Return how many choices at the end lie within NEAR of the last one."""
    chosen = result.sample[result.config.first :]
    if not len(chosen):
        return 0
    near = np.abs(chosen - chosen[-1]) <= NEAR
    return int(len(near) - (np.flatnonzero(~near)[-1] + 1 if (~near).any() else 0))


def _regret(result: one_dimension.Result | two_dimensions.Result) -> float:
    return float(result.top - result.found[0, -1])


def _small(result: one_dimension.Result | two_dimensions.Result) -> float:
    return SMALL * float(result.height.max() - result.height.min())


def _found(result: one_dimension.Result | two_dimensions.Result) -> str:
    found, count = result.found[0, -1], result.found.shape[1]
    if not np.isfinite(found):
        return f"After {count} samples this run has not found one allowed place."
    if _regret(result) <= _small(result):
        close = result.top - result.found[0] <= _small(result)
        since = int(np.flatnonzero(~close)[-1]) + 2 if (~close).any() else 1
        return f"This run was on the top ({say(result.top)}) with sample {since} of {count}."
    short = f"{say(_regret(result))} short of the top ({say(result.top)})"
    return f"After {count} samples this run has found {say(found)}, {short}."


def _against_random(found: np.ndarray, rival: np.ndarray, config: search.Config) -> str:
    verdict = compare(found[:, -1], rival[:, -1])
    numbers = (
        f"{say(verdict.first[0])} ± {say(verdict.first[1])} over {verdict.counts[0]} searches from other first "
        f"samples, random search {say(verdict.second[0])} ± {say(verdict.second[1])} over {verdict.counts[1]}"
    )
    if not config.steps:
        return "It has not chosen a place yet: all its samples are random."
    if verdict.better > 0:
        return f"Bayesian optimization beats random search here: {numbers}."
    if verdict.better < 0:
        return f"**Bayesian optimization loses to random search here:** {numbers}."
    return f"**It is no better than random search here**, as far as these searches tell: {numbers}."


def _you(result: one_dimension.Result) -> str:
    taken = min(len(result.mine_found), result.found.shape[1])
    yours, its = float(result.mine_found[taken - 1]), float(result.found[0, taken - 1])
    at = f"At {taken} sample{'s' if taken > 1 else ''} each you have {say(yours)}, this run {say(its)}"
    if abs(yours - its) <= _small(result):
        return f"{at}: level."
    return f"{at}: {'you are' if yours > its else 'it is'} ahead. One race may be luck."


def say(value: float) -> str:
    """Return a number with two decimals and a real minus sign."""
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
