"""Five scenes: a flock, the edge, a square in front, other proportions, and one photograph that gets smaller.

What the learner should see: a question that can be answered wrongly, and an answer taken from the stored run.
"""

from __future__ import annotations

import numpy as np

from engine.config import Config
from engine.detection_limits import experiment, tiles
from engine.detection_limits.factors import CUT, FACTORS, HIDDEN, SIZE, STRETCH, TURN
from engine.detection_limits.grid import most_share
from engine.detection_limits.measure import FOUND, MISNAMED, UNSEEN, curve, place_of
from engine.detection_limits.sheets import kept
from engine.detection_limits.view import TILED, View
from engine.scenes import Scene, judged

FLOCK, EDGE, BEHIND, STRETCHED, SMALLER = (
    View(),
    View(factor=CUT),
    View(factor=HIDDEN),
    View(factor=STRETCH),
    View(factor=TILED),
)
SIZES = (24, 32, 40)  # pixels of a flock's things, for which the runs are shipped

MANY = {"3 in 4": 0.75, "Half": 0.5, "1 in 10": 0.1}
HALF = {"4 in 5": 0.8, "Half": 0.5, "1 in 5": 0.2}
SQUARE = {"3 in 4": 0.75, "Half": 0.5, "1 in 4": 0.25}
FIRST = ("The box", "The name")
SMALL = {"Nearly all": 0.95, "Half": 0.5, "Hardly any": 0.05}


TINY, TURNED = View(factor=SIZE), View(factor=TURN)
"""Factors without a scene of their own; their questions are in QUESTIONS."""


def share(result: experiment.Result, view: View) -> float:
    """Return the recall where a view looks."""
    return float(curve(result, view.score).recall[place_of(result, view.at)])


def nearest(options: dict[str, float], value: float) -> str:
    """Return the option that is nearest to a share."""
    return min(options, key=lambda option: abs(options[option] - value))


def lost_first(result: experiment.Result) -> str:
    """Return the option of FIRST that is right: whether more of the stretched things lost their box or their name."""
    fates = curve(result, STRETCHED.score).fates[place_of(result, STRETCHED.at)]
    return FIRST[int(fates[MISNAMED] > fates[UNSEEN])]


def shipped() -> tuple[Config, ...]:
    """Return every factor with the usual settings, flocks of other sizes, and the photographs with things in them."""
    factors = (View(factor=name).run() for name in FACTORS)
    flocks = (View(size=size).run() for size in SIZES)
    photographs = (View(factor=TILED, photograph=one.name).run() for one in tiles.shipped())
    return tuple(dict.fromkeys((*factors, *flocks, *photographs)))


def _tell_flock(result: experiment.Result, guess: str) -> str:
    value = share(result, FLOCK)
    limit = curve(result, FLOCK.score).most[place_of(result, FLOCK.at)]
    return judged(
        guess,
        nearest(MANY, value),
        f"{value:.0%} are found. The grid alone would allow {limit:.0%} ({most_share(FLOCK.at):.0%} at random places): "
        "most are lost to what lies over them.",
    )


def _tell_edge(result: experiment.Result, guess: str) -> str:
    value = share(result, EDGE)
    fates = curve(result, EDGE.score).fates[place_of(result, EDGE.at)]
    return judged(
        guess,
        nearest(HALF, value),
        f"{value:.0%} are found by name, another {fates[MISNAMED]:.0%} have a box with a wrong name.",
    )


def _tell_behind(result: experiment.Result, guess: str) -> str:
    told = curve(result, BEHIND.score)
    value = share(result, BEHIND)
    return judged(
        guess,
        nearest(SQUARE, value),
        f"{value:.0%} are found; with the square only beside them {told.recall[0]:.0%}. In training at most 15 % were "
        "covered.",
    )


def _tell_stretched(result: experiment.Result, guess: str) -> str:
    fates = curve(result, STRETCHED.score).fates[place_of(result, STRETCHED.at)]
    return judged(
        guess,
        lost_first(result),
        f"At three times the width {fates[FOUND]:.0%} are found, {fates[MISNAMED]:.0%} have a box and a wrong name, "
        f"{fates[UNSEEN]:.0%} have no box.",
    )


def _tell_smaller(result: tiles.Result, guess: str) -> str:
    told = kept(result, SMALLER.score)
    place = int(np.abs(result.tiles - SMALLER.at_tiles).argmin())
    return judged(
        guess,
        nearest(SMALL, float(told.whole[place])),
        f"{told.whole[place]:.0%} at one look, {told.sliced[place]:.0%} in {int(result.looks[place])} slices; wrong "
        f"boxes: {int(told.wrong[place, 0])} and {int(told.wrong[place, 1])}.",
    )


SCENES = (
    Scene("A flock", FLOCK, "64 cells, 48 things: how many are found?", tuple(MANY), _tell_flock),
    Scene("Cut by the edge", EDGE, "Half of each is outside: how many are found?", tuple(HALF), _tell_edge),
    Scene("Behind", BEHIND, "30 % of each is hidden: how many are found?", tuple(SQUARE), _tell_behind),
    Scene("Stretched", STRETCHED, "3 times as wide: what is lost more often?", FIRST, _tell_stretched),
    Scene("Smaller", SMALLER, "3 × 3 copies: how much does one look find?", tuple(SMALL), _tell_smaller),
)


def _tell_tiny(result: experiment.Result, guess: str) -> str:
    told, value = curve(result, TINY.score), share(result, TINY)
    return judged(
        guess,
        nearest(MANY, value),
        f"{value:.0%} at 16 pixels, {told.recall.max():.0%} where it is best. It was trained on 28 to 52 pixels.",
    )


def _tell_turned(result: experiment.Result, guess: str) -> str:
    fates = curve(result, TURNED.score).fates[place_of(result, TURNED.at)]
    return judged(
        guess,
        nearest(SQUARE, float(fates[FOUND])),
        f"{fates[FOUND]:.0%} are found, another {fates[MISNAMED]:.0%} have a box and a wrong name: no training "
        "picture was turned.",
    )


QUESTIONS = (
    Scene("Their size", TINY, "16 pixels instead of 32: how many are found?", tuple(MANY), _tell_tiny),
    Scene("Turned", TURNED, "Turned by 90°: how many are found?", tuple(SQUARE), _tell_turned),
)


def lesson(view: View) -> tuple[Scene, ...]:
    """Return the scene whose question fits what is measured, also with settings of the reader's own."""
    return tuple(scene for scene in (*SCENES, *QUESTIONS) if getattr(scene.config, "factor", "") == view.factor)
