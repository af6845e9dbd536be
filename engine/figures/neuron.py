"""The picture of a neuron: the data with both neurons' lines, the error everywhere, and both losses.

What the learner should see: the blue line goes where it likes, the orange one turns about the origin. On the map of
the error the one walks down to the lowest place; the other can only walk along the line where the bias is zero.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.figures.board import Axis, Board, Heat, Line, Mark, Panel, Points, Readout, Rule, payload
from engine.figures.theme import CATEGORICAL, INK, MUTED, NEGATIVE, POSITIVE
from engine.neuron import theory
from engine.neuron.experiment import BORDER, Result

MOST_FRAMES = 61
GRID = 41
FINE = 24
MAP = "map"
WITH, WITHOUT = POSITIVE, NEGATIVE
YOURS = dataclasses.replace(CATEGORICAL[4], dash=(3, 3), marker="star")  # dotted: drawn by hand
CLASSES = (CATEGORICAL[3], CATEGORICAL[2])


@dataclass(frozen=True)
class View:
    """A line drawn by hand; changes no number of the run.

    Attributes:
        weight: m, or the length s of the weights.
        bias: c, or b.
    """

    weight: float = 0.5
    bias: float = 1.0


def frames(result: Result) -> np.ndarray:
    """Return the epochs that are played: all, or as many as fit, closer together at the beginning."""
    last = len(result.loss) - 1
    if last < MOST_FRAMES:
        return np.arange(last + 1)
    return np.unique(np.round(last * (np.arange(MOST_FRAMES) / (MOST_FRAMES - 1)) ** 1.5).astype(int))


def direction(result: Result) -> np.ndarray:
    """Return the direction of the weights, of length 1, in which the border's map is cut: that of the last weights."""
    last = result.with_bias[-1, :-1].astype(np.float64)
    length = float(np.linalg.norm(last)) if np.isfinite(last).all() else 0.0
    return last / length if length > 1e-9 else np.full(len(last), len(last) ** -0.5)


def board(result: Result, view: View, revision: str = "", running: bool = False) -> Mapping[str, Any]:
    """Return the stage's payload.

    Args:
        result: A run, finished or under way.
        view: A line drawn by hand.
        revision: Changes with the result.
        running: Whether more is coming.
    """
    shown = frames(result)
    panels = (
        _data(result, view, shown),
        _map(result, view, shown),
        _losses(result, shown),
        _numbers(result, view, shown),
    )
    return payload(
        Board(
            panels,
            columns=(1.75, 1.0, 0.95) if result.config.task == BORDER else (1.15, 1.15, 1.0),
            rows=(1.25, 1.0),
            frames=len(shown),
            unit="epoch" if len(shown) == len(result.loss) else "moment",
            first_frame=0,
            revision=revision,
            running=running,
        )
    )


def _tamed(values: np.ndarray) -> np.ndarray:
    """Return values that a picture can hold: what has left for good is not drawn."""
    return np.where(np.isfinite(values) & (np.abs(values) < 1e6), values, np.nan)


def _data(result: Result, view: View, shown: np.ndarray) -> Panel:
    return _border_data(result, view, shown) if result.config.task == BORDER else _line_data(result, view, shown)


def _line_data(result: Result, view: View, shown: np.ndarray) -> Panel:
    x, y = result.x[:, 0], result.y
    left, right = min(0.0, float(x.min())), max(0.0, float(x.max()))
    margin = 0.05 * (right - left)
    ends = np.array([left - margin, right + margin])
    both, alone = _tamed(result.with_bias[shown]), _tamed(result.without[shown])
    low, high = min(0.0, float(y.min())), max(0.0, float(y.max()))
    marks: list[Mark] = [
        Rule("x", 0.0, style=MUTED, opacity=0.5),
        Rule("y", 0.0, style=MUTED, opacity=0.5),
        Points(x, y, INK, size=3.4, opacity=0.6),
        Line(ends, alone[:, :1] * ends, WITHOUT, label="without", emphasis=1.6, framed=True),
        Line(ends, both[:, :1] * ends + both[:, 1:], WITH, label="with bias", emphasis=1.6, framed=True),
    ]
    marks.append(Line(ends, view.weight * ends + view.bias, YOURS, label="yours"))
    marks.append(
        Points([0.0], [0.0], WITHOUT, size=5.5, hover=("the origin: without a bias every line goes through it",))
    )
    pad = 0.12 * (high - low + 1e-6)
    return Panel(
        "data",
        "Data and lines",
        Axis(float(ends[0]), float(ends[1]), "input x"),
        Axis(low - pad, high + pad, "target y"),
        tuple(marks),
        note="square: the origin",
        alt=f"{len(x)} points and the lines of the neuron with a bias and without.",
        rows=2,
        labels=72,
    )


