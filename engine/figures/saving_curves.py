"""The losses of saving: the whole training with its restart, and the first steps after it."""

from __future__ import annotations

import numpy as np

from engine.figures.board import Axis, Band, Line, Mark, Panel, Rule
from engine.figures.theme import INK, MUTED, SERIES
from engine.saving.experiment import ARMS, FROM_HDF5, FROM_KERAS, FROM_WEIGHTS, NEVER, Result

STYLES = (INK, SERIES["rmsprop"], SERIES["nesterov"], SERIES["adam"])
"""In the order of ARMS."""
DRAWN = (FROM_WEIGHTS, FROM_HDF5, NEVER, FROM_KERAS)  # dashes on top of what they cover
CLOSE = 2  # epochs of the closer look


def _known(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)


def _ends(parts: list[np.ndarray]) -> tuple[float, float]:
    """Return the ends of a log axis that holds these losses."""
    known = np.concatenate([part.ravel() for part in parts])
    known = known[np.isfinite(known) & (known > 0)]
    return (0.8 * float(known.min()), 1.25 * float(known.max())) if len(known) else (0.1, 1.0)


def _words(result: Result) -> str:
    ends = [
        f"{name} {result.after[arm, :, -1].mean():.3g}"
        for arm, name in enumerate(ARMS)
        if np.isfinite(result.after[arm]).all()
    ]
    return ", ".join(ends)


def whole(result: Result) -> Panel:
    """Return the mean losses from the first step on, the save as a line across."""
    config = result.config
    save = config.before
    past = np.arange(result.before.shape[1]) / config.steps
    marks: list[Mark] = [Rule("x", float(save), style=MUTED, label="saved", opacity=0.8)]
    marks.append(Line(past, _known(result.before.mean(axis=0)), INK, emphasis=1.2, reveal=_reveal(past), ghost=True))
    for arm in DRAWN:
        marks.extend(_arm(result, arm, band=False))
    low, high = _ends([result.before, result.after])
    return Panel(
        "losses",
        "Loss, whole training",
        Axis(0, config.before + config.after, "epoch"),
        Axis(low, high, "training loss, log", log=True),
        tuple(marks),
        note=_seeds(result),
        alt=f"Training loss at the end, mean of the seeds: {_words(result)}.",
        row=1,
        column=1,
        high=280,
    )


def restart(result: Result) -> Panel:
    """Return the same from the save on, with the range of the seeds."""
    config = result.config
    marks: list[Mark] = []
    for arm in DRAWN:
        marks.extend(_arm(result, arm, band=arm in (NEVER, FROM_WEIGHTS), label=ARMS[arm]))
    last = min(CLOSE, config.after)
    low, high = _ends([result.after[:, :, : last * config.steps + 1]])
    jumps = result.after[:, :, 1 : config.steps + 1].max(axis=2).mean(axis=1)
    said = ", ".join(f"{name} {value:.3g}" for name, value in zip(ARMS, jumps, strict=True) if np.isfinite(value))
    return Panel(
        "restart",
        "After the restart",
        Axis(config.before, config.before + last, "epoch"),
        Axis(low, high, "loss, log", log=True),
        tuple(marks),
        note="mean and range",
        alt=f"Highest loss in the first epoch after the save, mean of the seeds: {said}.",
        row=1,
        column=2,
        labels=112,
        high=280,
    )


def _seeds(result: Result) -> str:
    seeds = len(result.before)
    return f"mean of {seeds} seeds" if seeds > 1 else "1 seed"


def _reveal(epochs: np.ndarray) -> np.ndarray:
    return np.ceil(epochs - 1e-9).astype(int)


def _arm(result: Result, arm: int, *, band: bool, label: str = "") -> list[Mark]:
    """Return the line of one training after the save, and its band."""
    losses = _known(result.after[arm])
    if not np.isfinite(losses).all(axis=0).any():
        return []
    epochs = result.config.before + np.arange(losses.shape[1]) / result.config.steps
    marks: list[Mark] = []
    if band and len(losses) > 1:
        marks.append(Band(epochs, losses.min(axis=0), losses.max(axis=0), STYLES[arm], reveal=_reveal(epochs)))
    emphasis = 1.6 if arm in (NEVER, FROM_WEIGHTS) else 1.2
    marks.append(
        Line(
            epochs, losses.mean(axis=0), STYLES[arm], label=label, emphasis=emphasis, reveal=_reveal(epochs), ghost=True
        )
    )
    return marks
