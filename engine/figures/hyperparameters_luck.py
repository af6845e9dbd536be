"""Two panels that say how far to trust the search: the best points with other seeds, and the numbers beside each other.

What the learner should see: the ring of the search lies to the right of its own dots. The best of many noisy scores
is in part the luckiest one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.figures.board import Axis, Mark, Panel, Points, Readout, Segments
from engine.figures.hyperparameters_style import BEST, LOOKS, OWN, score_name, score_ticks
from engine.figures.theme import INK
from engine.hyperparameters import point
from engine.hyperparameters.experiment import Result
from engine.hyperparameters.story import luck, scored, short

FEW_SEEDS = 2


def noise_panel(result: Result, evaluated: point.Result | None) -> Panel:
    """Return the best five with other seeds: each evaluation a dot, the search's own a ring.

    Args:
        result: The search.
        evaluated: The reader's own point, a row below, or None.
    """
    rows = [
        (f"№ {trial + 1}", result.repeats[place].astype(float), int(trial))
        for place, trial in enumerate(result.repeated)
    ]
    marks: list[Mark] = []
    for height, (_, scores, trial) in enumerate(rows):
        marks += _spread(scores, height, BEST if height == 0 else LOOKS[-1])
        marks.append(
            Points([result.score[result.latest[trial]]], [height], INK, size=5.5, hollow=True, hover=("in the search",))
        )
    names = [name for name, _, _ in rows]
    if evaluated is not None and np.isfinite(evaluated.score):
        marks += _spread(evaluated.repeats.astype(float), len(names), OWN)
        marks.append(
            Points([evaluated.score], [len(names)], INK, size=5.5, hollow=True, hover=("with the search's seed",))
        )
        names.append("yours")
    shown = np.concatenate([*(mark.x for mark in marks if isinstance(mark, Points)), np.zeros(0)]).astype(float)
    shown = shown[np.isfinite(shown)]
    low, high = (float(shown.min()), float(shown.max())) if len(shown) else (0.0, 1.0)
    pad = max(0.06 * (high - low), 0.002)
    found = luck(result)
    alt = "The best points have not been evaluated with other seeds."
    if found is not None:
        alt = (
            f"The winner scored {scored(result, found.claimed)} in the search and {scored(result, found.found)} with "
            f"other seeds; {found.alike} of {found.others} runners-up cannot be told from it."
        )
    return Panel(
        "noise",
        "Best five, asked again",
        Axis(low - pad, high + pad, label=score_name(result), ticks=score_ticks(result, low - pad, high + pad, 4)),
        Axis(max(len(names), 5) - 0.5, -0.5, ticks=tuple((float(row), name) for row, name in enumerate(names))),
        tuple(marks),
        note="ring: before" if len(names) else "at the end",
        alt=alt,
        row=2,
        column=4,
        high=240,
    )


def _spread(scores: np.ndarray, height: float, style: Any) -> list[Mark]:
    known = scores[np.isfinite(scores)]
    if not len(known):
        return []
    dots = Points(
        known, np.full(len(known), height), style, size=3.2, opacity=0.5, hover=("another seed",) * len(known)
    )
    if len(known) < FEW_SEEDS:
        return [dots]
    middle, deviation = float(known.mean()), float(known.std(ddof=1))
    whisker = Segments([middle - deviation], [height], [middle + deviation], [height], style, width=2.4)
    mean = Points([middle], [height], style, size=5, hover=("mean ± standard deviation",))
    return [whisker, dots, mean]


def readout(result: Result, own: point.Config, evaluated: point.Result | None, trial: int) -> Readout:
    """Return the rows of numbers of the best point so far, frame by frame, beside those of the reader's own.

    Args:
        result: The search.
        own: The reader's point.
        evaluated: Its evaluation, or None.
        trial: The candidate that has the same numbers, or −1.
    """
    mine = _own_column(result, own, evaluated, trial)
    frames = []
    order: list[int] = []
    best, best_place = -1, (-1, -np.inf, -np.inf)
    for frame in range(len(result.trial)):
        place = (int(result.rung[frame]), float(result.score[frame]), -float(result.loss[frame]))
        if place > best_place:
            best, best_place = int(result.trial[frame]), place
        order.append(best)
    columns = {one: _column(result, one) for one in set(order)}
    for one in order:
        frames.append(_rows(columns[one], mine))
    nothing = ("", "", "", "", "", "", "")
    return Readout(
        "readout",
        "Best so far and yours",
        tuple(frames) if frames else (_rows(nothing, mine),),
        row=1,
        column=4,
        strong=(0,),
        framed=True,
    )


def _rows(best: tuple[str, ...], mine: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    names = ("Point", "Score", "± splits", "Again", "Rate η", "Dropout", "Weights")
    return tuple(zip(names, best, mine, strict=True))


def _column(result: Result, trial: int) -> tuple[str, ...]:
    at = result.latest[trial]
    again = result.repeats[list(result.repeated).index(trial)] if trial in result.repeated else np.zeros(0)
    return (
        f"№ {trial + 1}",
        scored(result, float(result.score[at])),
        scored(result, float(result.deviation[at])),
        _mean(result, again),
        short(float(result.points[trial, 1])),
        short(float(result.points[trial, 0])),
        f"{result.parameters[trial]:,}",
    )


def _own_column(result: Result, own: point.Config, evaluated: point.Result | None, trial: int) -> tuple[str, ...]:
    if trial >= 0:
        return _column(result, trial)
    if evaluated is None or not np.isfinite(evaluated.score):
        return ("yours", "not known", "", "", short(own.learning_rate), short(own.dropout), "")
    return (
        "yours",
        scored(result, evaluated.score),
        scored(result, evaluated.deviation),
        _mean(result, evaluated.repeats),
        short(own.learning_rate),
        short(own.dropout),
        f"{evaluated.parameters:,}",
    )


def _mean(result: Result, scores: np.ndarray) -> str:
    known = scores[np.isfinite(scores)]
    return scored(result, float(known.mean())) if len(known) else ""
