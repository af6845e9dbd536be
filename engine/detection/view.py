"""What the reader chooses among the candidates: thresholds, classes, true boxes. Arithmetic, no network.

What the learner should see: every slider answers at once, since the detector has already said all it has to say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine import config as settings
from engine.detection import coco, metrics
from engine.detection.boxes import BEYOND, KEPT, suppress
from engine.detection.experiment import DETECTORS, NANODET, PICTURES, SIZES, Config, Result, classes
from engine.detection.metrics import Counts, Curve, Marked
from engine.errors import InvalidSetting

LOW, OTHER_CLASS = -3, -4  # fates beside those of `boxes`
ALL_CLASSES = (*coco.CLASSES, "face")
MOST_TRUE_BOXES = 40


@dataclass(frozen=True)
class View(settings.Config):
    """All settings of the page: what is run, and what is chosen from it.

    Attributes:
        photograph: As in `experiment.Config`.
        upload: As there.
        detector: As there.
        size: As there.
        score: Smallest score a box is shown with.
        overlap: Largest IoU that two kept boxes may have.
        only: Classes that are let through; none: all.
        agnostic: Whether boxes of different classes suppress each other.
        top: How many boxes may stay.
        truth: The reader's true boxes, as `truth_text` writes them.
        right_from: IoU with a true box from which a found box counts as right.
    """

    photograph: str = settings.choice("busy", PICTURES)
    upload: str = settings.text("", 64)
    detector: str = settings.choice(NANODET, tuple(DETECTORS))
    size: int = settings.choice(416, SIZES)
    score: float = settings.number(0.35, 0.01, 0.99)
    overlap: float = settings.number(0.5, 0.05, 1.0)
    only: tuple[str, ...] = settings.several((), settings.choice("person", ALL_CLASSES), 0, 81)
    agnostic: bool = settings.switch(False)
    top: int = settings.integer(100, 1, 300)
    truth: str = settings.text("", 1500)
    right_from: float = settings.number(0.5, 0.05, 0.95)

    def run(self) -> Config:
        """Return what has to be computed for this view."""
        upload = self.upload if self.photograph == "upload" else ""
        return Config(photograph=self.photograph, upload=upload, detector=self.detector, size=self.size)


@dataclass(frozen=True)
class Choice:
    """What became of a result's N candidates.

    Attributes:
        fate: (N,) int32: KEPT, BEYOND, LOW (score too small), OTHER_CLASS, or the number of the box that suppressed it.
        overlap: (N,) float32: IoU with that box.
        kept: (K,) numbers of the boxes that stay, best first.
        passed: (P,) numbers of those that met the score and the class, best first: the steps of the suppression.
    """

    fate: np.ndarray
    overlap: np.ndarray
    kept: np.ndarray
    passed: np.ndarray


def choose(result: Result, view: View) -> Choice:
    """Return what stays of a result under a view's settings; some milliseconds for thousands of candidates."""
    fate = np.full(len(result.score), LOW, np.int32)
    overlap = np.zeros(len(result.score), np.float32)
    # Half a rounding error of a float32 below the slider's value: 0.35 itself passes.
    high = result.score >= np.float32(view.score)
    names = classes(result.config.detector)
    wanted = np.array([not view.only or name in view.only for name in names])[result.kind]
    fate[high & ~wanted] = OTHER_CLASS
    passed = np.flatnonzero(high & wanted)
    kind = None if view.agnostic else result.kind[passed]
    outcome = suppress(result.boxes[passed], view.overlap, kind, view.top)
    by_box = outcome.keeper >= 0
    fate[passed] = np.where(by_box, passed[outcome.keeper] if len(passed) else 0, outcome.keeper)
    overlap[passed] = outcome.overlap
    return Choice(fate, overlap, passed[outcome.keeper == KEPT], passed)


def marked(result: Result, numbers: np.ndarray) -> Marked:
    """Return some of a result's boxes, best first, for the metrics."""
    return Marked(result.boxes[numbers], result.kind[numbers], result.score[numbers])


