"""The picture of one activation function: value, derivative, saturation zones, and what is left after many layers.

What the learner should see: where the curve is flat the derivative is near 0, and a factor near 0 at every layer leaves
nothing of a gradient. For softmax: probabilities, how they move with each logit, and what a temperature does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.activations.experiment import NONE, Config
from engine.activations.functions import ACTIVATIONS, LABELS, SOFTMAX, moments, zones
from engine.figures.activations_softmax import softmax_board
from engine.figures.board import Axis, Board, Line, Mark, Panel, Points, Readout, Rule, payload
from engine.figures.theme import INK, MUTED, SERIES, Series

FUNCTION, DERIVATIVE = "function", "derivative"
REACH = 6.0
LAYERS = 20
SMALLEST, LARGEST = 1e-12, 1e4
STYLES: Mapping[str, Series] = {
    "linear": SERIES["gradient_descent"],
    "relu": SERIES["momentum"],
    "leaky_relu": SERIES["adagrad"],
    "prelu": SERIES["rmsprop"],
    "elu": SERIES["nesterov"],
    "selu": SERIES["lion"],
    "gelu": SERIES["nadam"],
    "silu": SERIES["adamax"],
    "sigmoid": SERIES["adam"],
    "hard_sigmoid": SERIES["adamw"],
    "tanh": SERIES["adadelta"],
    "exponential": INK,
}


def number(value: float, digits: int = 3) -> str:
    """Return a number as the page writes it."""
    if not np.isfinite(value):
        return "–"
    size = abs(value)
    text = f"{value:.1e}" if 0 < size < 0.001 or size >= 10_000 else f"{value:.{digits}f}"
    return text.replace("-", "−")


def board(config: Config, revision: str = "") -> Mapping[str, Any]:
    """Return the stage's payload for the function of a config; a click sets x, or a logit.

    Args:
        config: Which function, at which input.
        revision: Changes with the content.
    """
    if config.function == SOFTMAX:
        return softmax_board(config, revision)
    names = [name for name in (config.function, config.beside) if name != NONE]
    names = names[:1] if names[0] == names[-1] else names
    panels = (
        _curve(config, names, derivative=False),
        _curve(config, names, derivative=True),
        _layers(config, names),
        _numbers(config, names),
    )
    return payload(Board(panels, columns=(1.7, 1.0), rows=(1.25, 1.0), revision=revision))


def _curve(config: Config, names: list[str], derivative: bool) -> Panel:
    x = np.linspace(-REACH, REACH, 601)
    curves = {name: _of(name, x, config, derivative) for name in names}
    first = curves[names[0]]
    low, high = max(float(first.min()), -2.5), min(float(first.max()), 3.0 if derivative else 5.0)
    low, high = min(low, 0.0), max(high, 0.25 if derivative else 1.0)
    if derivative:  # a gradient passed on whole must be seen
        high = max(high, *(min(float(curve.max()), 1.0) for curve in curves.values()))
    pad = 0.12 * (high - low)
    low, high = low - pad, high + pad
    marks: list[Mark] = [
        Rule("x", start, to=end, style=MUTED, opacity=0.16)
        for start, end in zones(config.function, config.slope, config.share, -REACH, REACH)
    ]
    marks += [Rule("x", 0.0, style=MUTED, opacity=0.4), Rule("y", 0.0, style=MUTED, opacity=0.4)]
    if derivative:
        marks.append(Rule("y", config.share, style=MUTED, label=f"{config.share:g}", opacity=0.7))
    for name in reversed(names):
        seen = np.where((curves[name] >= low) & (curves[name] <= high), curves[name], np.nan)
        chosen = name == names[0]
        marks.append(Line(x, seen, STYLES[name], label=LABELS[name], emphasis=1.7 if chosen else 0.8))
    at = np.array([config.x])
    value, steep = (_of(names[0], at, config, way)[0] for way in (False, True))
    if not derivative:
        ends = np.array([-1.2, 1.2])
        marks.append(Line(config.x + ends, value + steep * ends, MUTED, emphasis=0.9, hover="tangent"))
    place = steep if derivative else value
    marks.append(Points(at, [place], INK, size=6, hover=(f"x = {number(config.x, 2)}: {number(place)}",)))
    kind = "derivative" if derivative else "value"
    return Panel(
        DERIVATIVE if derivative else FUNCTION,
        "Derivative f′(x)" if derivative else "Function f(x)",
        Axis(-REACH, REACH, "input x"),
        Axis(low, high, "f′(x)" if derivative else "f(x)"),
        tuple(marks),
        note=f"shaded: |f′| < {config.share:g}" if derivative else ACTIVATIONS[names[0]].formula,
        alt=f"{LABELS[names[0]]}: the {kind} at {number(config.x, 2)} is {number(place)}.",
        row=int(derivative),
        pick=True,
        labels=104,
        link="x",
    )


def _of(name: str, x: np.ndarray, config: Config, derivative: bool) -> np.ndarray:
    one = ACTIVATIONS[name]
    return (one.derivative if derivative else one.value)(x, config.slope)


def _layers(config: Config, names: list[str]) -> Panel:
    """Return what is left of a gradient after n layers whose neurons all see x, weights left out."""
    layers = np.arange(LAYERS + 1)
    marks: list[Mark] = [Rule("y", 1.0, style=MUTED, opacity=0.4)]
    lowest, highest = 0.1, 10.0
    for name in reversed(names):
        steep = abs(float(_of(name, np.array([config.x]), config, True)[0]))
        left = np.power(steep, layers)
        left = np.where((left >= SMALLEST) & (left <= LARGEST), left, np.nan)
        lowest, highest = min(lowest, float(np.nanmin(left))), max(highest, float(np.nanmax(left)))
        label = LABELS[name] if steep > 0 else f"{LABELS[name]}: 0"
        marks.append(Line(layers, left, STYLES[name], label=label, emphasis=1.7 if name == names[0] else 0.8))
        if steep == 0:
            marks.append(
                Points([0], [1.0], STYLES[name], size=5, hover=(f"{LABELS[name]}: nothing is left after one",))
            )
    return Panel(
        "layers",
        "f′(x) to the power n",
        Axis(0, LAYERS, "layers n"),
        Axis(lowest * 0.5, highest * 2, "share of the gradient, log", log=True),
        tuple(marks),
        note="weights left out",
        alt="What is left of a gradient after n layers, if every layer multiplies it by f′(x).",
        column=1,
        labels=104,
    )


def _numbers(config: Config, names: list[str]) -> Readout:
    known = [moments(name, config.slope, config.share) for name in names]
    at = np.array([config.x])
    values = [[float(_of(name, at, config, way)[0]) for name in names] for way in (False, True)]
    rows = (
        ("", *(LABELS[name] for name in names)),
        (f"f({number(config.x, 2)})", *map(number, values[0])),
        (f"f′({number(config.x, 2)})", *map(number, values[1])),
        ("f′ after 10", *(number(value**10) for value in values[1])),
        ("mean", *(number(one.mean) for one in known)),
        ("deviation", *(number(one.deviation) for one in known)),
        ("exactly 0", *(f"{one.zeros:.1%}" for one in known)),
        ("saturated", *(f"{one.saturated:.1%}" for one in known)),
    )
    return Readout(
        "numbers",
        "At x, and for inputs from N(0, 1)",
        rows,
        strong=(1, 2),
        row=1,
        column=1,
    )
