"""Five scenes: first steps, too greedy, too curious, forbidden ground, and the real network.

What the learner should see: the search that works, the two ways to spoil it, the same thing with surfaces, and what is
left of it where every evaluation is a noisy training.
"""

from __future__ import annotations

import numpy as np

from engine.bayesian_optimization import one_dimension, tuning, two_dimensions
from engine.bayesian_optimization.story import SMALL, compare, repeats, say
from engine.bayesian_optimization.tuning_story import finals, scored
from engine.scenes import Scene, judged

FIRST = one_dimension.Config()
GREEDY = FIRST.changed(kappa=0.0)
CURIOUS = FIRST.changed(function="needle", kappa=10.0)
FORBIDDEN = two_dimensions.Config(surface="hills", constrained=True, acquisition="ei", length=0.0, steps=15)
REAL = tuning.Config()

SHARES = ("Under a third", "About half", "All of them")
WHERE = ("On the top", "On the lower hill", "It never settles")
WHO = ("Bayesian", "Random", "No clear difference")
COUNTS = ("None", "One to four", "Five or more")


def share_on_top(result: one_dimension.Result, runs: np.ndarray) -> float:
    """Return the share of searches (S, N) that end on the top."""
    near = SMALL * (result.height.max() - result.height.min())
    return float(np.mean(result.top - runs[:, -1] <= near))


def by_random(result: one_dimension.Result) -> str:
    """Return the option of SHARES that is right: how many random searches end on the top."""
    share = share_on_top(result, result.rival)
    return SHARES[0] if share < 1 / 3 else SHARES[1] if share < 0.8 else SHARES[2]


def ends_at(result: one_dimension.Result) -> str:
    """Return the option of WHERE that is right."""
    if result.top - result.found[0, -1] <= SMALL * (result.height.max() - result.height.min()):
        return WHERE[0]
    return WHERE[1] if repeats(result) >= 3 else WHERE[2]


def who_wins(first: np.ndarray, second: np.ndarray) -> str:
    """Return the option of WHO that is right, by Welch's test of the searches' ends."""
    return WHO[{1: 0, -1: 1, 0: 2}[compare(first, second).better]]


def trespasses(result: two_dimensions.Result) -> tuple[str, int]:
    """Return the option of COUNTS that is right, and how many chosen samples fell on forbidden ground."""
    count = int((~result.allowed[result.config.first :]).sum())
    return COUNTS[0] if count == 0 else COUNTS[1] if count < 5 else COUNTS[2], count


def _first(result: one_dimension.Result, guess: str) -> str:
    mine, others = share_on_top(result, result.found), share_on_top(result, result.rival)
    return judged(
        guess,
        by_random(result),
        f"{100 * others:.0f} % of {len(result.rival)} random searches end on the top, and {100 * mine:.0f} % of "
        f"{len(result.found)} Bayesian ones, at {result.found.shape[1]} samples each.",
    )


def _greedy(result: one_dimension.Result, guess: str) -> str:
    share = share_on_top(result, result.found)
    return judged(
        guess,
        ends_at(result),
        f"It ends at {say(result.sample[-1])} with {say(result.found[0, -1])} of {say(result.top)}: without doubt in "
        f"its sum it climbs the hill it knows. From other first samples {100 * share:.0f} % of {len(result.found)} "
        "got to the top, by luck.",
    )


def _curious(result: one_dimension.Result, guess: str) -> str:
    verdict = compare(result.found[:, -1], result.rival[:, -1])
    return judged(
        guess,
        who_wins(result.found[:, -1], result.rival[:, -1]),
        f"{say(verdict.first[0])} ± {say(verdict.first[1])} against {say(verdict.second[0])} ± "
        f"{say(verdict.second[1])}: it looks everywhere in turn, and the needle is narrower than its steps.",
    )


def _forbidden(result: two_dimensions.Result, guess: str) -> str:
    if not result.config.constrained:
        return "No ground is forbidden in this picture: switch it on to see."
    right, count = trespasses(result)
    return judged(
        guess,
        right,
        f"{count} of its {result.config.steps} choices were on forbidden ground: each taught it where the border is.",
    )


def _real(result: tuning.Result, guess: str) -> str:
    mine, rival = finals(result, "bayesian"), finals(result, "random")
    if len(mine) < 2 or len(rival) < 2:
        return "This run has too few searches to say: choose the scene again for the stored comparison."
    verdict = compare(mine, rival)
    return judged(
        guess,
        who_wins(mine, rival),
        f"{scored(result, verdict.first[0])} against {scored(result, verdict.second[0])} on average over "
        f"{len(mine)} searches each (p = {verdict.chance:.2f}).",
    )


SCENES = (
    Scene(
        "First steps",
        FIRST,
        "15 samples each. How many random searches find the top of the highest hill?",
        SHARES,
        _first,
    ),
    Scene("Too greedy", GREEDY, "With κ = 0 only the guess counts. Where does the search end?", WHERE, _greedy),
    Scene("Too curious", CURIOUS, "With κ = 10 doubt counts most. Who finds more, on average?", WHO, _curious),
    Scene(
        "Forbidden ground",
        FORBIDDEN,
        "It does not know where the dark ground is. How many choices fall on it?",
        COUNTS,
        _forbidden,
    ),
    Scene(
        "The real network",
        REAL,
        "40 trainings each: whose best network is better, on average?",
        WHO,
        _real,
    ),
)


def shipped() -> tuple[tuning.Config, ...]:
    """Return the configs whose results come with the app; the first four scenes are computed where they are shown."""
    return (REAL,)