@dataclass(frozen=True)
class Judgement:
    """The kept boxes against the true ones.

    Attributes:
        counts: Right, wrong and missed boxes at the view's score threshold.
        given: (K,) for each kept box the number of its true box, or −1.
        curve: Precision over recall as the score threshold falls from 1 to the view's.
        average: Mean over the true boxes' classes of the average precision at the view's IoU.
        coco: The same, also averaged over IoU 0.5, 0.55, … 0.95.
        found_overlap: (T,) the largest IoU of each true box with a kept box of its class.
    """

    counts: Counts
    given: np.ndarray
    curve: Curve
    average: float
    coco: float
    found_overlap: np.ndarray


def judge(result: Result, choice: Choice, view: View) -> Judgement | None:
    """Return how the kept boxes compare with the reader's true boxes; None while there are none."""
    truth = parse_truth(view.truth, result.config.detector, result.width, result.height)
    if not len(truth.boxes):
        return None
    found = marked(result, choice.kept)
    overlaps = metrics.iou(truth.boxes, found.boxes)
    overlaps[truth.kind[:, None] != found.kind] = 0
    return Judgement(
        metrics.counts(found, truth, view.right_from),
        metrics.match(found, truth, view.right_from),
        metrics.curve([found], [truth], view.right_from),
        metrics.mean_average_precision([found], [truth], (view.right_from,)),
        metrics.mean_average_precision([found], [truth]),
        overlaps.max(axis=1, initial=0),
    )


def parse_truth(text: str, detector: str, width: int, height: int) -> Marked:
    """Return the true boxes that a text describes: `cat 404 4 768 294; dining table 1 291 400 599`.

    Args:
        text: Class, left, top, right, bottom, in pixels of the picture; a semicolon between boxes.
        detector: Whose classes they are; boxes of classes it does not know are left out.
        width: Of the picture; boxes are cut at its edges.
        height: Of the picture.

    Raises:
        InvalidSetting: A part cannot be read; it is named.
    """
    names = classes(detector)
    boxes, kinds = [], []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        words = part.split()
        name = " ".join(words[:-4])
        try:
            left, top, right, bottom = (float(word) for word in words[-4:])
        except ValueError:
            raise InvalidSetting(
                f"“{part:.40}” is no true box.", "Write a class and four numbers: cat 10 20 200 180."
            ) from None
        if name not in ALL_CLASSES:
            raise InvalidSetting(
                f"“{name:.30}” is no class that a detector knows.", "Write it as in the list of classes."
            )
        cut = np.clip([left, top, right, bottom], 0, [width, height, width, height])
        if not np.isfinite(cut).all() or cut[2] - cut[0] < 1 or cut[3] - cut[1] < 1:
            raise InvalidSetting(f"“{part:.40}” has no area in the picture.", "Left and top come first.")
        if name in names:
            boxes.append(cut)
            kinds.append(names.index(name))
    if len(boxes) > MOST_TRUE_BOXES:
        raise InvalidSetting(f"There are {len(boxes)} true boxes.", f"At most {MOST_TRUE_BOXES}, please.")
    return Marked(np.array(boxes, np.float32).reshape(-1, 4), np.array(kinds, np.int16))


def truth_text(name: str, box: tuple[float, float, float, float], before: str = "") -> str:
    """Return the text of true boxes with one more at its end."""
    written = f"{name} {' '.join(f'{value:.0f}' for value in box)}"
    return f"{before.rstrip('; ')}; {written}" if before.strip("; ") else written


def without_truth(text: str, number: int) -> str:
    """Return the text of true boxes without the one of that number."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    return "; ".join(part for place, part in enumerate(parts) if place != number)


__all__ = ["BEYOND", "KEPT", "LOW", "OTHER_CLASS", "Choice", "Judgement", "View", "choose", "judge"]
