"""Targets, loss and reading against the definitions written out in plain loops, and mAP against COCO's own."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import fashion
from engine.detection.metrics import Marked
from engine.yolo.compose import MOST, SIDE, Scenes, compose
from engine.yolo.evaluation import average_precisions, truth
from engine.yolo.network import CLASSES, Shape, build, decode, read
from engine.yolo.training import COORDINATES, EMPTY, flat, loss_parts, targets, unflat


def sigmoid(value: float) -> float:
    return 1 / (1 + np.exp(-value))


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """IoU of two boxes given as middle and size."""
    sides = []
    for axis in range(2):
        low = max(one[axis] - one[axis + 2] / 2, other[axis] - other[axis + 2] / 2)
        high = min(one[axis] + one[axis + 2] / 2, other[axis] + other[axis + 2] / 2)
        sides.append(max(0.0, high - low))
    shared = sides[0] * sides[1]
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def by_hand(raw: np.ndarray, scenes: Scenes, shape: Shape) -> np.ndarray:
    """YOLO's loss, cell by cell, as the paper states it; classes by cross-entropy."""
    grid, parts = shape.grid, np.zeros(4)
    for number in range(len(raw)):
        taken: dict[tuple[int, int], tuple[float, float, float, float, int]] = {}
        for box, kind in zip(scenes.boxes[number] / SIDE, scenes.kinds[number], strict=True):
            if kind < 0:
                continue
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            taken.setdefault((int(y * grid), int(x * grid)), (x, y, box[2] - box[0], box[3] - box[1], int(kind)))
        for row in range(grid):
            for column in range(grid):
                said = [
                    [sigmoid(value) for value in raw[number, row, column, 5 * b : 5 * b + 5]]
                    for b in range(shape.boxes)
                ]
                true = taken.get((row, column))
                best = -1
                if true is not None:
                    overlaps = [
                        overlap(((column + s[0]) / grid, (row + s[1]) / grid, s[2], s[3]), true[:4]) for s in said
                    ]
                    best = int(np.argmax(overlaps))
                    s = said[best]
                    place = ((true[0] * grid - column - s[0]) ** 2) + ((true[1] * grid - row - s[1]) ** 2)
                    size = (np.sqrt(s[2]) - np.sqrt(true[2])) ** 2 + (np.sqrt(s[3]) - np.sqrt(true[3])) ** 2
                    parts[0] += COORDINATES * (place + size)
                    parts[1] += (s[4] - overlaps[best]) ** 2
                    logits = raw[number, row, column, 5 * shape.boxes :]
                    parts[3] += np.log(np.exp(logits).sum()) - logits[true[4]]
                parts[2] += EMPTY * sum(s[4] ** 2 for b, s in enumerate(said) if b != best)
    return parts / len(raw)


@pytest.mark.parametrize("shape", [Shape(4, 1, 0), Shape(8, 2, 0), Shape(16, 3, 0)], ids=str)
def test_the_loss_is_the_papers(shape: Shape) -> None:
    import tensorflow as tf

    scenes = compose(2, np.random.default_rng(1), fashion.items(fashion.TEST))
    raw = np.random.default_rng(2).normal(size=(2, shape.grid, shape.grid, shape.outputs)).astype(np.float32)
    found = loss_parts(tf.constant(raw), tf.constant(targets(scenes, shape.grid)), shape).numpy()
    assert found == pytest.approx(by_hand(raw.astype(float), scenes, shape), rel=2e-4)


def test_of_two_things_in_one_cell_the_first_stays() -> None:
    boxes = np.zeros((1, MOST, 4), np.float32)
    boxes[0, :2] = [[10, 10, 20, 20], [8, 8, 20, 20]]
    kinds = np.full((1, MOST), -1, np.int8)
    kinds[0, :2] = 3, 4
    wanted = targets(Scenes(np.zeros((1, SIDE, SIDE), np.uint8), boxes, kinds), 8)
    assert wanted[..., 0].sum() == 1
    assert wanted[0, 0, 0] == pytest.approx([1, 3, 15 / 16, 15 / 16, 10 / SIDE, 10 / SIDE])


def test_a_network_that_says_the_truth_finds_all_boxes() -> None:
    scenes = compose(5, np.random.default_rng(3), fashion.items(fashion.TEST))
    wanted = targets(scenes, 8)

    def logit(share: np.ndarray) -> np.ndarray:
        share = np.clip(share, 1e-6, 1 - 1e-6)
        return np.log(share / (1 - share))

    raw = np.full((5, 8, 8, 5 + CLASSES), -12.0, np.float32)
    raw[..., :4] = logit(wanted[..., 2:])
    raw[..., 4] = np.where(wanted[..., 0] > 0, 12, -12)
    raw[..., 5:] = 12 * np.eye(CLASSES)[wanted[..., 1].astype(int)]
    found = decode(read(raw, 1))
    values = average_precisions(found, truth(scenes))
    assert np.nanmin(values) == pytest.approx(1)
    assert sum(len(one.boxes) for one in found) == int((scenes.kinds >= 0).sum())


def test_map_of_scenes_is_cocos() -> None:
    from tests.engine.detection.test_detection_metrics import coco

    scenes = compose(12, np.random.default_rng(4), fashion.items(fashion.TEST))
    generator = np.random.default_rng(5)
    found = []
    for one in truth(scenes):
        copies = np.repeat(np.arange(len(one.boxes)), 2)
        boxes = one.boxes[copies] + generator.normal(0, 3, (len(copies), 4)).astype(np.float32)
        kinds = np.where(generator.random(len(copies)) < 0.8, one.kind[copies], generator.integers(0, 3, len(copies)))
        found.append(Marked(boxes, kinds, np.sort(generator.random(len(copies)))[::-1]))
    # COCO's helper knows three classes.
    found = [Marked(one.boxes[one.kind < 3], one.kind[one.kind < 3], one.score[one.kind < 3]) for one in found]
    true = [Marked(one.boxes[one.kind < 3], one.kind[one.kind < 3]) for one in truth(scenes)]
    assert np.nanmean(average_precisions(found, true)) == pytest.approx(coco(found, true)[1], abs=1e-6)


@pytest.mark.parametrize("grid", [4, 8, 16])
def test_the_network_has_a_cell_for_each_place_and_its_weights_survive_the_file(grid: int) -> None:
    model = build(Shape(grid, 2, 1), seed=1)
    assert model.output_shape == (None, grid, grid, 10 + CLASSES)
    again = unflat(flat(model.get_weights()), model)
    for before, after in zip(model.get_weights(), again, strict=True):
        assert after.shape == before.shape
        assert after == pytest.approx(before, rel=1e-3, abs=1e-6)
