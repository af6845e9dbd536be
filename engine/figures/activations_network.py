"""The picture of a network's units: which are dead, how many say 0, how far learned slopes move, what it costs.

What the learner should see: units of the ReLU network going dark for every row, and a dark one never coming back;
the networks beside it, from the same weights and on the same batches, keep theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.activations.experiment import BIAS, RATE, SWEEPERS, SWEPT, Result
from engine.activations.functions import LABELS, LEARNED
from engine.figures.activations import STYLES
from engine.figures.board import Axis, Band, Board, Heat, Line, Mark, Panel, Points, Readout, Rule, payload
from engine.figures.theme import CATEGORICAL, INK, MUTED, POSITIVE, SERIES

LAYER_STYLES = tuple(CATEGORICAL[place] for place in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9))
DEAD = SERIES["adam"]
SHARES = tuple((value / 100, f"{value} %") for value in range(0, 101, 25))


def network_board(result: Result, revision: str = "", running: bool = False) -> Mapping[str, Any]:
    """Return the stage's payload.

    Args:
        result: The trainings, finished or under way.
        revision: Changes with the result.
        running: Whether more is coming.
    """
    panels = (
        _units(result),
        _sweep(result),
        curves(result, result.accuracy, "accuracy", "Accuracy, rows held back", 0, 2, percent=True),
        _zeros(result),
        _slopes(result),
        _numbers(result),
    )
    return payload(
        Board(
            panels,
            columns=(1.15, 1.0, 1.0),
            rows=(1.0, 1.0),
            frames=result.config.epochs + 1,
            unit="epoch",
            first_frame=0,
            revision=revision,
            running=running,
        )
    )


def over(function: Any, values: np.ndarray) -> np.ndarray:
    """Return `function` over the last axis of what is known there; NaN where nothing is."""
    found = np.full(values.shape[:-1], np.nan)
    known = np.isfinite(values).any(axis=-1)
    if known.any():
        found[known] = function(values[known], axis=-1)
    return found


def curves(
    result: Result, values: np.ndarray, name: str, title: str, row: int, column: int, *, percent: bool = False
) -> Panel:
    """Return a panel of one line an activation over the epochs: mean of the seeds, and a band from least to most.

    Args:
        result: Whose activations.
        values: (E + 1, A, S).
        name: Of the panel.
        title: Of the panel.
        row: Of the board.
        column: Of the board.
        percent: Whether 0 … 1 is the range; else it is logarithmic.
    """
    epochs = np.arange(result.config.epochs + 1)
    known = values[np.isfinite(values) & (values > 0)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.1, 1.0)
    marks: list[Mark] = []
    for place, activation in enumerate(result.names):
        style, seeds = STYLES[activation], values[:, place]
        marks.append(Band(epochs, over(np.nanmin, seeds), over(np.nanmax, seeds), style, reveal=epochs))
    for place, activation in enumerate(result.names):
        mean = over(np.nanmean, values[:, place])
        label = LABELS[activation]
        marks.append(Line(epochs, mean, STYLES[activation], label=label, emphasis=1.3, reveal=epochs, ghost=True))
    ends = ", ".join(
        f"{LABELS[activation]} {value:.3g}"
        for activation, value in zip(result.names, over(np.nanmean, values[-1]), strict=True)
    )
    return Panel(
        name,
        title,
        Axis(0, result.config.epochs, "epoch"),
        Axis(0.0, 1.02, ticks=SHARES) if percent else Axis(low * 0.8, high * 1.25, "log", log=True),
        tuple(marks),
        note=f"mean, all of {result.config.seeds} seeds",
        alt=f"{title}, mean of the seeds at the end: {ends}.",
        row=row,
        column=column,
        labels=92,
        link="epoch",
    )


def _units(result: Result) -> Panel:
    """Return every unit of the first seed's ReLU network: how often it is above 0, and a cross where it never is."""
    active = result.active
    frames, layers, units = active.shape
    places = np.stack(np.meshgrid(np.arange(units), np.arange(layers)), axis=-1).reshape(-1, 2)
    dead = (active == 0).reshape(frames, -1)
    marks: tuple[Mark, ...] = (
        Heat(
            active,
            0,
            units - 1,
            0,
            layers - 1,
            0.0,
            1.0,
            POSITIVE,
            strength=0.85,
            smooth=False,
            hover="share of rows above 0",
            framed=True,
            key=True,
        ),
        Points(
            np.where(dead, places[:, 0], np.nan),
            np.where(dead, places[:, 1], np.nan),
            SERIES["nadam"],  # its marker is a cross
            size=4.5,
            framed=True,
        ),
    )
    count = int(dead[-1].sum())
    return Panel(
        "units",
        "Units of one ReLU network",
        Axis(-0.5, units - 0.5, "unit"),
        Axis(layers - 0.5, -0.5, "layer", ticks=tuple((float(layer), f"{layer + 1}") for layer in range(layers))),
        marks,
        note="×: dead",
        alt=f"{count} of {layers * units} units of the first seed's ReLU network are dead at the end.",
    )


