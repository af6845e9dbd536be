"""Scenes that are hard in one respect: that one is as asked, and all else stays."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import fashion
from engine.detection_limits.arrange import SQUARE, Scene, scene
from engine.detection_limits.factors import COUNT, CUT, FACTORS, HIDDEN, SIZE, STRETCH, TURN
from engine.yolo.compose import NAMES, SIDE

THINGS = 3


def made(factor: str, value: float, number: int = 0, things: int = THINGS, size: int = 32) -> Scene:
    """A scene of the items that were never trained on."""
    return scene(factor, value, things, size, (7, number), fashion.items(fashion.TEST))


def sides(one: Scene) -> np.ndarray:
    """Widths and heights of the things, (K, 2)."""
    return one.boxes[:, 2:] - one.boxes[:, :2]


@pytest.mark.parametrize("factor", FACTORS)
def test_every_measured_value_makes_a_scene_inside_its_picture(factor: str) -> None:
    for value in FACTORS[factor].points:
        one = made(factor, value)
        assert one.picture.shape == (SIDE, SIDE)
        assert one.picture.dtype == np.uint8
        assert one.boxes.min() >= 0
        assert one.boxes.max() <= SIDE
        assert (sides(one) >= 1).all()
        assert ((one.hidden >= 0) & (one.hidden <= 1)).all()
        assert one.counted.sum() == (value if factor == COUNT else THINGS)
    again = made(factor, FACTORS[factor].usual)
    assert np.array_equal(again.picture, made(factor, FACTORS[factor].usual).picture)
    assert not np.array_equal(again.picture, made(factor, FACTORS[factor].usual, number=1).picture)


def test_a_flock_has_the_size_asked_for_and_a_size_the_number() -> None:
    assert sides(made(COUNT, 24, size=20)).max(axis=1) == pytest.approx(20, abs=2.5)
    assert sides(made(SIZE, 64)).max(axis=1) == pytest.approx(64, abs=7)


@pytest.mark.parametrize("share", [0, 30, 50, 90])
def test_the_edge_cuts_off_the_share_asked_for(share: int) -> None:
    for number in range(6):
        whole, cut = made(CUT, 0, number), made(CUT, share, number)
        assert np.array_equal(cut.kinds, whole.kinds), "the same things"
        assert ((cut.boxes[:, :2] == 0).any(axis=1) | (cut.boxes[:, 2:] == SIDE).any(axis=1)).all()
        left = sides(cut) / sides(whole)
        # The other side stays, and may be the shorter one: half a pixel of rounding on either.
        assert left.max(axis=1) == pytest.approx(1)
        assert left.min(axis=1) == pytest.approx(1 - share / 100, abs=0.5 / sides(whole).min() + 1e-6)


@pytest.mark.parametrize("share", [0, 20, 50, 90])
def test_a_square_hides_the_share_asked_for(share: int) -> None:
    for number in range(6):
        one = made(HIDDEN, share, number, things=1)
        assert one.counted.tolist() == [True, False]
        assert one.kinds[1] == SQUARE == NAMES.index("Square")
        assert sides(one)[0].tolist() == sides(one)[1].tolist()
        thing, square = one.boxes
        shared = np.prod(np.maximum(np.minimum(thing[2:], square[2:]) - np.maximum(thing[:2], square[:2]), 0))
        assert one.hidden[0] == pytest.approx(shared / sides(one)[0].prod(), abs=1e-6)
        assert one.hidden[0] == pytest.approx(share / 100, abs=0.5 / sides(one)[0].min() + 1e-6)
        assert one.hidden[1] == 0


@pytest.mark.parametrize("ratio", [0.25, 0.5, 2, 4])
def test_stretching_changes_the_proportions_and_not_the_area(ratio: float) -> None:
    for number in range(6):
        plain, changed = sides(made(STRETCH, 1, number)), sides(made(STRETCH, ratio, number))
        narrowest = changed.min()
        assert changed.prod(axis=1) == pytest.approx(plain.prod(axis=1), rel=1.2 / narrowest)
        assert changed[:, 0] / changed[:, 1] == pytest.approx(ratio * plain[:, 0] / plain[:, 1], rel=1.2 / narrowest)


def test_turning_swaps_the_sides_at_a_quarter_and_keeps_them_at_a_half() -> None:
    for number in range(6):
        plain, quarter, half = (made(TURN, angle, number) for angle in (0, 90, 180))
        assert np.array_equal(quarter.kinds, plain.kinds)
        # The box is cut to what can be seen of a thing: its faintest rows may go.
        assert sides(quarter) == pytest.approx(sides(plain)[:, ::-1], abs=3)
        assert sides(half) == pytest.approx(sides(plain), abs=3)
