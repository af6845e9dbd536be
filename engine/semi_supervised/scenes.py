"""Four scenes: ten labels, the whole curve, clothes instead of digits, and the generator's classic loss.

What the learner should see: a question that can be answered wrongly, and an answer taken from the stored runs.
"""

from __future__ import annotations

from engine.runs.store import store
from engine.scenes import Scene, judged
from engine.semi_supervised.experiment import SATURATING, WITH, Config, Result
from engine.semi_supervised.pictures import DIGITS, FASHION
from engine.semi_supervised.story import FEW, MANY, gain, interval, is_sure, points, sure_until
from engine.validation.statistics import paired

TEN = Config()
CURVE = Config(curve=True)
CLOTHES = Config(data=FASHION, curve=True, epochs=20, unlabelled=4000)
CLASSIC = Config(loss=SATURATING)
CURVES = {DIGITS: CURVE, FASHION: CLOTHES}
"""Data → the whole curve that is drawn behind a run of one count."""

ADDED = ("Under 5 points", "5 to 10 points", "Over 10 points")
UNTIL = ("5", "50", "Sure at all counts")
HELPED = ("Over 5 points", "Fewer, but surely some", "Nothing sure")
LOSSES = ("Feature matching", "The classic loss", "No sure difference")
ASKED = 10  # labels a class that the scene of the clothes asks about


def shipped() -> tuple[Config, ...]:
    """Return every scene's settings."""
    return (TEN, CURVE, CLOTHES, CLASSIC)


def added(result: Result) -> str:
    """Return the option of ADDED that is right of the mean gain at the end."""
    mean = gain(result)[0].mean
    return ADDED[0] if mean < FEW else ADDED[1] if mean <= MANY else ADDED[2]


def until(result: Result) -> str:
    """Return the option of UNTIL that is right: the first count whose gain is not sure."""
    place = sure_until(result)
    return UNTIL[2] if place == len(result.frame_labels) else str(int(result.frame_labels[place]))


def helped(result: Result) -> str:
    """Return the option of HELPED that is right of the gain at ASKED labels a class."""
    found = gain(result, _asked(result))[0]
    return HELPED[2] if not is_sure(found) else HELPED[0] if found.mean > FEW else HELPED[1]


def better(classic: Result, matching: Result) -> str:
    """Return the option of LOSSES that is right of the accuracies at the end, paired by seed."""
    found, _ = paired(classic.accuracy[-1, WITH], matching.accuracy[-1, WITH])
    return LOSSES[2] if not is_sure(found) else LOSSES[1] if found.mean > 0 else LOSSES[0]


def _asked(result: Result) -> int:
    return int((result.frame_labels == ASKED).argmax())


def _tell_added(result: Result, guess: str) -> str:
    both = result.accuracy[-1].mean(axis=1)
    found, _ = gain(result)
    return judged(
        guess,
        added(result),
        f"From {100 * both[1]:.0f} to {100 * both[0]:.0f} % right: {points(found.mean)} (95 %: {interval(found)}).",
    )


def _tell_until(result: Result, guess: str) -> str:
    right = until(result)
    place = min(sure_until(result), len(result.frame_labels) - 1)
    found, last = gain(result, place)[0], gain(result)[0]
    evidence = f"At {result.frame_labels[place]} a class: {points(found.mean)} points (95 %: {interval(found)})."
    if is_sure(last) and place < len(result.frame_labels) - 1:
        evidence += f" At {result.frame_labels[-1]}, {points(last.mean)} ({interval(last)}): small, but sure again."
    return judged(guess, right, evidence)


def _tell_helped(result: Result, guess: str) -> str:
    found, first = gain(result, _asked(result))[0], gain(result, 0)[0]
    return judged(
        guess,
        helped(result),
        f"{points(found.mean)} points at {ASKED} a class (95 %: {interval(found)}); at 1 a class {points(first.mean)} "
        f"({interval(first)}). Likely why: shirts shade into coats.",
    )


def _tell_better(result: Result, guess: str) -> str:
    other = store().find(TEN)
    if other is None:
        return "The run that this is compared with is not stored here: make assets computes it."
    found, _ = paired(result.accuracy[-1, WITH], other.result.accuracy[-1, WITH])
    return judged(
        guess,
        better(result, other.result),
        f"The classic loss ends {points(found.mean)} points from the other (95 %: {interval(found)}), same seeds.",
    )


SCENES = (
    Scene("Ten labels", TEN, "One labelled picture a digit. What do 1\u202f190 unlabelled add?", ADDED, _tell_added),
    Scene("Whole curve", CURVE, "At which count of labels is the gain first not sure?", UNTIL, _tell_until),
    Scene("Clothes", CLOTHES, "Clothes: what is the gain at 10 labels a class?", HELPED, _tell_helped),
    Scene("Classic loss", CLASSIC, "Which loss of the generator gives the better classifier?", LOSSES, _tell_better),
)
