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
LEFT = ("Most of it", "Less than a point", "B leads clearly")
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
    """Return the option of LEFT that is right: what became of A's lead after all splits."""
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
    listed = ", ".join(words.signed(float(gap), judgement.SCORE) for gap in gaps)
    return judged(
        guess,
        clearly_ahead(result),
        f"B − A: {listed}. All of it is luck.",
    )


def _tell_same(result: Result, guess: str) -> str:
    found, early = judgement.verdict(result), judgement.verdict(result, upto=3)
    return judged(
        guess,
        left_of_the_lead(result),
        f"{words.better_by(100 * found.plain.mean, judgement.SCORE)} after {found.count} splits, by "
        f"{words.plain(-100 * early.plain.mean, judgement.SCORE)} after three.",
    )


def _tell_fifty(result: Result, guess: str) -> str:
    found = judgement.verdict(result)
    plain = words.interval(found.plain.low, found.plain.high, judgement.SCORE)
    corrected = words.interval(found.corrected.low, found.corrected.high, judgement.SCORE)
    return judged(
        guess,
        settled(result),
        f"Corrected, {corrected} {'leaves zero out' if found.real else 'holds zero'}; plain, {plain} "
        f"{'leaves it out' if found.plainly_real else 'holds it'}.",
    )


def _tell_real(result: Result, guess: str) -> str:
    found = judgement.verdict(result)
    corrected = words.interval(found.corrected.low, found.corrected.high, judgement.SCORE)
    return judged(
        guess,
        wins_of_b(result),
        f"B wins {found.wins} of {found.count}; corrected, {corrected} points.",
    )


def _tell_bag(result: Result, guess: str) -> str:
    entry = store().find(FIFTY)
    if entry is None:
        return "The run that answers this is not stored here: make assets computes it."
    bag, held = judgement.verdict(result).first, judgement.verdict(entry.result).first
    return judged(
        guess,
        out_of_bag(result, entry.result),
        f"{100 * bag.mean:.2f} ± {100 * bag.deviation:.2f} %, with 75 % of the rows {100 * held.mean:.2f} ± "
        f"{100 * held.deviation:.2f} %.",
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
        "B is A with another seed. On how many of three splits do they differ by 2 points?",
        AHEAD,
        _whole(_tell_three),
    ),
    Scene(
        "A against A",
        SAME,
        "A led by 5 points after three splits. What is left after fifty?",
        LEFT,
        _whole(_tell_same),
    ),
    Scene("Fifty splits", FIFTY, "B has an L2 penalty. What do fifty splits say?", VERDICTS, _whole(_tell_fifty)),
    Scene(
        "For real",
        REAL,
        "B has 8 neurons instead of 32 + 16. How many of fifty splits does it win?",
        WINS,
        _whole(_tell_real),
    ),
    Scene(
        "Out of bag",
        REPLACED,
        "Samples hold 63 % of the rows, not 75 %. How are scores out of the bag?",
        BAG,
        _whole(_tell_bag),
    ),
)
