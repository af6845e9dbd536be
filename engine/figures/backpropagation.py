"""The picture of backpropagation: the step in words and numbers, the network with every number, and the check.

What the learner should see: forward numbers in ink, gradients in orange, what is computed now in the accent; beside it
what TensorFlow says, and all nine weights in a table.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.backpropagation.experiment import PARAMETERS, Config, Result
from engine.backpropagation.steps import BACKWARD, FORWARD, OUTPUTS, SUMS, SYMBOLS, Step, said, steps
from engine.backpropagation.walk import Walk, walk
from engine.figures.board import Axis, Board, Mark, Panel, Points, Readout, Segments, Texts, payload
from engine.figures.theme import ACCENT, INK, MUTED, SERIES

GRADIENT = SERIES["adam"]
NODES = {
    "x1": (0.065, 0.73),
    "x2": (0.065, 0.25),
    "h1": (0.42, 0.73),
    "h2": (0.42, 0.25),
    "y": (0.75, 0.49),
    "L": (0.94, 0.49),
}
LINKS = {
    "w11": ("x1", "h1"),
    "w12": ("x2", "h1"),
    "w21": ("x1", "h2"),
    "w22": ("x2", "h2"),
    "v1": ("h1", "y"),
    "v2": ("h2", "y"),
}
LINE = 0.056  # between two lines of text
ABOVE = 0.112  # from the middle of a node to its first line of text
RADIUS = 30
# Where a weight's number stands: off its line, and off the crossing of the two in the middle.
PLACES = {
    "w11": (0.235, 0.832),
    "w12": (0.235, 0.372),
    "w21": (0.235, 0.662),
    "w22": (0.235, 0.202),
    "v1": (0.595, 0.732),
    "v2": (0.575, 0.275),
    "b1": (0.42, 0.73 - ABOVE),
    "b2": (0.42, 0.25 - ABOVE),
    "b3": (0.765, 0.49 - ABOVE - 0.005),
}
SIZE = (570, 455)  # pixels of the drawing that these places and the sizes below are made for


@dataclass(frozen=True)
class Item:
    """One number of the picture: where it stands, and when it is first known."""

    name: str
    x: float
    y: float
    gradient: bool
    inside: bool = False


def items() -> tuple[Item, ...]:
    """Return every number of the picture."""
    found = [Item(name, *NODES[name], False, True) for name in ("x1", "x2", "h1", "h2", "y", "L")]
    found += [Item(name, *PLACES[name], False) for name in PARAMETERS]
    found += [Item(f"d{name}", PLACES[name][0], PLACES[name][1] - LINE, True) for name in PARAMETERS]
    for neuron, name in enumerate(("h1", "h2", "y")):
        x, y = NODES[name]
        found.append(Item(f"z{neuron + 1}", x, y + ABOVE, False))
        found.append(Item(f"dz{neuron + 1}", x, y + ABOVE + LINE, True))
        found.append(Item(f"d{name}", x, y + ABOVE + 2 * LINE, True))
    found.append(Item("t", NODES["L"][0], NODES["L"][1] - ABOVE, False))
    return tuple(found)


def board(config: Config, result: Result | None) -> Mapping[str, Any]:
    """Return the stage's payload.

    Args:
        config: The setting; its numbers are computed here and now.
        result: What TensorFlow said about it, or None while it is asked.
    """
    mine = walk(config)
    told = steps(config, mine)
    panels = (_words(told), _network(mine, told), _check(mine, told, result), _table(config, mine, told, result))
    return payload(
        Board(
            panels,
            columns=(1.3, 1.0),
            rows=(0.4, 0.34, 1.0),
            frames=len(told),
            unit="step",
            events=tuple((k, GRADIENT) for k in (_first(told, BACKWARD), len(told) - 3)),
            # One name for all settings: a weight that is moved leaves the step as it is.
            revision="backpropagation",
        )
    )


def _first(told: tuple[Step, ...], phase: str) -> int:
    return next(k for k, step in enumerate(told) if step.phase == phase)


def _words(told: tuple[Step, ...]) -> Panel:
    def line(y: float, which: str, size: float, style: Any, bold: bool = False) -> Texts:
        texts = tuple((getattr(step, which),) for step in told)
        return Texts([0.5], [y], texts, style, size=size, bold=bold, framed=True)

    return Panel(
        "step",
        "",
        None,
        None,
        (line(0.88, "sentence", 19, INK), line(0.53, "letters", 26, ACCENT, True), line(0.15, "numbers", 26, INK)),
        alt="The step in words, its formula with letters, and with the numbers put in.",
        columns=2,
        high=150,
        designed=(0, 118),
    )


def _network(mine: Walk, told: tuple[Step, ...]) -> Panel:
    frames = len(told)
    known = {step.item: k for k, step in enumerate(told)}
    batch, moved = known["batch"], known["weights"]
    marks: list[Mark] = [_links(mine), _active(told)]
    nodes = np.array(list(NODES.values()))
    marks.append(Points(nodes[:, 0], nodes[:, 1], INK, size=RADIUS, hollow=True, hover=_hovers(mine)))
    marks.append(_ring(told))
    groups: dict[tuple[str, bool], list[tuple[Item, list[str]]]] = {}
    for item in items():
        first = 0 if item.name in (*PARAMETERS, "x1", "x2", "t") else known[item.name]
        weight = item.name in PARAMETERS
        of_weight = item.gradient and item.name[1:] in PARAMETERS
        for look in ("plain", "now"):
            texts = []
            for frame in range(frames):
                # The last steps are about all nine at once.
                many = (of_weight and frame in (batch, batch + 1)) or (weight and frame == moved)
                now = many or (frame == first and told[frame].item == item.name)
                shown = frame >= first and now == (look == "now")
                texts.append(_text(item, mine, frame, batch, moved) if shown else "")
            groups.setdefault((look + ("+" if item.gradient else ""), item.inside), []).append((item, texts))
    for (look, inside), members in groups.items():
        now = look.startswith("now")
        marks.append(
            Texts(
                [item.x for item, _ in members],
                [item.y for item, _ in members],
                tuple(tuple(texts[frame] for _, texts in members) for frame in range(frames)),
                ACCENT if now else GRADIENT if look.endswith("+") else INK,
                size=19 if now or inside else 16.5,
                bold=now or inside,
                framed=True,
            )
        )
    names = [(x, y + ABOVE, name) for name, (x, y) in zip(("x₁", "x₂"), nodes[:2], strict=True)]
    names += [(x + 0.066, y + 0.068, name) for name, (x, y) in zip(OUTPUTS, nodes[2:5], strict=True)]
    names.append((nodes[5, 0], nodes[5, 1] + ABOVE, "L"))
    marks.append(Texts([n[0] for n in names], [n[1] for n in names], tuple(n[2] for n in names), MUTED, size=16.5))
    return Panel(
        "network",
        "Row 1 in the network",
        Axis(0, 1, ticks=()),
        Axis(0, 1, ticks=()),
        tuple(marks),
        note="orange: gradients, ∂z₁ is ∂L/∂z₁",
        alt=f"A network of two inputs, two hidden neurons and one output; the loss is {said(float(mine.loss[0]))}.",
        row=1,
        rows=2,
        high=300,
        designed=SIZE,
    )


def _text(item: Item, mine: Walk, frame: int, batch: int, moved: int) -> str:
    """Return what stands at an item's place in a frame it is known in."""
    name = item.name
    if name in PARAMETERS:
        index = PARAMETERS.index(name)
        values = mine.next_weights if frame >= moved else mine.weights
        return f"{SYMBOLS[index]} {_short(values[index])}"
    if name[1:] in PARAMETERS:
        index = PARAMETERS.index(name[1:])
        if frame > batch:
            return f"{'+' if mine.next_velocity[index] >= 0 else ''}{_short(mine.next_velocity[index])}"
        return f"∂{SYMBOLS[index]} {_short(mine.batch[index] if frame == batch else mine.rows[0, index])}"
    if name == "t":
        return f"t {_short(mine.t[0])}"
    if name == "L":
        return _short(mine.loss[0])
    if name in ("x1", "x2"):
        return _short(mine.x[0, ("x1", "x2").index(name)])
    kind = name.lstrip("d")
    neuron = ("h1", "h2", "y").index(kind) if kind in ("h1", "h2", "y") else int(kind[1]) - 1
    if name.startswith("dz"):
        return f"∂{SUMS[neuron]} {_short(mine.to_sum[0, neuron])}"
    if name.startswith("d"):
        return f"∂{OUTPUTS[neuron]} {_short(mine.to_activation[0, neuron])}"
    return f"{SUMS[neuron]} {_short(mine.z[0, neuron])}" if name.startswith("z") else _short(mine.a[0, neuron])