def _border_data(result: Result, view: View, shown: np.ndarray) -> Panel:
    low, high = min(-1.0, float(result.x.min()) - 0.4), max(1.0, float(result.x.max()) + 0.4)
    reach = high - low
    both, alone = _tamed(result.with_bias[shown]).astype(np.float64), _tamed(result.without[shown]).astype(np.float64)
    places = np.linspace(low, high, FINE)
    across, up = np.meshgrid(places, places)
    logits = both[:, 0, None, None] * across + both[:, 1, None, None] * up + both[:, 2, None, None]
    said = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    marks: list[Mark] = [
        Heat(
            said,
            low,
            high,
            low,
            high,
            0,
            1,
            CLASSES[1],
            CLASSES[0],
            strength=0.4,
            hover="said by the neuron with a bias",
            framed=True,
        ),
        Rule("x", 0.0, style=MUTED, opacity=0.5),
        Rule("y", 0.0, style=MUTED, opacity=0.5),
        Points(
            result.x[:, 0],
            result.x[:, 1],
            styles=CLASSES,
            style_of=result.y.astype(int),
            size=3.6,
            hover=tuple(f"class {int(one)}" for one in result.y),
        ),
        _edge(alone, np.zeros(len(alone)), reach, WITHOUT, "without"),
        _edge(both[:, :2], both[:, 2], reach, WITH, "with bias"),
    ]
    turned = np.repeat(view.weight * direction(result)[None], len(shown), axis=0)
    marks.append(_edge(turned, np.full(len(shown), view.bias), reach, YOURS, "yours"))
    marks.append(
        Points([0.0], [0.0], WITHOUT, size=5.5, hover=("the origin: without a bias the border runs through it",))
    )
    return Panel(
        "data",
        "Data and borders",
        Axis(low, high, "x₁"),
        Axis(low, high, "x₂"),
        tuple(marks),
        note="square: the origin",
        alt=f"{len(result.x)} points of two classes and the borders of both neurons.",
        rows=2,
        labels=76,
        square=True,
    )


def _edge(weights: np.ndarray, bias: np.ndarray, reach: float, style: Any, label: str) -> Line:
    """Return the border w · x + b = 0 of every frame, across the panel."""
    squared = np.square(weights).sum(axis=1)
    known = np.where(squared > 1e-12, squared, np.nan)
    foot = -(bias / known)[:, None] * weights
    along = np.stack([-weights[:, 1], weights[:, 0]], axis=1) / np.sqrt(known)[:, None]
    along = along * np.where(along[:, :1] < 0, -1, 1)  # from left to right: the label stands at the right end
    ends = foot[:, None] + np.array([-4.0, 0.0, 4.0])[None, :, None] * reach * along[:, None]
    return Line(ends[:, :, 0], ends[:, :, 1], style, label=label, emphasis=1.6, framed=True)


def _map(result: Result, view: View, shown: np.ndarray) -> Panel:
    border = result.config.task == BORDER
    x, y = result.x, result.y
    if border:
        way = direction(result)
        path = np.stack([result.with_bias[:, :2] @ way, result.with_bias[:, 2]], axis=1)
        alone = result.without @ way
    else:
        path, alone = result.with_bias, result.without[:, 0]
    path, alone = _tamed(path), _tamed(alone)
    weights, biases = _ranges(result, path, alone)
    if border:
        values = theory.log_losses(x, y, direction(result), weights, biases)
    else:
        values = theory.squared_errors(x[:, 0], y, weights, biases)
    height = np.log10(np.maximum(values, 1e-6))
    reveal = np.searchsorted(shown, np.arange(len(path)))
    marks: list[Mark] = [
        Heat(
            height,
            float(weights[0]),
            float(weights[-1]),
            float(biases[0]),
            float(biases[-1]),
            float(height.min()),
            float(height.max()),
            MUTED,
            strength=0.75,
            contours=12,
            hover="log₁₀ of the error",
        ),
        Rule("y", 0.0, style=WITHOUT, label="no bias: only here", opacity=0.8),
        Line(alone, np.zeros(len(alone)), WITHOUT, emphasis=1.5, reveal=reveal),
        Points(alone[shown][:, None], np.zeros((len(shown), 1)), WITHOUT, size=6, framed=True),
        Line(path[:, 0], path[:, 1], WITH, emphasis=1.5, reveal=reveal),
        Points(path[shown, :1], path[shown, 1:], WITH, size=6, framed=True),
    ]
    if not border:
        # Where the other seeds ended: their data differ, so they scatter about the lowest place of this one.
        for ends, style in ((result.ends_with, WITH), (result.ends_without, WITHOUT)):
            heights = ends[1:, 1] if ends.shape[1] > 1 else np.zeros(len(ends[1:]))
            marks.append(Points(_tamed(ends[1:, 0]), _tamed(heights), style, size=3, opacity=0.6))
        best = theory.best_line(x[:, 0], y, True)
        marks.append(
            Points([best.slope], [best.offset], INK, size=5, hollow=True, hover=("the lowest place: least squares",))
        )
    marks.append(Points([view.weight], [view.bias], YOURS, size=6.5, hover=("yours",), labels=("yours",)))
    return Panel(
        MAP,
        "Error everywhere",
        Axis(float(weights[0]), float(weights[-1]), "weight length s" if border else "weight m"),
        Axis(float(biases[0]), float(biases[-1]), "bias b" if border else "bias c"),
        tuple(marks),
        note="log loss along the last w" if border else "ring: least squares",
        alt="Error over weight and bias with the paths of both neurons; the one without stays where the bias is zero.",
        column=1,
        columns=2,
        pick=True,
        high=300,
    )


