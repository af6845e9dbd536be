"""The picture of momentum: a map of learning rate and momentum, the paths of the picked cell, and its error by step.

What the learner should see: left of one curve a ball creeps, above it it swings, right of a line it leaves; the fastest
place is where the curves of both directions cross.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.figures.board import (
    Axis,
    Board,
    Heat,
    Line,
    Mark,
    Panel,
    Points,
    Readout,
    Rule,
    Segments,
    payload,
)
from engine.figures.momentum_maps import MAP, escape_map, rate_map
from engine.figures.theme import ACCENT, INK, MUTED, SERIES, VALIDATION
from engine.momentum import theory, valleys
from engine.momentum.experiment import QUADRATIC, RACERS, Walked
from engine.momentum.scenes import NAMES

__all__ = ["MAP", "PATH", "board"]

PATH = "path"
REACH = 15.0  # a racer farther out is drawn no more
STYLES = tuple(SERIES[racer] for racer in RACERS)
FLOOR = 1e-8  # of the first error: below it rounding is drawn, not descent
HEAD = 0.22  # of an arrow's length


def board(result: Walked, revision: str = "") -> Mapping[str, Any]:
    """Return the stage's payload for a walk on a surface.

    Args:
        result: The three paths.
        revision: Changes with the result.
    """
    quadratic = result.config.task == QUADRATIC
    panels = (
        rate_map(result) if quadratic else escape_map(result),
        _paths(result),
        _errors(result),
        _directions(result) if quadratic else _escapes(result),
        _numbers(result),
    )
    return payload(
        Board(
            panels,
            columns=(1.2, 1.3, 1.0),
            rows=(1.35, 1.0),
            frames=result.config.steps + 1,
            first_frame=0,
            revision=revision,
        )
    )


def _tamed(values: np.ndarray, reach: float) -> np.ndarray:
    """Return values that a picture can hold."""
    return np.where(np.isfinite(values) & (np.abs(values) < reach), values, np.nan)


def _paths(result: Walked) -> Panel:
    surface = result.config.surface()
    values = surface.grid(61)[2]
    height = np.log10(np.maximum(values - surface.floor, 1e-3)) if result.config.task == QUADRATIC else values
    height = height if result.config.task == QUADRATIC else np.minimum(height, 4.0)
    steps = np.arange(result.config.steps + 1)
    marks: list[Mark] = [
        Heat(
            height,
            *surface.x,
            *surface.y,
            float(height.min()),
            float(height.max()),
            MUTED,
            strength=0.45,
            contours=12,
            hover="log₁₀ of the loss" if result.config.task == QUADRATIC else "loss",
        )
    ]
    for path, style, racer in zip(result.path, STYLES, RACERS, strict=True):
        place = _tamed(path, REACH)
        marks.append(
            Line(place[:, 0], place[:, 1], style, emphasis=1.3, reveal=steps, hover=NAMES[racer], label=NAMES[racer])
        )
    marks.extend(_arrows(result))
    for path, style in zip(result.path, STYLES, strict=True):
        place = _tamed(path, REACH)
        marks.append(Points(place[:, :1], place[:, 1:], style, size=5.5, framed=True))
    lowest = surface.minima[0]
    marks.append(Points([lowest[0]], [lowest[1]], INK, size=5, hollow=True, hover=("the lowest place",)))
    start = result.path[0, 0]
    marks.append(Points([start[0]], [start[1]], INK, size=4, hover=("start: drag it, or click anywhere",)))
    return Panel(
        PATH,
        "Click or drag the start",
        Axis(*surface.x, "w₁, flat" if result.config.task == QUADRATIC else "w₁"),
        Axis(*surface.y, "w₂, steep" if result.config.task == QUADRATIC else "w₂"),
        tuple(marks),
        note="arrows: velocity, gradient step",
        alt="; ".join(
            f"{NAMES[racer]} ends with error {loss[-1]:.3g}" if np.isfinite(loss[-1]) else f"{NAMES[racer]} leaves"
            for racer, loss in zip(RACERS, result.loss, strict=True)
        )
        + ".",
        column=1,
        rows=2,
        pick=True,
        high=320,
    )


def _arrows(result: Walked) -> list[Mark]:
    """Return, at every frame, what each moving average pushes (β v) and what the gradient adds (−η g), for Momentum."""
    config, marks = result.config, []
    for racer in (1, 2):
        kept = config.momentum * result.velocity[racer]
        marks.append(_arrow(_tamed(result.path[racer], REACH), _tamed(kept, REACH), STYLES[racer]))
    middle = _tamed(result.path[1] + config.momentum * result.velocity[1], REACH)
    marks.append(_arrow(middle, _tamed(-config.learning_rate * result.gradient[1], REACH), VALIDATION))
    return marks


def _arrow(tail: np.ndarray, push: np.ndarray, style: Any) -> Mark:
    """Return an arrow a frame: shaft and two barbs."""
    tip = tail + push
    normal = np.stack([-push[:, 1], push[:, 0]], axis=1)
    barbs = [tip - HEAD * push + sign * 0.5 * HEAD * normal for sign in (1, -1)]
    starts, ends = np.stack([tail, *barbs], axis=1), np.stack([tip, tip, tip], axis=1)
    return Segments(
        starts[..., 0], starts[..., 1], ends[..., 0], ends[..., 1], style, width=3.0, opacity=0.9, framed=True
    )


def _errors(result: Walked) -> Panel:
    steps = np.arange(result.config.steps + 1)
    first = float(max(result.loss[0, 0], 1e-9))
    low, high = FLOOR * first, 100 * first
    marks: list[Mark] = [
        Line(
            steps,
            np.where((loss >= low) & (loss <= high), loss, np.nan),
            style,
            label=NAMES[racer],
            emphasis=1.2,
            reveal=steps,
            ghost=True,
        )
        for racer, loss, style in zip(RACERS, result.loss, STYLES, strict=True)
    ]
    known = result.loss[np.isfinite(result.loss) & (result.loss >= low) & (result.loss <= high)]
    bottom, top = (float(known.min()), float(known.max())) if known.size else (low, high)
    return Panel(
        "error",
        "Error by step",
        Axis(0, result.config.steps, "step"),
        Axis(bottom * 0.7, max(top, bottom * 10) * 1.4, "loss above the lowest, log", log=True),
        tuple(marks),
        alt="Error by step of plain descent, momentum and Nesterov, on a log axis.",
        column=2,
        labels=78,
        link="step",
    )


def _directions(result: Walked) -> Panel:
    """Return how far Momentum and plain descent are off along and across, with the rate of theory as a thin line."""
    config = result.config
    steps = np.arange(config.steps + 1)
    marks: list[Mark] = []
    shown = []
    start = max(float(np.abs(result.path[1, 0]).max()), 1e-6)
    for racer in (0, 1):
        for axis, name in ((0, "flat"), (1, "steep")):
            away = np.abs(result.path[racer, :, axis])
            away = np.where((away > 1e-5 * start) & (away < 100 * start), away, np.nan)
            shown.append(away)
            marks.append(
                Line(
                    steps,
                    away,
                    STYLES[racer],
                    label=f"{name}{' plain' if racer == 0 else ''}",
                    emphasis=1.2 if axis == 0 else 0.55,
                    reveal=steps,
                    ghost=True,
                    hover=f"{NAMES[RACERS[racer]]}, {name} direction",
                )
            )
    for axis, curvature in ((0, 1 / config.condition), (1, 1.0)):
        keeps = float(theory.rate(np.array(config.learning_rate), np.array(config.momentum), curvature))
        bound = abs(float(result.path[1, 0, axis])) * keeps**steps
        bound = np.where((bound > 1e-5 * start) & (bound < 100 * start), bound, np.nan)
        marks.append(Line(steps, bound, MUTED, emphasis=0.5, hover=f"theory: {keeps:.3f} a step"))
    known = np.concatenate(shown)
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.1, 1.0)
    return Panel(
        "directions",
        "Each direction alone",
        Axis(0, config.steps, "step"),
        Axis(low * 0.7, max(high, 10 * low) * 1.4, "distance |w|, log", log=True),
        tuple(marks),
        note="thin: theory",
        alt="Distance from the lowest place along the flat and the steep direction.",
        row=1,
        column=2,
        labels=86,
        link="step",
    )


def _escapes(result: Walked) -> Panel:
    heavy, ahead = valleys.escape_curve(result.config.learning_rate)
    momenta = valleys.MOMENTA
    top = float(np.nanmax(np.concatenate([heavy, ahead, [0.1]])))
    marks: list[Mark] = [
        Rule("x", result.config.momentum, style=ACCENT, label="here", opacity=0.8),
        Line(momenta, ahead, STYLES[2], label="Nesterov", emphasis=1.3),
        Line(momenta, heavy, STYLES[1], label="Momentum", emphasis=1.3),
    ]
    return Panel(
        "escapes",
        "Share that escapes",
        Axis(0, 1, "momentum β"),
        Axis(0, top * 1.2, "share of starts"),
        tuple(marks),
        note=f"η = {result.config.learning_rate:g}, {valleys.STEPS} steps",
        alt=f"Share of {len(valleys.STARTS)} starts that escape over momentum, up to {top:.0%}.",
        row=1,
        column=2,
        labels=80,
    )


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−") if np.isfinite(value) and abs(value) < 1e6 else "gone"


def _numbers(result: Walked) -> Readout:
    config = result.config
    lines = []
    rates: list[str] = []
    if config.task == QUADRATIC:
        rate, share = np.array(config.learning_rate), np.array(config.momentum)
        rates = [
            f"{float(theory.slowest(rate, momentum, config.condition, rule)):.3f}"
            for momentum, rule in ((np.array(0.0), "momentum"), (share, "momentum"), (share, "nesterov"))
        ]
    for step in range(config.steps + 1):
        rows: list[tuple[str, ...]] = [("", *NAMES.values())]
        for axis, name in ((0, "w₁"), (1, "w₂")):
            rows.append((name, *(_number(float(path[step, axis])) for path in result.path)))
        rows.append(("|β v|", "0", *(_number(_length(config.momentum * result.velocity[k, step])) for k in (1, 2))))
        rows.append(("|η g|", *(_number(_length(config.learning_rate * one[step])) for one in result.gradient)))
        rows.append(("error", *(_number(float(loss[step])) for loss in result.loss)))
        if rates:
            rows.append(("rate", *rates))
        lines.append(tuple(rows))
    return Readout(
        "numbers", "Now", tuple(lines), note="rate: share of the error a step leaves" if rates else "", strong=(5,),
        row=1, framed=True,
    )  # fmt: skip


def _length(vector: np.ndarray) -> float:
    return float(np.hypot(vector[0], vector[1]))
