"""Four scenes: the shipped run, from nothing, a coarse grid, and empty cells that may say what they like.

What the learner should see: a question that can be answered wrongly, and an answer taken from the stored runs.
"""

from __future__ import annotations

import numpy as np

from engine.runs.store import store
from engine.scenes import Scene
from engine.yolo.compose import NAMES
from engine.yolo.experiment import SCRATCH, USUAL_RATE, Config, Result
from engine.yolo.story import LOWEST, class_blind, shared_cells

WHOLE = Config()
RATE = USUAL_RATE[SCRATCH]
NOTHING = Config(start=SCRATCH, steps=300, learning_rate=RATE)
COARSE = Config(start=SCRATCH, steps=300, learning_rate=RATE, grid=4)
# Two that unlearn as fast as a new network learns: what a missing weight does is then seen within 150 steps.
FREE = Config(steps=150, learning_rate=RATE, empty=0.0)
USUAL = Config(steps=150, learning_rate=RATE)

HARDEST = ("Shirt", "Sandal", "Bag")
FIRST = ("No box at all", "A wrong name", "Both alike")
GRID = ("It is higher", "About the same", "It is lower")
CLAIMS = ("mAP hardly changes", "mAP falls by half", "mAP rises")
ALIKE = 0.03


def hardest(result: Result) -> str:
    """Return the class with the lowest average precision at the end."""
    return NAMES[int(np.nanargmin(result.precision[-1]))]


def still_wrong(result: Result) -> str:
    """Return the option of FIRST that is right: more things without a box, or more boxed under a wrong name."""
    total, boxed, named = class_blind(result, len(result.step) - 1)
    missed, misnamed = total - boxed, boxed - named
    return FIRST[2] if abs(missed - misnamed) <= 1 else FIRST[0] if missed > misnamed else FIRST[1]


def against(coarse: Result, fine: Result) -> str:
    """Return the option of GRID that is right of the mAP at the end; about the same within 0.03."""
    change = float(coarse.mean_precision[-1] - fine.mean_precision[-1])
    return GRID[1] if abs(change) <= ALIKE else GRID[0] if change > 0 else GRID[2]


def claimed(free: Result, usual: Result) -> str:
    """Return the option of CLAIMS that is right of the mAP at the end, beside the run with the usual weight."""
    after, beside = float(free.mean_precision[-1]), float(usual.mean_precision[-1])
    return CLAIMS[1] if after < 0.75 * beside else CLAIMS[2] if after > beside + ALIKE else CLAIMS[0]


def shipped() -> tuple[Config, ...]:
    """Return every scene's settings, and what the last is compared with."""
    return (WHOLE, NOTHING, COARSE, FREE, USUAL)


def _judged(guess: str, right: str, evidence: str) -> str:
    return f"Right. {evidence}" if guess == right else f"You said “{guess}”. {evidence}"


def _tell_hardest(result: Result, guess: str) -> str:
    last = result.precision[-1]
    order = np.argsort(last)
    listed = ", ".join(f"{NAMES[kind].lower()} {last[kind]:.2f}" for kind in order[:4])
    return _judged(
        guess, hardest(result), f"Average precision, from the lowest: {listed}. Best is {NAMES[order[-1]].lower()}."
    )


def _tell_wrong(result: Result, guess: str) -> str:
    total, boxed, named = class_blind(result, len(result.step) - 1)
    return _judged(
        guess,
        still_wrong(result),
        f"{boxed} of {total} things have a box, {named} rightly named. A score is confidence × class probability: "
        "unsure of the name, no box.",
    )


def _tell_grid(result: Result, guess: str) -> str:
    other = store().find(NOTHING)
    if other is None:
        return "The run that this is compared with is not stored here: make assets computes it."
    fine = other.result
    things, shared = shared_cells(result.config.grid)
    return _judged(
        guess,
        against(result, fine),
        f"mAP is {result.mean_precision[-1]:.2f}, against {fine.mean_precision[-1]:.2f} with 8 × 8, one run each. "
        f"{shared} of {things} things share a cell and cannot both be named.",
    )


def _tell_claims(result: Result, guess: str) -> str:
    other = store().find(USUAL)
    if other is None:
        return "The run that this is compared with is not stored here: make assets computes it."
    usual = other.result
    free, held = (int((one.scores[-1] >= LOWEST).sum()) for one in (result, usual))
    return _judged(
        guess,
        claimed(result, usual),
        f"{free} boxes in the 8 pictures instead of {held}, but mAP is {result.mean_precision[-1]:.2f}, with the usual "
        f"weight {usual.mean_precision[-1]:.2f}: false boxes with low scores hardly cost it.",
    )


SCENES = (
    Scene("Shipped run", WHOLE, "25 minutes of training. Which kind stays hardest?", HARDEST, _tell_hardest),
    Scene("From nothing", NOTHING, "300 steps from nothing. What goes wrong more often?", FIRST, _tell_wrong),
    Scene("Coarse grid", COARSE, "16 cells instead of 64, 300 steps. What is its mAP?", GRID, _tell_grid),
    Scene("Free claims", FREE, "Train on 150 steps, empty cells may claim boxes for free. Then?", CLAIMS, _tell_claims),
)