def _sweep(result: Result) -> Panel:
    """Return the share of dead ReLU units and the accuracies over the swept learning rate or bias."""
    config = result.config
    rate = config.vary == RATE
    values = np.array(SWEPT[config.vary])
    places = np.log10(values) if rate else values
    now = float(np.log10(config.learning_rate)) if rate else config.bias
    marks: list[Mark] = []
    if places[0] <= now <= places[-1]:
        marks.append(Rule("x", now, style=INK, label="now", opacity=0.8))
    dead = result.swept_dead[:, 0]
    shown = [(dead, DEAD, "dead ReLUs", 2.0)]
    for which, activation in enumerate(SWEEPERS):
        label = f"right, {LABELS[activation].replace(' ReLU', '')}"
        shown.append((result.swept_accuracy[:, which], STYLES[activation], label, 1.0))
    for one, style, label, emphasis in shown:
        marks.append(Band(places, over(np.nanmin, one), over(np.nanmax, one), style))
        mean = over(np.nanmean, one)
        marks += [Line(places, mean, style, label=label, emphasis=emphasis), Points(places, mean, style, size=4)]
    texts = [f"{value:g}".replace("-", "−") for value in values]
    means = over(np.nanmean, dead)
    told = ", ".join(f"{text}: {share:.0%}" for text, share in zip(texts, means, strict=True) if np.isfinite(share))
    return Panel(
        "sweep",
        "Over the learning rate" if rate else "Over the initial bias",
        Axis(
            float(places[0]) - 0.1,
            float(places[-1]) + 0.1,
            "learning rate η, log" if rate else "initial bias b",
            ticks=tuple((float(place), text) for place, text in zip(places, texts, strict=True)),
        ),
        Axis(-0.02, 1.02, ticks=SHARES),
        tuple(marks),
        note=f"after {config.epochs} epochs, {config.seeds} seeds; gap: diverged",
        alt=f"Share of dead ReLU units over the {'learning rate' if rate else 'initial bias'}: {told}.",
        column=1,
        labels=112,
    )


