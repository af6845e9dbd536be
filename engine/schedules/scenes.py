"""Five scenes: wrong labels, none, drops too early, a rate too small, a rate too large.

What the learner should see: a schedule pays where noise keeps a large rate from settling; it cannot mend a rate that
was too small from the start.
"""

from __future__ import annotations

import numpy as np

from engine.scenes import Scene, judged
from engine.schedules.compare import Difference, difference, last
from engine.schedules.experiment import CONSTANT, COSINE, DROPS, SCHEDULES, WARM_UP, Config, Result
from engine.schedules.range_test import read
from engine.schedules.words import NAMES

NOISY = Config()
CLEAN = Config(flipped=0.0)
EARLY = Config(drops=(10, 20, 30, 40))
SMALL = Config(learning_rate=0.02)
LARGE = Config(learning_rate=4.0)
FOCUS = {NOISY: DROPS, CLEAN: COSINE, EARLY: DROPS, SMALL: CONSTANT, LARGE: WARM_UP}

GAINS = ("Nothing sure", "Up to 5 points", "More than 5 points")
COUNTS = ("None", "1 to 4", "5 or more")
WHERE = ("Lower", "No sure difference", "Higher")
LOWEST = ("Constant", "Step drops", "Cosine", "Another")
MUCH = 0.05  # of the accuracy: what "more than 5 points" means


def shipped() -> tuple[Config, ...]:
    """Return every config whose result must ship."""
    return tuple(FOCUS)


def gained(result: Result) -> str:
    """Return the option of GAINS that is right: what step drops gain on rows held back."""
    gap = difference(result.held_accuracy, DROPS)
    if not gap.sure or gap.mean <= 0:
        return GAINS[0]
    return GAINS[1] if gap.mean <= MUCH else GAINS[2]


def better(result: Result) -> list[str]:
    """Return the schedules that are surely better than the constant rate on rows held back."""
    gaps = {name: difference(result.held_accuracy, name) for name in SCHEDULES if name != CONSTANT}
    return [name for name, gap in gaps.items() if gap.sure and gap.mean > 0]


def how_many(result: Result) -> str:
    """Return the option of COUNTS that is right."""
    return _counted(len(better(result)))


def against_cosine(result: Result) -> str:
    """Return the option of WHERE that is right: the last training loss of step drops, seen from cosine's."""
    gap = difference(result.loss, DROPS, COSINE)
    return WHERE[1] if not gap.sure else WHERE[0] if gap.mean < 0 else WHERE[2]


def lowest(result: Result) -> str:
    """Return the schedule whose mean training loss ends lowest; who diverged is out; if all did, the constant one."""
    ends = last(result.loss)[: len(SCHEDULES)].mean(axis=1)
    return SCHEDULES[int(np.where(np.isfinite(ends), ends, np.inf).argmin())]


def learned(result: Result) -> list[str]:
    """Return the schedules that at least halve the training loss, with every seed."""
    begin = result.loss[0, 0]
    with np.errstate(invalid="ignore"):
        halved = (last(result.loss)[: len(SCHEDULES)] < begin / 2).all(axis=1)
    return [name for name, there in zip(SCHEDULES, halved, strict=True) if there]


def how_many_learned(result: Result) -> str:
    """Return the option of COUNTS that is right."""
    return _counted(len(learned(result)))


def _counted(count: int) -> str:
    return COUNTS[0] if not count else COUNTS[1] if count <= 4 else COUNTS[2]


def _option(name: str) -> str:
    return NAMES[name] if NAMES[name] in LOWEST else LOWEST[3]


def points(gap: Difference) -> str:
    """Return a difference of accuracies in words, e.g. "+6.7 ± 1.5 points"."""
    return f"{100 * gap.mean:+.1f} ± {100 * gap.half:.1f} points".replace("-", "−")


def _drops(result: Result, guess: str) -> str:
    gap = difference(result.held_accuracy, DROPS)
    return judged(
        guess,
        gained(result),
        f"Accuracy on rows held back: {points(gap)} (95 % interval over {result.config.seeds} seeds). Eight schedules, "
        f"{len(better(result))} of them surely better than the constant rate.",
    )


def _clean(result: Result, guess: str) -> str:
    gap = difference(result.held_accuracy, COSINE)
    constant = float(last(result.held_accuracy)[0].mean())
    return judged(
        guess,
        how_many(result),
        f"The constant rate already gets {constant:.1%}; cosine adds {points(gap)}: "
        f"{'sure' if gap.sure else 'not sure'}.",
    )


def _early(result: Result, guess: str) -> str:
    ends = last(result.loss)
    drops, cosine = (float(ends[SCHEDULES.index(name)].mean()) for name in (DROPS, COSINE))
    gap = difference(result.loss, DROPS, COSINE)
    return judged(
        guess,
        against_cosine(result),
        f"Step drops end at {drops:.3f}, cosine at {cosine:.3f}: {gap.mean:+.3f} ± {gap.half:.3f}. On rows held "
        f"back, against the constant rate: {points(difference(result.held_accuracy, DROPS))}.".replace("-", "−"),
    )


def _lowest(result: Result, guess: str) -> str:
    name = lowest(result)
    ends = last(result.loss)[: len(SCHEDULES)].mean(axis=1)
    told = ", ".join(
        f"{NAMES[one]} {ends[SCHEDULES.index(one)]:.3f}" for one in dict.fromkeys((CONSTANT, DROPS, COSINE, name))
    )
    return judged(guess, _option(name), f"Training loss at the end: {told}.")


def _large(result: Result, guess: str) -> str:
    reading = read(result)
    limit = (
        ""
        if reading is None or not np.isfinite(reading.diverges)
        else (f" In the range test the loss was back where it began at {reading.diverges:.2g}.")
    )
    names = ", ".join(NAMES[name] for name in learned(result)) or "none"
    return judged(guess, how_many_learned(result), f"Still learning: {names}.{limit}")


SCENES = (
    Scene(
        "Wrong labels",
        NOISY,
        "One label in five is wrong. What do step drops gain on rows held back?",
        GAINS,
        _drops,
    ),
    Scene(
        "Clean labels", CLEAN, "No label is wrong. How many of 8 schedules surely beat a constant rate?", COUNTS, _clean
    ),
    Scene(
        "Drops too early",
        EARLY,
        "All four drops in the first fifth. Where does the loss end, against cosine?",
        WHERE,
        _early,
    ),
    Scene("Too small", SMALL, "A rate 25 times smaller. Whose training loss ends lowest?", LOWEST, _lowest),
    Scene(
        "Too large",
        LARGE,
        "η = 4: the range test was lost before. How many of 9 schedules still halve the loss?",
        COUNTS,
        _large,
    ),
)
