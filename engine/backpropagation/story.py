"""What happened, in sentences made from this setting's numbers and from what GradientTape said about them."""

from __future__ import annotations

import numpy as np

from engine.backpropagation.experiment import PARAMETERS, RELU, Config, Result
from engine.backpropagation.scenes import batch_share, step_ratio
from engine.backpropagation.steps import said
from engine.backpropagation.walk import Walk, backwards, walk

LEFT = 1000.0  # a weight beyond it is of no use any more
COMPARED = (
    "weights",
    "velocity",
    "z",
    "a",
    "loss",
    "to_activation",
    "to_sum",
    "rows",
    "batch",
    "next_velocity",
    "next_weights",
)


def largest_difference(mine: Walk, result: Result) -> float:
    """Return the largest difference between the page's numbers and TensorFlow's, beside the numbers' size (or 1)."""
    worst = 0.0
    for name in COMPARED:
        own, said = getattr(mine, name), getattr(result, name)
        both = np.isfinite(own) & np.isfinite(said)
        if both.any():
            size = np.maximum(1.0, np.abs(own[both]))
            worst = max(worst, float((np.abs(own[both] - said[both]) / size).max()))
    return worst


def compared(result: Result) -> int:
    """Return how many numbers are compared."""
    return sum(np.asarray(getattr(result, name)).size for name in COMPARED)


def story(result: Result) -> str:
    """Return three or four sentences about this setting."""
    config = result.config
    mine = walk(config)
    if result.stopped:
        return "You stopped it before all updates were made; press Check to ask again."
    largest = float(np.abs(result.next_weights).max())
    if not largest < LEFT:
        return (
            f"After {config.updates + 1} updates the weights have left: the largest is {said(largest)}. The learning "
            f"rate {config.learning_rate:g} is too large here. TensorFlow’s numbers leave in the same way."
        )
    sentences = [
        f"{compared(result)} numbers were compared with TensorFlow’s: the largest difference is "
        f"{_power(largest_difference(mine, result))}.",
        _row(result),
        _update(config, result),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _row(result: Result) -> str:
    dead = [name for name, slope in zip(("h₁", "h₂"), result.z[0, :2], strict=True) if slope <= 0]
    if result.config.activation == RELU and dead:
        return f"On the first row {' and '.join(dead)} let nothing back: the sum is below 0, where ReLU is flat."
    share = np.abs(result.to_sum[0, :2]).max() / max(abs(result.to_activation[0, 2]), 1e-300)
    index = int(np.abs(result.rows[0]).argmax())
    return (
        f"On the first row the largest gradient is that of {PARAMETERS[index]}; of |∂L/∂ŷ| at most {share:.1%} is left "
        f"at the hidden sums."
    )


def _update(config: Config, result: Result) -> str:
    x, t = _batch(config)
    before = float(backwards(config, result.weights, x, t)["loss"].mean())
    after = float(backwards(config, result.next_weights, x, t)["loss"].mean())
    change = "falls" if after < before else "rises"
    told = f"With the next update the batch’s loss {change} from {before:.4f} to {after:.4f}."
    if config.batch_rows > 1:
        told += f" The batch’s gradient is {batch_share(result):.0%} as long as its longest row’s."
    if config.updates and config.momentum:
        told += f" Momentum makes the step {step_ratio(result):.1f} times as long as η times the gradient."
    return told


def _batch(config: Config) -> tuple[np.ndarray, np.ndarray]:
    mine = walk(config)
    return mine.x[: config.batch_rows], mine.t[: config.batch_rows]


def _power(value: float) -> str:
    if value == 0:
        return "0"
    exponent = int(np.floor(np.log10(value)))
    digits = str(abs(exponent)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{value / 10.0**exponent:.0f} · 10{'⁻' if exponent < 0 else ''}{digits}"
