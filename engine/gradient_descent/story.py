"""What happened in the race, in sentences made from this run."""

from __future__ import annotations

import numpy as np

from engine.gradient_descent.experiment import NAMES, RACERS, Result
from engine.gradient_descent.scenes import error_after, excess
from engine.gradient_descent.theory import limits, noise

GONE = 1e6  # above the smallest error: no race any more


def story(result: Result) -> str:
    """Return three or four sentences about this run."""
    sentences = [_updates(result), _ends(result), _seeds(result), _noise(result), _seconds(result)]
    if result.stopped:
        sentences.append(f"You stopped it after epoch {result.epochs} of {result.config.epochs}.")
    return " ".join(sentence for sentence in sentences if sentence)


def _updates(result: Result) -> str:
    told = ", ".join(f"{NAMES[racer].lower()} {error_after(result, racer, 1):.3g}" for racer in RACERS)
    counts = ", ".join(f"{-(-result.config.points // result.config.size(racer))}" for racer in RACERS)
    return f"One epoch is {counts} updates; the error after it: {told}."


def _ends(result: Result) -> str:
    gone = [racer for racer in RACERS if not result.loss(racer)[-1] < result.loss(racer)[0]]
    whole, row = limits(result.config)
    rate = result.config.learning_rate
    if gone:
        names = " and ".join(NAMES[racer].lower() for racer in gone)
        return (
            f"At the rate {rate:g} {names} ended higher than it began: all rows stand rates up to {whole:.3f}, the "
            f"steepest single row up to {row:.3f}."
        )
    parts = [excess(result, racer) for racer in RACERS]
    told = ", ".join(f"{NAMES[racer].lower()} {part:.2g}" for racer, part in zip(RACERS, parts, strict=True))
    return f"In the last epoch the mean error lies above the smallest possible one by: {told}."


def _seeds(result: Result) -> str:
    """Say whether other rows say the same: mean and standard deviation, and who was lowest how often."""
    found = result.excesses
    if len(found) < 2:
        return ""
    lowest = np.bincount(found.argmin(axis=1), minlength=len(RACERS))
    told = ", ".join(
        f"{NAMES[racer].lower()} left in {(values > GONE).sum()}"
        if (values > GONE).any()
        else f"{NAMES[racer].lower()} {values.mean():.2g} ± {values.std(ddof=1):.1g}"
        for racer, values in zip(RACERS, found.T, strict=True)
    )
    winner = int(lowest.argmax())
    return (
        f"Over {len(found)} seeds, each with other rows: {told}; lowest in {lowest[winner]} of {len(found)} is "
        f"{NAMES[RACERS[winner]].lower()}."
    )


def _noise(result: Result) -> str:
    one, some = noise(result.config, np.array([1, result.config.batch_size]))
    return (
        f"At the start one row’s gradient is off by {one:.3g}, that of {result.config.batch_size} rows by {some:.3g}: "
        f"{one / some:.1f} times less, about √{result.config.batch_size} = {result.config.batch_size**0.5:.1f}."
    )


def _seconds(result: Result) -> str:
    if result.epochs < 3:
        return ""
    spent = np.median(result.seconds, axis=0) * 1000
    told = ", ".join(f"{NAMES[racer].lower()} {value:.2g} ms" for racer, value in zip(RACERS, spent, strict=True))
    return f"By the clock an epoch took: {told} (median, compiled loop, this machine)."
