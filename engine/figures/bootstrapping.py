"""The benchmark's picture: means that settle, the spread behind them, and the paired difference with its intervals.

What the learner should see: one dot a split; lines that stop jumping as splits come in; a plain band that shrinks and a
corrected one that does not; and on the right, split by split at the playhead, what may be said and what not.

Up is better in every panel: a loss is drawn with its axis downwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engine.bootstrapping import judgement, words
from engine.bootstrapping.experiment import Result
from engine.figures import theme
from engine.figures.board import Axis, Band, Board, Line, Panel, Points, Rectangles, Rule, Segments, payload
from engine.figures.bootstrapping_difference import differences, enough, intervals
from engine.figures.bootstrapping_readout import readout
from engine.figures.bootstrapping_view import FEW, LINK, STYLES, View, bins, counts_so_far, so_far, split_axis, view_of


def board(
    result: Result, measure: str = judgement.SCORE, precision: float = 0.5, revision: str = "", running: bool = False
) -> Mapping[str, Any]:
    """Return the board of a run, finished or not, for the stage.

    Args:
        result: The run.
        measure: "score" or "loss".
        precision: Half width that is enough, in points (hundredths).
        revision: Changes with the content.
        running: Whether more splits are coming.
    """
    view = view_of(result, measure, precision)
    name = words.measure_name(result, measure)
    panels = (
        _means(view, name),
        _spread(view),
        readout(result, measure, precision, STYLES, view.count),
        differences(view),
        intervals(view),
        _epochs(view),
        enough(view),
    )
    return payload(
        Board(
            panels,
            columns=(2.0, 1.0, 1.45),
            rows=(1.25, 1.05, 0.95),
            frames=view.count,
            unit="split",
            revision=f"{revision}.{measure}.{precision:g}",
            running=running,
        )
    )


def _means(view: View, name: str) -> Panel:
    few = view.count <= FEW
    bands: list[Band | Segments] = []
    lines: list[Line] = []
    dots: list[Points] = []
    lowest, highest = sorted((view.low, view.high))
    for place, (scores, style) in enumerate(zip(view.scores, STYLES, strict=True)):
        letter = "AB"[place]
        mean, half, _ = so_far(scores, 0.0)
        half[:2] = np.nan  # two splits give an interval that fills the panel
        low, high = (np.clip(mean + sign * half, lowest, highest) for sign in (-1, 1))
        if few:
            at = view.split + (-0.04, 0.04)[place]
            bands.append(
                Segments(at, low, at, high, replace(style, dash=()), width=8.0, opacity=0.3, reveal=view.reveal)
            )
        else:
            bands.append(Band(view.split, low, high, style, 0.15, reveal=view.reveal))
        lines.append(
            Line(
                view.split,
                mean,
                style,
                letter,
                2.0 if place else 1.5,
                view.reveal,
                True,
                hover=f"{letter}, mean so far",
            )
        )
        shown = tuple(
            f"split {split:.0f}, {letter}: {words.shown(value, view.measure)}"
            for split, value in zip(view.split, scores, strict=True)
        )
        size, opacity = (4.0, 0.9) if few else (2.6, 0.35)
        dots.append(Points(view.split, scores, style, size=size, opacity=opacity, hover=shown, reveal=view.reveal))
    return Panel(
        "means",
        "Mean so far",
        split_axis(view),
        Axis(view.low, view.high, name),
        (*bands, *lines, *dots) if few else (*bands, *dots, *lines),
        note=f"{'bar' if few else 'band'}: plain interval of the mean",
        alt=words.alt_means(view.result, view.measure),
        labels=26,
        link=LINK,
        high=300,
    )


def _spread(view: View) -> Panel:
    edges = bins(view.scores, view.low, view.high, view.step)
    counts = [counts_so_far(scores, edges) for scores in view.scores]
    most = max(1.0, max(float(count.max()) for count in counts)) * 1.1
    ones = np.ones((view.count, 1))
    marks = []
    for sign, count, style in zip((-1, 1), counts, STYLES, strict=True):
        marks.append(
            Rectangles(
                np.zeros_like(count),
                sign * count,
                ones * edges[:-1],
                ones * edges[1:],
                style,
                opacity=0.6,
                gap=0.5,
                framed=True,
            )
        )
    return Panel(
        "spread",
        "Every score",
        Axis(-most, most, "number of splits", ticks=((-most / 2, "A"), (most / 2, "B"))),
        Axis(view.low, view.high),
        (*marks, Rule("x", 0.0, style=theme.MUTED, opacity=0.4)),
        note="",
        alt=words.alt_spread(view.result, view.measure),
        column=1,
        high=220,
    )


def _epochs(view: View) -> Panel:
    result = view.result
    marks: list[Points | Line] = []
    highest = 1.0
    for place, style in enumerate(STYLES):
        known = result.epochs[place, : view.count] > 0
        needed = np.where(known, result.best_epoch[place, : view.count].astype(float), np.nan)
        highest = max(highest, float(np.nanmax(needed)) if known.any() else 1.0)
        shown = tuple(
            f"split {split:.0f}, {'AB'[place]}: best after {value:.0f} epochs"
            for split, value in zip(view.split[known], needed[known], strict=True)
        )
        marks.append(
            Points(
                view.split[known],
                needed[known],
                style,
                size=2.6,
                opacity=0.45,
                hover=shown,
                reveal=view.reveal[known],
            )
        )
        marks.append(
            Line(
                view.split,
                so_far(needed, 0.0)[0],
                style,
                "AB"[place],
                2.0 if place else 1.5,
                view.reveal,
                True,
                hover=f"{'AB'[place]}, mean epochs so far",
            )
        )
    return Panel(
        "epochs",
        "Epochs needed",
        split_axis(view, "split"),
        Axis(0.0, 1.08 * highest, "epochs"),
        tuple(marks),
        note="to the lowest loss; line: mean so far",
        alt=words.alt_epochs(result),
        row=2,
        labels=26,
        link=LINK,
        high=220,
    )
