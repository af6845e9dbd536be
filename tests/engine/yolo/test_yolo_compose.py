"""Scenes made on the fly: boxes that fit their things, items of one split only, the same from the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import fashion
from engine.detection.boxes import areas
from engine.yolo.compose import FEWEST, LARGEST, MOST, MOST_COVERED, SIDE, background, compose


def test_the_shipped_items_are_ten_kinds_in_two_parts_that_share_none() -> None:
    train, test = fashion.items(fashion.TRAIN), fashion.items(fashion.TEST)
    assert train[0].shape == (12_000, 28, 28)
    assert test[0].shape == (3_000, 28, 28)
    assert set(np.unique(train[1])) == set(np.unique(test[1])) == set(range(10))
    assert not {picture.tobytes() for picture in train[0]} & {picture.tobytes() for picture in test[0]}


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_things_lie_inside_and_hardly_cover_each_other(seed: int) -> None:
    scenes = compose(4, np.random.default_rng(seed), fashion.items(fashion.TEST))
    for boxes, kinds in zip(scenes.boxes, scenes.kinds, strict=True):
        there = kinds >= 0
        own = boxes[there]
        assert FEWEST - 1 <= len(own) <= MOST
        assert (own >= 0).all()
        assert (own <= SIDE).all()
        sides = own[:, 2:] - own[:, :2]
        assert (sides >= 8).all()
        assert (sides.max(axis=1) <= LARGEST + 1).all()
        size = areas(own)
        for one in range(len(own)):
            for other in range(one):
                wide, high = np.minimum(own[one, 2:], own[other, 2:]) - np.maximum(own[one, :2], own[other, :2])
                assert max(wide, 0) * max(high, 0) <= MOST_COVERED * min(size[one], size[other]) + 1e-3


def test_the_seed_decides_everything() -> None:
    first, second = (compose(3, np.random.default_rng(5), fashion.items(fashion.TEST)) for _ in range(2))
    assert np.array_equal(first.pictures, second.pictures)
    assert np.array_equal(first.boxes, second.boxes)
    other = compose(3, np.random.default_rng(6), fashion.items(fashion.TEST))
    assert not np.array_equal(first.pictures, other.pictures)


def test_a_shape_fills_its_box_to_all_four_sides() -> None:
    blank = (np.full((1, 28, 28), 255, np.uint8), np.zeros(1, np.uint8))
    scenes = compose(40, np.random.default_rng(0), blank, most=3)
    for picture, boxes, kinds in zip(scenes.pictures, scenes.boxes.astype(int), scenes.kinds, strict=True):
        for left, top, right, bottom in boxes[kinds == 11]:  # squares are alike all over
            inside = picture[top + 2 : bottom - 2, left + 2 : right - 2]
            assert np.median(inside) > 160


@pytest.mark.parametrize("seed", range(3))
def test_the_ground_is_darker_than_things(seed: int) -> None:
    ground = background(np.random.default_rng(seed))
    assert ground.shape == (SIDE, SIDE)
    assert ground.min() >= 0
    assert ground.max() <= 0.35 + 1e-6
