"""The board of the Hyperparameters page: all points as lines over the four parameters, slices, the network, the noise.

What the learner should see: good lines leave the bad ones at one axis, the parameter that decides; and the best five
points, asked again, overlap.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.figures.board import (
    Axis,
    Band,
    Board,
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
from engine.figures.hyperparameters_luck import noise_panel, readout
from engine.figures.hyperparameters_network import network_panel
from engine.figures.hyperparameters_style import (
    BEST,
    LOOKS,
    OPACITY,
    OWN,
    described,
    groups,
    headed,
    latest_scores,
    score_name,
    score_range,
    score_ticks,
    ticks,
)
from engine.figures.theme import INK, MUTED
from engine.hyperparameters import point
from engine.hyperparameters.experiment import Result
from engine.hyperparameters.story import UNSURE, importance, luck, scored
from engine.hyperparameters.surrogate import middles
from engine.tuning.space import SPACE, to_unit

PARALLEL, SLICE = "parallel", "slice"
TRIAL = "trial"  # the mark whose click the page answers: `index` modulo the number of points is the point


def board(
    result: Result,
    own: point.Config,
    evaluated: point.Result | None = None,
    *,
    revision: str = "",
    running: bool = False,
) -> Mapping[str, Any]:
    """Return the payload of a search, finished or under way, with the reader's own point in it.

    Args:
        result: The search.
        own: The reader's own point, drawn as a network whether it has been evaluated or not.
        evaluated: Its evaluation, or None.
        revision: Changes when the content does.
        running: Whether more is coming.
    """
    score = own_score(result, own, evaluated)
    span = score_range(result, score)
    panels: tuple[Panel | Readout, ...] = (
        _parallel(result, own, score, span),
        network_panel(own.layers, result, row=0, column=4),
        readout(result, own, evaluated, same_point(result, own)),
        *(_slice(result, place, own, score, span) for place in range(len(SPACE))),
        noise_panel(result, evaluated),
    )
    return payload(
        Board(
            panels,
            columns=(1, 1, 1, 1, 1.5),
            rows=(0.95, 1.05, 1.35),
            frames=max(1, len(result.trial)),
            unit="evaluation",
            events=_events(result),
            revision=revision,
            running=running,
        )
    )


def same_point(result: Result, own: point.Config) -> int:
    """Return the candidate that has the very numbers of the reader's point and has been tried, or −1."""
    same = np.flatnonzero((result.points == np.array(own.point)).all(axis=1) & (result.latest >= 0))
    return int(same[0]) if len(same) else -1


def own_score(result: Result, own: point.Config, evaluated: point.Result | None) -> float:
    """Return the score of the reader's point if it is known, else not-a-number."""
    trial = same_point(result, own)
    if trial >= 0:
        return float(result.score[result.latest[trial]])
    return evaluated.score if evaluated is not None else float("nan")


def _first(result: Result) -> np.ndarray:
    """Return int (n,): the frame in which each candidate appears."""
    first = np.full(len(result.points), max(0, len(result.trial) - 1))
    first[result.trial[::-1]] = np.arange(len(result.trial))[::-1]
    return first


def _events(result: Result) -> tuple[tuple[int, Any], ...]:
    """Return ticks above the scrub track where a new best came."""
    if not len(result.trial):
        return ()
    best = np.maximum.accumulate(result.score)
    better = np.flatnonzero(np.diff(best, prepend=-np.inf) > 0)
    return tuple((int(frame), BEST) for frame in better if result.rung[frame] == 0)


