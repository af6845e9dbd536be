"""The board of a search over one setting: guess and doubt, what the next sample is worth, and the race.

What the learner should see: press play, and the band closes, the acquisition's peak moves, and a sample appears where
it was; a click takes a sample of one's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engine.bayesian_optimization import acquisition
from engine.bayesian_optimization.functions import HIGH, LOW
from engine.bayesian_optimization.one_dimension import Result
from engine.figures import bayesian_optimization_look as look
from engine.figures.bayesian_optimization_look import BAYESIAN, HIDDEN, NEXT, READER, number
from engine.figures.board import Axis, Band, Board, Line, Mark, Panel, Points, Readout, Rule, Texts, payload
from engine.figures.theme import INK

THIN = 2  # every second place is drawn
SURE = 1.96  # deviations: 95 % of a normal distribution


def hides(result: Result, fair: bool) -> bool:
    """Return whether the hidden function stays hidden: the reader plays fair, and has not sampled as often yet."""
    return fair and len(result.config.mine) < len(result.sample)


def board(result: Result, fair: bool = False) -> Mapping[str, Any]:
    """Return the payload of the stage.

    Args:
        result: The search.
        fair: Whether function and search are hidden until the reader has taken as many samples.
    """
    hidden = hides(result, fair)
    frames = 1 if hidden else result.config.steps + 1
    return payload(
        Board(
            panels=(
                _guess(result, hidden),
                _worth(result, hidden),
                _race(result, hidden),
                _numbers(result, hidden),
            ),
            columns=(2.15, 1.0),
            rows=(1.75, 1.0),
            frames=frames,
            unit="sample",
            first_frame=result.config.first,
            revision=f"{result.config!r}.{hidden}",
        )
    )


def _guess(result: Result, hidden: bool) -> Panel:
    x = result.x[::THIN]
    low, high = float(result.height.min()), float(result.height.max())
    reach = high - low
    marks: list[Mark] = []
    if not hidden:
        mean, doubt = result.mean[:, ::THIN], SURE * result.deviation[:, ::THIN]
        reveal = np.maximum(np.arange(1, len(result.sample) + 1) - result.config.first, 0)
        marks += [
            Band(x, mean - doubt, mean + doubt, BAYESIAN, opacity=0.16, framed=True),
            Line(x, result.height[::THIN], HIDDEN, label="hidden", hover="hidden function"),
            Line(x, mean, replace(BAYESIAN, dash=()), label="guess", emphasis=2.0, framed=True, hover="guess"),
            Rule("x", result.following, style=NEXT, label="next", framed=True),
            Points(
                result.sample,
                result.reading,
                INK,
                size=5.0,
                hover=tuple(f"sample {place + 1}" for place in range(len(result.sample))),
                reveal=reveal,
            ),
        ]
    if result.config.mine:
        marks.append(
            Points(
                np.array(result.config.mine),
                result.mine_reading,
                READER,
                size=7.0,
                hover=tuple(f"your sample {place + 1}" for place in range(len(result.config.mine))),
            )
        )
    elif hidden:
        words = ("Click anywhere to take a sample.",)
        marks.append(Texts(np.array([5.0]), np.array([low + reach / 2]), words, INK, size=16.0))
    return Panel(
        "guess",
        "Your samples" if hidden else "Guess and doubt",
        Axis(LOW, HIGH, "setting", grid=False),
        Axis(low - 0.4 * reach, high + 0.4 * reach, "score"),
        tuple(marks),
        note="click to take a sample" if hidden else "band: 95 % · click to take a sample",
        alt=_alt(result, hidden),
        row=0,
        column=0,
        pick=True,
        labels=58,
        link="setting",
        high=300,
    )


def _alt(result: Result, hidden: bool) -> str:
    if hidden:
        return f"You have taken {len(result.config.mine)} of {len(result.sample)} samples of a hidden function."
    best = int(result.reading.argmax())
    return (
        f"A Gaussian process through {len(result.sample)} samples; the best reading is {number(result.reading[best])} "
        f"at {number(result.sample[best])}, the hidden function’s top is {number(result.top)} at "
        f"{number(result.summit)}; next it would look at {number(result.following[-1])}."
    )


def _worth(result: Result, hidden: bool) -> Panel:
    name = result.config.acquisition
    x = result.x[::THIN]
    marks: list[Mark] = []
    if hidden:
        left = len(result.sample) - len(result.config.mine)
        words = (f"Shown after {left} more sample{'s' if left > 1 else ''} of yours.",)
        marks.append(Texts(np.array([5.0]), np.array([0.5]), words, INK, size=15.0))
    else:
        low, top = result.worth.min(axis=1, keepdims=True), result.worth.max(axis=1, keepdims=True)
        share = (result.worth - low) / np.where(top > low, top - low, 1.0)
        drawn = share[:, ::THIN]
        marks += [
            Band(x, np.zeros_like(drawn), drawn, look.GRID, opacity=0.22, framed=True),
            Line(x, drawn, replace(look.GRID, dash=()), framed=True, hover=acquisition.SHORT[name]),
            Rule("x", result.following, style=NEXT, framed=True),
            Points(
                result.following[:, None],
                np.take_along_axis(share, np.abs(result.x - result.following[:, None]).argmin(axis=1)[:, None], axis=1),
                INK,
                size=6.0,
                framed=True,
            ),
        ]
    return Panel(
        "worth",
        "Worth of a sample",
        Axis(LOW, HIGH, "setting"),
        Axis(0.0, 1.12, acquisition.SHORT[name], ticks=((0.0, "low"), (1.0, "high"))),
        tuple(marks),
        note=f"{acquisition.LABELS[name].lower()}, scaled to its peak",
        alt=f"{acquisition.LABELS[name]}; its peak is at {number(result.following[-1])}.",
        row=1,
        column=0,
        labels=58,
        link="setting",
        high=170,
    )


def _race(result: Result, hidden: bool) -> Panel:
    low = float(np.percentile(result.height, 40))
    if not hidden:
        return look.race(
            result.found,
            result.rival,
            result.top,
            result.config.first,
            low,
            result.mine_found,
            row=0,
            column=1,
        )
    mine = result.mine_found
    marks = (
        (Line(np.arange(1, len(mine) + 1), mine, READER, label="you", emphasis=2.0, step=True),) if len(mine) else ()
    )
    reach = result.top - float(result.height.min())
    return Panel(
        "race",
        "Best found so far",
        Axis(1, len(result.sample), "samples"),
        Axis(float(result.height.min()), result.top + 0.4 * reach),
        marks,
        alt=f"Your best after {len(mine)} samples is {number(mine[-1]) if len(mine) else 'not there yet'}.",
        row=0,
        column=1,
        labels=66,
    )


def _numbers(result: Result, hidden: bool) -> Readout:
    config = result.config
    frames: list[tuple[tuple[str, ...], ...]] = []
    for frame in range(1 if hidden else config.steps + 1):
        count = config.first + frame
        taken = min(count, len(result.mine_found))
        mine = result.mine_found[taken - 1] if taken else float("nan")
        you = ("You" if taken in (0, count) else f"You, at {taken}", *_scores(mine, result.top))
        if hidden:
            frames.append((("", "best", "short of top"), ("You", number(mine), "hidden")))
            continue
        place = int(np.abs(result.x - result.following[frame]).argmin())
        frames.append(
            (
                (f"At {count} samples", "best", "regret"),
                ("This run", *_scores(result.found[0, count - 1], result.top)),
                (f"Bayesian, {len(result.found)} runs", *_scores(result.found[:, count - 1].mean(), result.top)),
                (f"Random, {len(result.rival)} runs", *_scores(result.rival[:, count - 1].mean(), result.top)),
                you,
                ("Next sample at", number(result.following[frame]), ""),
                (
                    "Guess ± doubt there",
                    f"{number(result.mean[frame, place])} ± {number(result.deviation[frame, place])}",
                    "",
                ),
                ("Length scale", number(result.length[frame]), ""),
            )
        )
    return Readout(
        "numbers",
        "The race in numbers",
        tuple(frames),
        note="regret: short of the top",
        styles=() if hidden else (None, replace(BAYESIAN, dash=()), BAYESIAN, look.RANDOM, READER, NEXT, None, None),
        strong=() if hidden else (1, 4),
        row=1,
        column=1,
        framed=True,
    )


def _scores(best: float, top: float) -> tuple[str, str]:
    return number(best), number(top - best)
