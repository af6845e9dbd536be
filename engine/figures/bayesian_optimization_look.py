"""What the boards of Bayesian optimization have in common: one look for each rival, and the race between them.

What the learner should see: the search, random search and the reader in the same colours on every board, always at the
same number of samples.
"""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np

from engine.figures.board import Axis, Band, Line, Mark, Panel
from engine.figures.theme import MUTED, SERIES, Series

BAYESIAN = SERIES["momentum"]
RANDOM = replace(SERIES["adagrad"], marker="triangle_up")
GRID = SERIES["rmsprop"]
NELDER_MEAD = SERIES["adadelta"]
READER = SERIES["adam"]
HIDDEN = replace(MUTED, dash=(3, 3), width=1.6)
NEXT = replace(SERIES["sgd"], dash=(5, 4), width=1.6)
METHOD_LOOKS: dict[str, Series] = {
    "bayesian": BAYESIAN,
    "random": RANDOM,
    "grid": GRID,
    "nelder-mead": NELDER_MEAD,
}
SHARE = (10.0, 90.0)  # per cent: the bands hold the middle 80 % of the runs


def number(value: float, digits: int = 2) -> str:
    """Return a number with a real minus sign, a dash where there is none."""
    return "–" if not np.isfinite(value) else f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def middle(runs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean and the ends of the middle 80 % of runs (S, N), (N,) each; not-a-number counts as not there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = np.nanpercentile(runs, SHARE, axis=0)
        return np.nanmean(runs, axis=0), low, high


def race(
    found: np.ndarray,
    rival: np.ndarray,
    top: float,
    first: int,
    lowest: float,
    mine: np.ndarray | None = None,
    row: int = 0,
    column: int = 1,
) -> Panel:
    """Return the panel of the best height found so far over the samples.

    Args:
        found: (S, N), Bayesian searches, the shown one first.
        rival: (R, N), random searches.
        top: The highest there is.
        first: Random samples before the first choice: sample i + 1 is there from frame i + 1 − first on.
        lowest: Where the axis begins at the lowest.
        mine: (K,), the reader's; None or empty for none.
        row: On the board.
        column: On the board.
    """
    count = found.shape[1]
    samples = np.arange(1, count + 1)
    reveal = np.maximum(samples - first, 0)
    marks: list[Mark] = []
    lows: list[float] = [lowest]
    for runs, style, label in ((rival, RANDOM, "random"), (found, BAYESIAN, "Bayesian")):
        mean, low, high = middle(runs)
        lows.append(float(np.nanmin(low)) if np.isfinite(low).any() else float(lowest))
        marks.append(Band(samples, low, high, style, opacity=0.13))
        marks.append(Line(samples, mean, style, label=label, emphasis=0.9, hover=f"{label}, mean of {len(runs)}"))
    shown = replace(BAYESIAN, dash=())
    marks.append(Line(samples, found[0], shown, "this run", 2.0, reveal, True, step=True, hover="this run"))
    if mine is not None and len(mine):
        marks.append(Line(np.arange(1, len(mine) + 1), mine, READER, label="you", emphasis=2.0, step=True, hover="you"))
    bottom = min(lows)
    marks.append(_top_rule(top))
    longest = max(count, len(mine) if mine is not None else 0)
    return Panel(
        "race",
        "Best found so far",
        Axis(1, max(2, longest), "samples"),
        Axis(bottom - 0.04 * (top - bottom), top + 0.06 * (top - bottom)),
        tuple(marks),
        note="bands: middle 80 %",
        alt=(
            f"After {count} samples this run has found {number(found[0, -1])} of {number(top)}; "
            f"{len(found)} Bayesian searches {number(float(np.nanmean(found[:, -1])))} on average, "
            f"{len(rival)} random searches {number(float(np.nanmean(rival[:, -1])))}."
        ),
        labels=66,
        row=row,
        column=column,
    )


def _top_rule(top: float) -> Line:
    return Line(np.array([-1e3, 1e3]), np.array([top, top]), replace(MUTED, dash=(2, 3), width=1.2), emphasis=0.7)
