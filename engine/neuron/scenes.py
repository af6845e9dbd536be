"""Five scenes: an offset, none, data whose mean was taken off, two classes away from the origin, and too large a rate.

What the learner should see: the neuron without a bias is not a little worse; it learns another slope than the true one.
"""

from __future__ import annotations

from engine.neuron import theory
from engine.neuron.experiment import BORDER, Config, Result
from engine.scenes import Scene, judged

OFFSET = Config()
NONE = OFFSET.changed(offset=0.0)
CENTRED = OFFSET.changed(centred=True)
CLASSES = OFFSET.changed(task=BORDER, learning_rate=1.0, epochs=120, points=200, batch_size=256)
TOO_LARGE = OFFSET.changed(learning_rate=0.17)

SLOPES = ("About the true one", "Steeper", "Flatter")
CLOSER = ("With bias", "Without", "Neither, much")
SIDES = ("At most 5 points worse", "5 to 20", "Over 20")
LEAVES = ("Both", "Only with bias", "Only without")
NEAR = 0.1  # of the slope: what "about the true one" means
MUCH = 1.1  # ratio of errors that is called a difference


def shipped() -> tuple[Config, ...]:
    """Return every config whose result must ship."""
    return (OFFSET, NONE, CENTRED, CLASSES, TOO_LARGE)


def slope_without(result: Result) -> str:
    """Return the option of SLOPES that is right for the neuron without a bias."""
    true, found = result.config.slope, float(result.without[-1, 0])
    if abs(found - true) < NEAR * max(abs(true), 1):
        return SLOPES[0]
    return SLOPES[1] if found > true else SLOPES[2]


def who_is_closer(result: Result) -> str:
    """Return the option of CLOSER that is right, by the errors at the end."""
    first, second = (float(value) for value in result.loss[-1])
    if max(first, second) < MUCH * min(first, second):
        return CLOSER[2]
    return CLOSER[0] if first < second else CLOSER[1]


def points_behind(result: Result) -> str:
    """Return the option of SIDES that is right: how many points of accuracy the neuron without a bias is behind."""
    first, second = theory.accuracy(result, -1)
    behind = 100 * (first - second)
    return SIDES[0] if behind <= 5 else SIDES[1] if behind <= 20 else SIDES[2]


def who_leaves(result: Result) -> str:
    """Return the option of LEAVES that is right: whose error grew."""
    grew = [bool(~(value < first)) for first, value in zip(result.loss[0], result.loss[-1], strict=True)]
    return LEAVES[0] if all(grew) else LEAVES[1] if grew[0] else LEAVES[2]


def _offset(result: Result, guess: str) -> str:
    return judged(
        guess,
        slope_without(result),
        f"It learns m = {result.without[-1, 0]:.2f} to make up for the offset it cannot have; the data were made with "
        f"m = {result.config.slope:.2f}, and with a bias it learns {result.with_bias[-1, 0]:.2f}.",
    )


def _errors(result: Result, guess: str) -> str:
    first, second = result.loss[-1]
    return judged(guess, who_is_closer(result), f"Error {first:.3f} with a bias, {second:.3f} without.")


def _classes(result: Result, guess: str) -> str:
    first, second = theory.accuracy(result, -1)
    return judged(
        guess,
        points_behind(result),
        f"{first:.0%} right with a bias, {second:.0%} without: its border turns about the origin and cannot leave it.",
    )


def _rate(result: Result, guess: str) -> str:
    limits = [theory.largest_rate(result.x[:, 0], bias) for bias in (True, False)]
    return judged(
        guess,
        who_leaves(result),
        f"The limit 2/λ is {limits[0]:.3f} with a bias and {limits[1]:.3f} without; the rate was "
        f"{result.config.learning_rate:.2f}. One weight more makes the valley steeper.",
    )


SCENES = (
    Scene(
        "An offset",
        OFFSET,
        "The data follow a line of slope 0.8 that misses the origin. What slope is learned without a bias?",
        SLOPES,
        _offset,
    ),
    Scene("No offset", NONE, "Now the line goes through the origin. Whose error is smaller?", CLOSER, _errors),
    Scene("Mean taken off", CENTRED, "The offset is back, but the mean is taken off first. Who wins?", CLOSER, _errors),
    Scene(
        "Two classes",
        CLASSES,
        "Two classes, both away from the origin. How far behind is the neuron without a bias?",
        SIDES,
        _classes,
    ),
    Scene("Too fast", TOO_LARGE, "Learning rate 0.17: which neuron’s error grows instead of falling?", LEAVES, _rate),
)