def _zeros(result: Result) -> Panel:
    """Return for every layer the share of activations that are exactly 0, at each epoch."""
    layers = result.config.depth
    marks: list[Mark] = []
    for place, activation in enumerate(result.names):
        style = STYLES[activation]
        mean = over(np.nanmean, result.zeros[:, place].swapaxes(1, 2))
        x = np.arange(1, layers + 1)
        if layers > 1:
            marks.append(Line(np.broadcast_to(x, mean.shape), mean, style, label=LABELS[activation], framed=True))
        marks.append(Points(np.broadcast_to(x, mean.shape), mean, style, size=5, framed=True))
    dead = over(np.nanmean, result.dead[:, 0].swapaxes(1, 2))
    across = np.broadcast_to(np.arange(1, layers + 1), dead.shape)
    marks.append(Line(across, dead, DEAD, label="dead ReLUs", emphasis=1.4, framed=True))
    marks.append(Points(across, dead, DEAD, size=4.5, framed=True))
    return Panel(
        "zeros",
        "Zeros, layer by layer",
        Axis(0.8, layers + 0.2, "hidden layer", ticks=tuple((float(one), f"{one}") for one in range(1, layers + 1))),
        Axis(-0.02, 1.02, ticks=SHARES),
        tuple(marks),
        note="share of activations that are 0",
        alt="Share of activations that are exactly 0 in every hidden layer, for each activation.",
        row=1,
        labels=92,
    )


def _slopes(result: Result) -> Panel:
    """Return the learned slopes of PReLU over the epochs: mean of units and seeds, and from least to most."""
    epochs = np.arange(result.config.epochs + 1)
    slopes = result.slopes
    marks: list[Mark] = [Rule("y", 0.0, style=MUTED, opacity=0.5)]
    marks.append(Rule("y", result.config.slope, style=MUTED, label="start", opacity=0.6))
    low, high = -0.1, 0.5
    for layer in range(slopes.shape[2]):
        style = LAYER_STYLES[layer % len(LAYER_STYLES)]
        least, most = over(np.nanmin, slopes[:, :, layer, 0]), over(np.nanmax, slopes[:, :, layer, 2])
        if np.isfinite(least).any():
            low, high = min(low, float(np.nanmin(least))), max(high, float(np.nanmax(most)))
        if slopes.shape[2] <= 4:
            marks.append(Band(epochs, least, most, style, opacity=0.1, reveal=epochs))
        mean = over(np.nanmean, slopes[:, :, layer, 1])
        marks.append(Line(epochs, mean, style, label=f"layer {layer + 1}", emphasis=1.4, reveal=epochs, ghost=True))
    low, high = max(low, -2.0), min(high, 3.0)
    return Panel(
        "slopes",
        f"{LABELS[LEARNED]}: learned slope a",
        Axis(0, result.config.epochs, "epoch"),
        Axis(low - 0.05, high + 0.05, "slope below 0"),
        tuple(marks),
        note="mean; band: all units",
        alt="Learned slopes of PReLU by layer over the epochs.",
        row=1,
        column=1,
        labels=72,
        link="epoch",
    )


def _percent(value: float) -> str:
    return f"{value:.1%}" if np.isfinite(value) else "–"


def _numbers(result: Result) -> Readout:
    names = tuple(LABELS[name].replace("Leaky ReLU", "Leaky") for name in result.names)
    loss = over(np.nanmean, result.loss)
    tables = (
        ("dead units", over(np.nanmean, result.dead.mean(axis=3))),
        ("most", over(np.nanmax, result.dead.mean(axis=3))),
        ("zeros", over(np.nanmean, result.zeros.mean(axis=3))),
        ("right", over(np.nanmean, result.accuracy)),
        ("least", over(np.nanmin, result.accuracy)),
    )
    lines = []
    for epoch in range(result.config.epochs + 1):
        rows: list[tuple[str, ...]] = [("", *names)]
        rows += [(label, *(_percent(float(value)) for value in table[epoch])) for label, table in tables]
        rows.append(("loss", *(f"{value:.3f}" if np.isfinite(value) else "–" for value in loss[epoch])))
        lines.append(tuple(rows))
    config = result.config
    varied = "η" if config.vary != BIAS else "bias"
    return Readout(
        "numbers",
        f"Mean of {config.seeds} seeds",
        tuple(lines),
        note=f"η {config.learning_rate:g}, bias {config.bias:g}; swept: {varied}".replace("-", "−"),
        strong=(1, 4),
        row=1,
        column=2,
        framed=True,
    )
