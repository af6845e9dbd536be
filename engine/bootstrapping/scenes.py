"""Five scenes: too few splits, the same setting twice, a plain interval that promises too much, a real difference, and
samples with replacement.

What the learner should see: a question that can be answered wrongly, and an answer that was measured on runs that ship
with the app.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.bootstrapping import judgement, words
from engine.bootstrapping.draws import REPLACEMENT
from engine.bootstrapping.experiment import SEED, Config, Result
from engine.playground.setup import store
from engine.scenes import Scene, judged

FIFTY = Config()
SAME = FIFTY.changed(dataset="diabetes", differs=SEED)
THREE = SAME.changed(splits=3)
REAL = FIFTY.changed(dataset="digits", differs="layers")
REPLACED = FIFTY.changed(method=REPLACEMENT)

FAR = 0.02  # of R²: what "clearly ahead" means in the question
POINT = 0.01
AHEAD = ("None", "One or two", "All three")
LEFT = ("Still A", "Neither", "Now B")
VERDICTS = ("B is better", "A is better", "May be luck")
WINS = ("At most 5", "6 to 20", "More than 20")
BAG = ("Lower", "Within a point", "Higher")


def shipped() -> tuple[Config, ...]:
    """Return every config whose result must ship."""
    return (FIFTY, THREE, SAME, REAL, REPLACED)


def clearly_ahead(result: Result) -> str:
    """Return the option of AHEAD that is right: on how many of three splits the scores lie FAR apart."""
    apart = int((np.abs(result.score[1] - result.score[0]) > FAR).sum())
    return AHEAD[0] if apart == 0 else AHEAD[2] if apart == result.score.shape[1] else AHEAD[1]


def left_of_the_lead(result: Result) -> str:
    """Return the option of LEFT that is right: who leads by a POINT or more after all splits."""
    lead = -judgement.verdict(result).plain.mean
    return LEFT[2] if lead <= -POINT else LEFT[1] if lead < POINT else LEFT[0]


def settled(result: Result) -> str:
    """Return the option of VERDICTS that is right, by the corrected interval."""
    found = judgement.verdict(result)
    return VERDICTS[2] if not found.real else VERDICTS[0] if found.corrected.mean > 0 else VERDICTS[1]


def wins_of_b(result: Result) -> str:
    """Return the option of WINS that is right."""
    wins = judgement.verdict(result).wins
    return WINS[0] if wins <= 5 else WINS[1] if wins <= 20 else WINS[2]


def out_of_bag(bag: Result, held: Result) -> str:
    """Return the option of BAG that is right: the mean out-of-bag score of A against that of held-back rows."""
    gap = judgement.verdict(bag).first.mean - judgement.verdict(held).first.mean
    return BAG[0] if gap < -POINT else BAG[2] if gap > POINT else BAG[1]


def _tell_three(result: Result, guess: str) -> str:
    gaps = 100 * (result.score[1] - result.score[0])
    listed = ", ".join(f"{'B' if gap > 0 else 'A'} by {words.plain(abs(float(gap)), judgement.SCORE)}" for gap in gaps)
    return judged(
        guess,
        clearly_ahead(result),
        f"{listed}: all luck.",
    )


def _tell_same(result: Result, guess: str) -> str:
    found = judgement.verdict(result)
    return judged(
        guess,
        left_of_the_lead(result),
        f"{words.better_by(words.gap(found, judgement.SCORE), judgement.SCORE)}: the 5 were luck.",
    )


def _tell_fifty(result: Result, guess: str) -> str:
    found = judgement.verdict(result)
    which = (
        "Both intervals agree" if found.real == found.plainly_real else "Believe the corrected interval, not the plain"
    )
    return judged(
        guess,
        settled(result),
        f"{which}.",
    )


def _tell_real(result: Result, guess: str) -> str:
    found = judgement.verdict(result)
    p_value = words.probability(found.corrected_p)
    return judged(
        guess,
        wins_of_b(result),
        f"It won {found.wins}: {words.judged(found, result.config)}, p {words.equals(p_value)}.",
    )


def _tell_bag(result: Result, guess: str) -> str:
    entry = store().find(FIFTY)
    if entry is None:
        return "The run that answers this is not stored here: make assets computes it."
    bag, held = judgement.verdict(result).first, judgement.verdict(entry.result).first
    return judged(
        guess,
        out_of_bag(result, entry.result),
        f"{100 * bag.mean:.2f} % against {100 * held.mean:.2f} %.",
    )


def _whole(tell: Callable[[Result, str], str]) -> Callable[[Result, str], str]:
    """Return an answer that waits until two splits are known."""

    def answer(result: Result, guess: str) -> str:
        if judgement.verdict(result).count < 2:
            return "Too few splits are known to answer."
        return tell(result, guess)

    return answer


SCENES = (
    Scene(
        "Three splits",
        THREE,
        "Only the seed differs. How many of 3 splits show a gap of 2 points?",
        AHEAD,
        _whole(_tell_three),
    ),
    Scene(
        "A against A",
        SAME,
        "A led by 5 points after 3 splits. Who leads clearly after 50?",
        LEFT,
        _whole(_tell_same),
    ),
    Scene("Fifty splits", FIFTY, "B has an L2 penalty. Is it better?", VERDICTS, _whole(_tell_fifty)),
    Scene(
        "For real",
        REAL,
        "B has 8 neurons, A 32 + 16. How many of 50 splits does B win?",
        WINS,
        _whole(_tell_real),
    ),
    Scene(
        "Out of bag",
        REPLACED,
        "Bootstrap samples hold 63 % of the rows. A’s score against 75 %?",
        BAG,
        _whole(_tell_bag),
    ),
)
