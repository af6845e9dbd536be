"""The pictures of gradients over depth, and of all activations trained over several seeds.

What the learner should see: for sigmoid every layer further from the output gets a gradient some times shorter, so the
first layers stand still; and among the others the differences are often no larger than those between seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.activations.experiment import DEPTHS, Result
from engine.activations.functions import LABELS, SOFTMAX
from engine.activations.story import diverged, ranked
from engine.figures.activations import STYLES, number
from engine.figures.activations_network import curves, over
from engine.figures.board import Axis, Band, Board, Line, Mark, Panel, Points, Readout, Rule, Texts, payload
from engine.figures.theme import INK, MUTED

SMALLEST = 1e-20  # shorter gradients are not drawn


def depth_board(result: Result, revision: str = "", running: bool = False) -> Mapping[str, Any]:
    """Return the stage's payload of the gradients over depth.

    Args:
        result: The trainings, finished or under way.
        revision: Changes with the result.
        running: Whether more is coming.
    """
    panels = (
        _gradients(result),
        _ratios(result),
        curves(result, result.loss, "loss", "Training loss", 1, 0),
        _numbers(result),
    )
    return payload(
        Board(
            panels,
            columns=(1.25, 1.0),
            rows=(1.25, 1.0),
            frames=result.config.epochs + 1,
            unit="epoch",
            first_frame=0,
            revision=revision,
            running=running,
        )
    )


def _length(values: np.ndarray) -> np.ndarray:
    return np.where(values > SMALLEST, values, np.nan)


def _gradients(result: Result) -> Panel:
    layers = np.arange(1, result.config.depth + 2)
    lengths = _length(result.gradient).swapaxes(2, 3)  # (E + 1, A, L + 1, S)
    known = lengths[np.isfinite(lengths)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (1e-6, 1.0)
    marks: list[Mark] = []
    drawn = [(STYLES[name], name, lengths[:, place]) for place, name in enumerate(result.names)]
    for style, _, one in drawn:
        across = np.broadcast_to(layers, one.shape[:2])
        marks.append(Band(across, over(np.nanmin, one), over(np.nanmax, one), style, framed=True))
    for style, name, one in drawn:
        across = np.broadcast_to(layers, one.shape[:2])
        mean = np.exp(over(np.nanmean, np.log(one)))
        marks.append(Line(across, mean, style, label=LABELS[name], emphasis=1.5, framed=True))
        marks.append(Points(across, mean, style, size=4.5, framed=True))
    step = max(1, len(layers) // 10)
    ticks = (*((float(layer), f"{layer}") for layer in layers[:-1:step]), (float(layers[-1]), "out"))
    return Panel(
        "gradient",
        "Gradient, layer by layer",
        Axis(0.7, layers[-1] + 0.3, "layer", ticks=ticks),
        Axis(low * 0.5, high * 2, "length of ∂L/∂W, log", log=True),
        tuple(marks),
        note=f"geometric mean, all of {result.config.seeds} seeds",
        alt="Length of the gradient of every layer's kernel, for each activation.",
        labels=84,
        high=300,
    )


def _ratios(result: Result) -> Panel:
    depths = np.array(DEPTHS)
    values = _length(result.ratio)
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (1e-3, 1.0)
    marks: list[Mark] = [Rule("x", float(result.config.depth), style=INK, label="now", opacity=0.8)]
    for place, name in enumerate(result.names):
        one, style = values[:, place], STYLES[name]
        marks.append(Band(depths, over(np.nanmin, one), over(np.nanmax, one), style))
        mean = np.exp(over(np.nanmean, np.log(one)))
        marks += [Line(depths, mean, style, label=LABELS[name], emphasis=1.5), Points(depths, mean, style, size=4)]
    return Panel(
        "ratio",
        "First layer’s share",
        Axis(0, float(depths[-1]) + 0.5, "hidden layers"),
        Axis(low * 0.5, high * 2, "first / output, log", log=True),
        tuple(marks),
        note="before any training",
        alt="Gradient of the first layer through that of the output, before training, over the depth.",
        column=1,
        labels=84,
    )


def _numbers(result: Result) -> Readout:
    names = tuple(LABELS[name] for name in result.names)
    lengths = _length(result.gradient)
    first, last = (np.exp(over(np.nanmean, np.log(lengths[..., layer]))) for layer in (0, -1))
    accuracy, least = over(np.nanmean, result.accuracy), over(np.nanmin, result.accuracy)
    lines = []
    for epoch in range(result.config.epochs + 1):
        with np.errstate(all="ignore"):
            ratio = first[epoch] / last[epoch]
        lines.append(
            (
                ("", *names),
                ("first layer", *(number(float(value), 4) for value in first[epoch])),
                ("output", *(number(float(value), 4) for value in last[epoch])),
                ("first / output", *(number(float(value), 4) for value in ratio)),
                ("right", *(f"{value:.1%}" if np.isfinite(value) else "–" for value in accuracy[epoch])),
                ("least", *(f"{value:.1%}" if np.isfinite(value) else "–" for value in least[epoch])),
            )
        )
    return Readout(
        "numbers",
        "Length of the gradient, this epoch",
        tuple(lines),
        note=f"{result.config.seeds} seeds",
        strong=(3, 4),
        row=1,
        column=1,
        framed=True,
    )


def comparison_board(result: Result, marked: str, revision: str = "", running: bool = False) -> Mapping[str, Any]:
    """Return the stage's payload of the comparison.

    Args:
        result: The trainings, finished or under way.
        marked: The activation whose curves are drawn strong.
        revision: Changes with the result.
        running: Whether more is coming.
    """
    panels = (
        _ranking(result, marked),
        _compared(result, result.loss, "loss", "Training loss", marked, 0),
        _compared(result, 1 - result.accuracy, "error", "Wrong, rows held back", marked, 1),
    )
    return payload(
        Board(
            panels,
            columns=(1.25, 1.0),
            rows=(1.0, 1.0),
            frames=result.config.epochs + 1,
            unit="epoch",
            first_frame=0,
            revision=revision,
            running=running,
        )
    )


def _ranking(result: Result, marked: str) -> Panel:
    """Return every network's accuracy at each epoch, a row an activation, the best at the end on top."""
    order = ranked(result)
    marks: list[Mark] = []
    ticks = []
    shift = np.linspace(-0.22, 0.22, result.config.seeds)
    for row, place in enumerate(order):
        name, seeds = result.names[place], result.accuracy[:, place]
        marks.append(
            Points(
                seeds,
                np.broadcast_to(row + shift, seeds.shape),
                STYLES[name],
                size=4.5 if name == marked else 3.6,
                opacity=1.0 if name == marked else 0.75,
                framed=True,
            )
        )
        mean = over(np.nanmean, seeds)[:, None]
        bar = np.array([[row - 0.34, row + 0.34]])
        across, along = np.repeat(mean, 2, axis=1), np.broadcast_to(bar, (len(mean), 2))
        marks.append(Line(across, along, STYLES[name], emphasis=1.8, framed=True, hover=f"{LABELS[name]}, mean"))
        ends = seeds[-1][np.isfinite(seeds[-1])]
        ticks.append((float(row), f"{LABELS[name]} {ends.mean():.1%}" if len(ends) else LABELS[name]))
    known = result.accuracy[np.isfinite(result.accuracy)]
    low = 0.0 if not len(known) else max(0.0, float(np.quantile(known, 0.02)) - 0.05)
    gone = diverged(result)
    lost = [row for row, place in enumerate(order) if gone[place] == result.config.seeds]
    marks.append(Texts(np.full(len(lost), low + 0.02), np.array(lost), ("diverged",) * len(lost), MUTED, align="left"))
    best = LABELS[result.names[order[0]]]
    return Panel(
        "ranking",
        "Right on rows held back",
        Axis(low, 1.0, "accuracy", grid=True),
        Axis(len(order) - 0.4, -0.6, "", ticks=tuple(ticks)),
        tuple(marks),
        note=f"bar: mean of {result.config.seeds} seeds",
        alt=f"Accuracy of every network; {best} is on top at the end.",
        rows=2,
        high=420,
    )


