"""What the discriminator's raw numbers mean, so that every loss gets the same colours.

What the learner should see: 1 is "real", 0 is "fake", a half is "I cannot tell". Only with cross-entropy is that a
probability; with the other losses it says on which side of the middle a value lies.
"""

from __future__ import annotations

import numpy as np

from engine.gan_game import stretches
from engine.gan_game.experiment import Result
from engine.gan_game.losses import HINGE, LEAST_SQUARES, WASSERSTEIN


def verdict(loss: str, values: np.ndarray, said: np.ndarray) -> np.ndarray:
    """Return values of the discriminator as numbers from 0 (fake) to 1 (real), float32.

    Args:
        loss: One of `losses.LOSSES`.
        values: (F, ...), raw.
        said: (F, 2), its average on real points and on fakes; only a critic's scale is taken from it.
    """
    values = np.asarray(values, np.float32)
    if loss == LEAST_SQUARES:
        return np.clip(values, 0, 1)
    if loss == HINGE:
        return np.clip((values + 1) / 2, 0, 1)
    if loss == WASSERSTEIN:
        axes = (-1,) + (1,) * (values.ndim - 1)
        middle = said.mean(axis=1).reshape(axes)
        scale = np.maximum(np.abs(values - middle).reshape(len(values), -1).max(axis=1), 1e-6).reshape(axes)
        return np.asarray(0.5 + 0.5 * (values - middle) / scale)
    return np.asarray(0.5 + 0.5 * np.tanh(values / 2))


def judged(result: Result, kept: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return what the discriminator of the first game said at some moments as numbers from 0 (fake) to 1 (real).

    Args:
        result: A run; each of its stretches may have a loss of its own.
        kept: (F,), numbers of the moments.
        values: (F, ...), raw.
    """
    plan = result.config.plan()
    losses = np.array([stretches.at(plan, int(result.step[place])).loss for place in kept])
    found = np.zeros(values.shape, np.float32)
    for loss in set(losses):
        own = losses == loss
        found[own] = verdict(str(loss), values[own], result.said[kept[own], 0])
    return found
