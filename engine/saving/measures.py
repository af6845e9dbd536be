"""What the picture, the scenes and the story read off a result: jumps, gaps, and whether a training goes on."""

from __future__ import annotations

import numpy as np

from engine.saving.experiment import (
    FROM_HDF5,
    FROM_KERAS,
    FROM_WEIGHTS,
    HDF5,
    KERAS,
    NEVER,
    SGD,
    WEIGHTS,
    Form,
    Result,
)

ARM_OF = {KERAS: FROM_KERAS, HDF5: FROM_HDF5, WEIGHTS: FROM_WEIGHTS}
EXACTLY, NEARLY, FRESH, NO = "exactly", "other draws", "fresh optimizer", "no"


def jumps(result: Result) -> np.ndarray:
    """Return the highest loss within the first epoch after the save, over the loss at the save, (4, S)."""
    first = result.after[:, :, 1 : result.config.steps + 1]
    return np.asarray(first.max(axis=2) / result.before[None, :, -1])


def higher(result: Result, arm: int) -> float:
    """Return how many times as high that peak is as in the training that was never interrupted, mean of the seeds."""
    peaks = result.after[:, :, 1 : result.config.steps + 1].max(axis=2)
    return float(np.mean(peaks[arm] / peaks[NEVER]))


def gap(result: Result, arm: int) -> float:
    """Return the largest difference of a loss from the training that was never interrupted, over seeds and steps."""
    return float(np.abs(result.after[arm] - result.after[NEVER]).max())


def back_after(result: Result, arm: int, within: float = 1.1) -> np.ndarray:
    """Return for each seed after how many epochs the worst loss of an epoch is at most `within` times the other's.

    Infinite where that does not happen before the end.
    """
    config = result.config
    seeds = result.after.shape[1]
    own = result.after[arm, :, 1:].reshape(seeds, config.after, config.steps).max(axis=2)
    other = result.after[NEVER, :, 1:].reshape(seeds, config.after, config.steps).max(axis=2)
    near = own <= within * other
    return np.where(near.any(axis=1), near.argmax(axis=1).astype(float), np.inf)


def resumes(result: Result, form: Form) -> str:
    """Return EXACTLY, NEARLY, FRESH or NO: how a training goes on from this form."""
    if form.name not in ARM_OF:
        return NO
    arm = ARM_OF[form.name]
    if gap(result, arm) == 0:
        return EXACTLY
    return NEARLY if form.returns[2] or result.config.optimizer == SGD else FRESH


def follows(result: Result, arm: int, share: float = 0.01) -> bool:
    """Return whether a training stays within a hundredth of the loss at the save of the one never interrupted."""
    return gap(result, arm) <= share * float(result.before[:, -1].mean())
