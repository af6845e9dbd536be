"""Four scenes: all three, a rate that is too small, one that single rows do not stand, and the noise at the end.

What the learner should see: who is ahead depends on what is counted: updates, epochs or seconds.
"""

from __future__ import annotations

import numpy as np

from engine.gradient_descent.experiment import NAMES, RACERS, Config, Result
from engine.gradient_descent.theory import limits
from engine.neuron.theory import best_line
from engine.scenes import Scene, judged

THREE = Config()
SLOW = THREE.changed(learning_rate=0.0005)
FAST = THREE.changed(learning_rate=0.12)
LONG = THREE.changed(epochs=60, learning_rate=0.03)

WHO = (NAMES["batch"], NAMES["mini"], NAMES["online"])
LEAVE = ("None", "Only one row", "All three")


def shipped() -> tuple[Config, ...]:
    """Return every config whose result must ship."""
    return (THREE, SLOW, FAST, LONG)


def lowest(result: Result, epoch: int) -> str:
    """Return the option of WHO that is right: whose error is lowest after so many epochs."""
    errors = [error_after(result, racer, epoch) for racer in RACERS]
    return WHO[int(np.argmin(errors))]


def error_after(result: Result, racer: str, epoch: int) -> float:
    """Return a racer's error after so many epochs."""
    return float(result.loss(racer)[epoch * -(-result.config.points // result.config.size(racer))])


def last_epoch_error(result: Result, racer: str) -> float:
    """Return a racer's mean error over the updates of its last epoch."""
    steps = -(-result.config.points // result.config.size(racer))
    return float(result.loss(racer)[-steps:].mean())


def who_rises(result: Result) -> str:
    """Return the option of LEAVE that is right: whose error at the end is above where it began."""
    rose = [bool(~(result.loss(racer)[-1] < result.loss(racer)[0])) for racer in RACERS]
    return LEAVE[0] if not any(rose) else LEAVE[2] if all(rose) else LEAVE[1]


def excess(result: Result, racer: str) -> float:
    """Return how far a racer's mean error over its last epoch lies above the smallest possible one."""
    return last_epoch_error(result, racer) - best_line(result.x, result.y, True).loss


def _told(result: Result, epoch: int) -> str:
    return ", ".join(f"{NAMES[racer].lower()} {error_after(result, racer, epoch):.3g}" for racer in RACERS)


def _first_epoch(result: Result, guess: str) -> str:
    return judged(guess, lowest(result, 1), f"Error after one epoch: {_told(result, 1)}.")


def _slow(result: Result, guess: str) -> str:
    last = result.epochs
    updates = ", ".join(f"{len(result.loss(racer)) - 1}" for racer in RACERS)
    return judged(guess, lowest(result, last), f"Error at the end: {_told(result, last)}, after {updates} updates.")


def _fast(result: Result, guess: str) -> str:
    whole, row = limits(result.config)
    return judged(
        guess,
        who_rises(result),
        f"All rows together stand rates up to {whole:.3f}, the steepest single row up to {row:.3f} "
        f"only; the rate was {result.config.learning_rate:g}.",
    )


def _noise(result: Result, guess: str) -> str:
    parts = [excess(result, racer) for racer in RACERS]
    told = ", ".join(f"{NAMES[racer].lower()} {part:.3g}" for racer, part in zip(RACERS, parts, strict=True))
    return judged(guess, WHO[int(np.argmin(parts))], f"Above the smallest possible error in the last epoch: {told}.")


SCENES = (
    Scene("Three ways", THREE, "One epoch, the same rate. Whose error is lowest after it?", WHO, _first_epoch),
    Scene("Too small a rate", SLOW, "A rate 40 times smaller. Who is nearest after 12 epochs?", WHO, _slow),
    Scene("Too large for one", FAST, "A rate six times larger. Who ends higher than it began?", LEAVE, _fast),
    Scene("Left long enough", LONG, "Sixty epochs. Who comes closest to the lowest place?", WHO, _noise),
)
