"""What happened, in sentences made from the numbers of this run.

What the learner should see: not "cross-validation is robust" but how far these folds scatter, what this split asks, and
whether one way to one model beat another by more than luck.
"""

from __future__ import annotations

import numpy as np

from engine.cross_validation.experiment import WAYS, Result
from engine.cross_validation.scores import (
    METRICS,
    class_label,
    fold_scores,
    metric_name,
    missing_class,
    outlier,
    overlap,
    rarest_class,
    summaries,
    ways,
)
from engine.validation.statistics import paired

WAY_NAMES = {
    "best fold": "the fold model with the lowest validation loss",
    "ensemble": "the average of all fold models",
    "mean epochs": "a new model on all rows with the mean epoch count",
    "most epochs": "a new model on all rows with the largest epoch count",
}
WAY_LABELS = {
    "best fold": "1 best fold",
    "ensemble": "2 average of all",
    "mean epochs": "3 new, mean epochs",
    "most epochs": "3 new, most epochs",
}
TELLING = 0.05  # a score this far from that of the rows put aside is worth a sentence


def shown(result: Result, value: float, deviation: float | None = None) -> str:
    """Return a score as people read it: per cent for classes, two decimals for R²."""
    if not np.isfinite(value):
        return "unknown"
    if result.classification:
        return f"{100 * value:.1f} %" if deviation is None else f"{100 * value:.1f} ± {100 * deviation:.1f} %"
    text = f"{value:.2f}" if deviation is None else f"{value:.2f} ± {deviation:.2f}"
    return text.replace("-", "\N{MINUS SIGN}")


def interval(result: Result, low: float, high: float) -> str:
    """Return two ends as "97.1 to 98.2 %"."""
    if result.classification:
        low, high = max(0.0, low), min(1.0, high)  # the t distribution knows nothing of these ends
        return f"{100 * low:.1f} to {100 * high:.1f} %".replace("-", "\N{MINUS SIGN}")
    return f"{low:.2f} to {high:.2f}".replace("-", "\N{MINUS SIGN}")


def story(result: Result, metric: str = METRICS[0], repeat: int = 0) -> list[str]:
    """Return the paragraphs: the scores, what this split did, the fold that strays, and the ways to one model.

    Args:
        result: A run, finished or stopped.
        metric: One of `scores.METRICS`; values have R².
        repeat: Whose folds are looked at one by one.
    """
    parts = [
        _spread(result, metric),
        _split(result, metric),
        _stray(result, metric, repeat),
        _one_model(result, metric),
    ]
    if result.diverged.any():
        parts.append(
            f"{int(result.diverged.sum())} of {len(result.diverged)} networks diverged: their loss was no longer a "
            f"number. A learning rate of {result.config.learning_rate:g} is too large here."
        )
    if result.stopped:
        parts.append("You stopped it: the folds are as far as they had come, and there is no model made of them.")
    return [part for part in parts if part]


def _spread(result: Result, metric: str) -> str:
    scores = fold_scores(result, metric)
    plain, corrected = summaries(result, metric)
    name = metric_name(result, metric)
    if plain.count < 2:
        return "There are too few scores for a mean."
    if result.config.splitter == "leave-one-out":
        return (
            f"{plain.count} networks, each left one row out. Over all rows together the {name} is "
            f"**{shown(result, plain.mean)}**, with a 95 % interval of {interval(result, plain.low, plain.high)}."
        )
    drawn = f", drawn {result.repeats} times: over all {plain.count} scores" if result.repeats > 1 else ":"
    inside = "Without the leak, " if len(result.leaky_prediction) else ""
    return (
        f"{inside}{result.folds} folds{drawn} the {name} runs from {shown(result, float(np.nanmin(scores)))} to "
        f"{shown(result, float(np.nanmax(scores)))}. Their mean is **{shown(result, plain.mean, plain.deviation)}**; "
        f"its 95 % interval is {interval(result, plain.low, plain.high)}, and "
        f"{interval(result, corrected.low, corrected.high)} once corrected for the training rows that folds share."
    )


def _split(result: Result, metric: str) -> str:
    """Return what this way of splitting did, the most telling thing only."""
    config = result.config
    if len(result.leaky_prediction):
        return _leak(result, metric)
    put_aside = ways(result, metric)
    if not _known(put_aside):
        return _missing(result)
    aside = float(np.mean(put_aside[:, 2]))
    mean = summaries(result, metric)[0].mean
    gap = f"{shown(result, mean)} in the folds, {shown(result, aside)} on the {len(result.held_y)} rows put aside"
    if config.splitter == "leave-one-out":
        stopped = f"Each network stopped when it was best on the very row that it is then judged by: {gap}."
        return stopped if config.patience and abs(mean - aside) >= TELLING else ""
    if abs(mean - aside) >= TELLING and not config.shuffle and config.splitter != "time":
        return (
            f"Blocks in the order of the file are not like the rest of it: {gap}. The split is wrong, not the network."
        )
    if len(result.groups) and config.splitter in ("plain", "stratified") and mean - aside >= TELLING / 5:
        return (
            f"Rows of one {result.group_name} lie on both sides of these splits, so each network is asked about "
            f"{result.group_name}s it knows; those put aside are new: {gap}."
        )
    return _missing(result)