def _short(value: float) -> str:
    """Return a number short enough for the picture."""
    if not np.isfinite(value) or abs(value) >= 1000 or 0 < abs(value) < 0.0005:
        return said(value)
    text = f"{value:.{3 if abs(value) < 10 else 1}f}".rstrip("0").rstrip(".")
    return ("0" if text in ("-0", "") else text).replace("-", "−")


def _links(mine: Walk) -> Segments:
    """Return the links, the wider the larger the weight; negative ones are dashed."""
    ends = np.array([[*NODES[one], *NODES[other]] for one, other in [*LINKS.values(), ("y", "L")]])
    values = np.array([*(mine.weights[PARAMETERS.index(name)] for name in LINKS), 1.0])
    sizes = np.minimum(np.nan_to_num(np.abs(values), nan=0.0, posinf=4.0), 4.0)
    dashed = dataclasses.replace(MUTED, dash=(7, 4))
    return Segments(
        ends[:, 0],
        ends[:, 1],
        ends[:, 2],
        ends[:, 3],
        styles=(MUTED, dashed),
        style_of=(values < 0).astype(int),
        width=1.2 + 1.6 * sizes,
        opacity=0.5,
    )


def _active(told: tuple[Step, ...]) -> Segments:
    """Return the links of each step in the accent."""
    most = max(len(step.edges) for step in told)
    ends = np.full((len(told), most, 4), np.nan)
    for k, step in enumerate(told):
        for place, name in enumerate(step.edges):
            one, other = LINKS[name]
            ends[k, place] = (*NODES[one], *NODES[other])
    x0, y0, x1, y1 = np.moveaxis(ends, 2, 0)
    return Segments(x0, y0, x1, y1, ACCENT, width=4.5, framed=True)


