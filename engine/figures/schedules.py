"""The picture of schedules: rate and loss on one time axis, the range test, and what constant rates need.

What the learner should see: the loss falls at once where the rate drops; what was ahead with a large rate is overtaken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.figures.board import Axis, Band, Board, Line, Mark, Panel, Points, Readout, payload
from engine.figures.schedules_rates import epochs_panel, range_panel
from engine.figures.theme import SERIES, Series
from engine.schedules import curves, drawn
from engine.schedules.compare import difference, last
from engine.schedules.experiment import (
    CONSTANT,
    COSINE,
    CYCLIC,
    DRAWN,
    DROPS,
    EXPONENTIAL,
    ONE_CYCLE,
    PLATEAU,
    SCHEDULES,
    WARM_UP,
    Config,
    Result,
)
from engine.schedules.words import NAMES

__all__ = ["RATE", "board"]

RATE = "rate"
STYLES: dict[str, Series] = {
    CONSTANT: SERIES["sgd"],
    DROPS: SERIES["momentum"],
    EXPONENTIAL: SERIES["adagrad"],
    COSINE: SERIES["adam"],
    WARM_UP: SERIES["adadelta"],
    PLATEAU: SERIES["rmsprop"],
    ONE_CYCLE: SERIES["nadam"],
    CYCLIC: SERIES["lion"],
    DRAWN: SERIES["nesterov"],
}
FLOOR, ROOF = 2e-4, 3.0  # of η: what the rate's axis shows
BEGIN = 0.07  # share of the run before the loss is shown in full
QUIET = 0.5  # opacity of the schedules that are not looked at
MOST_POINTS = 400  # of a line


def board(config: Config, result: Result, focus: str, revision: str = "", running: bool = False) -> Mapping[str, Any]:
    """Return the stage's payload.

    Args:
        config: What the controls say: the rates are drawn for it at once.
        result: The trainings, finished or under way, maybe of other settings.
        focus: The schedule that is looked at.
        revision: Changes with the content.
        running: Whether more is coming.
    """
    panels = (
        _rates(config, result, focus),
        _losses(result, focus, same=result.config == config),
        range_panel(result),
        epochs_panel(result),
        _numbers(result, focus),
    )
    return payload(
        Board(
            panels,
            columns=(1.4, 1.0),
            rows=(0.95, 0.25, 0.6, 1.25),
            frames=result.config.epochs + 1,
            unit="epoch",
            first_frame=0,
            revision=revision,
            running=running,
        )
    )


def _order(focus: str) -> list[str]:
    """Return the schedules, the one looked at last: it is drawn on top."""
    return [*(name for name in SCHEDULES if name != focus), focus]


def _rates(config: Config, result: Result, focus: str) -> Panel:
    low, high = FLOOR * config.learning_rate, ROOF * config.learning_rate
    known = result.config == config
    marks: list[Mark] = []
    for name in _order(focus):
        if name == PLATEAU and not known:
            continue  # it waits for the losses
        if name == PLATEAU:
            taken = result.plateau_rate.astype(float)
            with np.errstate(invalid="ignore"):
                values = np.exp(np.log(taken).mean(axis=1)).repeat(config.steps)
        else:
            values = curves.rates(config, name).astype(float)
        every = max(1, len(values) // MOST_POINTS)
        epochs = np.arange(len(values)) / config.steps
        values = np.where(values < low, np.nan, np.minimum(values, high))
        marks.append(
            Line(
                epochs[::every],
                values[::every],
                STYLES[name],
                label=NAMES[name] if name == focus else "",
                emphasis=2.0 if name == focus else QUIET,
                hover=NAMES[name],
            )
        )
    shares = np.array(drawn.points(config.drawn))
    if focus == DRAWN:
        marks.append(
            Points(
                np.linspace(0, 1, len(shares)) * (config.epochs - 1) + 0.5,
                np.clip(shares * config.learning_rate, low, high),
                STYLES[DRAWN],
                size=5,
                hover=tuple(f"{share:g} η" for share in shares),
            )
        )
    return Panel(
        RATE,
        "Learning rate",
        Axis(0, config.epochs, "epoch"),
        Axis(low, high, "rate, log", log=True),
        tuple(marks),
        note="click to draw your own" if known or focus != PLATEAU else "this one waits for the loss: press Run",
        alt=f"The rate of {NAMES[focus]} over {config.epochs} epochs, at most {config.learning_rate:g}.",
        rows=2,
        labels=112,
        pick=True,
        link="epoch" if result.config.epochs == config.epochs else "",
        high=260,
    )


def _losses(result: Result, focus: str, same: bool) -> Panel:
    epochs = np.arange(len(result.loss))
    count = len(SCHEDULES)
    first = float(result.loss[0, 0].mean())
    # The first epochs are the same for nearly all: the picture begins where they part.
    begin = max(1, round(BEGIN * result.config.epochs))
    known = result.loss[begin:, :count].mean(axis=2)
    known = known[np.isfinite(known)]
    high = min(float(known.max()), 1.2 * first) if known.size else first
    low = float(known.min()) if known.size else 0.5 * first
    marks: list[Mark] = []
    for name in (CONSTANT, focus):
        seeds = np.minimum(result.loss[:, SCHEDULES.index(name)], 2 * high)
        marks.append(Band(epochs, seeds.min(axis=1), seeds.max(axis=1), STYLES[name], reveal=epochs))
    for name in _order(focus):
        mean = result.loss[:, SCHEDULES.index(name)].mean(axis=1)
        marks.append(
            Line(
                epochs,
                np.where(mean < 1e6, mean, np.nan),
                STYLES[name],
                label=NAMES[name],
                emphasis=2.0 if name == focus else 1.0 if name == CONSTANT else QUIET + 0.15,
                reveal=epochs,
                ghost=True,
                hover=NAMES[name],
            )
        )
    ends = last(result.loss)
    return Panel(
        "loss",
        "Training loss" if same else "Training loss, before",
        Axis(0, result.config.epochs, "epoch"),
        Axis(0.96 * low, 1.03 * high, "loss, log", log=True),
        tuple(marks),
        note=f"mean; band: all {result.config.seeds} seeds" if same else "of the settings before: press Run",
        alt="Training loss ends at "
        + ", ".join(f"{ends[place].mean():.3g} for {NAMES[name]}" for place, name in enumerate(SCHEDULES))
        + ".",
        row=2,
        rows=2,
        labels=112,
        link="epoch",
        high=320,
    )


def _number(value: float) -> str:
    return "lost" if not np.isfinite(value) else f"{value:.3f}" if value < 100 else f"{value:.3g}"


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−")


def _numbers(result: Result, focus: str) -> Readout:
    """Return loss and accuracy of each epoch; the last column is the gain at the end, with its interval."""
    config = result.config
    gains = []
    for name in SCHEDULES:
        gap = difference(result.held_accuracy, name)
        if name == CONSTANT or not np.isfinite(gap.mean):
            gains.append("–")
        elif gap.half == 0:
            gains.append("none")
        else:
            gains.append(f"{_signed(100 * gap.mean, 1)} ± {100 * gap.half:.1f}{'' if gap.sure else ' ?'}")
    frames = []
    for epoch in range(config.epochs + 1):
        lines: list[tuple[str, ...]] = [("", "loss", "held back", "gain at end")]
        for place, name in enumerate(SCHEDULES):
            accuracy = float(result.held_accuracy[epoch, place].mean())
            lines.append(
                (
                    NAMES[name],
                    _number(float(result.loss[epoch, place].mean())),
                    f"{accuracy:.1%}" if np.isfinite(accuracy) else "–",
                    gains[place],
                )
            )
        frames.append(tuple(lines))
    return Readout(
        "numbers",
        "Mean of the seeds",
        tuple(frames),
        note="gain: points over constant; ? not sure",
        styles=(None, *(STYLES[name] for name in SCHEDULES)),
        strong=(1 + SCHEDULES.index(focus),),
        row=3,
        column=1,
        framed=True,
    )