def _missing(result: Result) -> str:
    kind = 0 if result.config.splitter == "plain" else 1
    if not missing_class(result, kind):
        return ""
    other = missing_class(result, 1 - kind)
    first = " of the first draw" if result.repeats > 1 else ""
    return (
        f"{missing_class(result, kind)} of {result.folds} {result.config.splitter} folds{first} hold no row of "
        f"“{class_label(result, rarest_class(result))}”, so their score says nothing about it; of "
        f"{'stratified' if kind == 0 else 'plain'} folds {other or 'none'}. {_guessing(result)}"
    )


def _guessing(result: Result) -> str:
    """Return what always naming the largest class would score: what an accuracy is to be held against."""
    counts = np.bincount(result.y.astype(int))
    return f"Always answering “{class_label(result, int(counts.argmax()))}” has an accuracy of " + (
        f"{shown(result, float(counts.max() / len(result.y)))}."
    )


def _leak(result: Result, metric: str) -> str:
    honest, leaky = fold_scores(result, metric).ravel(), fold_scores(result, metric, leaky=True).ravel()
    difference, p_value = paired(leaky, honest, share=overlap(result))
    first = summaries(result, metric)[0].mean
    second = summaries(result, metric, leaky=True)[0].mean
    if result.config.leak == "scaling":
        verdict = "no more than luck" if not p_value < 0.05 else "more than luck"
        return (
            f"Scaling before the split gives {shown(result, second)} instead of {shown(result, first)}, a mean "
            f"difference of {_difference(result, difference.mean, difference.deviation)} over {difference.count} "
            f"folds: {verdict}. "
            "The mean and the deviation of a column tell next to nothing about one row; it is a leak all the same."
        )
    aside = ways(result, metric)
    told = f", against {shown(result, float(aside[:, 2].mean()))} on the rows put aside" if _known(aside) else ""
    return (
        f"All columns are noise. Over all {len(honest)} folds, choosing 20 of 1,000 columns before the split gives "
        f"{shown(result, second)}"
        f"{told}; choosing them inside each split gives "
        f"{shown(result, first)}."
    )


def _difference(result: Result, mean: float, deviation: float) -> str:
    if result.classification:
        return f"{100 * mean:+.2f} ± {100 * deviation:.2f} points".replace("-", "\N{MINUS SIGN}")
    return f"{mean:+.3f} ± {deviation:.3f}".replace("-", "\N{MINUS SIGN}")


def _stray(result: Result, metric: str, repeat: int) -> str:
    scores = fold_scores(result, metric)[repeat]
    found = outlier(scores)
    if found is None:
        return ""
    if result.config.splitter == "leave-one-out":
        return ""
    of_repeat = f" of draw {repeat + 1}" if result.repeats > 1 else ""
    side = "above" if found.deviations > 0 else "below"
    start = (
        f"**Fold {found.fold + 1}**{of_repeat} lies farthest off, with {shown(result, float(scores[found.fold]))}: "
        f"{abs(found.deviations):.1f} deviations {side} the mean of its {result.folds} folds."
    )
    if not np.isfinite(found.critical):
        return f"{start} Of {result.folds} folds none can be called an outlier."
    luck = f"luck alone takes the farthest of {result.folds} up to {found.critical:.1f} off (Grubbs’s test at 5 %)"
    return f"{start} {'It is an outlier' if found.is_outlier else 'It is no outlier'}: {luck}."


def _one_model(result: Result, metric: str) -> str:
    scores = ways(result, metric)
    if not _known(scores):
        return ""
    means = scores.mean(axis=0)
    if result.repeats == 1:
        listed = ", ".join(f"{WAY_NAMES[name]} {shown(result, value)}" for name, value in zip(WAYS, means, strict=True))
        return f"One model in the end, judged on {len(result.held_y)} rows put aside: {listed}. One repeat ranks none."
    best, worst = int(means.argmax()), int(means.argmin())
    ahead = int((scores[:, best] > scores[:, worst]).sum())
    difference = scores[:, best] - scores[:, worst]
    if np.ptp(means) < 1e-12:
        return (
            f"On the {len(result.held_y)} rows put aside all ways to one model score {shown(result, float(means[0]))}."
        )
    printed = [shown(result, float(value)) for value in means]
    top = [best, *(way for way in range(len(WAYS)) if printed[way] == printed[best] and way not in (best, worst))]
    told = [
        f"{WAY_NAMES[WAYS[way]]} ({shown(result, float(means[way]), float(scores[:, way].std(ddof=1)))})" for way in top
    ]
    listed = " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
    return (
        f"Of the ways to one model, {listed} {'score' if len(top) > 1 else 'scores'} highest on the "
        f"{len(result.held_y)} rows put aside, {WAY_NAMES[WAYS[worst]]} lowest "
        f"({shown(result, float(means[worst]), float(scores[:, worst].std(ddof=1)))}). The first named is ahead of the "
        f"last named in {ahead} of {result.repeats} draws, by "
        f"{_difference(result, float(difference.mean()), float(difference.std(ddof=1)))}: "
        f"{'more than luck of the draw' if _sure(difference) else 'no more than luck of the draw'}."
    )


def _known(scores: np.ndarray) -> bool:
    return bool(np.isfinite(scores).all())


def _sure(difference: np.ndarray) -> bool:
    """Return whether the best of four is ahead of the worst by more than its spread: p < 5 % over the six pairs."""
    return bool(paired(difference, np.zeros(len(difference)))[1] < 0.05 / 6)
