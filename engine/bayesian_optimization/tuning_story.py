"""What the tuning run showed, in sentences made from its numbers: who won, by how much, and whether that is luck.

What the learner should see: the best score of a search is the luckiest of forty noisy ones. Judged again the winners
come closer together, and often nobody can tell them apart.
"""

from __future__ import annotations

import numpy as np

from engine.bayesian_optimization.recipe import METHOD_LABELS
from engine.bayesian_optimization.story import compare
from engine.bayesian_optimization.tuning import METHODS, Result


def story(result: Result) -> list[str]:
    """Return paragraphs: the outcome, the comparison, the optimism of a maximum, and the clock."""
    paragraphs = [" ".join(part for part in (_outcome(result), _comparison(result)) if part)]
    paragraphs.append(" ".join(part for part in (_optimism(result), _clock(result)) if part))
    if result.stopped:
        paragraphs.append(f"You stopped it after {len(result.score)} evaluations: they are kept, and it can go on.")
    return [paragraph for paragraph in paragraphs if paragraph]


def finals(result: Result, method: str) -> np.ndarray:
    """Return each search's best allowed score at its end, (S,); searches that found nothing allowed are left out."""
    ends = [result.best(method, search) for search in range(result.config.searches)]
    known = np.array([curve[-1] for curve in ends if len(curve)], dtype=float)
    return known[np.isfinite(known)]


def noise(result: Result) -> float:
    """Return how much one evaluation's score changes with splits and initial weights: the pooled deviation, or nan."""
    squares, freedom = 0.0, 0
    for method in np.unique(result.judged_method):
        for search in np.unique(result.judged_search):
            scores = result.judged_score[(result.judged_method == method) & (result.judged_search == search)]
            if len(scores) > 1:
                squares += float(((scores - scores.mean()) ** 2).sum())
                freedom += len(scores) - 1
    return float(np.sqrt(squares / freedom)) if freedom else float("nan")


def scored(result: Result, value: float, digits: int = 2) -> str:
    """Return a score in per cent, or an R² as it is."""
    if not np.isfinite(value):
        return "–"
    text = f"{100 * value:.{digits}f} %" if result.classification else f"{value:.{digits + 1}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def difference(result: Result, value: float) -> str:
    """Return a difference of scores: percentage points, or R²."""
    text = f"{100 * value:.2f} points" if result.classification else f"{value:.3f}"
    return text.replace("-", "\N{MINUS SIGN}")


def _spread(result: Result, values: np.ndarray) -> str:
    mean = scored(result, float(values.mean()))
    if len(values) < 2:
        return mean
    deviation = float(values.std(ddof=1))
    return f"{mean} ± {100 * deviation:.2f}" if result.classification else f"{mean} ± {deviation:.3f}"


def _outcome(result: Result) -> str:
    told = [
        f"{METHOD_LABELS[method]} {_spread(result, finals(result, method))}"
        for method in METHODS
        if len(finals(result, method))
    ]
    if not told:
        return "No allowed network has been found yet."
    searches = result.config.searches
    each = max(len(result.of(method, 0)) for method in METHODS)
    over = f", mean over {searches} searches" if searches > 1 else ""
    return f"The best {result.score_name} after up to {each} evaluations{over}: {', '.join(told)}."


def _comparison(result: Result) -> str:
    mine, rival = finals(result, "bayesian"), finals(result, "random")
    if not len(mine) or not len(rival):
        return "" if not len(mine) else "One search says nothing about whether it is better than another method."
    verdict = compare(mine, rival)
    if verdict.better > 0:
        return (
            f"Bayesian optimization beats random search by {difference(result, verdict.first[0] - verdict.second[0])}."
        )
    if verdict.better < 0:
        lost = difference(result, verdict.second[0] - verdict.first[0])
        return f"**Bayesian optimization loses to random search by {lost}.**"
    if len(mine) < 2:
        return "One search each: nobody can say from this who is better."
    return (
        "**Between Bayesian optimization and random search there is no clear difference here:** "
        f"{difference(result, abs(verdict.first[0] - verdict.second[0]))} apart, which {len(mine)} searches each "
        f"show by luck in {100 * verdict.chance:.0f} of 100 cases."
    )


def _optimism(result: Result) -> str:
    if not len(result.judged_score):
        return ""
    told, fell = [], []
    for method in METHODS:
        again, before = result.judged(method), finals(result, method)
        if len(again) and len(again) == len(before):
            told.append(f"{METHOD_LABELS[method]} {scored(result, float(again.mean()))}")
            fell.append(float((before - again).mean()))
    if not told:
        return ""
    if np.mean(fell) > 0:
        lesson = "lower than their search said: the highest of many scores is the luckiest"
    else:
        lesson = "higher than their search said: those splits are easier, for all of them alike"
    return (
        f"The winners, trained again on other splits from other weights: {', '.join(told)}; on average "
        f"{difference(result, abs(float(np.mean(fell))))} {lesson}. One score alone wanders by "
        f"± {difference(result, noise(result))}."
    )


def _clock(result: Result) -> str:
    mine = result.method == METHODS.index("bayesian")
    searched = mine & (result.training > 0)
    if not searched.any():
        return ""
    per = max(1, len(np.unique(result.search[searched])))
    deciding, training = result.deciding[searched].sum() / per, result.training[searched].sum() / per
    return (
        f"A Bayesian search spent {deciding:.0f} s on deciding where to look and {training:.0f} s on training; "
        "random search decides for nothing."
    )