def _compared(result: Result, values: np.ndarray, name: str, title: str, marked: str, row: int) -> Panel:
    """Return the mean curves of all activations, few of them named: the best, the last, and the marked one."""
    epochs = np.arange(result.config.epochs + 1)
    order = ranked(result)
    named = {result.names[order[0]], result.names[order[-1]], "relu", marked} - {SOFTMAX}
    known = values[np.isfinite(values) & (values > 0)]
    low, high = (float(known.min()), float(np.quantile(known, 0.999))) if len(known) else (0.01, 1.0)
    marks: list[Mark] = []
    if marked in result.names:
        seeds = values[:, result.names.index(marked)]
        least, most = (np.clip(over(which, seeds), low, None) for which in (np.nanmin, np.nanmax))
        marks.append(Band(epochs, least, most, STYLES[marked], opacity=0.2, reveal=epochs))
    for place, activation in enumerate(result.names):
        mean = over(np.nanmean, values[:, place])
        mean = np.where((mean > 0) & (mean <= 1.3 * high), mean, np.nan)
        label = LABELS[activation] if activation in named else ""
        strong = 1.8 if activation == marked else 0.75
        marks.append(
            Line(
                epochs,
                mean,
                STYLES[activation],
                label=label,
                emphasis=strong,
                reveal=epochs,
                ghost=True,
                hover=LABELS[activation],
            )
        )
    return Panel(
        name,
        title,
        Axis(0, result.config.epochs, "epoch"),
        Axis(low * 0.8, high * 1.25, "log", log=True),
        tuple(marks),
        note=f"mean; band: {LABELS.get(marked, marked)}" if marked in result.names else "mean of the seeds",
        alt=f"{title} of all activations over the epochs.",
        row=row,
        column=1,
        labels=104,
        link="epoch",
    )
