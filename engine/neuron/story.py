"""What happened, in sentences made from this run, checked against what algebra says."""

from __future__ import annotations

import numpy as np

from engine.neuron import theory
from engine.neuron.experiment import BORDER, LINE, Result

SETTLED = 1.05  # times the smallest error: what "arrived" means


def story(result: Result) -> str:
    """Return two or three sentences about this run."""
    sentences = [_border(result)] if result.config.task == BORDER else [_line(result), _slope(result)]
    sentences += [_rate(result), _seeds(result)]
    if result.stopped:
        sentences.append(f"You stopped it at epoch {len(result.loss) - 1} of {result.config.epochs}.")
    return " ".join(sentence for sentence in sentences if sentence)


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _line(result: Result) -> str:
    gone = result.diverged
    best = [theory.best_line(result.x[:, 0], result.y, bias) for bias in (True, False)]
    told = []
    for name, left, one, loss in zip(("with a bias", "without"), gone, best, result.loss.T, strict=True):
        if left:
            told.append(f"{name} it left for good")
            continue
        arrived = np.flatnonzero(loss <= SETTLED * one.loss + 1e-9)
        when = f"within 5 % of it from epoch {arrived[0]}" if len(arrived) else "not there yet"
        told.append(f"{name} it ended at {loss[-1]:.3g}, where {one.loss:.3g} is the smallest possible ({when})")
    return f"The mean squared error: {told[0]}; {told[1]}."


def _slope(result: Result) -> str:
    if result.diverged[1] or not np.isfinite(result.without[-1, 0]):
        return ""
    config, found = result.config, float(result.without[-1, 0])
    if config.centred:
        return "With the mean taken off, the best line goes through the origin, so the bias has nothing left to do."
    if abs(config.offset) < 0.05:
        return "The line that made the data goes through the origin, so a bias only costs a little curvature."
    return (
        f"The slope that made the data is {_number(config.slope)}; without a bias {_number(found)} was learned: the "
        f"weight does a job that is not its own."
    )


def _border(result: Result) -> str:
    if any(result.diverged):
        return "The weights left for good."
    first, second = theory.accuracy(result, -1)
    bias = float(result.with_bias[-1, 2])
    length = float(np.linalg.norm(result.with_bias[-1, :2]))
    away = abs(bias) / length if length > 1e-9 else 0.0
    return (
        f"With a bias {first:.0%} of the points are on the right side, without {second:.0%}. The bias "
        f"{_number(bias)} holds the border {away:.2f} away from the origin, |b| / |w|; without it that distance is 0."
    )


def _seeds(result: Result) -> str:
    """Say what the other seeds say: mean and standard deviation over other data, weights and batches."""
    config = result.config
    known = np.asarray((result.ends_loss < result.loss[0].max()).all(axis=1))  # what rises is on its way out
    count = len(known)
    if count < 2:
        return ""
    if known.sum() < 2:
        return f"Of {count} seeds, each with other data, {count - known.sum()} end with a higher error than they began."
    left = "" if known.all() else f" ({count - known.sum()} of {count} end higher than they began and are not counted)"
    if config.task == BORDER:
        shares = theory.accuracies(config, result.ends_with, result.ends_without)[known]
        behind = 100 * (shares[:, 0] - shares[:, 1])
        return (
            f"Over {known.sum()} seeds, each with other data{left}, the neuron without a bias is "
            f"{behind.mean():.0f} ± {behind.std(ddof=1):.0f} points of accuracy behind."
        )
    slopes = [_spread(ends[known, 0]) for ends in (result.ends_with, result.ends_without)]
    errors = [_spread(result.ends_loss[known, column]) for column in (0, 1)]
    return (
        f"Over {known.sum()} seeds, each with other data{left}: slope {slopes[0]} with a bias and {slopes[1]} without, "
        f"error {errors[0]} and {errors[1]} (mean ± standard deviation)."
    )


def _spread(values: np.ndarray) -> str:
    return f"{_number(float(values.mean()))} ± {_number(float(values.std(ddof=1)))}"


def _rate(result: Result) -> str:
    config = result.config
    if config.task != LINE or config.batch_size < config.points:
        return ""
    limits = [theory.largest_rate(result.x[:, 0], bias) for bias in (True, False)]
    beyond = [config.learning_rate > limit for limit in limits]
    said = f"the limit 2/λ is {limits[0]:.3f} with a bias and {limits[1]:.3f} without"
    if not any(beyond):
        return f"The rate {config.learning_rate:g} is below both limits: {said}."
    who = "both" if all(beyond) else "with a bias" if beyond[0] else "without"
    return f"The rate {config.learning_rate:g} is too large {who if who != 'both' else 'for both'}: {said}."
