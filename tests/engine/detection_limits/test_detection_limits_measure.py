"""Recall, its interval and its reasons: by hand, against SciPy, and a real run of the YOLO against pycocotools."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from engine.detection.metrics import Marked
from engine.detection_limits.arrange import Scene
from engine.detection_limits.experiment import (
    COVERED,
    LEVELS,
    NOBODY,
    SERIES,
    SHARED,
    SHIPPED_SHAPE,
    SPARE,
    Config,
    Result,
    _forward,
    judged,
    level,
    partial,
    pictured,
    run,
)
from engine.detection_limits.factors import COUNT, FACTORS
from engine.detection_limits.measure import FOUND, asked, curve, fates
from engine.runs.context import SilentContext
from engine.yolo.compose import NAMES, SIDE

SCENES = 20
SCORE = 0.25


class Remembers(SilentContext):
    """Keeps the series of a run."""

    def __init__(self) -> None:
        super().__init__()
        self.series = dict[str, list[np.ndarray]]()

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Keep the rows."""
        for name, rows in arrays.items():
            self.series.setdefault(name, []).append(rows)


@pytest.fixture(scope="module")
def measured() -> tuple[Result, Remembers]:
    """Two points of a flock, twenty scenes each."""
    context = Remembers()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FACTORS, COUNT, replace(FACTORS[COUNT], points=(4, 48)))
        return run(Config(factor=COUNT, scenes=SCENES, size=28), context), context


def test_a_score_counts_from_the_level_asked_for() -> None:
    scores = np.array([0.049, 0.05, 0.0999, 0.1, 0.25, 0.949, 0.95, 1.0], np.float32)
    assert level(scores).tolist() == [0, 1, 1, 2, 5, 18, 19, 19]
    for least in np.arange(0.05, 0.96, 0.05):
        assert ((level(scores) >= asked(least)) == (scores >= np.float32(least - 1e-6))).all()


def test_a_picture_is_judged_as_by_hand() -> None:
    boxes = np.array([[0, 0, 14, 14], [1, 1, 15, 15], [60, 60, 80, 80], [100, 100, 120, 120]], np.float32)
    truth = Scene(
        np.zeros((SIDE, SIDE), np.uint8),
        boxes,
        np.array([1, 2, 3, 11], np.int8),
        np.array([True, True, True, False]),
        np.array([0.8, 0, 0.2, 0], np.float32),
    )
    # The second thing by its name, the third under a wrong one, the square that does not count, and one of nothing.
    found = Marked(
        np.concatenate([boxes[[1, 2, 3]], [[30, 100, 50, 120]]]).astype(np.float32),
        np.array([2, 5, 11, 0]),
        np.array([0.91, 0.52, 0.5, 0.12], np.float32),
    )
    own = judged(found, truth, 5)
    assert own["named"].tolist() == [0, 18, 0, NOBODY, NOBODY]
    assert own["boxed"].tolist() == [0, 18, 10, NOBODY, NOBODY]
    assert own["crowd"].tolist() == [SHARED + COVERED, SHARED + SPARE, 0, NOBODY, NOBODY]
    assert np.flatnonzero(own["wrong"]).tolist() == [2, 10], "the wrong name and the box of nothing, not the square"


def test_reasons_and_recall_by_hand() -> None:
    # One point, three scenes; the third has one thing only.
    named = np.array([[[9, 0, 0], [0, 0, 3], [0, NOBODY, NOBODY]]], np.uint8)
    boxed = np.array([[[9, 7, 0], [0, 0, 4], [0, NOBODY, NOBODY]]], np.uint8)
    crowd = np.array([[[0, 0, COVERED + SHARED], [SHARED, SHARED + SPARE, 0], [0, NOBODY, NOBODY]]], np.uint8)
    wrong = np.zeros((1, LEVELS), np.int32)
    wrong[0, [2, 7]] = 5, 1
    result = Result(Config(scenes=20), np.array([4], np.float32), named, boxed, crowd, wrong)
    assert fates(result, 0.25).tolist() == [[[0, 1, 2], [3, 3, 4], [4, -1, -1]]]
    assert fates(result, 0.15).tolist() == [[[0, 1, 2], [3, 3, 0], [4, -1, -1]]]
    told = curve(result, 0.15)
    recalls = np.array([1 / 3, 1 / 3, 0])
    assert told.recall[0] == pytest.approx(recalls.mean())
    low, high = stats.t.interval(0.95, 2, recalls.mean(), recalls.std(ddof=1) / np.sqrt(3))
    assert (told.low[0], told.high[0]) == pytest.approx((max(low, 0), high))
    assert told.fates[0] == pytest.approx(np.array([2, 1, 1, 2, 1]) / 7)
    assert (told.most[0], told.alone[0]) == pytest.approx((6 / 7, 4 / 7))
    assert told.wrong[0] == pytest.approx(1 / 20), "one box from that score on in the twenty pictures asked for"


