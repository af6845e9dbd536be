"""The benchmark's picture: means that settle, the spread behind them, and the paired difference with its intervals.

What the learner should see: one dot a split; lines that stop jumping as splits come in; a plain band that shrinks and a
corrected one that does not; and on the right, split by split at the playhead, what may be said and what not.

Up is better in every panel: a loss is drawn with its axis downwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.bootstrapping import judgement, words
from engine.bootstrapping.experiment import Result
from engine.figures import theme
from engine.figures.board import Axis, Band, Board, Line, Panel, Points, Rectangles, Rule, Segments, payload
from engine.figures.bootstrapping_readout import readout
from engine.validation import statistics

A = theme.INK
B = replace(theme.SERIES["adam"], marker="triangle_up", dash=(7.0, 3.0))
STYLES = (A, B)
DIFFERENCE = replace(theme.SERIES["adagrad"], marker="disc", dash=())
FORECAST = replace(DIFFERENCE, dash=(2.0, 4.0), width=1.5)
MOST_BINS = 18
FARTHEST = 1000  # splits, on the axis of "when is it enough"
LINK = "split"


@dataclass(frozen=True)
class _View:
    """What all panels share, in the unit that is shown.

    Attributes:
        result: The run.
        measure: What is compared.
        scores: (2, N) of the splits so far, as shown (a loss is positive).
        better: (N,) how much better B was.
        share: Of the corrected interval.
        precision: Half width that is asked for.
        low, high: Ends of the score axis; low > high for a loss.
        step: Smallest difference two scores can have, or 0.
    """

    result: Result
    measure: str
    scores: np.ndarray
    better: np.ndarray
    share: float
    precision: float
    low: float
    high: float
    step: float

    @property
    def count(self) -> int:
        """N, splits on the board."""
        return self.scores.shape[1]

    @property
    def split(self) -> np.ndarray:
        """(N,) 1, 2, …"""
        return np.arange(1, self.count + 1, dtype=float)

    @property
    def reveal(self) -> np.ndarray:
        """(N,) frame of each split."""
        return np.arange(self.count)


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
    view = _view(result, measure, precision)
    name = words.measure_name(result, measure)
    panels = (
        _means(view, name),
        _spread(view),
        readout(result, measure, precision, STYLES, view.count),
        _differences(view),
        _difference_spread(view),
        _epochs(view),
        _enough(view),
    )
    return payload(
        Board(
            panels,
            columns=(2.35, 0.95, 1.2),
            rows=(1.25, 1.05, 0.95),
            frames=view.count,
            unit="split",
            revision=f"{revision}.{measure}.{precision:g}",
            running=running,
        )
    )


def _view(result: Result, measure: str, precision: float) -> _View:
    factor = words.factor(measure)
    count = max(1, result.reached)
    oriented = factor * judgement.values(result, measure)[:, :count]
    scores = -oriented if measure == judgement.LOSS else oriented
    known = scores[np.isfinite(scores)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, factor)
    pad = 0.08 * (high - low) or 0.05 * max(abs(high), 1e-3)
    ends = (low - pad, high + pad)
    fixed = result.classification and measure == judgement.SCORE and np.ptp(result.held) == 0
    return _View(
        result,
        measure,
        scores,
        oriented[1] - oriented[0],
        result.share,
        factor * precision / 100,
        *(ends[::-1] if measure == judgement.LOSS else ends),
        step=factor / float(result.held[0]) if fixed else 0.0,
    )


def _split_axis(view: _View, label: str = "") -> Axis:
    return Axis(0.4, view.result.config.splits + 0.6, label)


def _running(values: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the mean of the finite values so far, (N,), the half width of its interval, and their deviation."""
    known = np.isfinite(values)
    means, deviations = statistics.running(values[known])
    place = np.cumsum(known) - 1
    counts = np.maximum(place + 1, 1)
    nothing = np.full(len(values), np.nan)
    if not known.any():
        return nothing, nothing, nothing
    mean = np.where(place >= 0, means[np.maximum(place, 0)], np.nan)
    deviation = np.where(place >= 0, deviations[np.maximum(place, 0)], np.nan)
    return mean, judgement.half_width(deviation, counts, share), deviation


