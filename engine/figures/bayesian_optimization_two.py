"""The board of a search over two settings: the hidden surface, the guess, the doubt, and what a sample is worth.

What the learner should see: three maps that change with every sample, and one that nobody has: the acquisition is high
where the guess is high and where the doubt is, and nowhere on ground that is probably forbidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engine.bayesian_optimization import acquisition
from engine.bayesian_optimization.functions import HIGH, LOW
from engine.bayesian_optimization.two_dimensions import Result
from engine.figures import bayesian_optimization_look as look
from engine.figures.bayesian_optimization_look import BAYESIAN, NEXT, number
from engine.figures.board import Axis, Board, Heat, Mark, Panel, Points, Readout, payload
from engine.figures.theme import INK, MUTED, SERIES, Series

UNLIKELY = 0.5  # ground is shaded where it is allowed with less than this probability
SUMMIT = replace(SERIES["adam"], marker="star_open")


def board(result: Result) -> Mapping[str, Any]:
    """Return the payload of the stage."""
    config = result.config
    low, high = float(np.percentile(result.height, 10)), float(result.height.max())
    short = acquisition.SHORT[config.weighed]
    floor, top = (getattr(result.worth, name)(axis=(1, 2), keepdims=True) for name in ("min", "max"))
    share = (result.worth - floor) / np.where(top > floor, top - floor, 1.0)
    # Small gains far below the peak are what the next steps live on: the root brings them up.
    shown = share if config.weighed == "ucb" else np.sqrt(share)
    surely = float(result.deviation.max())
    likely = np.where(result.chance < UNLIKELY, 1.0, np.nan) if config.constrained else None
    panels = (
        _map(result, "hidden", "Hidden surface", result.height, low, high, BAYESIAN, 0, 0, note="nobody sees it"),
        _map(result, "guess", "Guess", result.mean, low, high, BAYESIAN, 0, 1, note="mean"),
        _map(result, "doubt", "Doubt", result.deviation, 0.0, surely, MUTED, 1, 0, note="standard deviation"),
        _map(
            result, "worth", "Worth of a sample", shown, 0.0, 1.0, look.GRID, 1, 1, note=f"{short}, scaled", veil=likely
        ),
        look.race(result.found, result.rival, result.top, config.first, low, row=0, column=2),
        _numbers(result),
    )
    return payload(
        Board(
            panels=panels,
            columns=(1.0, 1.0, 1.05),
            rows=(1.0, 1.0),
            frames=config.steps + 1,
            unit="sample",
            first_frame=config.first,
            revision=repr(config),
        )
    )


def _map(
    result: Result,
    name: str,
    title: str,
    values: np.ndarray,
    low: float,
    high: float,
    style: Series,
    row: int,
    column: int,
    note: str,
    veil: np.ndarray | None = None,
) -> Panel:
    framed = values.ndim == 3
    marks: list[Mark] = [
        Heat(
            values,
            LOW,
            HIGH,
            LOW,
            HIGH,
            low=low,
            high=high if high > low else low + 1,
            style=style,
            strength=0.75,
            contours=7 if name in ("hidden", "guess") else 0,
            hover=title.lower(),
            framed=framed,
        )
    ]
    ground = np.where(result.inside > 0, 1.0, np.nan) if name == "hidden" and result.config.constrained else veil
    if ground is not None:
        marks.append(
            Heat(
                ground,
                LOW,
                HIGH,
                LOW,
                HIGH,
                low=0.0,
                high=1.0,
                style=INK,
                strength=0.4,
                smooth=False,
                hover="forbidden" if name == "hidden" else "probably forbidden",
                framed=ground.ndim == 3,
            )
        )
    count = len(result.sample)
    reveal = np.maximum(np.arange(1, count + 1) - result.config.first, 0)
    marks.append(
        Points(
            result.sample[:, 0],
            result.sample[:, 1],
            styles=(INK, replace(MUTED, marker="cross")),
            style_of=(~result.allowed).astype(int),
            size=4.0,
            hover=tuple(
                f"sample {place + 1}: {number(result.reading[place])}{'' if result.allowed[place] else ', forbidden'}"
                for place in range(count)
            ),
            reveal=reveal,
        )
    )
    if name != "hidden":
        marks.append(
            Points(
                result.following[:, :1],
                result.following[:, 1:],
                replace(NEXT, marker="ring"),
                size=7.5,
                hover=("next sample",),
                framed=True,
            )
        )
    else:
        marks.append(Points(result.summit[:1], result.summit[1:], SUMMIT, size=8.0, hover=("the top",)))
    axis = Axis(LOW, HIGH, ticks=((0.0, "0"), (5.0, "5"), (10.0, "10")))
    return Panel(
        name,
        title,
        axis,
        axis,
        tuple(marks),
        note=note,
        alt=_alt(result, name, title),
        row=row,
        column=column,
        high=240,
    )


def _alt(result: Result, name: str, title: str) -> str:
    at = f"{number(result.following[-1, 0])}, {number(result.following[-1, 1])}"
    if name == "hidden":
        return (
            f"The hidden surface with {len(result.sample)} samples; its top is {number(result.top)} at "
            f"{number(result.summit[0])}, {number(result.summit[1])}."
        )
    return f"{title} over both settings after {len(result.sample)} samples; the next sample is at {at}."


def _numbers(result: Result) -> Readout:
    config = result.config
    frames = []
    for frame in range(config.steps + 1):
        count = config.first + frame
        row = [
            (f"At {count} samples", "best", "regret"),
            ("This run", *_scores(result.found[0, count - 1], result.top)),
            (f"Bayesian, {len(result.found)} runs", *_scores(_mean(result.found[:, count - 1]), result.top)),
            (f"Random, {len(result.rival)} runs", *_scores(_mean(result.rival[:, count - 1]), result.top)),
            ("Next sample at", f"{number(result.following[frame, 0])}, {number(result.following[frame, 1])}", ""),
            ("Length scale", number(result.length[frame]), ""),
        ]
        if config.constrained:
            row.append(("On forbidden ground", str(int((~result.allowed[:count]).sum())), ""))
        frames.append(tuple(row))
    return Readout(
        "numbers",
        "The race in numbers",
        tuple(frames),
        note="regret: short of the top",
        styles=(None, replace(BAYESIAN, dash=()), BAYESIAN, look.RANDOM, NEXT, None, None)[: len(frames[0])],
        strong=(1,),
        row=1,
        column=2,
        framed=True,
    )


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _scores(best: float, top: float) -> tuple[str, str]:
    return number(best), number(top - best)
