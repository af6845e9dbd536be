"""The grid's limit against counting by hand, all placements of a small grid, and many random ones of the real grid."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.detection_limits.grid import GRID, alone_share, cells_of, crowded, most_share


def test_a_box_belongs_to_the_cell_of_its_centre() -> None:
    boxes = np.array(
        [[0, 0, 8, 8], [12, 0, 20, 8], [0, 12, 8, 20], [100, 110, 124, 126], [128, 128, 128, 128]], np.float32
    )
    # Centres (4, 4), (16, 4), (4, 16), (112, 118) and (128, 128); a cell is 16 pixels wide, its left border its own.
    assert cells_of(boxes).tolist() == [0, 1, 8, 7 * 8 + 7, 63]
    assert cells_of(boxes, grid=2).tolist() == [0, 0, 0, 3, 3]


@given(st.lists(st.integers(0, 12), max_size=30))
def test_what_shares_a_cell_is_what_a_count_says(cells: list[int]) -> None:
    shared, spare = crowded(np.array(cells, int))
    count = Counter(cells)
    assert shared.tolist() == [count[cell] > 1 for cell in cells]
    assert spare.tolist() == [cell in cells[:place] for place, cell in enumerate(cells)]


@pytest.mark.parametrize(("cells", "things"), [(1, 3), (3, 1), (3, 4), (5, 3)])
def test_the_closed_forms_are_the_mean_over_all_placements(cells: int, things: int) -> None:
    placements = list(product(range(cells), repeat=things))
    named = np.mean([len(set(one)) / things for one in placements])
    alone = np.mean([np.mean([one.count(cell) == 1 for cell in one]) for one in placements])
    assert most_share(things, cells) == pytest.approx(named)
    assert alone_share(things, cells) == pytest.approx(alone)


def test_the_closed_forms_agree_with_random_placements_in_the_real_grid() -> None:
    assert GRID == 8
    generator = np.random.default_rng(4)
    for things in (4, 48):
        drawn = [crowded(generator.integers(0, GRID**2, things)) for _ in range(2000)]
        # The standard error of either share is below 0.003 here.
        assert 1 - np.mean([spare for _, spare in drawn]) == pytest.approx(most_share(things), abs=0.01)
        assert 1 - np.mean([shared for shared, _ in drawn]) == pytest.approx(alone_share(things), abs=0.012)
