"""What happened, in sentences made from this run, checked against what algebra says."""

from __future__ import annotations

import numpy as np

from engine.momentum import theory, valleys
from engine.momentum.experiment import MOMENTA, QUADRATIC, RACERS, Result, Walked
from engine.momentum.scenes import NAMES, goal, over_the_ridge, reached

SMALL = 1e-3  # share of the first loss that counts as "there"


def story(result: Walked | Result) -> str:
    """Return two or three sentences about this run."""
    if isinstance(result, Result):
        return _networks(result)
    return _quadratic(result) if result.config.task == QUADRATIC else _valleys(result)


def there(loss: np.ndarray) -> int | None:
    """Return the first step from which a loss (T + 1,) stays below a thousandth of its first, or None."""
    if loss[0] <= 0:
        return 0
    above = np.flatnonzero(~(loss <= SMALL * loss[0]))
    if len(above) and above[-1] == len(loss) - 1:
        return None
    return int(above[-1]) + 1 if len(above) else 0


def _quadratic(result: Walked) -> str:
    config, told = result.config, []
    for racer, loss in zip(RACERS, result.loss, strict=True):
        step = there(loss)
        if not loss[-1] < loss[0] and loss[0] > 0:
            told.append(f"{NAMES[racer]} leaves")
        elif step is None:
            told.append(f"{NAMES[racer]} is at {loss[-1] / loss[0]:.2g} of its first error after {config.steps} steps")
        else:
            told.append(f"{NAMES[racer]} is below a thousandth of its first error from step {step}")
    flat, steep = (theory.region(config.learning_rate, config.momentum, one) for one in (1 / config.condition, 1.0))
    best = theory.best(config.condition)
    rate = float(theory.slowest(np.array(config.learning_rate), np.array(config.momentum), config.condition))
    return (
        f"{'; '.join(told)}. Momentum, along the floor: {flat}; across: {steep}. A step keeps {rate:.3f} of the "
        f"error; the best for κ = {config.condition:g} is {best.rate:.3f}, at η = {best.learning_rate:.2f} and "
        f"β = {best.momentum:.2f}. Exact gradients: there is no luck in it, and no other seed."
    )


def _valleys(result: Walked) -> str:
    deep = [NAMES[racer] for racer, over in zip(RACERS, over_the_ridge(result), strict=True) if over]
    curves = valleys.escape_curve(result.config.learning_rate)
    place = int(np.abs(valleys.MOMENTA - result.config.momentum).argmin())
    return (
        f"In the deep valley after {result.config.steps} steps: {', '.join(deep) if deep else 'nobody'}. Counted over "
        f"{len(valleys.STARTS)} starts and {valleys.STEPS} steps at η = {result.config.learning_rate:g}: "
        f"{_share(curves[0][0])} escape without momentum, {_share(curves[0][place])} at β = "
        f"{valleys.MOMENTA[place]:g}, {_share(curves[1][place])} with Nesterov’s look-ahead."
    )


def _share(value: float) -> str:
    return f"{value:.0%}" if np.isfinite(value) else "some leave for good, so no share"


def _networks(result: Result) -> str:
    target = goal(result)
    if not np.isfinite(target):
        return "No network has been trained yet."
    parts = []
    for name, curves in (("With the same η for all", result.same_loss), ("With η (1 − β)", result.fair_loss)):
        told = []
        for which, momentum in enumerate(MOMENTA):
            if name != "With the same η for all" and not which:
                continue
            epochs = reached(curves[:, which], target)
            known = epochs[np.isfinite(epochs)]
            if not np.isfinite(curves[1, which]).any():
                continue
            if len(known) < len(epochs):
                told.append(f"β = {momentum:g}: {len(known)} of {len(epochs)} seeds ever")
            else:
                told.append(f"β = {momentum:g}: epoch {known.mean():.1f} ± {known.std(ddof=1):.1f}")
        if told:
            parts.append(f"{name}, {'; '.join(told)}.")
    stopped = " You stopped it: the rest is missing." if result.stopped else ""
    return (
        f"Training loss {target:.3f} is a tenth above where plain descent ends after {result.config.epochs} epochs. "
        f"{' '.join(parts)} ± is the deviation over {result.config.seeds} seeds, same first weights and batches for "
        f"every β.{stopped}"
    )
