"""What the hyperparameter pictures have in common: how a score looks, and where a parameter's values are written.

What the learner should see: the better a point, the greener and stronger; the best in orange; one's own in purple.
"""

from __future__ import annotations

import numpy as np

from engine.figures.theme import MUTED, SERIES, Series
from engine.hyperparameters.experiment import Result
from engine.hyperparameters.story import scored, short
from engine.tuning.space import Parameter

GROUPS = 5  # fifths of the points, by rank
BEST = SERIES["adam"]
OWN = Series(SERIES["adagrad"].light, SERIES["adagrad"].dark, (), "diamond", 2.4)
OPACITY = (0.3, 0.38, 0.5, 0.68, 0.9)
TICKS: dict[str, tuple[float, ...]] = {
    "dropout": (0, 0.2, 0.4, 0.6, 0.8),
    "learning_rate": (1e-4, 1e-3, 1e-2, 1e-1, 1),
    "neuron_share": (0.01, 0.25, 0.5, 0.75, 1),
    "neuron_shrink": (0.01, 0.25, 0.5, 0.75, 1),
}


def _between(share: float) -> Series:
    """Return the look of a score: muted at 0, green at 1."""

    def mix(low: str, high: str) -> str:
        ends = [[int(color[place : place + 2], 16) for place in (1, 3, 5)] for color in (low, high)]
        return "#" + "".join(f"{round(a + share * (b - a)):02X}" for a, b in zip(*ends, strict=True))

    green = SERIES["rmsprop"]
    return Series(mix(MUTED.light, green.light), mix(MUTED.dark, green.dark), (), "disc", 1.7)


LOOKS = tuple(_between(group / (GROUPS - 1)) for group in range(GROUPS))
"""From the worst fifth of the points to the best."""


def groups(result: Result) -> np.ndarray:
    """Return int (n,): the fifth of each candidate, by its place in the order; 0 is the worst."""
    found = np.zeros(len(result.points), dtype=int)
    order = result.order
    found[order] = GROUPS - 1 - (np.arange(len(order)) * GROUPS) // max(len(order), 1)
    return found


def latest_scores(result: Result) -> np.ndarray:
    """Return float (n,): each candidate's last score, not-a-number for those not tried."""
    scores = np.full(len(result.points), np.nan)
    tried = result.latest >= 0
    scores[tried] = result.score[result.latest[tried]]
    return scores


def score_range(result: Result, *more: float) -> tuple[float, float]:
    """Return round ends of a score axis that holds all scores, and `more`."""
    known = np.concatenate([result.score, result.repeats.ravel(), np.array(more, dtype=float)])
    known = known[np.isfinite(known)]
    if not len(known):
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    step = max(10 ** np.floor(np.log10(max(high - low, 0.01))), 0.01)
    top = 1.0 if high <= 1 < high + step else np.ceil(high / step) * step
    return float(np.floor(low / step) * step), float(top)


def score_name(result: Result) -> str:
    """Return what the score is."""
    return "accuracy" if result.classification else "R²"


def score_ticks(result: Result, low: float, high: float, most: int = 5) -> tuple[tuple[float, str], ...]:
    """Return round places of a score axis with their texts, at most so many."""
    span = high - low
    steps = [base * 10.0**power for power in range(-5, 2) for base in (1, 2, 2.5, 5)]
    step = next(one for one in steps if np.floor(high / one + 1e-9) - np.ceil(low / one - 1e-9) + 1 <= most)
    figures = 0 if result.classification and step >= 0.01 else 1
    places = step * np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) + 0.0
    return tuple((float(at), scored(result, float(at), figures)) for at in places) if span > 0 else ()


def ticks(parameter: Parameter) -> tuple[tuple[float, str], ...]:
    """Return a parameter's ticks."""
    return tuple((value, short(value)) for value in TICKS[parameter.name])


def headed(result: Result, trial: int) -> str:
    """Return "Point 3: 96.1 % ± 0.9 %" for the pointer, without a score for a point not tried yet."""
    at = int(result.latest[trial])
    if at < 0:
        return f"Point {trial + 1}"
    score, deviation = float(result.score[at]), float(result.deviation[at])
    return f"Point {trial + 1}: {scored(result, score)} ± {scored(result, deviation)}"


def described(result: Result, trial: int) -> str:
    """Return the sentence for the pointer: which point, its score, its four numbers, its layers."""
    dropout, rate, share, shrink = (short(float(value)) for value in result.points[trial])
    layers = " · ".join(str(units) for units in result.layers(trial))
    return (
        f"{headed(result, trial)}\ndropout {dropout}, learning rate {rate}\nshare {share}, shrink {shrink}\n"
        f"layers {layers}"
    )
