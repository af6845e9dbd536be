"""Sheets come back as they were, nearly; variety is the mean distance of all pairs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from engine.face_generator.sheets import as_array, pictures_of, sheet, variety


def smooth(count: int, channels: int) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(0, 1, 64), np.linspace(0, 1, 64))
    shade = [255 * (0.2 + 0.6 * (x * one + y * (1 - one))) for one in np.linspace(0, 1, count)]
    return np.repeat(np.stack(shade)[..., None], channels, axis=-1).astype(np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("count", [1, 8, 11])
def test_a_sheet_comes_back_in_order(count, channels):
    pictures = smooth(count, channels)
    again = pictures_of(as_array(sheet(pictures, 4)).tobytes(), 64, count)
    assert again.shape == (count, 64, 64, 3)
    assert np.abs(again.astype(int) - pictures.astype(int)).mean() < 3


def test_variety_is_the_root_mean_square_over_all_pairs():
    pictures = np.random.default_rng(0).integers(0, 256, (7, 4, 4, 3), np.uint8)
    values = pictures.reshape(7, -1) / 255
    squares = [np.square(values[a] - values[b]).mean() for a, b in combinations(range(7), 2)]
    assert variety(pictures) == pytest.approx(np.sqrt(np.mean(squares)), rel=1e-9)


def test_equal_pictures_have_no_variety():
    assert variety(np.full((5, 8, 8, 3), 9, np.uint8)) == 0