def _ring(told: tuple[Step, ...]) -> Points:
    """Return the ring about the node that a step is in."""
    at = np.full((len(told), 1, 2), np.nan)
    for k, step in enumerate(told):
        kind = step.item.lstrip("d")
        node = {"z1": "h1", "z2": "h2", "z3": "y"}.get(kind, kind)
        if node in NODES:
            at[k, 0] = NODES[node]
    return Points(at[:, :, 0], at[:, :, 1], ACCENT, size=RADIUS + 4, hollow=True, framed=True)


def _hovers(mine: Walk) -> tuple[str, ...]:
    inputs = [f"x{SUMS[k][1]} = {said(mine.x[0, k])}" for k in range(2)]
    neurons = [
        f"{OUTPUTS[k]} = {said(mine.a[0, k])}, slope there {said(mine.slope[0, k])}, "
        f"∂L/∂{SUMS[k]} = {said(mine.to_sum[0, k])}"
        for k in range(3)
    ]
    return (*inputs, *neurons, f"loss {said(mine.loss[0])}, wanted {said(mine.t[0])}")


def _check(mine: Walk, told: tuple[Step, ...], result: Result | None) -> Readout:
    lines = []
    for step in told:
        if step.where is None:
            lines.append((("step on: each number", ""), ("is checked here", ""), ("", "")))
            continue
        field, index = step.where
        own = float(getattr(mine, field)[index])
        # Whose word it is: a forward number is the model's, a gradient the tape's, the last two the optimizer's.
        who = "Keras model" if step.phase == FORWARD else "GradientTape"
        who = "Keras SGD" if step.item in ("velocity", "weights") else who
        if result is None:
            lines.append((("Our product", f"{own:.8f}".replace("-", "−")), (f"{who} says", "checking…"), ("", "")))
            continue
        other = float(getattr(result, field)[index])
        same = np.isfinite(own) and np.isfinite(other)
        lines.append(
            (
                ("Our product", _long(own)),
                (f"{who} says", _long(other)),
                ("Difference", said(abs(own - other)) if same else "—"),
            )
        )
    return Readout("check", "Checked", tuple(lines), strong=(1,), row=1, column=1, framed=True)


def _long(value: float) -> str:
    if not np.isfinite(value):
        return "gone"
    return (f"{value:.8f}" if 1e-4 <= abs(value) < 1e4 or value == 0 else f"{value:.6e}").replace("-", "−")


def _table(config: Config, mine: Walk, told: tuple[Step, ...], result: Result | None) -> Readout:
    known = {step.item: k for k, step in enumerate(told)}
    frames = []
    for frame in range(len(told)):
        if frame > known["batch"]:
            frames.append(_moves(config, mine, frame == known["weights"]))
        else:
            frames.append(_rows(config, mine, frame, known, result))
    return Readout(
        "table", "Every weight", tuple(frames), note="∂L/∂w of each row, then the update", strong=(0,), row=2, column=1,
        framed=True,
    )  # fmt: skip


def _rows(
    config: Config, mine: Walk, frame: int, known: Mapping[str, int], result: Result | None
) -> tuple[tuple[str, ...], ...]:
    """Return the gradient of each row, their mean, and what the tape says about the batch."""
    at_batch = frame == known["batch"]
    inside = config.batch_rows
    header = [f"{k + 1}" if k < inside else f"({k + 1})" for k in range(config.rows)]
    lines = [("row", *header, "mean", "tape")]
    for index, name in enumerate(PARAMETERS):
        first = _short(mine.rows[0, index]) if frame >= known[f"d{name}"] else "·"
        others = [_short(value) if at_batch else "·" for value in mine.rows[1:, index]]
        tape = "·" if not at_batch else "…" if result is None else _short(result.batch[index])
        lines.append((SYMBOLS[index], first, *others, _short(mine.batch[index]) if at_batch else "·", tape))
    if at_batch:
        both = [*mine.rows, mine.batch, *([] if result is None else [result.batch])]
        lengths = [_short(float(np.linalg.norm(values))) for values in both]
        lines.append(("|g|", *lengths, *(["…"] if result is None else [])))
    return tuple(lines)


def _moves(config: Config, mine: Walk, moved: bool) -> tuple[tuple[str, ...], ...]:
    """Return what makes up each weight's move."""
    lines = [("", "old", "β·vel", "−η·g", "vel", "new")]
    for index in range(len(PARAMETERS)):
        lines.append(
            (
                SYMBOLS[index],
                _short(mine.weights[index]),
                _short(config.momentum * mine.velocity[index]),
                _short(-config.learning_rate * mine.batch[index]),
                _short(mine.next_velocity[index]),
                _short(mine.next_weights[index]) if moved else "·",
            )
        )
    return tuple(lines)
