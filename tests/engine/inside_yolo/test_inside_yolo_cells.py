"""Decoding by hand algebra, the loss against the paper's formula in plain loops and against the trained one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import fashion
from engine.errors import InvalidSetting
from engine.inside_yolo.cells import (
    MOST_EDITS,
    NUMBERS,
    PARTS,
    Edit,
    box_of,
    edited,
    loss_of,
    parse_edits,
    room,
    with_edit,
)
from engine.yolo.compose import NAMES, SIDE, compose
from engine.yolo.network import Shape, read
from engine.yolo.training import loss_parts, targets

RANDOM = np.random.default_rng(7)
RAW = RANDOM.normal(0, 2, (8, 8, 23)).astype(np.float32)


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def test_a_box_is_two_lines_of_arithmetic() -> None:
    raw = np.zeros((8, 8, 23), np.float32)
    raw[3, 5, 5:10] = math.log(3), 0, -math.log(3), math.log(9), math.log(4)
    box = box_of(raw, 3, 5, 1)
    assert box.said == pytest.approx([0.75, 0.5, 0.25, 0.9, 0.8])
    assert box.center == pytest.approx((5.75 * 16, 3.5 * 16))
    assert box.size == pytest.approx((32, 115.2))
    assert box.sides == pytest.approx((92 - 16, 56 - 57.6, 92 + 16, 56 + 57.6))


@given(st.integers(0, 7), st.integers(0, 7), st.integers(0, 1))
def test_a_box_is_the_one_that_the_detector_reads(row: int, column: int, box: int) -> None:
    said = read(RAW[None], 2)
    own = box_of(RAW, row, column, box)
    assert np.clip(own.sides, 0, SIDE) == pytest.approx(said.boxes[0, row, column, box], abs=1e-3)
    assert own.said[4] == pytest.approx(said.confidence[0, row, column, box], abs=1e-5)
    assert column * 16 <= own.center[0] <= (column + 1) * 16


def by_hand(raw: np.ndarray, boxes: np.ndarray, kinds: np.ndarray) -> dict[str, np.ndarray]:
    """Equation 3 of the paper, cell by cell; classes by cross-entropy."""
    parts = {name: np.zeros((8, 8)) for name in PARTS}
    cells: dict[tuple[int, int], tuple[np.ndarray, int]] = {}
    for box, kind in zip(boxes.astype(float), kinds, strict=True):
        cells.setdefault((int((box[1] + box[3]) / 2 // 16), int((box[0] + box[2]) / 2 // 16)), (box, int(kind)))
    for row in range(8):
        for column in range(8):
            numbers = [[sigmoid(float(t)) for t in raw[row, column, 5 * b : 5 * b + 5]] for b in range(2)]
            responsible = None
            if (row, column) in cells:
                (left, top, right, bottom), kind = cells[row, column]
                overlaps = []
                for x, y, w, h, _ in numbers:
                    middle, size = ((column + x) * 16, (row + y) * 16), (w * 128, h * 128)
                    wide = min(right, middle[0] + size[0] / 2) - max(left, middle[0] - size[0] / 2)
                    high = min(bottom, middle[1] + size[1] / 2) - max(top, middle[1] - size[1] / 2)
                    shared = max(0.0, wide) * max(0.0, high)
                    overlaps.append(shared / (size[0] * size[1] + (right - left) * (bottom - top) - shared))
                responsible = int(np.argmax(overlaps))
                x, y, w, h, c = numbers[responsible]
                off_x = x - ((left + right) / 2 / 16 - column)
                off_y = y - ((top + bottom) / 2 / 16 - row)
                parts["xy"][row, column] = 5 * (off_x**2 + off_y**2)
                root_w = math.sqrt(w) - math.sqrt((right - left) / 128)
                root_h = math.sqrt(h) - math.sqrt((bottom - top) / 128)
                parts["wh"][row, column] = 5 * (root_w**2 + root_h**2)
                parts["object"][row, column] = (c - overlaps[responsible]) ** 2
                logits = raw[row, column, 10:].astype(float)
                parts["class"][row, column] = math.log(np.exp(logits).sum()) - logits[kind]
            for box, own in enumerate(numbers):
                if box != responsible:
                    parts["no object"][row, column] += 0.5 * own[4] ** 2
    return parts


@pytest.mark.parametrize("things", [1, 6, 40])
def test_the_loss_is_the_paper_s_cell_by_cell_and_the_trained_one_in_sum(things: int) -> None:
    scene = compose(1, np.random.default_rng(things), fashion.items(fashion.TEST), things, things, (14, 40))
    wanted = targets(scene, 8)
    loss = loss_of(RAW, wanted[0])
    there = scene.kinds[0] >= 0
    expected = by_hand(RAW, scene.boxes[0, there], scene.kinds[0, there])
    for place, name in enumerate(PARTS):
        assert loss.parts[..., place] == pytest.approx(expected[name], rel=1e-3, abs=1e-4), name
    trained = np.asarray(loss_parts(RAW[None], wanted, Shape()))
    xy, wh, thing, empty, named = loss.parts.sum(axis=(0, 1))
    assert [xy + wh, thing, empty, named] == pytest.approx(trained, rel=1e-4)
    assert loss.parts.sum() == pytest.approx(trained.sum(), rel=1e-4)
    assert (loss.responsible >= 0).sum() == wanted[0, ..., 0].sum()


def test_numbers_set_by_hand_are_written_and_read_again() -> None:
    edit = Edit(3, 4, NUMBERS.index("w1"), 1.5)
    text = with_edit("", edit)
    assert text == "3 4 w1 1.5"
    text = with_edit(text, Edit(3, 4, NUMBERS.index("T-shirt"), -2))
    text = with_edit(text, Edit(3, 4, NUMBERS.index("w1"), 2.25))
    assert text == "3 4 w1 2.25; 3 4 T-shirt -2"
    changed = edited(RAW, parse_edits(text.replace("-2", "\N{MINUS SIGN}2")))
    assert (changed != RAW).sum() == 2
    assert changed[3, 4, 2] == 2.25
    assert changed[3, 4, 10 + NAMES.index("T-shirt")] == -2


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 22), st.integers(-1200, 1200)), max_size=9)
)
def test_any_edits_survive_the_address(changes: list[tuple[int, int, int, int]]) -> None:
    text, wanted = "", {}
    for row, column, number, hundredths in changes:
        text = with_edit(text, Edit(row, column, number, hundredths / 100))
        wanted[row, column, number] = hundredths / 100
    assert {(one.row, one.column, one.number): one.value for one in parse_edits(text)} == wanted


@pytest.mark.parametrize("text", ["3 4 w1", "3 4 w3 1", "3 9 w1 1", "a b w1 1", "3 4 w1 nan", "3 4 w1 99", "1 2 3 4 5"])
def test_what_is_no_edit_is_named(text: str) -> None:
    with pytest.raises(InvalidSetting) as refusal:
        parse_edits(f"0 0 x1 1; {text}")
    assert text.split()[0] in refusal.value.message


def test_too_many_edits_are_refused() -> None:
    places = [divmod(place, 8) for place in range(MOST_EDITS // 2 + 1)]
    with pytest.raises(InvalidSetting, match="At most"):
        parse_edits("; ".join(f"{row} {column} {name} 1" for row, column in places for name in ("x1", "y1")))


def test_room_is_the_mean_of_scattered_things() -> None:
    scattered = np.random.default_rng(0).integers(0, 64, (4000, 80))
    measured = np.mean([len(np.unique(row)) for row in scattered])
    assert room(80, 8) == pytest.approx(measured, abs=0.2)
    assert room(1, 8) == pytest.approx(1)