def matched_by_coco(found: list[Marked], scenes: list[Scene]) -> np.ndarray:
    """How many things of each scene pycocotools gives a box of their name that overlaps them by half."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    def wide(box: np.ndarray) -> list[float]:
        return [float(side) for side in (*box[:2], *(box[2:] - box[:2]))]

    truth = [(image, k, b) for image, one in enumerate(scenes) for b, k in zip(one.boxes, one.kinds, strict=True)]
    data = COCO()
    data.dataset = {
        "info": {},
        "images": [{"id": image} for image in range(len(scenes))],
        "annotations": [
            {"id": 1 + n, "image_id": i, "category_id": int(k), "bbox": wide(b), "area": 1, "iscrowd": 0}
            for n, (i, k, b) in enumerate(truth)
        ],
        "categories": [{"id": kind} for kind in range(len(NAMES))],
    }
    boxes = [
        {"image_id": image, "category_id": int(k), "bbox": wide(b), "score": float(s)}
        for image, one in enumerate(found)
        for b, k, s in zip(one.boxes, one.kind, one.score, strict=True)
    ]
    count = np.zeros(len(scenes), int)
    with contextlib.redirect_stdout(io.StringIO()):
        data.createIndex()
        judge = COCOeval(data, data.loadRes(boxes), "bbox")
        judge.params.iouThrs = np.array([0.5])
        judge.params.areaRng, judge.params.areaRngLbl = [[0, 1e10]], ["all"]
        judge.evaluate()
    for one in judge.evalImgs:
        if one is not None:
            count[one["image_id"]] += int((one["gtMatches"][0] > 0).sum())
    return count


@pytest.mark.parametrize("place", [0, 1])
def test_recall_is_that_of_pycocotools(measured: tuple[Result, Remembers], place: int) -> None:
    from engine.yolo.network import decode as boxes_of
    from engine.yolo.network import read

    result, _ = measured
    scenes = [pictured(result.config, float(result.values[place]), number) for number in range(SCENES)]
    raw = _forward()(np.stack([one.picture for one in scenes]))
    found = boxes_of(read(raw, SHIPPED_SHAPE.boxes), SCORE)
    matched, things = matched_by_coco(found, scenes), np.array([len(one.boxes) for one in scenes])
    told = curve(result, SCORE)
    assert told.recall[place] == pytest.approx(np.mean(matched / things))
    assert told.wrong[place] == pytest.approx((sum(len(one.boxes) for one in found) - matched.sum()) / SCENES)


def test_a_flock_is_found_less_and_every_thing_has_one_fate(measured: tuple[Result, Remembers]) -> None:
    told = curve(measured[0], SCORE)
    assert told.recall[0] > 0.7, "what it was trained on"
    assert told.recall[1] < told.most[1] < 0.95, "the grid's limit holds, and is not all"
    assert told.fates.sum(axis=1) == pytest.approx(1)
    assert told.fates[:, FOUND] == pytest.approx(told.recall), "each scene of a flock has as many things"
    assert (told.low <= told.recall).all()
    assert (told.recall <= told.high).all()
    strict = curve(measured[0], 0.6)
    assert (strict.recall <= told.recall).all()
    assert (strict.wrong <= told.wrong).all()


def test_what_is_sent_while_it_runs_is_the_result(measured: tuple[Result, Remembers]) -> None:
    result, context = measured
    live = partial(result.config, {name: np.concatenate(rows) for name, rows in context.series.items()})
    assert live is not None
    for name in SERIES:
        assert np.array_equal(getattr(live, name), getattr(result, name))
    assert partial(result.config, {}) is None
