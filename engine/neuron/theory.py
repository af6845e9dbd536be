"""What algebra says about the neuron: the best it can do, its error everywhere, and the rate at which it leaves.

What the learner should see: for a line all of it is known beforehand, so the training can be checked against it.
Least squares: Gauss 1809. Rates below 2/λ: e.g. Goodfellow, Bengio and Courville, "Deep Learning", 2016, section 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.neuron.experiment import BORDER, Config, Result, data


@dataclass(frozen=True)
class Best:
    """The smallest mean squared error of a line, with a bias or without.

    Attributes:
        slope: m.
        offset: c; 0 without a bias.
        loss: Mean squared error there.
    """

    slope: float
    offset: float
    loss: float


def best_line(x: np.ndarray, y: np.ndarray, bias: bool) -> Best:
    """Return the least-squares line of x (N,) and y (N,)."""
    x, y = x.astype(np.float64), y.astype(np.float64)
    if bias:
        spread = x - x.mean()
        slope = float(spread @ y / max(spread @ spread, 1e-12))
        offset = float(y.mean() - slope * x.mean())
    else:
        slope, offset = float(x @ y / max(x @ x, 1e-12)), 0.0
    return Best(slope, offset, squared_error(x, y, slope, offset))


def squared_error(x: np.ndarray, y: np.ndarray, slope: float, offset: float) -> float:
    """Return the mean squared error of the line y = slope · x + offset."""
    return float(np.square(slope * x + offset - y).mean())


def squared_errors(x: np.ndarray, y: np.ndarray, slopes: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return the mean squared error over a grid, (offsets, slopes)."""
    wrong = slopes[None, :, None] * x + offsets[:, None, None] - y
    return np.asarray(np.square(wrong).mean(axis=2))


def log_losses(
    x: np.ndarray, y: np.ndarray, direction: np.ndarray, lengths: np.ndarray, offsets: np.ndarray
) -> np.ndarray:
    """Return the log loss of σ(s · direction · x + b) over a grid of s and b, (offsets, lengths)."""
    logits = lengths[None, :, None] * (x @ direction) + offsets[:, None, None]
    return np.asarray((np.logaddexp(0, logits) - y * logits).mean(axis=2))


def largest_rate(x: np.ndarray, bias: bool) -> float:
    """Return 2/λ of the line's mean squared error: full-batch descent with a larger rate leaves.

    Args:
        x: (N,).
        bias: Whether the neuron has one.
    """
    columns = np.stack([x, np.ones_like(x)], axis=1) if bias else x[:, None]
    curvature = 2 * columns.T.astype(np.float64) @ columns / len(x)
    return float(2 / np.linalg.eigvalsh(curvature)[-1])


def accuracy(result: Result, epoch: int) -> tuple[float, float]:
    """Return the share of points on the right side of each neuron's border, the one with a bias first."""
    if result.config.task != BORDER:
        raise ValueError("only the border tells classes apart")
    return _accuracy(result.x, result.y, result.with_bias[epoch], result.without[epoch])


def accuracies(config: Config, ends_with: np.ndarray, ends_without: np.ndarray) -> np.ndarray:
    """Return (S, 2): the accuracy of both neurons of every seed from `config.seed` on, each on its own data."""
    pairs = zip(ends_with, ends_without, strict=True)
    return np.array(
        [_accuracy(*data(config.changed(seed=config.seed + place)), *pair) for place, pair in enumerate(pairs)]
    ).reshape(-1, 2)


def _accuracy(x: np.ndarray, y: np.ndarray, own: np.ndarray, alone: np.ndarray) -> tuple[float, float]:
    logits = (x @ own[:2] + own[2], x @ alone)
    right = [float(((logit > 0) == (y > 0.5)).mean()) for logit in logits]
    return right[0], right[1]
