"""The picture of momentum in a real network: loss curves with one η for all, and with η (1 − β).

What the learner should see: four curves far apart at the left, one on top of the other at the right.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.figures.board import Axis, Band, Board, Line, Mark, Panel, Points, Readout, Rule, payload
from engine.figures.theme import CATEGORICAL, MUTED, SERIES
from engine.momentum.experiment import MOMENTA, Result
from engine.momentum.scenes import goal, reached

STYLES = (SERIES["gradient_descent"], CATEGORICAL[2], SERIES["momentum"], SERIES["adam"])


def board(result: Result, revision: str = "", running: bool = False) -> Mapping[str, Any]:
    """Return the stage's payload.

    Args:
        result: The trainings, finished or under way.
        revision: Changes with the result.
        running: Whether more is coming.
    """
    target = goal(result)
    panels = (
        _losses(result, result.same_loss, "same", "The same η for all", target, 0),
        _losses(result, result.fair_loss, "fair", "η (1 − β)", target, 1),
        _epochs(result, target),
        _numbers(result, target),
    )
    return payload(
        Board(
            panels,
            columns=(1.0, 1.0),
            rows=(1.35, 1.0),
            frames=result.config.epochs + 1,
            unit="epoch",
            first_frame=0,
            revision=revision,
            running=running,
        )
    )


def _range(result: Result) -> tuple[float, float]:
    both = np.concatenate([result.same_loss.ravel(), result.fair_loss.ravel()])
    known = both[np.isfinite(both) & (both > 0)]
    if not len(known):
        return 0.1, 10.0
    first = float(np.nanmax(result.same_loss[0]))
    return float(known.min()) * 0.8, float(min(known.max(), 8 * first)) * 1.2


def _losses(result: Result, loss: np.ndarray, name: str, title: str, target: float, column: int) -> Panel:
    epochs = np.arange(len(loss))
    low, high = _range(result)
    marks: list[Mark] = []
    for which, style in enumerate(STYLES):
        seeds = np.clip(loss[:, which], low, high)
        marks.append(Band(epochs, _each(np.nanmin, seeds), _each(np.nanmax, seeds), style, reveal=epochs))
    if np.isfinite(target):
        marks.append(Rule("y", target, style=MUTED, label="goal", opacity=0.8))
    for which, (momentum, style) in enumerate(zip(MOMENTA, STYLES, strict=True)):
        mean = _each(np.nanmean, loss[:, which])
        mean = np.where(mean <= high, mean, np.nan)
        marks.append(Line(epochs, mean, style, label=f"β = {momentum:g}", emphasis=1.4, reveal=epochs, ghost=True))
    ends = ", ".join(f"{_number(float(value))}" for value in _each(np.nanmean, loss[-1]))
    return Panel(
        name,
        title,
        Axis(0, result.config.epochs, "epoch"),
        Axis(low, high, "training loss, log", log=True),
        tuple(marks),
        note=f"mean, and all of {result.config.seeds} seeds",
        alt=f"{title}: training loss ends at {ends} for β = 0, 0.5, 0.9 and 0.99.",
        column=column,
        labels=84,
        link="epoch",
        high=300,
    )


def _each(function: Any, values: np.ndarray) -> np.ndarray:
    """Return `function` over the last axis of what is known; NaN where nothing is."""
    found = np.full(values.shape[:-1], np.nan)
    known = np.isfinite(values).all(axis=-1)
    if known.any():
        found[known] = function(values[known], axis=-1)
    return found


def _epochs(result: Result, target: float) -> Panel:
    """Return, seed by seed, the epoch at which the target was reached; a point at the right edge never did."""
    last = result.config.epochs
    marks: list[Mark] = []
    rows = []
    for which, (momentum, style) in enumerate(zip(MOMENTA, STYLES, strict=True)):
        for shift, (kind, loss) in enumerate((("same η", result.same_loss), ("η (1 − β)", result.fair_loss))):
            epochs = reached(loss[:, which], target) if np.isfinite(target) else np.full(loss.shape[2], np.nan)
            known = np.isfinite(loss[1, which]).all()
            if shift and not which:
                continue  # without momentum both are the same
            place = -(2.8 * which + 1.1 * shift)
            spread = np.linspace(-0.2, 0.2, len(epochs))
            marks.append(
                Points(
                    np.where(np.isfinite(epochs), epochs, last * 1.08 if known else np.nan),
                    place + spread,
                    style,
                    size=4.5,
                    hollow=shift == 1,
                    hover=tuple(
                        f"β = {momentum:g}, {kind}, seed {result.config.seed + seed}: "
                        + (f"epoch {epoch:.0f}" if np.isfinite(epoch) else "never")
                        for seed, epoch in enumerate(epochs)
                    ),
                )
            )
            rows.append((place, f"{momentum:g}{'' if shift == 0 else ', fair'}"))
    across = (*((float(epoch), f"{epoch}") for epoch in range(0, last, max(1, last // 6))), (last * 1.08, "never"))
    return Panel(
        "epochs",
        "Epochs to the goal",
        Axis(0, last * 1.12, "epoch", ticks=across),
        Axis(-10.0, 0.8, "", ticks=tuple(rows)),
        tuple(marks),
        note="open: η (1 − β)",
        alt="Epoch at which each network reaches the goal.",
        row=1,
    )


def _number(value: float) -> str:
    return "–" if not np.isfinite(value) else f"{value:.3f}" if value < 100 else f"{value:.3g}"


def _numbers(result: Result, target: float) -> Readout:
    lines = []
    names = tuple(f"β = {momentum:g}" for momentum in MOMENTA)
    tables = (
        ("loss, same η", result.same_loss),
        ("loss, η (1 − β)", result.fair_loss),
        ("held back, same η", result.same_accuracy),
        ("held back, η (1 − β)", result.fair_accuracy),
    )
    for epoch in range(result.config.epochs + 1):
        rows: list[tuple[str, ...]] = [("", *names)]
        for label, table in tables:
            mean = _each(np.nanmean, table[epoch])
            rows.append(
                (
                    label,
                    *(f"{one:.1%}" if "held" in label and np.isfinite(one) else _number(float(one)) for one in mean),
                )
            )
        rows.append(("η / (1 − β)", *(f"{result.config.learning_rate / (1 - momentum):.3g}" for momentum in MOMENTA)))
        lines.append(tuple(rows))
    return Readout(
        "numbers",
        "Mean of the seeds",
        tuple(lines),
        note=f"goal: {_number(target)}",
        strong=(1, 2),
        row=1,
        column=1,
        framed=True,
    )
