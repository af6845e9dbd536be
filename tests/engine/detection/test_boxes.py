"""Overlaps by hand algebra, and suppression against TensorFlow's and against the textbook's loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.detection.boxes import BEYOND, KEPT, iou, suppress


def test_overlap_by_hand() -> None:
    boxes = np.array([[0, 0, 4, 4], [2, 0, 6, 4], [4, 0, 8, 4], [1, 1, 3, 3], [5, 5, 5, 9]], np.float64)
    expected = [1, 8 / 24, 0, 4 / 16, 0]
    np.testing.assert_allclose(iou(boxes[:1], boxes)[0], expected, atol=1e-12)
    np.testing.assert_allclose(iou(boxes, boxes), iou(boxes, boxes).T)
    assert iou(boxes[4:], boxes[4:])[0, 0] == 0, "a box without area overlaps nothing, not even itself"


def crowd(count: int, seed: int, kinds: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    corner = generator.uniform(0, 60, (count, 2))
    boxes = np.concatenate([corner, corner + generator.uniform(1, 50, (count, 2))], axis=1).astype(np.float32)
    score = np.sort(generator.random(count).astype(np.float32))[::-1]
    return boxes, score, generator.integers(0, kinds, count)


def textbook(boxes: np.ndarray, threshold: float, kind: np.ndarray | None) -> list[int]:
    keeper: list[int] = []
    kept: list[int] = []
    for number, box in enumerate(boxes):
        over = [
            k
            for k in kept
            if (kind is None or kind[k] == kind[number]) and iou(boxes[k : k + 1], box[None]) > threshold
        ]
        keeper.append(over[0] if over else KEPT)
        if not over:
            kept.append(number)
    return keeper


@given(st.integers(0, 200), st.integers(0, 10_000), st.floats(0, 1), st.booleans())
def test_suppression_is_the_textbooks(count: int, seed: int, threshold: float, by_kind: bool) -> None:
    boxes, _, kind = crowd(count, seed)
    kinds = kind if by_kind else None
    found = suppress(boxes, threshold, kinds)
    assert found.keeper.tolist() == textbook(boxes, threshold, kinds)
    for number in np.flatnonzero(found.keeper >= 0):
        keeper = found.keeper[number]
        assert found.overlap[number] == pytest.approx(float(iou(boxes[keeper, None], boxes[number, None])[0, 0]))
        assert found.overlap[number] > threshold


@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.8])
def test_suppression_is_tensorflows(threshold: float) -> None:
    import tensorflow as tf

    boxes, score, kind = crowd(500, 3)
    expected = tf.image.non_max_suppression(boxes, score, 500, threshold).numpy()
    assert suppress(boxes, threshold).kept.tolist() == sorted(expected.tolist())
    by_class = np.zeros((1, 500, 3), np.float32)
    by_class[0, np.arange(500), kind] = score
    combined = tf.image.combined_non_max_suppression(boxes[None, :, None], by_class, 500, 500, threshold, 0.0)
    theirs = combined.nmsed_scores[0, : int(combined.valid_detections[0])].numpy()
    kept = suppress(boxes, threshold, kind).kept
    theirs = theirs[theirs > 0]
    np.testing.assert_array_equal(np.sort(theirs), np.sort(score[kept]))


def test_the_last_place_is_the_last() -> None:
    boxes, _, _ = crowd(120, 5)
    free, few = suppress(boxes, 0.4), suppress(boxes, 0.4, most=3)
    np.testing.assert_array_equal(few.kept, free.kept[:3])
    assert set(few.keeper[few.keeper >= 0]) <= set(few.kept)
    assert (few.keeper == BEYOND).sum() == 120 - 3 - (few.keeper >= 0).sum()


def test_nothing_stays_nothing() -> None:
    empty = np.zeros((0, 4), np.float32)
    assert len(suppress(empty, 0.5).kept) == len(suppress(empty, 0.5, np.zeros(0, int), 3).kept) == 0
    assert iou(empty, empty).shape == (0, 0)
