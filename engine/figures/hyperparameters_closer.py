"""A closer look at a search: two parameters at once, how sure the importances are, and what the best so far has cost.

What the learner should see: good regions are not boxes, for what one parameter should be depends on the other; that an
importance is an estimate; and that searches are to be compared at the same cost, not at the same number of points.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.figures.board import Axis, Board, Heat, Line, Mark, Panel, Points, Rectangles, Segments, payload
from engine.figures.hyperparameters_style import (
    BEST,
    LOOKS,
    OPACITY,
    OWN,
    described,
    groups,
    latest_scores,
    score_name,
    score_range,
    score_ticks,
    ticks,
)
from engine.figures.theme import INK, SERIES, Series
from engine.hyperparameters import point
from engine.hyperparameters.experiment import Result
from engine.hyperparameters.search import GRID, HALVING, RANDOM
from engine.hyperparameters.story import importance
from engine.hyperparameters.surrogate import PAIRS
from engine.tuning.space import SPACE

TRIAL = "trial"
METHOD_LOOKS: Mapping[str, Series] = {RANDOM: SERIES["rmsprop"], GRID: SERIES["momentum"], HALVING: SERIES["adadelta"]}
METHOD_NAMES = {RANDOM: "random", GRID: "grid", HALVING: "halving"}


def pair_name(pair: int) -> str:
    """Return "Dropout and learning rate" for a place in PAIRS."""
    first, second = PAIRS[pair]
    return f"{SPACE[first].label} and {SPACE[second].label.lower()}"


def pairs_by_importance(result: Result) -> list[int]:
    """Return the places in PAIRS, those whose parameters matter most first."""
    shares = importance(result)
    if shares is None:
        return list(range(len(PAIRS)))
    return sorted(range(len(PAIRS)), key=lambda pair: -float(sum(shares[0][one] for one in PAIRS[pair])))


def closer(
    result: Result, others: tuple[Result, ...], own: point.Config, pair: int, *, revision: str
) -> Mapping[str, Any]:
    """Return the payload of the closer look.

    Args:
        result: The search.
        others: Searches with other methods and the same settings otherwise, for the race at equal cost.
        own: The reader's point.
        pair: Which of PAIRS the map shows.
        revision: Changes when the content does.
    """
    panels = (_map(result, own, pair), _importance(result), _race((result, *others)), _curves(result))
    return payload(Board(panels, columns=(1.25, 1), rows=(0.8, 1, 1), revision=revision))


def _map(result: Result, own: point.Config, pair: int) -> Panel:
    across, upwards = (SPACE[place] for place in PAIRS[pair])
    low, high = score_range(result)
    marks: list[Mark] = []
    if result.surrogate is not None:
        values = result.surrogate.pairs[pair]
        low, high, edge = float(values.min()), float(values.max()), 0.5 / len(values)
        marks.append(
            Heat(
                values,
                edge,
                1 - edge,
                edge,
                1 - edge,
                low,
                high,
                SERIES["rmsprop"],
                strength=0.75,
                contours=6,
                hover=score_name(result),
            )
        )
    fifth = groups(result)
    x, y = (one.unit(result.points[:, place]) for one, place in zip((across, upwards), PAIRS[pair], strict=True))
    tried = np.isfinite(latest_scores(result))
    names = tuple(described(result, trial) for trial in range(len(x)))
    x, y = np.where(tried, x, np.nan), np.where(tried, y, np.nan)
    marks.append(Points(x, y, INK, size=np.where(fifth == len(LOOKS) - 1, 5.0, 3.2), hover=names, name=TRIAL))
    if len(result.trial):
        marks.append(Points([x[result.best]], [y[result.best]], BEST, size=7, hover=(names[result.best],)))
    mine = [float(one.unit(own.point[place])) for one, place in zip((across, upwards), PAIRS[pair], strict=True)]
    marks.append(Points(mine[:1], mine[1:], OWN, size=6.5, hover=("Your point",)))
    scales = [tuple((float(one.unit(value)), text) for value, text in ticks(one)) for one in (across, upwards)]
    return Panel(
        "map",
        "Two parameters at once",
        Axis(0, 1, label=across.label, ticks=scales[0]),
        Axis(0, 1, label=upwards.label, ticks=scales[1]),
        tuple(marks),
        note="guessed score, averaged over the other two; large dots: the best fifth",
        alt=f"Guessed score over {pair_name(pair).lower()}, from {low:.2f} to {high:.2f}, with all points.",
        rows=3,
        high=360,
    )


def _importance(result: Result) -> Panel:
    shares = importance(result)
    marks: list[Mark] = []
    note = "needs ten points"
    alt = "There are too few points to say which parameter matters."
    if shares is not None and result.surrogate is not None:
        mean, deviation = (100 * part for part in shares)
        places = np.arange(len(SPACE), dtype=float)
        together = max(0.0, 100 - float(mean.sum()))
        marks = [
            Rectangles(np.zeros(len(mean)), mean, places - 0.3, places + 0.3, SERIES["rmsprop"], opacity=0.75),
            Segments(np.maximum(mean - deviation, 0), places, mean + deviation, places, INK, width=1.6),
        ]
        explained = max(0.0, 100 * result.surrogate.explained)
        note = f"acting together: {together:.0f} %; the forest explains {explained:.0f} %"
        listed = ", ".join(f"{one.label.lower()} {value:.0f} %" for one, value in zip(SPACE, mean, strict=True))
        alt = f"Importance: {listed}; a forest explains {100 * result.surrogate.explained:.0f} % of unseen scores."
    return Panel(
        "importance",
        "Importance",
        Axis(0, 100, ticks=tuple((float(at), f"{at} %") for at in (0, 25, 50, 75, 100)), grid=True),
        Axis(len(SPACE) - 0.5, -0.5, ticks=tuple((float(place), one.label) for place, one in enumerate(SPACE))),
        tuple(marks),
        note=note,
        alt=alt,
        column=1,
    )


def best_so_far(result: Result) -> tuple[np.ndarray, np.ndarray]:
    """Return epochs spent, (k,), and the best score of a fully trained point up to then, (k,)."""
    last = len(result.config.rungs()) - 1
    whole = result.rung == last
    return np.cumsum(result.epochs)[whole], np.maximum.accumulate(result.score[whole]) if whole.any() else np.zeros(0)


def _race(results: tuple[Result, ...]) -> Panel:
    lines: list[Mark] = []
    ends: list[float] = []
    values: list[float] = []
    told: list[str] = []
    for place, result in enumerate(results):
        spent, best = best_so_far(result)
        if not len(best):
            continue
        name = METHOD_NAMES[result.config.method]
        look = METHOD_LOOKS[result.config.method]
        lines.append(Line(spent, best, look, label=name, step=True, emphasis=2 if place == 0 else 1, hover=name))
        ends.append(float(spent[-1]))
        values += [float(best[0]), float(best[-1])]
        told.append(f"{name} {best[-1]:.3f} after {spent[-1]:,} epochs")
    top, bottom = (max(values), min(values)) if values else (1.0, 0.0)
    pad = max(0.08 * (top - bottom), 0.005)
    return Panel(
        "race",
        "Best so far",
        Axis(0, max(ends, default=1.0), label="epochs spent, all splits"),
        Axis(bottom - pad, top + pad, label=score_name(results[0]), ticks=score_ticks(results[0], bottom, top, 4)),
        tuple(lines),
        note="fully trained points" if len(results) > 1 else "",
        alt=f"Best score so far: {'; '.join(told) or 'nothing yet'}.",
        row=1,
        column=1,
        labels=70,
    )


def _curves(result: Result) -> Panel:
    fifth = groups(result)
    low, high = score_range(result)
    latest = result.latest
    lines: list[Mark] = [
        Line(
            np.arange(result.curve.shape[1], dtype=float),
            result.curve[latest[one]],
            BEST if one == result.best else LOOKS[fifth[one]],
            emphasis=2 if one == result.best else OPACITY[fifth[one]],
            hover=described(result, int(one)),
        )
        for one in result.order[::-1]
    ]
    return Panel(
        "curves",
        "How the scores grew",
        Axis(0, result.config.epochs, label="epoch"),
        Axis(low, high, ticks=score_ticks(result, low, high, 4)),
        tuple(lines),
        note="mean over the splits; a line ends where training did",
        alt=f"Score after each epoch of {len(lines)} points.",
        row=2,
        column=1,
    )
