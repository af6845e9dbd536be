"""Five scenes: a larger picture, an eighth of the numbers, one lost, and two layouts without knowledge.

What the learner should see: a question that can be answered wrongly, and an answer taken from the stored run.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from engine.darknet import cfg
from engine.darknet.experiment import Config, Result, texts
from engine.darknet.layers import Plan
from engine.darknet.plan import plan
from engine.darknet.samples import FACE, GROUPS, YOLO2, YOLO3
from engine.darknet.story import large, thousands
from engine.darknet.view import View, kept, passed
from engine.data.photographs import PHOTOGRAPHS
from engine.detection.boxes import iou
from engine.errors import InvalidData
from engine.runs.store import store
from engine.scenes import Scene

REAL = View()
FOLDED = View(network=GROUPS)
LOST = View(lost=7)
SIGMOID = View(network=YOLO3)
SOFTMAX = View(network=YOLO2)

LARGER = ("Only the numbers", "Only the work", "Both")
FEWER = ("The same box", "A worse box", "No box")
MISSING = ("An error", "The same face", "Faces everywhere")
HOW_MANY = ("None", "About half", "Nearly all")


def shipped() -> tuple[Config, ...]:
    """Return the scenes' runs, and the face detector on every photograph."""
    faces = [View(network=name, photograph=one.name).run() for name in (FACE, GROUPS) for one in PHOTOGRAPHS]
    return (*(view.run() for view in (REAL, FOLDED, LOST, SIGMOID, SOFTMAX)), *faces)


def enlarged(result: Result) -> Plan | None:
    """Return the plan of the result's network for a picture twice as wide and high; None where there can be none."""
    try:
        net, *rest = cfg.parse(texts(result.config))
    except InvalidData:  # an upload that is no longer there
        return None
    rows, columns, _ = (str(2 * int(side)) for side in result.input)
    options = {**net.options, "height": cfg.Option(rows, net.line), "width": cfg.Option(columns, net.line)}
    try:
        return plan((dataclasses.replace(net, options=options), *rest))
    except InvalidData:  # too large, or a dense layer whose size no longer fits the boxes
        return None


def larger(result: Result) -> str:
    """Return the option of LARGER that is right."""
    return LARGER[2] if "connected" in result.kinds else LARGER[1]


def same_box(result: Result) -> str:
    """Return the option of FEWER that is right: the box against that of the whole kernels."""
    mine = kept(result, FOLDED)
    whole = store().find(REAL.run())
    if not len(mine):
        return FEWER[2]
    if whole is None:
        return FEWER[1]
    theirs = kept(whole.result, REAL)
    same = (
        len(theirs) == len(mine) and float(iou(result.boxes[mine], whole.result.boxes[theirs]).diagonal().min()) > 0.99
    )
    return FEWER[0] if same else FEWER[1]


def missing(result: Result) -> str:
    """Return the option of MISSING that is right."""
    return MISSING[1] if len(passed(result, LOST)) < 5 else MISSING[2]


def how_many(result: Result, view: View) -> str:
    """Return the option of HOW_MANY that is right."""
    part = len(passed(result, view)) / max(1, result.places)
    return HOW_MANY[0] if part < 0.05 else HOW_MANY[1] if part < 0.8 else HOW_MANY[2]


def _judged(guess: str, right: str, evidence: str) -> str:
    return f"Right. {evidence}" if guess == right else f"You said “{guess}”. {evidence}"


def _tell_larger(result: Result, guess: str) -> str:
    numbers, work = thousands(int(result.parameters.sum())), large(int(result.operations.sum()))
    grown = enlarged(result)
    if "connected" in result.kinds:
        return _judged(guess, larger(result), "A dense layer has a number for every place of its map, so it grows too.")
    to = "about four times as many" if grown is None else large(grown.operations)
    return _judged(
        guess,
        larger(result),
        f"The {numbers} numbers stay; the multiply-adds go from {work} to {to}. A kernel does not know how large its "
        "map is.",
    )


def _tell_fewer(result: Result, guess: str) -> str:
    whole = store().find(REAL.run())
    other = int(whole.result.parameters.sum()) if whole is not None else 0
    return _judged(
        guess,
        same_box(result),
        f"{thousands(int(result.parameters.sum()))} numbers instead of {thousands(other)}: the kernels were products "
        "all along, and [convolutional] with groups keeps the factors.",
    )


def _tell_missing(result: Result, guess: str) -> str:
    moved = int(result.parameters[np.flatnonzero(result.parameters)[LOST.lost - 1 :]].sum())
    part = 100 * moved / result.parameters.sum()
    return _judged(
        guess,
        missing(result),
        f"{len(passed(result, LOST))} boxes pass. Only {part:.1f} % of the numbers moved by one place, all in the last "
        "convolution; the file has no names that could tell.",
    )


def _tell_many(result: Result, guess: str, view: View, why: str) -> str:
    count, places = len(passed(result, view)), thousands(result.places)
    total = large(int(result.parameters.sum()))
    return _judged(guess, how_many(result, view), f"{thousands(count)} of {places}, from {total} random numbers. {why}")


SCENES = (
    Scene("A real one", REAL, "A picture twice as wide and high: what grows fourfold?", LARGER, _tell_larger),
    Scene("In groups", FOLDED, "An eighth of the numbers: what becomes of the box?", FEWER, _tell_fewer),
    Scene("One lost", LOST, "One number of 1.6 million is lost: what do you get?", MISSING, _tell_missing),
    Scene(
        "Untrained v3",
        SIGMOID,
        "Random numbers: how many of 2\u2009535 boxes pass 0.35?",
        HOW_MANY,
        lambda result, guess: _tell_many(
            result, guess, SIGMOID, "Each of 80 classes has a score of its own, and the best of 80 guesses is high."
        ),
    ),
    Scene(
        "Untrained v2",
        SOFTMAX,
        "Random numbers again: how many of 845 boxes pass 0.35?",
        HOW_MANY,
        lambda result, guess: _tell_many(
            result, guess, SOFTMAX, "Here the 80 shares sum to 1 (softmax), so no class gets far."
        ),
    ),
)
