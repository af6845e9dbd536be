"""The benchmark's panels about the difference of A and B, and about how many splits are enough.

What the learner should see: whether zero is inside the interval; and that more splits narrow the plain interval as far
as one likes, but the corrected one only down to a floor.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.bootstrapping import judgement, words
from engine.figures import theme
from engine.figures.board import Axis, Band, Line, Panel, Points, Rectangles, Rule, Segments
from engine.figures.bootstrapping_view import (
    DIFFERENCE,
    FEW,
    LINK,
    STYLES,
    View,
    bins,
    counts_so_far,
    so_far,
    split_axis,
)
from engine.validation import statistics

PLAIN = theme.INK  # the colour of A, whose mean it is about
FORECAST = replace(theme.MUTED, dash=(2.0, 4.0), width=1.5)
CORRECTED = replace(DIFFERENCE, dash=(8.0, 4.0))
FLOOR = replace(DIFFERENCE, dash=(1.5, 3.0), width=1.5)
FARTHEST = 1000  # splits, on the axis of "when is it enough"


def differences(view: View) -> Panel:
    """Draw the difference on every split, its mean so far, and both intervals of that mean."""
    reach = _reach(view)
    mean, corrected, _ = so_far(view.better, view.share)
    plain = so_far(view.better, 0.0)[1]
    few = view.count <= FEW
    for half in (corrected, plain):
        half[:2] = np.nan  # two splits give intervals that fill the panel
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
    settling = Line(view.split, mean, DIFFERENCE, "mean", 2.0, view.reveal, True, hover="mean difference so far")
    dots = Points(at, value, size=4.0 if few else 2.8, hover=shown, opacity=0.8, **common)
    return Panel(
        "differences",
        "B against A",
        split_axis(view),
        Axis(
            -reach,
            reach,
            f"{words.difference_unit(view.measure)}: B better above 0, A better below",
            ticks=_ticks(reach),
        ),
        (
            *bands,
            Segments(at, np.zeros(len(at)), at, value, width=1.2, opacity=0.35, **common),
            Rule("y", 0.0, style=theme.INK, opacity=0.7),
            *((settling, dots) if few else (dots, settling)),
        ),
        note="on the same split",
        alt=words.alt_differences(view.result, view.measure),
        row=1,
        labels=42,
        link=LINK,
        high=240,
    )


def _reach(view: View) -> float:
    known = view.better[np.isfinite(view.better)]
    reach = float(np.abs(known).max()) if len(known) else 0.0
    final = statistics.summary(known, share=view.share)  # the axis holds the intervals the run ends with
    if np.isfinite(final.low):
        reach = max(reach, abs(final.low), abs(final.high))
    return 1.12 * reach or 2 * view.precision or 1.0


def _ticks(reach: float) -> tuple[tuple[float, str], ...]:
    """Return zero and a round number on either side of it, each with its sign."""
    power = 10 ** np.floor(np.log10(0.8 * reach))
    size = float(power * max(digit for digit in (1, 2, 5) if digit * power <= 0.8 * reach))
    return ((-size, f"{words.MINUS}{size:g}"), (0.0, "0"), (size, f"+{size:g}"))


def intervals(view: View) -> Panel:
    """Draw the histogram of the differences, and beside it the plain and the corrected interval of their mean."""
    reach = _reach(view)
    edges = bins(view.better, -reach, reach, view.step)
    counts = counts_so_far(view.better, edges)
    most = max(1.0, float(counts.max())) * 1.1
    ones = np.ones((view.count, 1))
    mean, corrected, _ = so_far(view.better, view.share)
    plain = so_far(view.better, 0.0)[1]
    places = most * np.array([1.4, 2.6])
    halves = np.stack([plain, corrected], axis=1)
    middle = np.repeat(mean[:, None], 2, axis=1)
    ends = [mean[:, None] + sign * halves for sign in (-1, 1)]
    low, high = (np.clip(end, -reach, reach) for end in ends)
    beyond = [np.where(sign * end > reach, sign * reach, np.nan) for sign, end in zip((-1, 1), ends, strict=True)]
    arrows = [
        Points(ones * places, end, replace(DIFFERENCE, marker=f"triangle_{way}"), size=6.0, framed=True)
        for end, way in zip(beyond, ("down", "up"), strict=True)
    ]
    return Panel(
        "intervals",
        "Zero inside?",
        Axis(0.0, most * 3.15, "", ticks=((most / 2, "splits"), (places[0], "plain"), (places[1], "corrected"))),
        Axis(-reach, reach, ticks=_ticks(reach)),
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
            Segments(ones * places, low, ones * places, high, DIFFERENCE, width=11.0, opacity=0.6, framed=True),
            Segments(
                ones * (places - 0.22 * most), middle, ones * (places + 0.22 * most), middle, width=2.0, framed=True
            ),
            *arrows,
        ),
        note="95 %",
        alt=words.alt_intervals(view.result, view.measure),
        row=1,
        column=1,
        high=220,
    )


def enough(view: View) -> Panel:
    """Draw the half width of A's mean over the number of splits: measured, forecast at each frame, corrected."""
    _, corrected, _ = so_far(view.scores[0], view.share)
    plain = so_far(view.scores[0], 0.0)[1]
    counts = np.unique(np.geomspace(2, FARTHEST, 40).round())
    known = view.scores[0][np.isfinite(view.scores[0])]
    deviations = statistics.running(known)[1] if len(known) > 1 else np.full(view.count, np.nan)
    deviations = np.concatenate([deviations, np.full(view.count - len(deviations), deviations[-1])])
    later = counts[None, :] >= view.split[:, None]
    forecast = np.where(later, judgement.half_width(deviations[:, None], counts[None, :]), np.nan)
    final = deviations[-1] if len(deviations) else np.nan
    scale = float(final) if np.isfinite(final) and final > 0 else view.precision
    low = 0.5 * min(float(judgement.half_width(scale, FARTHEST)), view.precision)
    high = 1.5 * max(2.0 * scale, view.precision)
    floors = judgement.floor(deviations, view.share)
    to_come = np.where(later, floors[:, None], np.nan)
    all_counts = np.broadcast_to(counts, forecast.shape).copy()

    def clipped(values: np.ndarray) -> np.ndarray:
        return np.where((values >= low) & (values <= high), values, np.nan)

    ticks = tuple((float(count), str(count)) for count in (2, 5, 10, 20, 50, 100, 200, 500))
    return Panel(
        "enough",
        "When is it enough?",
        Axis(2, FARTHEST, "splits", log=True, ticks=ticks),
        Axis(low, high, f"half width, ± {words.unit(view.measure)}", log=True),
        (
            Rule(
                "y",
                view.precision,
                style=theme.ACCENT,
                label=f"±{words.half(view.precision, view.measure).removesuffix(' points')}",
                opacity=0.8,
            ),
            Line(all_counts, clipped(to_come), FLOOR, "floor", framed=True, hover="floor at the spread so far"),
            Line(view.split[2:], clipped(floors[2:]), FLOOR, reveal=view.reveal[2:], hover="floor at the spread then"),
            Line(
                all_counts,
                clipped(forecast),
                FORECAST,
                "forecast",
                framed=True,
                hover="forecast from the spread so far",
            ),
            Line(
                view.split[2:],
                clipped(corrected[2:]),
                CORRECTED,
                "corrected" if view.count > 3 else "",
                reveal=view.reveal[2:],
                ghost=True,
                hover="corrected half width",
            ),
            Line(
                view.split[2:],
                clipped(plain[2:]),
                PLAIN,
                "plain" if view.count > 3 else "",
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
        labels=72,
        high=240,
    )
