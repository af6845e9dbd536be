"""What the folds say together: scores, their intervals, the fold that strays, and the rows it was wrong about.

What the learner should see: a mean alone says little. How far the folds scatter, whether the farthest is farther than
luck takes one of so many, and which rows made it so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from engine.cross_validation.experiment import WAYS, Result
from engine.data.tabular import Rows
from engine.validation.statistics import Summary, summary

METRICS = ("accuracy", "balanced accuracy", "F1")
R_SQUARED = "R²"
MOST_ODD_ROWS = 6
FEWEST_TO_JUDGE = 4  # of three values the farthest is always about 1.15 deviations off


def metric_name(result: Result, metric: str) -> str:
    """Return the name of the score that is shown: R² for values, whatever is asked for."""
    return metric if result.classification else R_SQUARED


def class_label(result: Result, number: int) -> str:
    """Return a class's name as people say it: "digit 8", "cultivar 0", "malignant"."""
    name = result.class_names[number]
    word = {"digits": "digit", "wine": "cultivar"}.get(result.table_name, "")
    return f"{word} {name.removeprefix('class_')}" if word else name


def rarest_class(result: Result) -> int:
    """Return the number of the class with the fewest rows in the folds."""
    return int(np.bincount(result.y.astype(int), minlength=len(result.class_names)).argmin())


def scored(result: Result, y: np.ndarray, prediction: np.ndarray, metric: str = METRICS[0]) -> float:
    """Return the score of some rows.

    Args:
        result: For the task and the number of classes.
        y: (m,) the truth.
        prediction: (m,) what was said; not-a-number where nothing was.
        metric: One of METRICS. Balanced accuracy is the mean over the classes that are there of the share found; F1 the
            mean of 2·TP / (2·TP + FP + FN) over the classes that are there or were said (`average="macro"` in
            scikit-learn). Values have R².
    """
    if not len(y) or not np.isfinite(prediction).all():
        return float("nan")
    if not result.classification:
        total = np.sum((y.astype(float) - y.mean()) ** 2)
        return float(1 - np.sum((y.astype(float) - prediction) ** 2) / total) if total > 0 else float("nan")
    if metric == "accuracy":
        return float(np.mean(y == prediction))
    classes = np.arange(len(result.class_names))[:, None]
    true, said = y == classes, prediction == classes
    hits, there, told = (true & said).sum(axis=1), true.sum(axis=1), said.sum(axis=1)
    if metric == "F1":
        counted = (there + told) > 0
        return float(np.mean(2 * hits[counted] / (there + told)[counted]))
    return float(np.mean(hits[there > 0] / there[there > 0]))


def fold_scores(result: Result, metric: str = METRICS[0], *, leaky: bool = False) -> np.ndarray:
    """Return float64 (R, k), each fold's score; while a run is under way the accuracy or R² of the best epoch so far.

    Of leave-one-out a fold is one row: right or wrong for a class, and 1 − error²/variance of all for a value, so that
    the mean over folds is the score of all rows together.
    """
    prediction = result.leaky_prediction if leaky else result.prediction
    if leaky and not len(prediction):
        return np.full((result.repeats, result.folds), np.nan)
    if not leaky and np.isnan(result.prediction).all():
        live = result.validation_metric[result.best_epoch, np.arange(result.validation_metric.shape[1])]
        return live.astype(float).reshape(result.repeats, result.folds)
    if result.config.splitter == "leave-one-out":
        return _row_scores(result, prediction)
    scores = np.empty((result.repeats, result.folds))
    for repeat, fold in np.ndindex(scores.shape):
        out = result.fold[repeat] == fold
        scores[repeat, fold] = scored(result, result.y[out], prediction[repeat, out], metric)
    return scores


def _row_scores(result: Result, prediction: np.ndarray) -> np.ndarray:
    by_fold = np.argsort(result.fold, axis=1)
    y, said = result.y[by_fold], np.take_along_axis(prediction, by_fold, axis=1)
    if result.classification:
        return np.where(np.isfinite(said), y == said, np.nan)
    return 1 - (y - said).astype(float) ** 2 / result.y.astype(float).var()


def overlap(result: Result) -> float:
    """Return held-out rows divided by training rows of a split, on average: what the corrected interval needs."""
    if result.config.splitter == "time":
        # Block f of k + 1 is held out when f blocks are trained on.
        return float(np.mean(1 / np.arange(1, result.folds + 1)))
    return 1 / (result.folds - 1)


