"""The board of the tuning run: four searches with one budget, what they found, where they looked, and what it cost.

What the learner should see: curves that climb and bands that overlap; a cloud that gathers where the search believes;
and the seconds, nearly all of them training.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.bayesian_optimization.recipe import METHOD_LABELS, NAMES, PBOUNDS
from engine.bayesian_optimization.tuning import METHODS, Result
from engine.bayesian_optimization.tuning_story import finals, scored
from engine.figures.bayesian_optimization_look import METHOD_LOOKS, number
from engine.figures.board import Axis, Band, Board, Line, Mark, Panel, Points, Readout, Rectangles, Rule, payload
from engine.figures.theme import MUTED, Series
from engine.tuning.network import pyramid

RATE, SHARE = NAMES.index("log10_rate"), NAMES.index("neuron_share")
LEAST = 5e-4  # regret below that is drawn there
FAINT = 0.45


def board(result: Result, revision: str, beside: Result | None = None, running: bool = False) -> Mapping[str, Any]:
    """Return the payload of the stage.

    Args:
        result: What was evaluated so far.
        revision: Changes with the content.
        beside: A stored comparison of the same task; methods that `result` lacks are drawn from it, faintly.
        running: Whether more is coming.
    """
    drawn = [(method, result, 1.0) for method in METHODS if result.curves(method).size]
    if beside is not None:
        mine = {method for method, _, _ in drawn}
        drawn += [(method, beside, FAINT) for method in METHODS if method not in mine and beside.curves(method).size]
    count = max(result.curves(method).shape[1] for method, one, _ in drawn if one is result)
    return payload(
        Board(
            panels=(
                _race(result, drawn, beside),
                _readout(result, drawn),
                _winner(result),
                _looked(result),
                _regret(drawn, unit(result), _planned(result)),
                _clock(drawn),
            ),
            columns=(1.15, 1.0, 1.15),
            rows=(0.68, 0.57, 1.0),
            frames=count,
            unit="evaluation",
            revision=revision,
            running=running,
        )
    )


def unit(result: Result) -> float:
    """Return what a score is multiplied by: accuracies are drawn in per cent."""
    return 100.0 if result.classification else 1.0


def _planned(result: Result) -> int:
    """Return how many evaluations a search will have: the axis does not wander while they come in."""
    return result.former + result.config.budget


Drawn = list[tuple[str, Result, float]]


def _race(result: Result, drawn: Drawn, beside: Result | None) -> Panel:
    factor = unit(result)
    marks: list[Mark] = []
    lows, highs, told = [], [], []
    for method, source, strength in drawn:
        style = METHOD_LOOKS[method]
        curves = factor * source.curves(method)
        places = np.arange(1, curves.shape[1] + 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # nothing allowed yet
            mean, low, high = np.nanmean(curves, axis=0), np.nanmin(curves, axis=0), np.nanmax(curves, axis=0)
        reveal = places - 1
        if len(curves) > 1:
            marks.append(Band(places, low, high, style, opacity=0.13 * strength, reveal=reveal))
        emphasis = 2.0 if method == "bayesian" and source is result else 1.0 * strength
        label = METHOD_LABELS[method] if source is result else f"{METHOD_LABELS[method]}, stored"
        marks.append(Line(places, mean, style, label, emphasis, reveal, True, step=len(curves) == 1, hover=label))
        known = np.isfinite(mean)
        if known.any():
            lows.append(float(np.nanpercentile(mean, 20)))
            highs.append(float(np.nanmax(high)))
            told.append(f"{METHOD_LABELS[method]} {mean[known][-1]:.2f}")
    if not result.config.resumed and result.config.init_points < result.config.budget:
        marks.append(Rule("x", result.config.init_points + 0.5, style=MUTED, label="it begins to think", opacity=0.5))
    elif result.former:
        marks.append(Rule("x", result.former + 0.5, style=MUTED, label="taken up again", opacity=0.5))
    low, high = (min(lows), max(highs)) if lows else (0.0, factor)
    room = max(high - low, 1e-3 * factor)
    name = "accuracy, %" if result.classification else "R²"
    end = max(_planned(result), *(source.curves(method).shape[1] for method, source, _ in drawn))
    searches = max(len(source.curves(method)) for method, source, _ in drawn)
    return Panel(
        "race",
        "Best found so far",
        Axis(1, max(2, end), "evaluations"),
        Axis(low - 0.15 * room, high + 0.12 * room, name, grid=True),
        tuple(marks),
        note=f"mean and range of {searches} searches" if searches > 1 else "one search",
        alt=f"Best {name} after at most {end} evaluations: {', '.join(told)}.",
        row=0,
        column=0,
        rows=2,
        columns=2,
        labels=120 if beside is not None and any(source is beside for _, source, _ in drawn) else 88,
        high=300,
    )


def _readout(result: Result, drawn: Drawn) -> Readout:
    sign = ", %" if result.classification else ""
    lines: list[tuple[str, ...]] = [("", f"best{sign}", "again", "regret")]
    styles: list[Series | None] = [None]
    best, digits = _best_known(drawn), 2 if result.classification else 3
    for method, source, _ in drawn:
        ends, again = finals(source, method), source.judged(method)
        if not len(ends):
            continue
        means = (ends.mean(), again.mean() if len(again) else np.nan, best - ends.mean())
        name = METHOD_LABELS[method] + (", stored" if source is not result else "")
        lines.append((name, *(number(unit(result) * float(mean), digits) for mean in means)))
        styles.append(METHOD_LOOKS[method])
    return Readout(
        "numbers",
        "Who found what",
        tuple(lines),
        note="again: on fresh splits",
        styles=tuple(styles),
        strong=(1,),
        row=0,
        column=2,
    )


def _winner(result: Result) -> Readout:
    places = np.flatnonzero(result.allowed)
    lines: tuple[tuple[str, str], ...] = (("None that is allowed yet", ""),)
    if len(places):
        best = places[result.score[places].argmax()]
        dropout, power, share, shrink = result.point[best]
        layers = pyramid(float(share), float(shrink))
        lines = (
            ("Found by", METHOD_LABELS[METHODS[result.method[best]]]),
            ("Learning rate", f"{10**power:.4f}"),
            ("Dropout", f"{dropout:.2f}"),
            ("Units per layer", " × ".join(map(str, layers[:4])) + (" …" if len(layers) > 4 else "")),
            ("Weights", f"{result.weights[best]:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")),
        )
    return Readout("winner", "Best network", lines, note="of this run", row=1, column=2)


def _best_known(drawn: Drawn) -> float:
    found = [finals(source, method) for method, source, _ in drawn]
    known = np.concatenate([ends for ends in found if len(ends)] or [np.array([np.nan])])
    return float(known.max())


def _looked(result: Result) -> Panel:
    style_of = result.method
    order = np.zeros(len(result.score), dtype=int)
    for method in METHODS:
        for search in range(result.config.searches):
            places = result.of(method, search)
            order[places] = np.arange(len(places))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        low = float(np.percentile(result.score, 15))
        span = max(float(result.score.max()) - low, 1e-9)
    size = 2.7 + 3.6 * np.clip((result.score - low) / span, 0, 1) ** 2
    alone = len(np.unique(result.method)) == 1
    hover = tuple(
        f"{METHOD_LABELS[METHODS[method]]}{'' if alone else f' {search + 1}'}, evaluation {k + 1}: "
        + scored(result, score)
        + ("" if allowed else ", too large")
        for method, search, k, score, allowed in zip(
            result.method, result.search, order, result.score, result.allowed, strict=True
        )
    )
    return Panel(
        "looked",
        "Where they looked" if not alone else "Where it looked",
        Axis(10 ** PBOUNDS["log10_rate"][0] * 0.9, 10 ** PBOUNDS["log10_rate"][1] * 1.1, "learning rate", log=True),
        Axis(-0.02, 1.03, "neuron share"),
        (
            Points(
                10.0 ** result.point[:, RATE],
                result.point[:, SHARE],
                styles=tuple(METHOD_LOOKS[method] for method in METHODS),
                style_of=style_of,
                size=size,
                opacity=0.85 if alone else 0.6,
                hover=hover,
                reveal=order,
            ),
        ),
        note="larger: better",
        alt=f"{len(result.score)} evaluations over learning rate and neuron share.",
        row=2,
        column=0,
        high=260,
    )


def _regret(drawn: Drawn, factor: float, planned: int) -> Panel:
    best = _best_known(drawn)
    marks: list[Mark] = []
    ends = []
    for method, source, strength in drawn:
        curves = source.curves(method)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            regret = np.maximum(best - np.nanmean(curves, axis=0), LEAST) * factor
        places = np.arange(1, curves.shape[1] + 1)
        marks.append(
            Line(
                places,
                regret,
                METHOD_LOOKS[method],
                emphasis=strength,
                reveal=places - 1,
                ghost=True,
                hover=METHOD_LABELS[method],
            )
        )
        ends.append(regret[np.isfinite(regret)])
    everything = np.concatenate(ends)
    top = float(everything.max()) * 1.3 if len(everything) else factor
    end = max(planned, *(len(line.x) for line in marks if isinstance(line, Line)))
    return Panel(
        "regret",
        "Regret",
        Axis(1, max(2, end), "evaluations"),
        Axis(LEAST * factor * 0.9, max(top, LEAST * factor * 10), "points" if factor > 1 else "R²", log=True),
        tuple(marks),
        note="short of the best known, log scale",
        alt="Regret of the mean: how far each method is from the best score any search has found.",
        row=2,
        column=1,
        high=220,
    )


def _clock(drawn: Drawn) -> Panel:
    rows = [(method, source) for method, source, _ in drawn]
    training, deciding = [], []
    for method, source in rows:
        mine = source.method == METHODS.index(method)
        searches = max(1, len(np.unique(source.search[mine])))
        training.append(float(source.training[mine].sum()) / searches)
        deciding.append(float(source.deciding[mine].sum()) / searches)
    ends = np.array(training) + np.array(deciding)
    place = np.arange(len(rows), dtype=float)[::-1]
    styles = tuple(METHOD_LOOKS[method] for method, _ in rows)
    order = np.arange(len(rows))
    longest = max(float(ends.max()), 1e-3)
    trained = tuple(f"training {seconds:.0f} s" for seconds in training)
    return Panel(
        "clock",
        "Seconds a search",
        Axis(0.0, 1.12 * longest, "seconds"),
        Axis(
            -0.6,
            len(rows) - 0.4,
            ticks=tuple((float(at), METHOD_LABELS[m]) for at, (m, _) in zip(place, rows, strict=True)),
        ),
        (
            Rectangles(
                np.concatenate([np.zeros(len(rows)), training]),
                np.concatenate([training, ends]),
                np.tile(place - 0.32, 2),
                np.tile(place + 0.32, 2),
                styles=styles,
                style_of=np.tile(order, 2),
                opacity=np.repeat([0.55, 1.0], len(rows)),
                hover=(*trained, *(f"deciding {seconds:.1f} s" for seconds in deciding)),
                labels=(*trained, *[""] * len(rows)),
            ),
        ),
        note="full colour: deciding",
        alt="; ".join(
            f"{METHOD_LABELS[m]} {t:.0f} s of training and {d:.1f} s of deciding"
            for (m, _), t, d in zip(rows, training, deciding, strict=True)
        ),
        row=2,
        column=2,
        high=200,
    )
