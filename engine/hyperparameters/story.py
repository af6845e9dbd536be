"""What happened, in sentences made from the numbers of this search: the best, what decided, and how much was luck.

What the learner should see: never "point 12 is best" alone, but by how much, against how much one evaluation varies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.hyperparameters.experiment import Result
from engine.hyperparameters.search import GRID, HALVING, LEVELS
from engine.optimizers.words import joined, number
from engine.tuning.space import SPACE
from engine.validation.statistics import paired

MINUS = "−"
LEVEL = 0.05  # a difference whose p value is above this may be luck
UNSURE = 0.2  # a forest that explains less than this of trials it has not seen says nothing about importance


@dataclass(frozen=True)
class Luck:
    """What the best five showed when they were evaluated with further seeds.

    Attributes:
        winner: Candidate that won the search.
        claimed: Its score in the search.
        found: Its mean score with the further seeds.
        noise: Standard deviation of one evaluation over seeds, pooled over the five.
        others: How many were compared with the winner.
        alike: How many of them cannot be told from it: the corrected resampled t test over the seeds, paired, has a
            p value above 0.05 (Nadeau and Bengio 2003).
        ahead: How many of them have the higher mean.
    """

    winner: int
    claimed: float
    found: float
    noise: float
    others: int
    alike: int
    ahead: int


def luck(result: Result) -> Luck | None:
    """Return what the repeated evaluations say, or None where there are fewer than two complete ones."""
    complete = np.isfinite(result.repeats).all(axis=0) if result.repeats.size else np.zeros(0, dtype=bool)
    if complete.sum() < 2:
        return None
    known = result.repeats[:, complete].astype(float)
    share = result.config.held_share / (1 - result.config.held_share)
    tests = [paired(known[0], other, share=share)[1] for other in known[1:]]
    winner = int(result.repeated[0])
    return Luck(
        winner=winner,
        claimed=float(result.score[result.latest[winner]]),
        found=float(known[0].mean()),
        noise=float(np.sqrt(known.var(axis=1, ddof=1).mean())),
        others=len(tests),
        alike=int(sum(p > LEVEL for p in tests)),
        ahead=int((known[1:].mean(axis=1) > known[0].mean()).sum()),
    )


def importance(result: Result) -> tuple[np.ndarray, np.ndarray] | None:
    """Return mean and standard deviation over the forests of each parameter's importance, (4,) each, or None."""
    if result.surrogate is None:
        return None
    shares = result.surrogate.importance.astype(float)
    return shares.mean(axis=0), shares.std(axis=0, ddof=1)


def scored(result: Result, score: float, figures: int = 1) -> str:
    """Return an accuracy in per cent, or an R² as it is."""
    text = f"{100 * score:.{figures}f} %" if result.classification else f"{score:.{figures + 1}f}"
    return text.replace("-", MINUS)


def short(value: float) -> str:
    """Return a parameter's value in as few figures as say it; a learning rate keeps three."""
    return f"{value:g}" if value >= 1e-4 or value == 0 else number(value)


def point_text(point: np.ndarray) -> str:
    """Return "dropout 0.2, learning rate 0.003, share 0.5, shrink 0.4"."""
    dropout, rate, share, shrink = (short(float(value)) for value in point)
    return f"dropout {dropout}, learning rate {rate}, share {share}, shrink {shrink}"


def story(result: Result) -> tuple[str, ...]:
    """Return what the search showed, in a few paragraphs (Markdown)."""
    if not len(result.trial):
        return ("You stopped it before the first network was trained.",)
    told = [_best(result), _decided(result), _trust(result), _cost(result)]
    if result.stopped:
        done, planned = len(result.trial), sum(rung.count for rung in result.config.rungs())
        told.append(f"You stopped it after {done} of {planned} evaluations.")
    return tuple(sentence for sentence in told if sentence)


def _what(result: Result) -> str:
    return "of the held-back rows right" if result.classification else "for R² on held-back rows"


def _best(result: Result) -> str:
    at = result.latest[result.best]
    middle = float(np.median(result.score[result.rung == 0]))
    units = " · ".join(str(width) for width in result.layers(result.best))
    layers = "layer" if len(result.layers(result.best)) == 1 else "layers"
    stages = result.config.rungs()
    after = f" after {stages[0].epochs} epochs" if len(stages) > 1 else ""
    return (
        f"**Point {result.best + 1}** won: {scored(result, float(result.score[at]))} {_what(result)} "
        f"({point_text(result.points[result.best])}; {layers} {units}). The middle one of "
        f"{int((result.rung == 0).sum())} points got {scored(result, middle)}{after}."
    )


def _decided(result: Result) -> str:
    parts = importance(result)
    if parts is None or result.surrogate is None:
        return ""
    if result.surrogate.explained < UNSURE:
        return (
            "Which parameter decided cannot be said: a random forest fitted to the scores explains "
            f"{100 * max(0.0, result.surrogate.explained):.0f} % of how those differ that it has not seen."
        )
    mean, deviation = parts
    first, second = np.argsort(-mean)[:2]
    return (
        f"**{SPACE[first].label}** decided most: alone it explains {100 * mean[first]:.0f} ± "
        f"{100 * deviation[first]:.0f} % of what moves the score over the whole ranges, {SPACE[second].label.lower()} "
        f"{100 * mean[second]:.0f} ± {100 * deviation[second]:.0f} % (mean ± standard deviation over "
        f"{len(result.surrogate.importance)} random forests). Among the good points that can be different."
    )


def _trust(result: Result) -> str:
    found = luck(result)
    if found is None:
        return ""
    seeds = int(np.isfinite(result.repeats).all(axis=0).sum())
    change = _points(result, abs(found.found - found.claimed))
    word = "less" if found.found < found.claimed else "more"
    compared = "the same as in the search" if float(change.split()[0]) == 0 else f"{change} {word} than in the search"
    if found.alike == found.others:
        alike = f"**Any of the {_count(found.others)} runners-up** might as well have won"
    else:
        alike = (
            f"**{_count(found.alike).capitalize()} of the {_count(found.others)} runners-up** cannot be told from the "
            "winner"
        )
    ahead = f"; with these seeds {_count(found.ahead)} did better" if found.ahead else ""
    return (
        f"Asked again with {seeds} other seeds, the winner gets {scored(result, found.found)}: {compared}. From seed "
        f"to seed one evaluation varies by ± {_points(result, found.noise)}. {alike}{ahead}."
    )


def _cost(result: Result) -> str:
    epochs, config = int(result.epochs.sum()), result.config
    most = config.points * config.splits * config.epochs
    spent = f"{epochs:,} epochs of training, all splits counted; the most there could be is {most:,}"
    if config.method == HALVING:
        counts = joined([f"{rung.count} points trained for at most {rung.epochs} epochs" for rung in config.rungs()])
        return f"{counts}: {spent}."
    if config.method == GRID:
        tried = LEVELS[config.points]
        counts = joined([f"{tried[one]} values of {one.label.lower()}" for one in SPACE])
        return f"The {config.points} points are made of {counts}. They took {spent}."
    return f"The search took {spent}."


def _points(result: Result, difference: float) -> str:
    return f"{100 * difference:.1f} points" if result.classification else f"{difference:.3f}"


def _count(count: int) -> str:
    return ("none", "one", "two", "three", "four")[count]
