"""Five scenes: thirty runs, weights that are all zero, too small, too large, and which cure helps.

What the learner should see: nothing was changed but the first weights, and the error is another one each time.
"""

from __future__ import annotations

import numpy as np

from engine.initialization import spread
from engine.initialization.experiment import DROPOUT, FOUR, HE, LARGE, SMALL, ZEROS, Config, Result
from engine.momentum.scenes import reached
from engine.scenes import Scene, judged

RUNS = Config()
NOTHING = RUNS.changed(initializer=ZEROS, activation="sigmoid", cures=False)
TOO_SMALL = RUNS.changed(initializer=SMALL)
TOO_LARGE = RUNS.changed(initializer=LARGE)
CURES = RUNS.changed(initializer=HE, activation="relu")

GAPS = ("Under 2 points", "2 to 8 points", "Over 8 points")
UNITS = ("1 a layer", "About half", "All")
HOW_MANY = ("All", "Some", "None")
NARROWEST = ("Bags of 5", "Dropout", "Four times the rows")
TOGETHER, GOAL = 5, 0.2  # networks in a bag, and the training loss that counts as learned, where a page begins
NAMES = {spread.BAG: NARROWEST[0], DROPOUT: NARROWEST[1], FOUR: NARROWEST[2]}


def shipped() -> tuple[Config, ...]:
    """Return every config whose result must ship."""
    return tuple(scene.config for scene in SCENES if isinstance(scene.config, Config))


def gap(result: Result) -> float:
    """Return the points between the best and the worst test error; not-a-number where all diverged."""
    known = result.final[0][np.isfinite(result.final[0])]
    return float(100 * np.ptp(known)) if len(known) else float("nan")


def how_far(result: Result) -> str:
    """Return the option of GAPS that is right."""
    points = gap(result)
    return GAPS[0] if points < 2 else GAPS[1] if points <= 8 else GAPS[2]


def how_many_units(result: Result) -> str:
    """Return the option of UNITS that is right for the first network at its end."""
    found, units = int(spread.distinct_units(result, result.weights[0, 0])), sum(result.config.layers)
    if found == len(result.config.layers):
        return UNITS[0]
    return UNITS[2] if found == units else UNITS[1]


def how_many_learn(result: Result) -> str:
    """Return the option of HOW_MANY that is right: which share reaches GOAL."""
    count = int(np.isfinite(reached(result.loss, GOAL)).sum())
    return HOW_MANY[0] if count == result.config.runs else HOW_MANY[1] if count else HOW_MANY[2]


def narrowest(result: Result) -> str:
    """Return the option of NARROWEST that is right: whose test errors have the smallest deviation."""
    together = min(TOGETHER, spread.largest_group(result.config.runs))
    found = {entry: spread.spread(result, entry, together).deviation for entry in NAMES if spread.has(result, entry)}
    known = {entry: value for entry, value in found.items() if np.isfinite(value)}
    return NAMES[min(known, key=lambda entry: known[entry])] if known else "none: the cures were not trained"


def percent(value: float) -> str:
    """Return a share as percent with one digit."""
    return f"{100 * value:.1f} %" if np.isfinite(value) else "unknown"


def _runs(result: Result, guess: str) -> str:
    known = result.final[0][np.isfinite(result.final[0])]
    if not len(known):
        return "All runs diverged, so there is nothing to compare."
    return judged(
        guess,
        how_far(result),
        f"The best of {len(known)} has {percent(known.min())} wrong, the worst {percent(known.max())}: "
        f"{gap(result):.1f} points, from first weights alone.",
    )


def _zeros(result: Result, guess: str) -> str:
    found, units = int(spread.distinct_units(result, result.weights[0, 0])), sum(result.config.layers)
    return judged(
        guess,
        how_many_units(result),
        f"{found} of {units} units differ in {len(result.config.layers)} layers. Equal units get equal gradients, so "
        f"they stay equal.",
    )


def _learn(result: Result, guess: str) -> str:
    count = int(np.isfinite(reached(result.loss, GOAL)).sum())
    return judged(
        guess,
        how_many_learn(result),
        f"{count} of {result.config.runs} reach training loss {GOAL:g} within {result.config.epochs} epochs.",
    )


def _cures(result: Result, guess: str) -> str:
    together = min(TOGETHER, spread.largest_group(result.config.runs))
    told = [
        f"{name.lower()} {percent(found.deviation)} ({found.verdict})"
        for entry, name in NAMES.items()
        if spread.has(result, entry)
        for found in [spread.spread(result, entry, together)]
    ]
    alone = spread.spread(result, spread.ENTRIES[0])
    return judged(
        guess,
        narrowest(result),
        f"Deviation of the test error: alone {percent(alone.deviation)}; {'; '.join(told)}.",
    )


SCENES = (
    Scene("Thirty runs", RUNS, "Only the first weights differ. How far is the best error from the worst?", GAPS, _runs),
    Scene("Zeros", NOTHING, "All weights begin at 0. How many different units are there at the end?", UNITS, _zeros),
    Scene("Too small", TOO_SMALL, "Deviation 0.001: how many of 30 reach training loss 0.2?", HOW_MANY, _learn),
    Scene("Too large", TOO_LARGE, "Deviation 5: how many of 30 reach training loss 0.2?", HOW_MANY, _learn),
    Scene("Which cure", CURES, "He and ReLU. What makes the runs most alike?", NARROWEST, _cures),
)