def _parallel(result: Result, own: point.Config, score: float, span: tuple[float, float]) -> Panel:
    places = to_unit(result.points)
    scores = (latest_scores(result) - span[0]) / (span[1] - span[0])
    heights = np.concatenate([places, scores[:, None]], axis=1)
    first, fifth, axes = _first(result), groups(result), np.arange(5.0)
    tried = [int(one) for one in result.order[::-1]]
    # What has not been tried yet is not drawn.
    dotted = np.where(np.isfinite(scores)[:, None], heights, np.nan)
    lines = [
        Line(
            axes,
            heights[one],
            BEST if one == result.best else LOOKS[fifth[one]],
            emphasis=2 if one == result.best else OPACITY[fifth[one]],
            reveal=np.full(5, first[one]),
            ghost=False,
            hover=described(result, one),
        )
        for one in tried
    ]
    own_places = np.append(to_unit(np.array([own.point]))[0], (score - span[0]) / (span[1] - span[0]))
    lines.append(Line(axes, np.clip(own_places, 0, 1), OWN, emphasis=2))
    dots = Points(
        np.repeat(axes, len(result.points)),
        dotted.T.ravel(),
        styles=LOOKS,
        style_of=np.tile(fifth, 5),
        size=np.repeat([3.0, 3.0, 3.0, 3.0, 4.0], len(result.points)),
        opacity=0.9,
        hover=tuple(described(result, one) for one in range(len(result.points))) * 5,
        reveal=np.tile(first, 5),
        name=TRIAL,
    )
    known = np.isfinite(own_places)
    yours = Points(
        axes[known], np.clip(own_places[known], 0, 1), OWN, size=5.5, hover=("Your point",) * int(known.sum())
    )
    names = (*((float(place), one.label) for place, one in enumerate(SPACE)), (4.0, score_name(result).capitalize()))
    best = scored(result, float(result.score[result.latest[result.best]])) if tried else "none yet"
    return Panel(
        PARALLEL,
        "Every point a line",
        Axis(-0.2, 4.42, ticks=names),
        Axis(-0.04, 1.04, ticks=()),
        (_axes(), *lines, dots, *_axis_texts(result, span), yours),
        note="the better the greener; best orange; yours purple; click one to take it",
        alt=f"Parallel coordinates of {len(tried)} points over four parameters and the score; the best has {best}.",
        rows=2,
        columns=4,
        high=330,
    )


def _axes() -> Segments:
    return Segments(np.arange(5.0), np.zeros(5), np.arange(5.0), np.ones(5), MUTED, width=1.0, opacity=0.45)


def _axis_texts(result: Result, span: tuple[float, float]) -> tuple[Texts, ...]:
    texts = []
    for place, one in enumerate(SPACE):
        values = ticks(one)
        heights = np.array([float(one.unit(value)) for value, _ in values])
        texts.append(
            Texts(np.full(len(values), place - 0.03), heights, tuple(text for _, text in values), MUTED, "right")
        )
    marks = score_ticks(result, *span)
    heights = (np.array([at for at, _ in marks]) - span[0]) / (span[1] - span[0])
    texts.append(Texts(np.full(len(marks), 4.04), heights, tuple(text for _, text in marks), MUTED, "left"))
    return tuple(texts)


def _slice(result: Result, place: int, own: point.Config, score: float, span: tuple[float, float]) -> Panel:
    one, fifth = SPACE[place], groups(result)
    scores, values = latest_scores(result), result.points[:, place]
    marks: list[Mark] = []
    if result.surrogate is not None:
        at = [one.value(unit) for unit in middles(result.surrogate.marginal.shape[1])]
        middle, spread = result.surrogate.marginal[place], result.surrogate.marginal_deviation[place]
        marks += [
            Band(at, middle - spread, middle + spread, INK, 0.12),
            Line(at, middle, INK, hover="mean over the others"),
        ]
    trials = Points(
        values,
        scores,
        styles=(*LOOKS, BEST),
        style_of=np.where((np.arange(len(scores)) == result.best) if len(result.trial) else False, len(LOOKS), fifth),
        size=np.where(fifth == len(LOOKS) - 1, 4.6, 3.6),
        opacity=0.85,
        hover=tuple(headed(result, trial) for trial in range(len(scores))),
        reveal=_first(result),
        name=TRIAL,
    )
    marks.append(trials)
    marks += _noise_bar(result, values)
    if np.isfinite(score):
        marks.append(Points([own.point[place]], [score], OWN, size=6, hover=("Your point",)))
    else:
        marks.append(Rule("x", own.point[place], style=OWN, opacity=0.7))
    shares = importance(result)
    first = place == 0
    note = "" if shares is None else f"{'decides ' if first else ''}{100 * shares[0][place]:.0f} %"
    if result.surrogate is not None and result.surrogate.explained < UNSURE:
        note = "unclear"
    return Panel(
        f"{SLICE}-{one.name}",
        one.label,
        Axis(one.low, one.high, log=one.log, ticks=ticks(one)),
        Axis(*span, label=score_name(result) if first else "", ticks=score_ticks(result, *span) if first else ()),
        tuple(marks),
        note=note,
        alt=f"Score against {one.label.lower()}; {note or 'importance not known yet'}.",
        row=2,
        column=place,
        high=230,
    )


def _noise_bar(result: Result, values: np.ndarray) -> list[Mark]:
    """Return the best point's whisker: its mean with other seeds, and one standard deviation to either side."""
    found = luck(result)
    if found is None:
        return []
    x = [values[found.winner]]
    return [Segments(x, [found.found - found.noise], x, [found.found + found.noise], BEST, width=2.6)]
