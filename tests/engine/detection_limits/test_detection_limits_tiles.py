"""A photograph that gets smaller: slices, copies, looks put together, and shares, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.detection.metrics import Marked
from engine.detection_limits.experiment import LEVELS, NOBODY
from engine.detection_limits.sheets import kept, sizes
from engine.detection_limits.tiles import Config, Result, copies, sheet, slices, starts, together


@given(st.integers(1, 3000), st.integers(20, 700), st.integers(0, 50))
def test_slices_cover_a_side_and_overlap_as_asked(total: int, side: int, overlap: int) -> None:
    found = starts(total, side, overlap / 100)
    assert found[0] == 0
    if side >= total:
        assert found == [0]
        return
    assert found[-1] == total - side
    steps = np.diff(found)
    assert (steps > 0).all()
    # Rounding to whole pixels may take one from an overlap.
    assert steps.max() <= side * (1 - overlap / 100) + 1
    assert len(found) == 2 or steps.max() * (len(found) - 2) <= total - side + len(found), "no slice too many"


def test_slices_of_a_sheet_by_hand() -> None:
    assert slices(Config(overlap=0), 100, 60, 1) == [(0, 0, 100, 60)]
    assert slices(Config(overlap=0), 100, 60, 2) == [
        (0, 0, 100, 60), (100, 0, 200, 60), (0, 60, 100, 120), (100, 60, 200, 120),
    ]  # fmt: skip
    assert {one[0] for one in slices(Config(overlap=50), 100, 60, 2)} == {0, 50, 100}
    assert slices(Config(slice=2), 100, 60, 2) == [(0, 0, 200, 120)]


def test_copies_lie_where_the_sheet_shows_them() -> None:
    picture = np.zeros((6, 8, 3), np.uint8)
    picture[2:4, 3:7] = 255
    large = sheet(picture, 3)
    true = copies(np.array([[3, 2, 7, 4]], np.float32), np.array([5]), 8, 6, 3)
    assert large.shape == (18, 24, 3)
    assert true.kind.tolist() == [5] * 9
    for left, top, right, bottom in true.boxes.astype(int):
        assert (large[top:bottom, left:right] == 255).all()
        large[top:bottom, left:right] = 0
    assert not large.any()
    assert true.boxes[1].tolist() == [11, 2, 15, 4], "row by row"


def test_looks_are_put_together_class_by_class() -> None:
    one, same, other = [0, 0, 10, 10], [1, 0, 11, 10], [40, 40, 50, 50]
    first = Marked(np.array([one, other], np.float32), np.array([1, 1]), np.array([0.5, 0.4], np.float32))
    second = Marked(np.array([same, same], np.float32), np.array([1, 2]), np.array([0.9, 0.3], np.float32))
    found = together([first, second])
    assert found.score == pytest.approx([0.9, 0.4, 0.3])
    assert found.boxes.tolist() == [same, other, same]
    assert found.kind.tolist() == [1, 1, 2]


def test_shares_by_hand() -> None:
    whole = np.full((2, 4, 2), NOBODY, np.uint8)
    sliced = whole.copy()
    whole[0, 0], sliced[0, 0] = [9, 8], [9, 8]
    whole[1] = [[9, 0], [4, 0], [0, 0], [0, 0]]
    sliced[1] = [[9, 9], [9, 0], [9, 9], [0, 0]]
    wrong = np.zeros((2, 2, LEVELS), np.int32)
    wrong[1, :, 6], wrong[1, 1, 2] = (1, 3), 7
    boxes = np.array([[0, 0, 40, 10], [0, 0, 9, 9]], np.float32)
    result = Result(
        Config(), boxes, np.array([0, 1], np.int16), np.array([0.9, 0.5], np.float32), 100, 80,
        np.array([1, 2], np.int32), whole, sliced, np.array([1, 9], np.int32), wrong,
    )  # fmt: skip
    told = kept(result, 0.25)
    assert told.whole == pytest.approx([1, 1 / 8])
    assert told.sliced == pytest.approx([1, 5 / 8])
    assert told.whole_each[1] == pytest.approx([1 / 4, 0])
    assert told.sliced_each[1] == pytest.approx([3 / 4, 2 / 4])
    assert told.fate[0].tolist() == [[0, 0], [-1, -1], [-1, -1], [-1, -1]]
    assert told.fate[1].tolist() == [[0, 1], [1, 2], [1, 1], [2, 2]]
    assert told.wrong[1].tolist() == [1, 3]
    assert kept(result, 0.2).whole[1] == pytest.approx(2 / 8)
    assert sizes(result) == pytest.approx(np.array([[20, 9], [10, 4.5]]))
