"""What happened, in sentences made from this run."""

from __future__ import annotations

import numpy as np

from engine.schedules.compare import constant_rates, difference, epochs_to_goal, goal, last
from engine.schedules.experiment import CONSTANT, SCHEDULES, Result
from engine.schedules.range_test import read
from engine.schedules.scenes import lowest, points
from engine.schedules.words import NAMES


def story(result: Result, focus: str) -> list[str]:
    """Return two paragraphs: the schedule that is looked at beside the constant rate, and what constant rates need.

    Args:
        result: The run.
        focus: One of SCHEDULES; the constant rate is compared with the best.
    """
    if result.epochs_run < 1:
        return ["No network has been trained yet."]
    told = _schedule(result, lowest(result) if focus == CONSTANT else focus)
    stopped = f" You stopped it after epoch {result.epochs_run} of {result.config.epochs}." if result.stopped else ""
    return [told + stopped, f"{_constant(result)} {_range(result)}".strip()]


def _ends(values: np.ndarray, name: str) -> str:
    own = last(values)[SCHEDULES.index(name)].astype(float)
    return f"{own.mean():.3f} ± {own.std(ddof=1):.3f}"


def _schedule(result: Result, name: str) -> str:
    if name == CONSTANT:
        return (
            f"The constant rate has the lowest training loss of all: {_ends(result.loss, name)} (mean ± deviation of "
            f"{result.config.seeds} seeds)."
        )
    ends = last(result.loss)
    if not np.isfinite(ends[[0, SCHEDULES.index(name)]]).all():
        lost = [NAMES[one] for place, one in enumerate(SCHEDULES) if not np.isfinite(ends[place]).all()]
        return f"The loss is no longer a number for at least one seed of: {', '.join(lost)}. The rate was too large."
    gap, accuracy = difference(result.loss, name), difference(result.held_accuracy, name)
    sure = "a sure difference" if accuracy.sure else "not a sure difference"
    return (
        f"Training loss at the end: {NAMES[name]} {_ends(result.loss, name)}, constant rate "
        f"{_ends(result.loss, CONSTANT)} (mean ± deviation of {result.config.seeds} seeds; paired difference "
        f"{gap.mean:+.3f} ± {gap.half:.3f}{'' if gap.sure else ', not sure'}). On rows held back its "
        f"accuracy differs by {points(accuracy)}: {sure}. Same first weights and batches for all; ± of a difference "
        "is half its 95 % interval."
    ).replace("-", "−")


def _constant(result: Result) -> str:
    rates, places = constant_rates(result)
    epochs = epochs_to_goal(result)
    known = np.isfinite(epochs).all(axis=1)
    if known.sum() < 2:
        return ""
    means = np.where(known, epochs.mean(axis=1), np.inf)
    shown = dict.fromkeys([*np.flatnonzero(known)[:3].tolist(), int(means.argmin())])
    told = ", ".join(f"{means[place]:.3g} at rate {rates[place]:.2g}" for place in shown)
    accuracy = last(result.held_accuracy)[places].astype(float).mean(axis=1)
    best = int(np.nanargmax(accuracy))
    return (
        f"Constant rates need these epochs to loss {goal(result):.2f}: {told}. On rows held back the best of them, "
        f"{rates[best]:.2g}, gets {accuracy[best]:.1%}, the best schedule "
        f"{np.nanmax(last(result.held_accuracy)[1 : len(SCHEDULES)].mean(axis=1)):.1%}."
    )


def _range(result: Result) -> str:
    reading = read(result)
    if reading is None:
        return ""
    lost = (
        f", and is back where it began at {reading.diverges:.2g}"
        if np.isfinite(reading.diverges)
        else ", and never rises to where it began"
    )
    return (
        f"In the range test the loss falls fastest at rate {reading.steepest:.2g}, is lowest at "
        f"{reading.lowest:.2g}{lost}; η here is {result.config.learning_rate:g}."
    )