def _means(view: _View, name: str) -> Panel:
    bands: list[Band] = []
    lines: list[Line] = []
    dots: list[Points] = []
    lowest, highest = sorted((view.low, view.high))
    for place, (scores, style) in enumerate(zip(view.scores, STYLES, strict=True)):
        letter = "AB"[place]
        mean, half, deviation = _running(scores, 0.0)
        low, high = (np.clip(mean + sign * half, lowest, highest) for sign in (-1, 1))
        bands.append(Band(view.split, low, high, style, 0.22, reveal=view.reveal))
        for sign in (-1, 1):
            edge = np.clip(mean + sign * deviation, lowest, highest)
            words_of_it = f"{letter}, one deviation {'above' if sign > 0 else 'below'}"
            lines.append(
                Line(view.split, edge, replace(style, dash=(1.5, 3.0)), "", 0.6, view.reveal, hover=words_of_it)
            )
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
        dots.append(Points(view.split, scores, style, size=3.2, opacity=0.5, hover=shown, reveal=view.reveal))
    return Panel(
        "means",
        "Mean so far",
        _split_axis(view),
        Axis(view.low, view.high, name),
        (*bands, *dots, *lines),
        note="band: interval of the mean; dots: ± one deviation",
        alt=words.alt_means(view.result, view.measure),
        labels=26,
        link=LINK,
        high=300,
    )


def _bins(values: np.ndarray, low: float, high: float, step: float) -> np.ndarray:
    """Return edges of bins of one width; where values come in steps, each bin holds as many steps as the others."""
    low, high = min(low, high), max(low, high)
    if step <= 0:
        return np.linspace(low, high, MOST_BINS + 1)
    width = step * max(1, int(np.ceil((high - low) / step / MOST_BINS)))
    known = values[np.isfinite(values)]
    start = (float(known.min()) if len(known) else low) - step / 2
    return start + width * np.arange(int(np.ceil((high - start) / width)) + 1)


