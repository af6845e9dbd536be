"""Two pictures of constant rates: the range test with where trainings end, and the epochs that a goal takes.

What the learner should see: one short run shows which rates are worth trying; half the rate takes twice the epochs.
"""

from __future__ import annotations

import numpy as np

from engine.figures.board import Axis, Line, Mark, Panel, Points, Rule
from engine.figures.theme import INK, MUTED, VALIDATION
from engine.schedules.compare import constant_rates, epochs_to_goal, goal, last
from engine.schedules.experiment import Result
from engine.schedules.range_test import read


def range_panel(result: Result) -> Panel:
    """Return the loss while the rate grows, with the loss at which constant rates end."""
    reading = read(result)
    marks: list[Mark] = []
    rates, places = constant_rates(result)
    ends = last(result.loss)[places].mean(axis=1)
    low, high, told = 1e-4, 10.0, "not run yet"
    bottom, top = 0.5, 2.5
    if reading is not None:
        shown = reading.loss
        top = float(shown[0]) * 1.35
        bottom = float(np.nanmin([shown.min(), *ends[np.isfinite(ends)]])) * 0.85
        marks.append(Line(reading.rates, np.where(shown <= top, shown, np.nan), INK, emphasis=1.4, hover="range test"))
        marks.append(Rule("x", reading.steepest, style=VALIDATION, label=f"steepest {reading.steepest:.2g}"))
        told = f"steepest at rate {reading.steepest:.2g}, lowest at {reading.lowest:.2g}"
        if np.isfinite(reading.diverges):
            marks.append(Rule("x", reading.diverges, style=MUTED, label=f"lost {reading.diverges:.2g}"))
            told += f", back at its beginning from {reading.diverges:.2g} on"
    shown_ends = np.where(ends <= top, ends, np.nan)
    marks.append(
        Points(
            rates,
            shown_ends,
            INK,
            size=4.5,
            hollow=True,
            hover=tuple(f"constant {rate:.3g} ends at {end:.3g}" for rate, end in zip(rates, ends, strict=True)),
        )
    )
    return Panel(
        "range",
        "Range test",
        Axis(low, high, "rate, log", log=True),
        Axis(bottom, top, "loss"),
        tuple(marks),
        note="rings: where constant rates end",
        alt=f"Loss while the rate grows: {told}.",
        column=1,
        high=240,
    )


def epochs_panel(result: Result) -> Panel:
    """Return the epochs each network with a constant rate needs to the goal; at the top those that never got there."""
    rates, _ = constant_rates(result)
    epochs = epochs_to_goal(result)
    most = result.config.epochs
    lost = bool(np.isnan(epochs).any())
    top = most if lost else float(np.nanmax(epochs))
    never = most * 1.6
    marks: list[Mark] = []
    known = np.isfinite(epochs).all(axis=1)
    if known.any():
        first = int(known.argmax())
        start = float(epochs[first].mean())
        marks.append(
            Line(
                rates,
                np.where(start * rates[first] / rates >= 0.8, start * rates[first] / rates, np.nan),
                MUTED,
                emphasis=0.7,
                hover="half the rate, twice the epochs",
            )
        )
        means = np.where(known, epochs.mean(axis=1), np.nan)
        marks.append(Line(rates, means, INK, emphasis=1.3, hover="mean of the seeds"))
    for seed in range(epochs.shape[1]):
        column = epochs[:, seed]
        marks.append(
            Points(
                rates * (1 + 0.05 * (seed - (epochs.shape[1] - 1) / 2)),
                np.where(np.isfinite(column), column, never),
                INK,
                size=3.2,
                opacity=0.7,
                hover=tuple(
                    f"rate {rate:.3g}, seed {result.config.seed + seed}: "
                    + (f"epoch {one:.0f}" if np.isfinite(one) else "never")
                    for rate, one in zip(rates, column, strict=True)
                ),
            )
        )
    ticks = tuple((float(one), f"{one}") for one in (1, 2, 5, 10, 20, 50) if one <= top)
    ticks = (*ticks, (never, "never")) if lost else ticks
    told = ", ".join(
        f"{one.mean():.3g} at rate {rate:.3g}"
        for rate, one in zip(rates, epochs, strict=True)
        if np.isfinite(one).all()
    )
    return Panel(
        "epochs",
        "Epochs to the goal",
        Axis(float(rates[0]) / 1.4, float(rates[-1]) * 1.4, "constant rate, log", log=True),
        Axis(0.8, never * 1.2 if lost else top * 1.3, "epochs, log", log=True, ticks=ticks),
        tuple(marks),
        note=f"goal: loss {goal(result):.3g}; thin: epochs ∝ 1/rate",
        alt=f"Epochs until the training loss is {goal(result):.3g}: {told or 'none got there'}.",
        row=1,
        rows=2,
        column=1,
        high=220,
    )
