"""Is a detector good? Boxes against true boxes: precision, recall, F1, and the average precision of COCO.

What the learner should see: there is no "accuracy" of boxes. A box counts as right when it overlaps a true box of its
class enough and no better box has taken that one; how many are right depends on the threshold, so the honest number
is the area under the curve of precision over recall.

Everett et al., "The PASCAL VOC Challenge", 2010; Lin et al., "Microsoft COCO", 2014 (101 points, no areas, no crowds,
at most 100 boxes a picture).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.detection.boxes import iou

RECALLS = np.linspace(0, 1, 101)
THRESHOLDS = np.linspace(0.5, 0.95, 10)
MOST_BOXES = 100


@dataclass(frozen=True)
class Marked:
    """The boxes of one picture.

    Attributes:
        boxes: (N, 4) left, top, right, bottom.
        kind: (N,) class numbers.
        score: (N,) best first; empty for true boxes.
    """

    boxes: np.ndarray
    kind: np.ndarray
    score: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))


@dataclass(frozen=True)
class Curve:
    """Precision and recall as the score threshold falls past every found box.

    Attributes:
        score: (N,) falling scores.
        precision: (N,) share of the boxes so far that are right.
        recall: (N,) share of the true boxes found so far.
        average_precision: Mean over 101 recalls of the best precision at that recall or a higher one; NaN without
            true boxes.
    """

    score: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    average_precision: float


@dataclass(frozen=True)
class Counts:
    """What came out at one threshold: right boxes, wrong boxes, true boxes nobody found."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Return the share of found boxes that are right; NaN when nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else float("nan")

    @property
    def recall(self) -> float:
        """Return the share of true boxes that were found; NaN when there are none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else float("nan")

    @property
    def f1(self) -> float:
        """Return the harmonic mean of both: 2 right / (2 right + wrong + missed); NaN when there is nothing."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else float("nan")


def match(found: Marked, truth: Marked, least: float) -> np.ndarray:
    """Give each found box, best first, the true box of its class that it overlaps most, if that is still free.

    Args:
        found: Boxes, best score first.
        truth: True boxes.
        least: IoU from which a box counts as right.

    Returns:
        (N,) int: number of the true box, or −1 for a wrong box.
    """
    given = np.full(len(found.boxes), -1)
    if not len(truth.boxes) or not len(found.boxes):
        return given
    overlap = iou(found.boxes.astype(np.float64), truth.boxes.astype(np.float64))
    overlap[found.kind[:, None] != truth.kind] = -1
    least = min(least, 1 - 1e-10)
    free = np.ones(len(truth.boxes), bool)
    for number, row in enumerate(overlap):
        open_to_it = np.where(free, row, -1)
        # Of equal overlaps COCO's own evaluation takes the last.
        best = len(row) - 1 - int(open_to_it[::-1].argmax())
        if open_to_it[best] >= least:
            given[number] = best
            free[best] = False
    return given


def counts(found: Marked, truth: Marked, least: float) -> Counts:
    """Return how many boxes are right and wrong, and how many true boxes nobody found."""
    right = int((match(found, truth, least) >= 0).sum())
    return Counts(right, len(found.boxes) - right, len(truth.boxes) - right)


def curve(found: Sequence[Marked], truth: Sequence[Marked], least: float, kind: int | None = None) -> Curve:
    """Return precision over recall of one class over several pictures.

    Args:
        found: Each picture's boxes, best first.
        truth: Each picture's true boxes.
        least: IoU from which a box counts as right.
        kind: The class; None takes all classes together (a box must still have its true box's class).
    """
    scores: list[np.ndarray] = []
    rights: list[np.ndarray] = []
    total = 0
    for own, true in zip(found, truth, strict=True):
        own, true = of_kind(own, kind), of_kind(true, kind)
        own = Marked(own.boxes[:MOST_BOXES], own.kind[:MOST_BOXES], own.score[:MOST_BOXES])
        rights.append(match(own, true, least) >= 0)
        scores.append(own.score)
        total += len(true.boxes)
    score, right = np.concatenate(scores), np.concatenate(rights)
    order = np.argsort(-score, kind="stable")
    found_so_far = np.cumsum(right[order])
    precision = found_so_far / np.arange(1, len(order) + 1)
    recall = found_so_far / total if total else np.full(len(order), np.nan)
    return Curve(score[order], precision, recall, _average_precision(precision, recall) if total else float("nan"))


def mean_average_precision(
    found: Sequence[Marked], truth: Sequence[Marked], thresholds: Sequence[float] | np.ndarray = THRESHOLDS
) -> float:
    """Return the mean of the average precision over the classes that have true boxes and over IoU thresholds."""
    present = sorted({int(kind) for true in truth for kind in true.kind})
    values = [curve(found, truth, least, kind).average_precision for kind in present for least in thresholds]
    return float(np.mean(values)) if values else float("nan")


def of_kind(marked: Marked, kind: int | None) -> Marked:
    """Return only the boxes of one class; all for None."""
    if kind is None:
        return marked
    own = marked.kind == kind
    return Marked(marked.boxes[own], marked.kind[own], marked.score[own] if len(marked.score) else marked.score)


def _average_precision(precision: np.ndarray, recall: np.ndarray) -> float:
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(recall, RECALLS, side="left")
    inside = places < len(precision)
    return float(best_from_here[places[inside]].sum() / len(RECALLS))
