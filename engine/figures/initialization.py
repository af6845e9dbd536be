"""The picture of N first weights: all borders over each other, where they disagree, and how far the errors spread.

What the learner should see: the borders agree where there are training rows and fan out elsewhere; on one axis with
the single networks, bags and more rows are narrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.toy import DOMAIN
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
    Texts,
    payload,
)
from engine.figures.theme import CATEGORICAL, INK, MUTED, NEGATIVE, POSITIVE, SERIES, Series
from engine.initialization import borders, spread
from engine.initialization.experiment import Result, rows
from engine.initialization.story import label
from engine.momentum.scenes import reached

BORDERS, ERRORS, LOSSES = "borders", "errors", "losses"
RUN = "run"  # the mark whose points are the runs
STYLES = (INK, CATEGORICAL[0], CATEGORICAL[2], CATEGORICAL[3], CATEGORICAL[1], CATEGORICAL[4])
SELECTED = SERIES["adam"]


@dataclass(frozen=True)
class View:
    """What is looked at; changes no number of the run.

    Attributes:
        together: Networks in a bag, or in an average.
        goal: Training loss that counts as learned.
        chosen: Run drawn thick, counted from 1.
    """

    together: int = 5
    goal: float = 0.2
    chosen: int = 1


def board(result: Result, view: View, revision: str = "", running: bool = False) -> Mapping[str, Any]:
    """Return the stage's payload.

    Args:
        result: A run, finished or under way.
        view: What is looked at.
        revision: Changes with the result.
        running: Whether more is coming.
    """
    panels = (
        _borders(result, view),
        _disagreement(result),
        _losses(result, view),
        _errors(result, view),
        _numbers(result, view),
    )
    return payload(
        Board(
            panels,
            columns=(1.0, 1.0, 1.0),
            rows=(1.2, 1.0),
            frames=len(result.moments),
            unit="moment",
            first_frame=0,
            revision=revision,
            running=running,
        )
    )


def chosen_run(result: Result, view: View) -> int:
    """Return the index of the run drawn thick; the last one where there are fewer."""
    return min(view.chosen, result.config.runs) - 1


def _borders(result: Result, view: View) -> Panel:
    pieces, whose = borders.borders(result)
    run = chosen_run(result, view)
    own = np.where((whose == run)[..., None], pieces, np.nan)
    count = max(1, int((whose == run).sum(axis=1).max()))
    order = np.argsort(whose != run, axis=1, kind="stable")[:, :count]
    own = np.take_along_axis(own, order[..., None], axis=1)
    data = rows(result.config)
    x, y = data.x[: result.config.points], data.y[: result.config.points]
    marks: tuple[Mark, ...] = (
        _pieces(pieces, INK, 1.1, 0.42),
        _pieces(own, SELECTED, 4.0, 1.0),
        Points(
            x[:, 0],
            x[:, 1],
            styles=(NEGATIVE, POSITIVE),
            style_of=y.astype(int),
            size=3.6,
            hover=tuple(f"training row, class {int(one)}" for one in y),
        ),
    )
    return Panel(
        BORDERS,
        f"{result.config.runs} borders",
        Axis(DOMAIN[0], DOMAIN[1], "x₁"),
        Axis(DOMAIN[2], DOMAIN[3], "x₂"),
        marks,
        note=f"thick: run {run + 1}",
        alt=f"Borders of {result.config.runs} networks over {len(x)} training rows; run {run + 1} is thick. A click "
        "chooses the run whose last border is nearest.",
        pick=True,
        square=True,
        high=330,
    )


def _pieces(ends: np.ndarray, style: Series, width: float, opacity: float) -> Segments:
    """Return pieces of lines (M, S, 4) as a mark."""
    x0, y0, x1, y1 = np.moveaxis(ends, -1, 0)
    return Segments(x0, y0, x1, y1, style, width=width, opacity=opacity, framed=True)


def _disagreement(result: Result) -> Panel:
    share = borders.disagreement(result)
    data = rows(result.config)
    x = data.x[: result.config.points]
    reach = float(borders.PLACES[0]), float(borders.PLACES[-1])
    marks: tuple[Mark, ...] = (
        Heat(share, *reach, *reach, 0.0, 0.5, CATEGORICAL[3], strength=0.85, hover="two runs disagree", framed=True,
             key=True),
        Points(x[:, 0], x[:, 1], INK, size=2.2, opacity=0.5),
    )  # fmt: skip
    return Panel(
        "disagreement",
        "Two runs disagree",
        Axis(DOMAIN[0], DOMAIN[1], "x₁"),
        Axis(DOMAIN[2], DOMAIN[3], "x₂"),
        marks,
        alt=f"How often two runs disagree, place by place: at the end {share[-1].mean():.1%} on average.",
        column=1,
        square=True,
        high=330,
    )


def _losses(result: Result, view: View) -> Panel:
    epochs = np.arange(len(result.loss))
    reveal = np.searchsorted(result.moments, epochs)
    known = result.loss[np.isfinite(result.loss) & (result.loss > 0)]
    low = min(float(np.quantile(known, 0.002)), view.goal) * 0.8 if len(known) else 0.1
    high = max(float(min(known.max(), 3.0)), 1.2 * view.goal) * 1.15 if len(known) else 1.0
    drawn = np.where((result.loss >= low) & (result.loss <= high), result.loss, np.nan)
    run = chosen_run(result, view)
    needed = reached(result.loss, view.goal)
    seen = np.where(np.isfinite(needed), np.searchsorted(result.moments, np.nan_to_num(needed)), 0)
    marks: list[Mark] = [
        Line(epochs, curve, INK, emphasis=0.3, reveal=reveal, ghost=False, hover=f"run {place + 1}")
        for place, curve in enumerate(drawn.T)
    ]
    marks += [
        Line(epochs, drawn[:, run], SELECTED, emphasis=1.6, reveal=reveal),
        Rule("y", view.goal, style=MUTED, label="goal", opacity=0.9),
        Points(
            needed,
            np.full(len(needed), view.goal),
            INK,
            size=3.6,
            opacity=0.8,
            reveal=seen,
            name=RUN,
            selected=run,
            hover=tuple(f"run {place + 1}: epoch {value:.0f}" for place, value in enumerate(np.nan_to_num(needed))),
        ),
    ]
    there = int(np.isfinite(needed).sum())
    return Panel(
        LOSSES,
        "Epochs to the goal",
        Axis(0, max(1, result.config.epochs), "epoch"),
        Axis(low, high, "training loss, log", log=True),
        tuple(marks),
        note=f"{there} of {len(needed)} get there",
        alt=f"Training loss of {len(needed)} runs by epoch; {there} reach {view.goal:g}.",
        column=2,
        labels=40,
        high=280,
    )


def _errors(result: Result, view: View) -> Panel:
    """Return one row of points for each way to get a network, on one axis of test error."""
    entries = [entry for entry in spread.ENTRIES if spread.has(result, entry)]
    run = chosen_run(result, view)
    marks: list[Mark] = []
    ticks, tops = [], [0.05]
    for place, entry in enumerate(entries):
        style, at = STYLES[place], -float(place)
        found = spread.spread(result, entry, view.together)
        own = spread.errors(result, entry, view.together)
        shift = 0.2 * np.sin(2.4 * np.arange(len(own)))
        if place == 0:
            values = result.error[np.minimum(result.moments, len(result.error) - 1)].astype(float)
            marks.append(
                Points(
                    100 * values,
                    at + shift,
                    style,
                    size=4.2,
                    opacity=0.75,
                    framed=True,
                    name=RUN,
                    selected=run,
                    hover=tuple(
                        f"run {number + 1}: {100 * value:.1f} % at the end" for number, value in enumerate(own)
                    ),
                )
            )
        else:
            marks.append(
                Points(100 * own, at + shift, style, size=4.2, opacity=0.75, hollow=entry in spread.TRAINED_AS)
            )
        tops.append(float(np.nanmax(own)) if np.isfinite(own).any() else 0.0)
        ticks.append((at, label(entry, view.together, result)))
        if np.isfinite(found.deviation):
            ends = 100 * (found.mean + np.array([-1, 1]) * found.deviation)
            marks.append(Segments(ends[:1], [at - 0.36], ends[1:], [at - 0.36], style, width=3.0))
            marks.append(Points([100 * found.mean], [at - 0.36], style, size=4.6))
    tops.append(float(np.nanmax(result.error)) if len(entries) == 1 and np.isfinite(result.error).any() else 0.0)
    right = 100 * max(tops) * 1.05
    marks += _words(result, view, entries, right)
    alone = spread.spread(result, entries[0])
    return Panel(
        ERRORS,
        "Test error, run by run",
        Axis(0, right * 1.6, "wrong test rows, %", ticks=_percents(right)),
        Axis(-len(entries) + 0.4, 0.6, "", ticks=tuple(ticks)),
        tuple(marks),
        note="bar: mean ± deviation",
        alt=f"Test errors of {result.config.runs} runs, deviation {100 * alone.deviation:.1f} points; and the cures'.",
        row=1,
        columns=2,
        high=340,
    )


def _percents(right: float) -> tuple[tuple[float, str], ...]:
    step = next(step for step in (1, 2, 5, 10, 20) if right / step <= 7)
    return tuple((float(value), str(value)) for value in range(0, int(right) + 1, step))


def _words(result: Result, view: View, entries: list[str], right: float) -> list[Mark]:
    """Return, at the right of each row, how wide it is against single networks, and the interval below."""
    above, below = [], []
    for entry in entries:
        found = spread.spread(result, entry, view.together)
        if not np.isfinite(found.deviation):
            above.append("")
            below.append("")
        elif np.isfinite(found.ratio):
            above.append(f"{found.ratio:.2f} × as wide" + (", not sure" if found.verdict == "not sure" else ""))
            below.append(f"{found.ratio_low:.2f} to {found.ratio_high:.2f}")
        else:
            above.append(f"deviation {100 * found.deviation:.1f}" if found.deviation > 0 else "no spread")
            below.append(f"{100 * found.low:.1f} to {100 * found.high:.1f}" if found.deviation > 0 else "")
    x, y = np.full(len(entries), right * 1.03), -np.arange(len(entries), dtype=float)
    return [
        Texts(x, y + 0.22, tuple(above), align="left"),
        Texts(x, y - 0.24, tuple(below), MUTED, align="left", size=11.5),
    ]


def _numbers(result: Result, view: View) -> Readout:
    run = chosen_run(result, view)
    units = spread.distinct_units(result, result.snapshots[:, run])
    pairs = borders.disagreement(result).mean(axis=(1, 2))
    needed = reached(result.loss, view.goal)
    lines = []
    for place, epoch in enumerate(result.moments):
        errors = result.error[min(int(epoch), len(result.error) - 1)]
        known = errors[np.isfinite(errors)]
        many = len(known) > 1
        lines.append(
            (
                ("epoch", str(int(epoch))),
                ("mean error", f"{100 * known.mean():.1f} %" if many else "–"),
                ("deviation", f"{100 * known.std(ddof=1):.2f} points" if many else "–"),
                ("best, worst", f"{100 * known.min():.1f}, {100 * known.max():.1f} %" if many else "–"),
                ("disagree on the map", f"{100 * pairs[place]:.1f} %"),
                ("at the goal", f"{int((needed <= epoch).sum())} of {len(needed)}"),
                (f"run {run + 1}, error", f"{100 * errors[run]:.1f} %" if np.isfinite(errors[run]) else "diverged"),
                ("unlike units", f"{units[place]} of {sum(result.config.layers)}"),
            )
        )
    return Readout(
        "numbers",
        "Networks alone",
        tuple(lines),
        styles=(None, None, None, None, None, None, SELECTED, SELECTED),
        strong=(2,),
        row=1,
        column=2,
        framed=True,
    )
