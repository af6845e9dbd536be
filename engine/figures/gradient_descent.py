"""The picture of three descents: their paths on one map of the error, the error over updates, epochs or seconds, noise.

What the learner should see: a straight path in a few long steps, and a nervous one in many short ones. Counted by
updates the first is best, counted by epochs the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.figures.board import Axis, Board, Heat, Line, Mark, Panel, Points, Readout, Rule, payload
from engine.figures.theme import CATEGORICAL, INK, MUTED, Series
from engine.gradient_descent import theory
from engine.gradient_descent.experiment import NAMES, RACERS, Config, Result
from engine.gradient_descent.scenes import last_epoch_error
from engine.neuron.theory import best_line, squared_errors

MOST_FRAMES = 60
MOST_POINTS = 700  # of one path
GRID = 41
REACH = 14.0  # beyond it nothing is drawn
MAP = "map"
UPDATES, EPOCHS, SECONDS = "updates", "epochs", "seconds"
COUNTS = (UPDATES, EPOCHS, SECONDS)
STYLES: dict[str, Series] = {"batch": INK, "mini": CATEGORICAL[0], "online": CATEGORICAL[4]}


@dataclass(frozen=True)
class View:
    """What is looked at; changes no number.

    Attributes:
        count: What the error is drawn over, one of COUNTS.
    """

    count: str = UPDATES


def board(result: Result, view: View, revision: str = "", running: bool = False) -> Mapping[str, Any]:
    """Return the stage's payload.

    Args:
        result: A run, finished or under way.
        view: What is looked at.
        revision: Changes with the result.
        running: Whether more is coming.
    """
    frames = min(MOST_FRAMES, result.epochs * -(-result.config.points // result.config.batch_size)) + 1
    panels = (_map(result, frames), _losses(result, view, frames), _noise(result.config), _numbers(result, frames))
    return payload(
        Board(
            panels,
            columns=(1.5, 1.15, 0.95),
            rows=(1.1, 1.0),
            frames=frames,
            unit="moment",
            first_frame=0,
            revision=revision,
            running=running,
        )
    )


def updates_at(result: Result, racer: str, frames: int) -> np.ndarray:
    """Return how many updates a racer has done at each frame: frames are evenly spaced in rows seen."""
    done = len(result.loss(racer)) - 1
    return np.floor(np.linspace(0, done, frames) + 1e-9).astype(int)


def _chosen(result: Result, racer: str) -> np.ndarray:
    """Return the updates that are drawn: all, or evenly spaced ones with the first and the last."""
    last = len(result.loss(racer)) - 1
    return np.unique(np.linspace(0, last, min(MOST_POINTS, last + 1)).round().astype(int))


def _reveal(result: Result, racer: str, frames: int, updates: np.ndarray) -> np.ndarray:
    return np.searchsorted(updates_at(result, racer, frames), updates)


def _shown(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values) & (np.abs(values) < REACH), values, np.nan)


def _map(result: Result, frames: int) -> Panel:
    best = best_line(result.x, result.y, True)
    config = result.config
    drawn = [_shown(result.path(racer)) for racer in RACERS]
    places = np.concatenate([*drawn, [[best.slope, best.offset], [config.start_slope, config.start_offset]]])
    grids = []
    for column in range(2):
        low, high = np.nanmin(places[:, column]), np.nanmax(places[:, column])
        pad = 0.18 * max(high - low, 1.0)
        grids.append(np.linspace(low - pad, high + pad, GRID))
    height = np.log10(squared_errors(result.x, result.y, grids[0], grids[1]))
    marks: list[Mark] = [
        Heat(
            height,
            float(grids[0][0]),
            float(grids[0][-1]),
            float(grids[1][0]),
            float(grids[1][-1]),
            float(height.min()),
            float(height.max()),
            MUTED,
            strength=0.6,
            contours=12,
            hover="log₁₀ of the error",
        )
    ]
    for racer, path in reversed(list(zip(RACERS, drawn, strict=True))):
        updates = _chosen(result, racer)
        marks.append(
            Line(
                path[updates, 0],
                path[updates, 1],
                STYLES[racer],
                emphasis=0.8 if racer == "online" else 1.5,
                reveal=_reveal(result, racer, frames, updates),
                hover=NAMES[racer].lower(),
            )
        )
    few = _shown(result.batch_path)
    marks.append(
        Points(
            few[:, 0],
            few[:, 1],
            INK,
            size=3.4,
            reveal=_reveal(result, "batch", frames, np.arange(len(few))),
            hover=tuple(f"all rows, update {number}" for number in range(len(few))),
        )
    )
    for racer, path in zip(RACERS, drawn, strict=True):
        now = path[updates_at(result, racer, frames)]
        marks.append(Points(now[:, :1], now[:, 1:], STYLES[racer], size=7, framed=True))
    marks.append(Points([best.slope], [best.offset], INK, size=5.5, hollow=True, hover=("the lowest place",)))
    return Panel(
        MAP,
        "Where they are",
        Axis(float(grids[0][0]), float(grids[0][-1]), "weight m"),
        Axis(float(grids[1][0]), float(grids[1][-1]), "bias c"),
        tuple(marks),
        note="ring: lowest place; click: start there",
        alt="The paths of three descents on the map of the error over weight and bias.",
        rows=2,
        pick=True,
        high=320,
    )


def _along(result: Result, racer: str, view: View) -> np.ndarray:
    """Return what stands below the error at each update."""
    steps = -(-result.config.points // result.config.size(racer))
    updates = np.arange(len(result.loss(racer)))
    if view.count == UPDATES:
        return updates.astype(float)
    if view.count == EPOCHS:
        return updates / steps
    # Within an epoch every update takes the same time; the median epoch stands for all.
    return updates * float(np.median(result.seconds[:, RACERS.index(racer)])) / steps * 1000


def _losses(result: Result, view: View, frames: int) -> Panel:
    best = best_line(result.x, result.y, True).loss
    marks: list[Mark] = []
    ends, peaks = [], []
    for racer in reversed(RACERS):
        updates, along = _chosen(result, racer), _along(result, racer, view)
        loss = np.where(result.loss(racer) < 1e6 * best, result.loss(racer), np.nan)
        ends.append(float(along[-1]))
        peaks.append(float(np.nanmax(loss)))
        marks.append(
            Line(
                along[updates] + (1 if view.count == UPDATES else 0),
                loss[updates],
                STYLES[racer],
                label=NAMES[racer],
                emphasis=0.8 if racer == "online" else 1.5,
                reveal=_reveal(result, racer, frames, updates),
                ghost=True,
            )
        )
    marks.append(Rule("y", best, style=MUTED, label="smallest", opacity=0.7))
    names = {UPDATES: "update + 1, log", EPOCHS: "epoch", SECONDS: "milliseconds"}
    log = view.count == UPDATES
    return Panel(
        "losses",
        "Error of all rows",
        Axis(1 if log else 0, max(ends) + (1 if log else 0), names[view.count], log=log),
        Axis(best * 0.85, max(peaks) * 1.2, "mean squared error, log", log=True),
        tuple(marks),
        note=f"over {view.count}",
        alt=f"The error of three descents over {view.count}.",
        column=1,
        columns=2,
        labels=84,
    )


def _noise(config: Config) -> Panel:
    sizes = np.unique(np.round(np.geomspace(1, config.points - 1, 30)).astype(int))
    whole = theory.row_gradients(config, config.start_slope, config.start_offset)
    ideal = float(np.sqrt(whole.var(axis=0).sum())) / np.sqrt(sizes)
    own = np.array([1, config.batch_size])
    measured = theory.noise(config, own)
    marks: tuple[Mark, ...] = (
        Line(sizes, ideal, MUTED, label="σ/√B", emphasis=0.8),
        Line(sizes, theory.noise(config, sizes), INK, label="this data", emphasis=1.2),
        Points([1.0], measured[:1], STYLES["online"], size=6, hover=(f"one row: off by {measured[0]:.3g}",)),
        Points(
            [float(config.batch_size)],
            measured[1:],
            STYLES["mini"],
            size=6,
            hover=(f"{config.batch_size} rows: off by {measured[1]:.3g}",),
        ),
    )
    low = float(theory.noise(config, sizes).min())
    return Panel(
        "noise",
        "Noise of a step",
        Axis(1, config.points, "rows in a batch B, log", log=True),
        Axis(max(low * 0.6, 1e-3), float(ideal.max()) * 1.5, "off by, log", log=True),
        marks,
        note="at the start",
        alt="How far a batch's gradient is off, falling with the root of the batch's size.",
        row=1,
        column=1,
        labels=68,
    )


def _text(value: float) -> str:
    if not np.isfinite(value) or value > 1e6:
        return "gone"
    return f"{value:.3g}"


def _numbers(result: Result, frames: int) -> Readout:
    spent = np.median(result.seconds, axis=0) * 1000
    at = {racer: updates_at(result, racer, frames) for racer in RACERS}
    lines = []
    for frame in range(frames):
        updates = {racer: int(at[racer][frame]) for racer in RACERS}
        rows: list[tuple[str, ...]] = [("", "all", f"{result.config.batch_size}", "1")]
        rows.append(("updates", *(f"{updates[racer]}" for racer in RACERS)))
        rows.append(("error", *(_text(float(result.loss(racer)[updates[racer]])) for racer in RACERS)))
        rows.append(("last epoch", *(_text(last_epoch_error(result, racer)) for racer in RACERS)))
        rows.append(("ms/epoch", *(f"{value:.2g}" for value in spent)))
        lines.append(tuple(rows))
    return Readout(
        "numbers",
        "Rows a step",
        tuple(lines),
        note="last epoch: mean error",
        strong=(2,),
        row=1,
        column=2,
        framed=True,
    )
