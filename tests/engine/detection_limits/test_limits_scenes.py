"""Scenes hard in one respect, the grid's limit, and recall: against closed forms, pycocotools and hand counting."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from engine.data import fashion
from engine.detection.metrics import Marked
from engine.detection_limits.arrange import Scene, scene
from engine.detection_limits.experiment import NOBODY, SHARED, SPARE, Config, judged, level, pictured, slots
from engine.detection_limits.factors import COUNT, CUT, FACTORS, HIDDEN, SIZE, STRETCH, TURN
from engine.detection_limits.grid import alone_share, cells_of, crowded, most_share
from engine.yolo.compose import MOST_COVERED, SIDE


def made(factor: str, value: float, number: int = 0, things: int = 4, size: int = 32) -> Scene:
    return scene(factor, value, things, size, (3, number), fashion.items(fashion.TEST))


@pytest.mark.parametrize("factor", FACTORS)
def test_a_scene_comes_from_its_seed_alone(factor: str) -> None:
    for value in (FACTORS[factor].points[0], FACTORS[factor].points[-1]):
        first, again = made(factor, value), made(factor, value)
        assert np.array_equal(first.picture, again.picture)
        assert first.picture.shape == (SIDE, SIDE)
        assert (first.boxes[:, 2:] > first.boxes[:, :2]).all()
        assert first.boxes.min() >= 0
        assert first.boxes.max() <= SIDE
        assert not np.array_equal(first.picture, made(factor, value, 1).picture)


def test_a_flock_has_as_many_things_as_asked_and_the_first_stay_the_same() -> None:
    few, many = made(COUNT, 6), made(COUNT, 80)
    assert len(few.boxes) == 6
    assert len(many.boxes) == 80
    assert np.array_equal(few.boxes, many.boxes[:6])
    assert few.hidden.max() <= MOST_COVERED + 1e-6


def test_sizes_are_as_asked() -> None:
    for value in (16, 40, 80):
        one = made(SIZE, value)
        longer = (one.boxes[:, 2:] - one.boxes[:, :2]).max(axis=1)
        assert (abs(longer - value) <= 0.1 * value + 1).all()


def test_what_is_cut_lies_at_the_edge_and_keeps_its_share() -> None:
    whole, half = made(CUT, 0), made(CUT, 50)
    for one in (whole, half):
        at_edge = (one.boxes[:, :2] <= 0).any(axis=1) | (one.boxes[:, 2:] >= SIDE).any(axis=1)
        assert at_edge.all()
    areas = [(one.boxes[:, 2] - one.boxes[:, 0]) * (one.boxes[:, 3] - one.boxes[:, 1]) for one in (whole, half)]
    assert areas[1] / areas[0] == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize("share", [0, 30, 60, 90])
def test_a_square_hides_the_share_of_each_box(share: float) -> None:
    one = made(HIDDEN, share, things=1)
    assert one.counted.tolist() == [True, False]
    assert one.hidden[0] == pytest.approx(share / 100, abs=0.03)


@pytest.mark.parametrize("stretch", [0.25, 0.5, 2, 4])
def test_a_stretched_thing_keeps_its_area(stretch: float) -> None:
    plain, other = (made(STRETCH, value, things=1).boxes[0] for value in (1, stretch))
    (w, h), (wide, high) = plain[2:] - plain[:2], other[2:] - other[:2]
    assert wide * high == pytest.approx(w * h, rel=0.1)
    assert (wide / high) / (w / h) == pytest.approx(stretch, rel=0.12)


def test_a_thing_turned_by_ninety_degrees_has_its_sides_swapped() -> None:
    plain, other = (made(TURN, value, things=1).boxes[0] for value in (0, 90))
    assert (plain[2:] - plain[:2])[::-1] == pytest.approx(other[2:] - other[:2], abs=1)


def test_the_grids_limit_by_hand_and_by_lot() -> None:
    # Two things: the second falls into the first one's cell with chance 1/64, then one of two is left out.
    assert most_share(2) == pytest.approx(1 - 1 / 128)
    assert alone_share(2) == pytest.approx(63 / 64)
    assert most_share(1) == alone_share(1) == 1
    lots = np.random.default_rng(0).integers(0, 64, (4000, 30))
    drawn = [crowded(row) for row in lots]
    assert np.mean([~shared for shared, _ in drawn]) == pytest.approx(alone_share(30), abs=0.005)
    assert np.mean([~spare for _, spare in drawn]) == pytest.approx(most_share(30), abs=0.005)


def test_cells_by_hand() -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 30, 30], [4, 4, 12, 8], [120, 120, 128, 128]], np.float32)
    cells = cells_of(boxes)
    assert cells.tolist() == [0, 0, 0, 63]
    shared, spare = crowded(np.array([5, 9, 9, 5, 7]))
    assert shared.tolist() == [True, True, True, True, False]
    assert spare.tolist() == [False, False, True, True, False]


def test_one_picture_by_hand() -> None:
    boxes = np.array([[0, 0, 20, 20], [40, 40, 60, 60], [41, 41, 59, 59]], np.float32)
    true = Scene(np.zeros((SIDE, SIDE), np.uint8), boxes, np.array([1, 2, 3], np.int8),
                 np.array([True, True, False]), np.zeros(3, np.float32))  # fmt: skip
    found = Marked(
        np.array([[0, 0, 20, 20], [40, 40, 60, 60], [90, 90, 99, 99]], np.float32),
        np.array([1, 7, 4]),
        np.array([0.91, 0.5, 0.3], np.float32),
    )
    row = judged(found, true, 5)
    assert row["named"].tolist() == [18, 0, NOBODY, NOBODY, NOBODY]
    assert row["boxed"].tolist() == [18, 10, NOBODY, NOBODY, NOBODY]
    assert row["crowd"][0] == 0
    assert row["crowd"][1] == SHARED
    assert row["crowd"][2] == NOBODY
    assert SPARE not in row["crowd"]
    assert row["wrong"].nonzero()[0].tolist() == [6, 10]


def test_levels_round_down_and_the_step_itself_counts() -> None:
    assert level(np.array([0.0, 0.049, 0.05, 0.25, 0.2499, 1.0], np.float32)).tolist() == [0, 0, 1, 5, 4, 19]


def test_recall_is_that_of_pycocotools() -> None:
    """Twelve crowded scenes with boxes thrown about: the share found at IoU 0.5 and any score."""
    generator, config = np.random.default_rng(1), Config(scenes=20)
    images: list[dict[str, object]] = []
    truths: list[dict[str, object]] = []
    results: list[dict[str, object]] = []
    own = total = 0
    for number in range(12):
        one = pictured(config, 12, number)
        keep = generator.random(len(one.boxes)) < 0.8
        boxes = np.round(one.boxes[keep] + generator.normal(0, 3, (int(keep.sum()), 4)))
        boxes[:, 2:] = np.maximum(boxes[:, 2:], boxes[:, :2] + 1)
        kinds = np.where(generator.random(len(boxes)) < 0.8, one.kinds[keep], 0).astype(int)
        scores = np.sort(generator.uniform(0.1, 1, len(boxes)))[::-1].astype(np.float32)
        row = judged(Marked(boxes.astype(np.float32), kinds, scores), one, slots(config))
        own += int(((row["named"] > 0) & (row["named"] != NOBODY)).sum())
        total += len(one.boxes)
        images.append({"id": number, "width": SIDE, "height": SIDE})
        for box, kind in zip(one.boxes.astype(float), one.kinds, strict=True):
            sides = [*box[:2], *(box[2:] - box[:2])]
            truths.append({"id": len(truths) + 1, "image_id": number, "category_id": int(kind) + 1, "bbox": sides,
                           "area": sides[2] * sides[3], "iscrowd": 0})  # fmt: skip
        for box, kind, score in zip(boxes.astype(float), kinds, scores, strict=True):
            results.append({"image_id": number, "category_id": int(kind) + 1, "score": float(score),
                            "bbox": [*box[:2], *(box[2:] - box[:2])]})  # fmt: skip
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {"images": images, "annotations": truths, "categories": [{"id": k + 1} for k in range(13)]}
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(results), "bbox")
        evaluation.params.iouThrs = np.array([0.5])
        evaluation.evaluate()
        evaluation.accumulate()
    recalls = evaluation.eval["recall"][0, :, 0, 2]
    counts = np.bincount([truth["category_id"] for truth in truths], minlength=14)[1:]
    theirs = float((recalls * counts)[recalls >= 0].sum())
    assert 0 < own < total
    assert own == pytest.approx(theirs, abs=1e-6)
