"""The maps of momentum: learning rate across, momentum up, and what becomes of it.

What the learner should see: left of a curve a ball creeps, above it it swings, right of a line it leaves.
"""

from __future__ import annotations

import numpy as np

from engine.figures.board import Axis, Heat, Line, Mark, Panel, Points, Texts
from engine.figures.theme import ACCENT, INK, SERIES, VALIDATION
from engine.momentum import theory, valleys
from engine.momentum.experiment import Walked

MAP = "map"
RATES = np.geomspace(0.01, 6.0, 44)
MOMENTA = np.linspace(0.0, 0.99, 34)


def _picked(result: Walked, low: float, high: float) -> Points:
    config = result.config
    return Points(
        [min(max(config.learning_rate, low), high)],
        [config.momentum],
        ACCENT,
        size=7,
        hollow=True,
        labels=("here",),
        hover=(f"picked: η = {config.learning_rate:g}, β = {config.momentum:g}",),
    )


def rate_map(result: Walked) -> Panel:
    """Return the speed on the quadratic over η and β, with the curves between the regions and the picked place."""
    config = result.config
    rates = theory.slowest(RATES[None], MOMENTA[:, None], config.condition)
    best = theory.best(config.condition)
    won = theory.digits(rates)
    high = max(float(theory.digits(np.array(max(best.rate, 1e-3)))), 1.0)
    fine = np.geomspace(RATES[0], RATES[-1], 160)
    steep, flat = (theory.critical_momentum(fine, curvature) for curvature in (1.0, 1 / config.condition))
    limit = (fine - 2) / 2  # of β, where η = 2 (1 + β)
    ceiling = float(MOMENTA[-1])

    def inside(line: np.ndarray) -> np.ndarray:
        return np.where((line >= 0) & (line <= ceiling), line, np.nan)

    marks: list[Mark] = [
        Heat(
            np.where(rates < 1, np.clip(won, 0, high), np.nan),
            float(RATES[0]),
            float(RATES[-1]),
            0.0,
            ceiling,
            0.0,
            high,
            SERIES["rmsprop"],
            strength=0.85,
            hover="digits won in 100 steps",
            key=True,
        ),
        Line(fine, inside(flat), INK, emphasis=1.4, hover="critically damped along the floor"),
        Line(fine, inside(steep), VALIDATION, emphasis=1.4, hover="critically damped across"),
        Line(fine, inside(limit), SERIES["nadam"], emphasis=1.6, hover="beyond it leaves: η = 2 (1 + β) / λ"),
    ]
    marks.append(Texts([0.024, 0.19, 4.1], [0.2, 0.94, 0.1], ("too slow", "ripples", "leaves"), size=14, bold=True))
    if config.condition >= 4:  # below, the two curves leave no room between them
        marks.append(
            Texts(
                [0.02],
                [float(theory.critical_momentum(np.array(0.02), 1 / config.condition)) - 0.08],
                ("critical, flat",),
                size=11.5,
            )
        )
    marks.append(Texts([0.022], [0.59], ("critical, steep",), style=VALIDATION, size=11.5))
    marks.append(
        Points(
            [best.learning_rate],
            [best.momentum],
            INK,
            size=5,
            hover=(f"fastest: η = {best.learning_rate:.2f}, β = {best.momentum:.2f} keeps {best.rate:.3f} a step",),
        )
    )
    marks.append(_picked(result, float(RATES[0]), float(RATES[-1])))
    return Panel(
        MAP,
        "Speed",
        Axis(float(RATES[0]), float(RATES[-1]), "learning rate η, log", log=True),
        Axis(0.0, 1.0, "momentum β"),
        tuple(marks),
        note="digits in 100 steps",
        alt=f"Speed over learning rate and momentum for condition number {config.condition:g}: fastest at "
        f"{best.learning_rate:.2f} and {best.momentum:.2f}; picked {config.learning_rate:g} and {config.momentum:g}.",
        pick=True,
        high=320,
    )


def escape_map(result: Walked) -> Panel:
    """Return the share of starts that escape over η and β, and the picked place."""
    rates, momenta = valleys.RATES, valleys.MOMENTA
    share = valleys.escape_map()
    marks: list[Mark] = [
        Heat(
            share,
            float(rates[0]),
            float(rates[-1]),
            float(momenta[0]),
            float(momenta[-1]),
            0.0,
            float(np.nanmax(share)),
            SERIES["rmsprop"],
            strength=0.85,
            hover="share of starts that escape",
            key=True,
        ),
        Texts([0.0105, 0.2], [0.4, 0.72], ("nobody escapes", "leaves"), size=14, bold=True),
        _picked(result, float(rates[0]), float(rates[-1])),
    ]
    return Panel(
        MAP,
        "Who escapes",
        Axis(float(rates[0]), float(rates[-1]), "learning rate η, log", log=True),
        Axis(0.0, 1.0, "momentum β"),
        tuple(marks),
        note=f"of {len(valleys.STARTS)} starts",
        alt=f"Share of starts that escape over learning rate and momentum, up to {float(np.nanmax(share)):.0%}.",
        pick=True,
        high=320,
    )
