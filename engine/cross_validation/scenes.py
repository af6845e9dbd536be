"""Five scenes: folds that can be trusted, a sorted file, a rare class, writers on both sides, and a leak.

What the learner should see: a question that can be answered wrongly, and an answer that was measured.
"""

from __future__ import annotations

import numpy as np

from engine.cross_validation.experiment import Config, Result
from engine.cross_validation.scores import class_label, fold_scores, missing_class, summaries, ways
from engine.cross_validation.story import shown
from engine.runs.store import store
from engine.scenes import Scene, judged

FIVE_FOLDS = Config()
SORTED = Config(dataset="wine", splitter="plain", folds=3, shuffle=False, patience=0, epochs=60)
RARE = Config(splitter="plain", folds=10, repeats=3, minority=0.04)
WRITERS = Config(dataset="digits", splitter="plain")
WRITERS_APART = WRITERS.changed(splitter="group")
LEAK = Config(dataset="wine", leak="features")

APART = ("Under 2 points", "2 to 4 points", "More than 4")
RIGHT = ("About 95 %", "About 65 %", "Under a third")
WITHOUT = ("None", "One or two", "Three or more")
NEW = ("As well", "About 1 point worse", "3 points worse or more")
NOISE = ("About a third", "About half", "More than 60 %")


def shipped() -> tuple[Config, ...]:
    """Return every config whose result must ship: the scenes, and what the answers point to."""
    return (FIVE_FOLDS, SORTED, RARE, WRITERS, WRITERS_APART, LEAK)


def apart(result: Result) -> tuple[str, float]:
    """Return the option of APART that is right for the first repeat, and the distance in points."""
    distance = 100 * float(np.ptp(fold_scores(result)[0]))
    return APART[0] if distance < 2 else APART[1] if distance <= 4 else APART[2], distance


def _tell_apart(result: Result, guess: str) -> str:
    first = fold_scores(result)[0]
    ends = f"from {shown(result, float(first.min()))} to {shown(result, float(first.max()))}"
    ends = f"In the first draw {ends}" if result.repeats > 1 else ends.capitalize()
    if not result.classification:
        return f"{ends}."
    right, distance = apart(result)
    return judged(
        guess,
        right,
        f"{ends}: {distance:.1f} points, by nothing but which rows were held out. Each could have been your only "
        "split.",
    )


def right_in_blocks(result: Result) -> str:
    """Return the option of RIGHT that is right: the mean accuracy over the folds."""
    mean = summaries(result)[0].mean
    return RIGHT[0] if mean > 0.8 else RIGHT[1] if mean > 0.45 else RIGHT[2]


def _tell_sorted(result: Result, guess: str) -> str:
    scores = fold_scores(result)
    return judged(
        guess,
        right_in_blocks(result),
        f"{shown(result, float(scores.mean()))} on average: block 1 is one cultivar, never seen by its network. A new "
        f"model (mean epochs) gets {shown(result, float(ways(result)[:, 2].mean()))} of the wines put aside.",
    )


def without(result: Result) -> str:
    """Return the option of WITHOUT that is right: plain folds of the first repeat without the rare class."""
    missing = missing_class(result, 0)
    return WITHOUT[0] if missing == 0 else WITHOUT[1] if missing <= 2 else WITHOUT[2]


def _tell_rare(result: Result, guess: str) -> str:
    share = np.bincount(result.y.astype(int)) / len(result.y)
    missing, stratified = missing_class(result, 0), missing_class(result, 1)
    return judged(
        guess,
        without(result),
        f"{missing} of {result.folds} in the first draw hold none (stratified: {stratified}). Always "
        f"“{class_label(result, int(share.argmax()))}” scores {shown(result, float(share.max()))}, so "
        f"{shown(result, summaries(result)[0].mean)} says little; balanced accuracy: "
        f"{shown(result, summaries(result, 'balanced accuracy')[0].mean)}.",
    )


def worse(result: Result) -> tuple[str, float]:
    """Return the option of NEW that is right, and by how many points new writers score below the folds."""
    gap = 100 * (summaries(result)[0].mean - float(ways(result)[:, 2].mean()))
    return NEW[0] if gap < 0.5 else NEW[1] if gap < 2 else NEW[2], gap


def _tell_writers(result: Result, guess: str) -> str:
    right, gap = worse(result)
    apart_run = store().find(result.config.changed(splitter="group"))
    said = f" Group folds say so: {shown(result, summaries(apart_run.result)[0].mean)}." if apart_run else ""
    return judged(
        guess,
        right,
        f"The folds say {shown(result, summaries(result)[0].mean)}; new writers get "
        f"{shown(result, float(ways(result)[:, 2].mean()))} (new model, mean epochs), {gap:.1f} points less.{said}",
    )


def by_noise(result: Result) -> str:
    """Return the option of NOISE that is right: the mean accuracy with the leak."""
    mean = summaries(result, leaky=True)[0].mean
    return NOISE[0] if mean < 0.42 else NOISE[1] if mean < 0.6 else NOISE[2]


def _tell_leak(result: Result, guess: str) -> str:
    largest = np.bincount(result.y.astype(int)).max() / len(result.y)
    return judged(
        guess,
        by_noise(result),
        f"{shown(result, summaries(result, leaky=True)[0].mean)} over all {result.repeats * result.folds} folds, "
        f"from pure noise. Chosen inside each split: {shown(result, summaries(result)[0].mean)}; always naming the "
        f"largest class: {shown(result, largest)}.",
    )


SCENES = (
    Scene(
        "Five folds",
        FIVE_FOLDS,
        "Each network is judged on other rows. How far apart are the best and the worst score?",
        APART,
        _tell_apart,
    ),
    Scene(
        "Sorted file",
        SORTED,
        "The file is sorted by cultivar and cut into three blocks. How many of the wines held out are right?",
        RIGHT,
        _tell_sorted,
    ),
    Scene(
        "Rare class",
        RARE,
        "4 % are malignant, ten plain folds. How many folds hold no malignant tumour at all?",
        WITHOUT,
        _tell_rare,
    ),
    Scene(
        "Same writers",
        WRITERS,
        "Each writer’s digits lie in all folds. How well will writers do whom no network has seen?",
        NEW,
        _tell_writers,
    ),
    Scene(
        "Leak",
        LEAK,
        "1,000 columns of noise, the best 20 chosen before the split. What accuracy do the folds report?",
        NOISE,
        _tell_leak,
    ),
)
