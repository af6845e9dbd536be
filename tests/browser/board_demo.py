"""A rich board: every kind of mark, a read-out, and frames to play through."""

from __future__ import annotations

import numpy as np

from engine.figures.board import (
    Axis,
    Band,
    Board,
    Cells,
    Heat,
    Line,
    Panel,
    Points,
    Readout,
    Rectangles,
    Rule,
    Segments,
    Texts,
)
from engine.figures.theme import ACCENT, CATEGORICAL, INK, MUTED, NEGATIVE, POSITIVE, VALIDATION


def _folds() -> tuple[Panel, Panel]:
    index = np.zeros((5, 150), int)
    for fold in range(5):
        index[fold, 30 * fold : 30 * fold + 30] = 1
    names = tuple((fold + 0.5, f"fold {fold + 1}") for fold in range(5))
    blocks = Cells(
        index,
        (MUTED, CATEGORICAL[0]),
        (0.22, 0.9),
        0,
        150,
        0,
        5,
        gap=8,
        hover=("trained on", "held out"),
        reveal=np.arange(5),
    )
    scores = np.array([0.80, 0.73, 0.77, 0.87, 0.83])
    left = Panel(
        "folds",
        "Who is held out",
        Axis(0, 150, "row of the file"),
        Axis(5, 0, ticks=names),
        (blocks,),
        note="150 rows",
        alt="Five folds of 30 rows each.",
    )
    right = Panel(
        "scores",
        "Score of each fold",
        Axis(0.6, 1, "accuracy"),
        Axis(5, 0, ticks=()),
        (
            Rule("x", 0.754, 0.846, ACCENT, opacity=0.14),
            Segments(
                np.full(5, 0.6), np.arange(5) + 0.5, np.full(5, 1.0), np.arange(5) + 0.5, MUTED, width=1, opacity=0.3
            ),
            Rule("x", 0.8, style=ACCENT, label="mean 0.80"),
            Points(
                scores,
                np.arange(5) + 0.5,
                INK,
                size=5.5,
                labels=tuple(f"{score:.2f}" for score in scores),
                hover=tuple(f"fold {fold + 1}" for fold in range(5)),
                reveal=np.arange(5),
                name="fold",
                selected=1,
            ),
        ),
        note="held-out block",
        alt="Scores from 0.73 to 0.87.",
        column=1,
    )
    return left, right


def _process() -> tuple[Panel, Panel]:
    x = np.linspace(-3, 3, 100)
    mean, spread = np.sin(2 * x), 0.15 + 0.4 * np.abs(np.sin(1.5 * x))
    steps = np.arange(5)[:, None]
    framed = mean * (0.4 + 0.15 * steps)
    upper = Panel(
        "process",
        "Gaussian process",
        Axis(-3, 3, grid=True),
        Axis(-2, 2, "score"),
        (
            Line(x, mean, MUTED, "truth", emphasis=0.6),
            Line(x, framed, CATEGORICAL[0], "mean", emphasis=2, framed=True),
            Band(x, framed - spread, framed + spread, CATEGORICAL[0], framed=True),
            Points(
                [-2.5, -1.0, 0.2, 1.4, 2.3],
                [0.6, -0.7, 0.4, 0.3, -0.9],
                CATEGORICAL[4],
                reveal=[0, 1, 2, 3, 4],
                hover=tuple(f"trial {k}" for k in range(1, 6)),
                labels=tuple("12345"),
            ),
        ),
        row=1,
        labels=70,
        link="x",
        pick=True,
    )
    gain = np.exp(-((x - 1) ** 2) * 3) + 0.3 * np.exp(-((x + 2) ** 2) * 6)
    lower = Panel(
        "gain",
        "Acquisition",
        Axis(-3, 3, "log₁₀ rate"),
        Axis(0, 1.2, ticks=((0, "0"), (1, "1"))),
        (
            Line(x, gain, CATEGORICAL[2], "gain"),
            Band(x, 0 * x, gain, CATEGORICAL[2]),
            Rule("x", 1.0, style=ACCENT, label="next trial"),
        ),
        row=2,
        labels=70,
        link="x",
    )
    return upper, lower


def _others() -> tuple[Panel, Panel, Readout, Panel]:
    generator = np.random.default_rng(4)
    grid = np.linspace(-1, 1, 24)
    values = np.outer(np.ones(24), grid) * np.outer(grid, np.ones(24)) + 0.3 * grid
    heat = Panel(
        "map",
        "Validation accuracy",
        Axis(1e-4, 1e-1, "rate", log=True),
        Axis(1, 1000, "batch", log=True),
        (
            Heat(values, 1e-4, 1e-1, 1, 1000, -1, 1, POSITIVE, NEGATIVE, contours=7, hover="accuracy", key=True),
            Points([1e-3, 1e-2, 3e-4], [10, 100, 400], INK, hollow=True, labels=("a", "b", "c"), name="trial"),
        ),
        row=1,
        column=1,
    )
    counts = np.histogram(generator.normal(0.8, 0.04, 300), 16, (0.66, 0.94))
    bars = Panel(
        "bars",
        "Bootstrap means",
        Axis(0.66, 0.94, "mean"),
        Axis(0, 60, "count", grid=True),
        (
            Rectangles(counts[1][:-1], counts[1][1:], np.zeros(16), counts[0], CATEGORICAL[3], opacity=0.75, gap=0.5),
            Rule("x", 0.8, style=INK, label="sample mean"),
            Texts([0.9], [50], ("n = 300",), MUTED),
        ),
        row=2,
        column=1,
    )
    numbers = Readout(
        "numbers",
        "At this fold",
        (("training", "0.94"), ("held out", "0.80"), ("gap", "0.14"), ("rows", "120")),
        note="accuracy",
        styles=(INK, VALIDATION, None, None),
        strong=(1,),
        column=2,
    )
    epochs = np.arange(1, 41)
    curves = []
    for k, style in enumerate(CATEGORICAL[:5]):
        final = 0.85 - 0.01 * k
        curve = final - (0.5 - 0.05 * k) * np.exp(-epochs / (4 + k))
        curves.append(Line(epochs, curve, style, f"fold {k + 1}", emphasis=2 if k == 1 else 1))
    lines = Panel(
        "curves",
        "Accuracy by epoch",
        Axis(1, 40, "epoch"),
        Axis(0.3, 0.9, grid=True),
        tuple(curves),
        row=1,
        column=2,
        rows=2,
        labels=56,
    )
    return heat, bars, numbers, lines


def demo(frames: int = 5) -> Board:
    """Every kind of mark on one board."""
    return Board(
        (*_folds(), *_process(), *_others()),
        columns=(1.25, 1, 0.9),
        rows=(1.05, 1, 0.85),
        frames=frames,
        unit="fold",
        events=((1, CATEGORICAL[4]),),
        revision="demo",
    )