def _ranges(result: Result, path: np.ndarray, alone: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the grid of weights and of biases that holds both paths, or what matters of them."""
    border = result.config.task == BORDER
    if border:
        targets = np.array([[0.0, 0.0]])
    else:
        found = [theory.best_line(result.x[:, 0], result.y, bias) for bias in (True, False)]
        targets = np.array([(one.slope, one.offset) for one in found])
    limit = 12.0
    near = path[np.isfinite(path).all(axis=1) & (np.abs(path - targets[0]).max(axis=1) < limit)]
    own = alone[np.isfinite(alone) & (np.abs(alone - targets[-1][0]) < limit)]
    first = np.concatenate([targets[:, 0], near[:, 0], own, [0.0]])
    second = np.concatenate([targets[:, 1], near[:, 1], [0.0]])
    grids = []
    for values in (first, second):
        low, high = float(values.min()), float(values.max())
        pad = 0.25 * max(high - low, 1.0)
        grids.append(np.linspace(low - pad, high + pad, GRID))
    return grids[0], grids[1]


def _losses(result: Result, shown: np.ndarray) -> Panel:
    epochs = np.arange(len(result.loss))
    reveal = np.searchsorted(shown, epochs)
    known = result.loss[np.isfinite(result.loss) & (result.loss > 0)]
    low, high = (float(known.min()), float(min(known.max(), 1e6 * known.min()))) if len(known) else (0.1, 1.0)
    named = (("without", WITHOUT, 1), ("with bias", WITH, 0))
    marks: list[Mark] = [
        Line(epochs, _tamed(result.loss[:, column]), style, label=name, reveal=reveal, ghost=True)
        for name, style, column in named
    ]
    if result.config.task != BORDER:
        best = theory.best_line(result.x[:, 0], result.y, False)
        marks.append(Rule("y", best.loss, style=MUTED, label="best without", opacity=0.7))
        low = min(low, best.loss)
    name = "log loss" if result.config.task == BORDER else "mean squared error"
    return Panel(
        "loss",
        "Error by epoch",
        Axis(0, max(1, len(epochs) - 1), "epoch"),
        Axis(low * 0.8, high * 1.25, f"{name}, log", log=True),
        tuple(marks),
        alt=f"The error ends at {result.loss[-1, 0]:.3g} with a bias and {result.loss[-1, 1]:.3g} without.",
        row=1,
        column=1,
        labels=84,
    )


def _number(value: float) -> str:
    if not np.isfinite(value) or abs(value) > 1e6:
        return "gone"
    text = f"{value:.3f}" if abs(value) < 10 else f"{value:.3g}"
    return text.replace("-", "−")


def _numbers(result: Result, view: View, shown: np.ndarray) -> Readout:
    border = result.config.task == BORDER
    names = ("w₁", "w₂", "b") if border else ("m", "c")
    lines = []
    for epoch in shown:
        both = [_number(float(value)) for value in result.with_bias[epoch]]
        alone = [*(_number(float(value)) for value in result.without[epoch]), "0"]
        rows = [("epoch", f"{epoch}", "")]
        rows += [(name, one, other) for name, one, other in zip(names, both, alone, strict=True)]
        rows.append(("error", _number(float(result.loss[epoch, 0])), _number(float(result.loss[epoch, 1]))))
        if border:
            right = theory.accuracy(result, int(epoch))
            rows.append(("right", f"{right[0]:.0%}", f"{right[1]:.0%}"))
        rows.append(("yours", _number(yours(result, view)), ""))
        lines.append(tuple(rows))
    return Readout(
        "numbers",
        "With bias, without",
        tuple(lines),
        note="blue, orange",
        strong=(len(names) + 1,),
        row=1,
        column=2,
        framed=True,
    )


def yours(result: Result, view: View) -> float:
    """Return the error of the line drawn by hand."""
    if result.config.task == BORDER:
        grid = theory.log_losses(result.x, result.y, direction(result), np.array([view.weight]), np.array([view.bias]))
        return float(grid[0, 0])
    return theory.squared_error(result.x[:, 0], result.y, view.weight, view.bias)