def summaries(result: Result, metric: str = METRICS[0], *, leaky: bool = False) -> tuple[Summary, Summary]:
    """Return mean, deviation and interval of all R · k scores: the plain one, and the corrected one.

    The corrected one is Nadeau and Bengio's (2003): folds share training rows, so their scores are not independent.
    """
    scores = fold_scores(result, metric, leaky=leaky).ravel()
    return summary(scores), summary(scores, share=overlap(result))


@dataclass(frozen=True)
class Outlier:
    """The fold farthest from the mean of its repeat.

    Attributes:
        fold: From 0.
        deviations: How many standard deviations of the repeat's folds it lies off; negative below.
        critical: How many luck makes possible: the limit of Grubbs's test at 5 % (1950); infinite for fewer than 4.
    """

    fold: int
    deviations: float
    critical: float

    @property
    def is_outlier(self) -> bool:
        """Whether it is farther off than luck explains."""
        return abs(self.deviations) > self.critical


def outlier(scores: np.ndarray) -> Outlier | None:
    """Return the fold farthest off among one repeat's scores (k,); None for fewer than 3 or if all are equal."""
    known = np.flatnonzero(np.isfinite(scores))
    if len(known) < 3 or np.ptp(scores[known]) < 1e-12:
        return None
    values = scores[known]
    deviations = (values - values.mean()) / values.std(ddof=1)
    place = int(np.abs(deviations).argmax())
    count = len(values)
    if count < FEWEST_TO_JUDGE:
        return Outlier(int(known[place]), float(deviations[place]), float("inf"))
    quantile = stats.t.isf(0.05 / (2 * count), count - 2)
    critical = (count - 1) / np.sqrt(count) * np.sqrt(quantile**2 / (count - 2 + quantile**2))
    return Outlier(int(known[place]), float(deviations[place]), float(critical))


def ways(result: Result, metric: str = METRICS[0]) -> np.ndarray:
    """Return float64 (R, 4), the score on the rows put aside of each way to one model, in the order of WAYS."""
    if not result.held_prediction.shape[1]:
        return np.full((result.repeats, len(WAYS)), np.nan)
    return np.array(
        [[scored(result, result.held_y, said, metric) for said in repeat] for repeat in result.held_prediction]
    )


@dataclass(frozen=True)
class OddRow:
    """A row that the network that held it out was wrong about, or least sure of.

    Attributes:
        place: Its index in the result's arrays.
        number: Its number in the file, from 0.
        truth, said: Class numbers, or values.
        loss: Of this row, see `Result.row_loss`.
        unusual: (feature name, deviations from its class's mean) of the most unusual features, largest first.
    """

    place: int
    number: int
    truth: float
    said: float
    loss: float
    unusual: tuple[tuple[str, float], ...]


def odd_rows(result: Result, table: Rows, repeat: int, fold: int, most: int = MOST_ODD_ROWS) -> tuple[OddRow, ...]:
    """Return the rows of a fold with the largest losses: the wrong ones, or, if all are right, the least sure ones.

    Args:
        result: A run with predictions.
        table: Its rows, `setup.prepared(config).table`.
        repeat, fold: From 0.
        most: How many at most.
    """
    held = (result.fold[repeat] == fold) & np.isfinite(result.prediction[repeat])
    wrong = held & (result.prediction[repeat] != result.y)
    places = np.flatnonzero(wrong if wrong.any() else held)
    places = places[np.argsort(-result.row_loss[repeat, places], kind="stable")][:most]
    found = []
    for place in places:
        alike = table.y == table.y[place] if result.classification else np.ones(len(table.y), dtype=bool)
        deviation = table.x[alike].std(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            off = np.where(deviation > 0, (table.x[place] - table.x[alike].mean(axis=0)) / deviation, 0.0)
        largest = np.argsort(-np.abs(off), kind="stable")[:3]
        found.append(
            OddRow(
                int(place),
                int(result.places[place]),
                float(result.y[place]),
                float(result.prediction[repeat, place]),
                float(result.row_loss[repeat, place]),
                tuple((table.feature_names[feature], float(off[feature])) for feature in largest),
            )
        )
    return tuple(found)


def missing_class(result: Result, kind: int) -> int:
    """Return in how many folds the rarest class has no row: kind 0 plain, 1 stratified (see `splits.balance`)."""
    counts = result.balance[kind]
    if not counts.size:
        return 0
    rarest = int(counts.sum(axis=0).argmin())
    return int((counts[:, rarest] == 0).sum())
