"""Four scenes: what decides, grid against random points, giving up early, and the lucky winner.

What the learner should see: a question that can be answered wrongly, and an answer that was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from engine import config as base
from engine.hyperparameters import point
from engine.hyperparameters.experiment import Config, Result
from engine.hyperparameters.search import GRID, HALVING
from engine.hyperparameters.story import importance, luck, scored
from engine.runs.store import store
from engine.scenes import Scene
from engine.tuning.space import SPACE
from engine.validation.statistics import paired

RANDOM_SEARCH = Config()
GRID_SEARCH = RANDOM_SEARCH.changed(method=GRID)
SUCCESSIVE = RANDOM_SEARCH.changed(method=HALVING)
LUCKY = RANDOM_SEARCH.changed(dataset="breast_cancer")

DECIDES = tuple(one.label for one in SPACE)
AGAINST = ("Better", "Worse", "No difference beyond luck")
SPENT = ("About two thirds", "About a third", "About a tenth")
ALIKE = ("None", "One or two", "Three or all")


def decides(result: Result) -> str:
    """Return the option of DECIDES that is right: the parameter with the highest importance; "" if none is known."""
    shares = importance(result)
    return "" if shares is None else DECIDES[int(np.argmax(shares[0]))]


def shipped() -> tuple[base.Config, ...]:
    """Return every config whose result must ship: the scenes, and the reader's own point as it is at first in each."""
    searches = (RANDOM_SEARCH, GRID_SEARCH, SUCCESSIVE, LUCKY)
    return (*searches, point.Config(), point.Config(dataset=LUCKY.dataset))


def _judged(guess: str, right: str, evidence: str) -> str:
    return f"Right. {evidence}" if guess == right else f"You said “{guess}”. {evidence}"


def _against(other: Config, tell: Callable[[str, Result, Result], str]) -> Callable[[Any, str], str]:
    """Return an answer told from the scene's own result and the stored result of `other`."""

    def answer(result: Result, guess: str) -> str:
        entry = store().find(other)
        if entry is None:
            return "The run that answers this is not stored here: make assets computes it."
        return tell(guess, result, entry.result)

    return answer


def _tell_decides(result: Result, guess: str) -> str:
    shares = importance(result)
    if shares is None:
        return "Too few points were tried to say."
    listed = ", ".join(f"{one.label.lower()} {100 * share:.0f} %" for one, share in zip(SPACE, shares[0], strict=True))
    return _judged(guess, decides(result), f"Alone they explain of the score’s variance: {listed}.")


SCENES: Sequence[Scene] = (
    Scene(
        "Random search",
        RANDOM_SEARCH,
        "36 networks, four numbers drawn at random. Which number decides most about the score?",
        DECIDES,
        _tell_decides,
    ),
)
_ = (paired, luck, scored, _against)
