"""Five scenes: what decides, grid against random points, giving up early, the runners-up, and a score from one split.

What the learner should see: a question that can be answered wrongly, and an answer that was measured: every sentence
here is put together from runs that ship with the app.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine import config as base
from engine.hyperparameters import point
from engine.hyperparameters.experiment import Config, Result
from engine.hyperparameters.search import GRID, HALVING
from engine.hyperparameters.story import LEVEL, Luck, importance, luck, scored
from engine.runs.store import store
from engine.scenes import Scene, judged
from engine.tuning.space import SPACE
from engine.validation.statistics import paired

RANDOM_SEARCH = Config()
GRID_SEARCH = RANDOM_SEARCH.changed(method=GRID)
GIVE_UP_EARLY = RANDOM_SEARCH.changed(method=HALVING)
RUNNERS_UP = RANDOM_SEARCH.changed(dataset="breast_cancer")
ONE_SPLIT = RANDOM_SEARCH.changed(dataset="wine", splits=1)
TOO_FEW = "This run is too short to answer that."
NOT_STORED = "The run that answers this is not stored here: make assets computes it."

DECIDES = tuple(one.label for one in SPACE)
AGAINST = ("Better", "Worse", "No difference beyond luck")
FINDS = ("The very same", "Another, as good", "A worse one")
WORSE = ("None", "One or two", "Three or four")
AGAIN = ("Better", "About as well", "Worse")


def decides(result: Result) -> str:
    """Return the option of DECIDES that is right: the parameter with the highest importance; "" if none is known."""
    shares = importance(result)
    return "" if shares is None else DECIDES[int(np.argmax(shares[0]))]


def winners(first: Result, second: Result) -> tuple[float, float]:
    """Return the mean difference first − second of two searches' winners over the seeds both were asked again with.

    Returns:
        The difference, and the p value that there is none: corrected resampled t test, paired by seed.
    """
    share = first.config.held_share / (1 - first.config.held_share)
    found, p = paired(first.repeats[0], second.repeats[0], share=share)
    return found.mean, p


def against(grid: Result, random: Result) -> str:
    """Return the option of AGAINST that is right for the winner of the grid."""
    difference, p = winners(grid, random)
    return AGAINST[2] if not p <= LEVEL else AGAINST[0] if difference > 0 else AGAINST[1]


def finds(halving: Result, whole: Result) -> str:
    """Return the option of FINDS that is right: the same point, or how another does with other seeds."""
    if halving.best == whole.best:
        return FINDS[0]
    difference, p = winners(halving, whole)
    return FINDS[2] if p <= LEVEL and difference < 0 else FINDS[1]


def worse(found: Luck) -> str:
    """Return the option of WORSE that is right: how many runners-up differ from the winner beyond luck."""
    different = found.others - found.alike
    return WORSE[0] if different == 0 else WORSE[1] if different <= 2 else WORSE[2]


def again(result: Result, found: Luck) -> str:
    """Return the option of AGAIN that is right: the winner's mean against its claim, by two standard errors."""
    error = float(np.nanstd(result.repeats[0], ddof=1)) / np.sqrt(np.isfinite(result.repeats[0]).sum())
    change = found.found - found.claimed
    return AGAIN[1] if abs(change) <= 2 * error else AGAIN[0] if change > 0 else AGAIN[2]


def shipped() -> tuple[base.Config, ...]:
    """Return every config whose result must ship: the scenes, and the reader's own point as it is at first in each."""
    own = (
        point.Config(),
        point.Config(dataset=RUNNERS_UP.dataset),
        point.Config(dataset=ONE_SPLIT.dataset, splits=ONE_SPLIT.splits),
    )
    return (RANDOM_SEARCH, GRID_SEARCH, GIVE_UP_EARLY, RUNNERS_UP, ONE_SPLIT, *own)


def _beside(other: Config, tell: Callable[[str, Result, Result], str]) -> Callable[[Any, str], str]:
    """Return an answer told from the scene's own result and the stored result of `other`."""

    def answer(result: Result, guess: str) -> str:
        entry = store().find(other)
        if entry is None:
            return NOT_STORED
        if result.stopped or result.repeats.shape[1:] != entry.result.repeats.shape[1:] or not result.repeats.size:
            return TOO_FEW
        return tell(guess, result, entry.result)

    return answer


def _tell_decides(result: Result, guess: str) -> str:
    shares = importance(result)
    if shares is None:
        return TOO_FEW
    listed = ", ".join(f"{one.label.lower()} {100 * share:.0f} %" for one, share in zip(SPACE, shares[0], strict=True))
    return judged(guess, decides(result), f"Of what moves the score each explains alone: {listed}.")


def _tell_against(guess: str, grid: Result, random: Result) -> str:
    difference, p = winners(grid, random)
    means = [scored(one, float(one.repeats[0].mean())) for one in (grid, random)]
    return judged(
        guess,
        against(grid, random),
        f"With {grid.config.repeats} other seeds the grid’s winner gets {means[0]}, the random one {means[1]}: "
        f"{100 * abs(difference):.1f} points {'more' if difference > 0 else 'less'}, p = {p:.2f}. The grid tried "
        f"{len(np.unique(grid.points[:, 1]))} learning rates.",
    )


def _tell_finds(guess: str, halving: Result, whole: Result) -> str:
    spent, all_ = (int(one.epochs.sum()) for one in (halving, whole))
    return judged(
        guess,
        finds(halving, whole),
        f"It found point {halving.best + 1}, the full search point {whole.best + 1}, for {spent:,} instead of "
        f"{all_:,} epochs. In the full search early stopping had given up on many, too.",
    )


def _tell_worse(result: Result, guess: str) -> str:
    found = luck(result)
    if found is None:
        return TOO_FEW
    return judged(
        guess,
        worse(found),
        f"Asked again with other seeds, {found.others - found.alike} of {found.others} differ from it by more than "
        f"luck, and {found.ahead} did better.",
    )


def _tell_again(result: Result, guess: str) -> str:
    found = luck(result)
    if found is None:
        return TOO_FEW
    right = again(result, found)
    deviation = scored(result, float(np.nanstd(result.repeats[0], ddof=1)))
    reason = " The best of many noisy scores is partly the luckiest." if right == AGAIN[2] else ""
    return judged(
        guess,
        right,
        f"It got {scored(result, found.claimed)} in the search, and {scored(result, found.found)} ± {deviation} with "
        f"other seeds.{reason}",
    )


SCENES = (
    Scene(
        "Random search",
        RANDOM_SEARCH,
        "36 networks, four numbers drawn at random. Which number decides most about the score?",
        DECIDES,
        _tell_decides,
    ),
    Scene(
        "Grid",
        GRID_SEARCH,
        "36 points again, but as a grid. How good is its winner, against that of the random points?",
        AGAINST,
        _beside(RANDOM_SEARCH, _tell_against),
    ),
    Scene(
        "Halving",
        GIVE_UP_EARLY,
        "Two thirds of the points are dropped after 3 of 27 epochs. Which winner is found?",
        FINDS,
        _beside(RANDOM_SEARCH, _tell_finds),
    ),
    Scene(
        "Runners-up",
        RUNNERS_UP,
        "Breast cancer: asked again, how many of the four runners-up can be told from the winner?",
        WORSE,
        _tell_worse,
    ),
    Scene(
        "One split",
        ONE_SPLIT,
        "Wine, each score from one split only. How will the winner do with other seeds?",
        AGAIN,
        _tell_again,
    ),
)
