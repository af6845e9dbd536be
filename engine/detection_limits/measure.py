"""From stored levels to recall, its interval over pictures, the grid's limit, and why the rest was missed.

What the learner should see: the network ran once. A higher score asked for, or any name accepted, is arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.detection_limits.experiment import COVERED, NOBODY, SHARED, SPARE, STEP, Result
from engine.validation.statistics import summary

FOUND, MISNAMED, BEHIND, SHARING, UNSEEN = range(5)
FATES = ("Found", "Misnamed", "Half hidden", "Cell shared", "Not seen")


@dataclass(frozen=True)
class Curve:
    """Shares over P points; not-a-number where there is nothing to count.

    Attributes:
        recall: (P,) share of the things that were found, mean over pictures.
        low, high: (P,) its 95 % interval over pictures (t).
        most: (P,) share that could get a name if each cell names one thing, counted in these very pictures.
        alone: (P,) share that is alone in its cell.
        fates: (P, 5) shares of FATES, which add up to 1.
        wrong: (P,) boxes a picture that found nothing by its right name.
    """

    recall: np.ndarray
    low: np.ndarray
    high: np.ndarray
    most: np.ndarray
    alone: np.ndarray
    fates: np.ndarray
    wrong: np.ndarray


def asked(score: float) -> int:
    """Return the level from which a box counts at a least score."""
    return max(1, int(np.ceil(score / STEP - 1e-6)))


def fates(result: Result, score: float) -> np.ndarray:
    """Return what became of each thing, int8 (P, N, M): a number of FATES, −1 where there is none that counts.

    A missed thing is told by the first that holds: boxed under a wrong name, half hidden or more, sharing its cell.
    """
    least = asked(score)
    there = result.named != NOBODY
    told = np.full(result.named.shape, UNSEEN, np.int8)
    told[(result.crowd & SHARED) > 0] = SHARING
    told[(result.crowd & COVERED) > 0] = BEHIND
    told[result.boxed >= least] = MISNAMED
    told[result.named >= least] = FOUND
    return np.where(there, told, np.int8(-1))


def curve(result: Result, score: float) -> Curve:
    """Return recall and what bounds it at a least score, over the factor's values."""
    told = fates(result, score)
    there = told >= 0
    each = np.maximum(there.sum(axis=2), 1)
    recalls = (told == FOUND).sum(axis=2) / each
    found = [summary(row) for row in recalls]
    total = np.maximum(there.sum(axis=(1, 2)), 1)
    flagged = [((result.crowd & bit > 0) & there).sum(axis=(1, 2)) / total for bit in (SPARE, SHARED)]
    wrong = result.wrong[:, asked(score) :].sum(axis=1) / max(result.config.scenes, 1)
    return Curve(
        np.array([one.mean for one in found]),
        np.clip([one.low for one in found], 0, 1),
        np.clip([one.high for one in found], 0, 1),
        1 - flagged[0],
        1 - flagged[1],
        np.stack([(told == fate).sum(axis=(1, 2)) / total for fate in range(len(FATES))], axis=-1),
        wrong,
    )


def place_of(result: Result, value: float) -> int:
    """Return the number of the measured point nearest to a value; 0 while there is none."""
    from engine.detection_limits.factors import FACTORS

    if not len(result.values):
        return 0
    nearest = FACTORS[result.config.factor].nearest(value)
    return int(np.abs(result.values - nearest).argmin())
