"""Precision, recall and average precision against COCO's own evaluation, and by hand."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from engine.detection.metrics import THRESHOLDS, Counts, Marked, counts, curve, match, mean_average_precision


def pictures(seed: int, count: int = 6, kinds: int = 3) -> tuple[list[Marked], list[Marked]]:
    """True boxes, and found ones that stray from them; some of another class, some of nothing."""
    generator = np.random.default_rng(seed)
    found, truth = [], []
    for _ in range(count):
        number = int(generator.integers(1, 6))
        corner = generator.uniform(0, 200, (number, 2))
        true = np.concatenate([corner, corner + generator.uniform(20, 120, (number, 2))], axis=1)
        kind = generator.integers(0, kinds, number)
        copies = np.repeat(np.arange(number), generator.integers(0, 4, number))
        strayed = true[copies] + generator.normal(0, 6, (len(copies), 4))
        false = generator.uniform(0, 150, (3, 2))
        boxes = np.concatenate([strayed, np.concatenate([false, false + 60], axis=1)])
        kinds_found = np.concatenate([kind[copies], generator.integers(0, kinds, 3)])
        score = np.sort(generator.random(len(boxes)))[::-1]
        order = generator.permutation(len(boxes))
        found.append(Marked(boxes[order], kinds_found[order], score))
        truth.append(Marked(true, kind))
    return found, truth


def coco(found: list[Marked], truth: list[Marked]) -> np.ndarray:
    """pycocotools' mean average precisions: over all thresholds, and at each."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    def wide(box: np.ndarray) -> list[float]:
        return [box[0], box[1], box[2] - box[0], box[3] - box[1]]

    annotations = [
        {"id": 1 + 100 * image + n, "image_id": image, "category_id": int(k), "bbox": wide(b), "area": 1, "iscrowd": 0}
        for image, one in enumerate(truth)
        for n, (b, k) in enumerate(zip(one.boxes, one.kind, strict=True))
    ]
    detections = [
        {"image_id": image, "category_id": int(k), "bbox": wide(b), "score": float(s)}
        for image, one in enumerate(found)
        for b, k, s in zip(one.boxes, one.kind, one.score, strict=True)
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        data = COCO()
        data.dataset = {
            "info": {},
            "images": [{"id": image} for image in range(len(truth))],
            "annotations": annotations,
            "categories": [{"id": k} for k in range(3)],
        }
        data.createIndex()
        evaluation = COCOeval(data, data.loadRes(detections), "bbox")
        evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][:, :, :, 0, -1]  # thresholds, recalls, classes
    precision = precision[:, :, (precision > -1).any(axis=(0, 1))]
    return np.array([precision.mean(), *precision.mean(axis=(1, 2))])


@pytest.mark.parametrize("seed", range(8))
def test_average_precision_is_cocos(seed: int) -> None:
    found, truth = pictures(seed)
    expected = coco(found, truth)
    assert mean_average_precision(found, truth) == pytest.approx(expected[0], abs=1e-9)
    for threshold, value in zip(THRESHOLDS, expected[1:], strict=True):
        assert mean_average_precision(found, truth, [threshold]) == pytest.approx(value, abs=1e-9)


def test_one_class_by_hand() -> None:
    truth = Marked(np.array([[0, 0, 10, 10], [20, 0, 30, 10]], float), np.zeros(2, int))
    boxes = np.array([[0, 0, 10, 9], [50, 50, 60, 60], [0, 0, 10, 10], [21, 0, 31, 10]], float)
    found = Marked(boxes, np.zeros(4, int), np.array([0.9, 0.8, 0.7, 0.6]))
    # The first takes the first true box (0.9), so the third, though it fits better, is wrong; the last has 9/11.
    assert match(found, truth, 0.5).tolist() == [0, -1, -1, 1]
    assert counts(found, truth, 0.5) == Counts(2, 2, 0)
    one = curve([found], [truth], 0.5)
    np.testing.assert_allclose(one.precision, [1, 1 / 2, 1 / 3, 1 / 2])
    np.testing.assert_allclose(one.recall, [0.5, 0.5, 0.5, 1])
    # Precision 1 for the 51 recalls up to 0.5, then 1/2 for the other 50.
    assert one.average_precision == pytest.approx((51 + 50 / 2) / 101)
    assert counts(found, truth, 0.95) == Counts(1, 3, 1)


def test_average_precision_without_steps_is_sklearns() -> None:
    """With every recall a multiple of 1/100 and precision falling, 101 points and the exact area agree to 1/101."""
    from sklearn.metrics import average_precision_score

    right = np.repeat([1, 0, 1, 0], [60, 10, 40, 30])
    boxes = np.stack([np.arange(140) * 10, np.zeros(140), np.arange(140) * 10 + 8, np.full(140, 8)], axis=1)
    truth = Marked(boxes[right == 1], np.zeros(100, int))
    score = np.linspace(0.99, 0.01, 140)
    parts = [Marked(boxes[at : at + 70], np.zeros(70, int), score[at : at + 70]) for at in (0, 70)]
    truths = [Marked(truth.boxes[:60], np.zeros(60, int)), Marked(truth.boxes[60:], np.zeros(40, int))]
    found = curve(parts, truths, 0.5).average_precision
    assert found == pytest.approx(average_precision_score(right, score), abs=0.02)


def test_harmonic_mean_and_empty_cases() -> None:
    some = Counts(3, 1, 2)
    assert (some.precision, some.recall) == (0.75, 0.6)
    assert some.f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    nothing = Counts(0, 0, 0)
    assert np.isnan([nothing.precision, nothing.recall, nothing.f1]).all()
    empty = Marked(np.zeros((0, 4)), np.zeros(0, int))
    assert np.isnan(mean_average_precision([empty], [empty]))
    assert mean_average_precision([empty], [Marked(np.array([[0.0, 0, 1, 1]]), np.zeros(1, int))]) == 0