def _counts(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return how many of the first 1, 2, … values lie in each bin, (N, bins)."""
    inside = np.searchsorted(edges, values, side="right") - 1
    inside = np.where(np.isfinite(values), np.clip(inside, 0, len(edges) - 2), -1)
    return np.cumsum(inside[:, None] == np.arange(len(edges) - 1)[None, :], axis=0).astype(float)


def _spread(view: _View) -> Panel:
    edges = _bins(view.scores, view.low, view.high, view.step)
    counts = [_counts(scores, edges) for scores in view.scores]
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
        Axis(view.low, view.high, "", ticks=()),
        (*marks, Rule("x", 0.0, style=theme.MUTED, opacity=0.4)),
        note="",
        alt=words.alt_spread(view.result, view.measure),
        column=1,
        high=220,
    )


def _difference_ends(view: _View) -> float:
    known = view.better[np.isfinite(view.better)]
    reach = float(np.abs(known).max()) if len(known) else 0.0
    return 1.12 * reach or 2 * view.precision or 1.0


def _differences(view: _View) -> Panel:
    reach = _difference_ends(view)
    mean, corrected, _ = _running(view.better, view.share)
    plain = _running(view.better, 0.0)[1]
    bands = [
        Band(
            view.split,
            np.clip(mean - half, -reach, reach),
            np.clip(mean + half, -reach, reach),
            DIFFERENCE,
            opacity,
            reveal=view.reveal,
        )
        for half, opacity in ((corrected, 0.1), (plain, 0.25))
    ]
    known = np.isfinite(view.better)
    winner = np.where(view.better > 0, 1, 0)
    shown = tuple(
        f"split {split:.0f}: {words.better_by(value, view.measure)}"
        for split, value in zip(view.split[known], view.better[known], strict=True)
    )
    common = {"styles": STYLES, "style_of": winner[known], "reveal": view.reveal[known]}
    at, value = view.split[known], view.better[known]
    return Panel(
        "differences",
        "B better by",
        _split_axis(view),
        Axis(-reach, reach, words.difference_unit(view.measure)),
        (
            *bands,
            Segments(at, np.zeros(len(at)), at, value, width=1.2, opacity=0.35, **common),
            Points(at, value, size=2.8, hover=shown, opacity=0.8, **common),
            Rule("y", 0.0, style=theme.INK, opacity=0.7),
            Line(view.split, mean, DIFFERENCE, "mean", 2.0, view.reveal, True, hover="mean difference so far"),
        ),
        note="on the same split; below 0 A is better",
        alt=words.alt_differences(view.result, view.measure),
        row=1,
        labels=42,
        link=LINK,
        high=240,
    )


def _difference_spread(view: _View) -> Panel:
    reach = _difference_ends(view)
    edges = _bins(view.better, -reach, reach, view.step)
    counts = _counts(view.better, edges)
    most = max(1.0, float(counts.max())) * 1.1
    ones = np.ones((view.count, 1))
    mean, corrected, _ = _running(view.better, view.share)
    plain = _running(view.better, 0.0)[1]
    places = most * np.array([1.5, 2.3])
    halves = np.stack([plain, corrected], axis=1)
    low, high = (np.clip(mean[:, None] + sign * halves, -reach, reach) for sign in (-1, 1))
    return Panel(
        "intervals",
        "Zero inside?",
        Axis(0.0, most * 2.8, "", ticks=((most / 2, "splits"), (places[0], "plain"), (places[1], "corrected"))),
        Axis(-reach, reach, "", ticks=()),
        (
            Rectangles(
                np.zeros_like(counts),
                counts,
                ones * edges[:-1],
                ones * edges[1:],
                theme.MUTED,
                opacity=0.35,
                gap=0.5,
                framed=True,
            ),
            Rule("y", 0.0, style=theme.INK, opacity=0.7),
            Segments(ones * places, low, ones * places, high, DIFFERENCE, width=6.0, opacity=0.6, framed=True),
            Points(
                ones * places,
                np.repeat(mean[:, None], 2, axis=1),
                DIFFERENCE,
                size=3.0,
                framed=True,
            ),
        ),
        note="95 % intervals",
        alt=words.alt_intervals(view.result, view.measure),
        row=1,
        column=1,
        high=220,
    )


def _epochs(view: _View) -> Panel:
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
                _running(needed, 0.0)[0],
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
        _split_axis(view, "split"),
        Axis(0.0, 1.08 * highest, "epochs"),
        tuple(marks),
        note="to the lowest loss; line: mean so far",
        alt=words.alt_epochs(result),
        row=2,
        labels=26,
        link=LINK,
        high=220,
    )


def _enough(view: _View) -> Panel:
    """Draw the half width of A's mean over the number of splits: measured, forecast at each frame, corrected."""
    style = DIFFERENCE
    _, corrected, _ = _running(view.scores[0], view.share)
    plain = _running(view.scores[0], 0.0)[1]
    counts = np.unique(np.geomspace(2, FARTHEST, 40).round())
    known = view.scores[0][np.isfinite(view.scores[0])]
    deviations = statistics.running(known)[1] if len(known) > 1 else np.full(view.count, np.nan)
    deviations = np.concatenate([deviations, np.full(view.count - len(deviations), deviations[-1])])
    later = counts[None, :] >= view.split[:, None]
    forecast = np.where(later, judgement.half_width(deviations[:, None], counts[None, :]), np.nan)
    final = deviations[-1] if len(deviations) else np.nan
    scale = float(final) if np.isfinite(final) and final > 0 else view.precision
    low = 0.6 * min(float(judgement.half_width(scale, 300)), view.precision)
    high = 1.5 * max(2.0 * scale, view.precision)
    floor = judgement.floor(scale, view.share)

    def clipped(values: np.ndarray) -> np.ndarray:
        return np.where((values >= low) & (values <= high), values, np.nan)

    ticks = tuple((float(count), str(count)) for count in (2, 5, 10, 20, 50, 100, 200, 500, 1000))
    return Panel(
        "enough",
        "When is it enough?",
        Axis(2, FARTHEST, "splits", log=True, ticks=ticks),
        Axis(low, high, "± " + words.unit(view.measure), log=True),
        (
            Rule(
                "y", view.precision, style=theme.INK, label=f"±{words.half(view.precision, view.measure)}", opacity=0.8
            ),
            Rule("y", floor, style=replace(style, dash=(2.0, 4.0)), label="floor", opacity=0.7),
            Line(
                np.broadcast_to(counts, forecast.shape).copy(),
                clipped(forecast),
                FORECAST,
                "forecast",
                framed=True,
                hover="forecast from the deviation so far",
            ),
            Line(
                view.split[2:],
                clipped(corrected[2:]),
                replace(style, dash=(8.0, 4.0)),
                "corrected",
                reveal=view.reveal[2:],
                ghost=True,
                hover="corrected half width",
            ),
            Line(
                view.split[2:],
                clipped(plain[2:]),
                style,
                "plain",
                2.0,
                view.reveal[2:],
                ghost=True,
                hover="plain half width",
            ),
        ),
        note="interval of A’s mean",
        alt=words.alt_enough(view.result, view.measure, view.precision),
        row=2,
        column=1,
        columns=2,
        labels=64,
        high=240,
    )
