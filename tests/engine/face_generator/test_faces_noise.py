"""The numbers a face is made of: what each kind is, checked against its moments."""

from __future__ import annotations

import numpy as np
import pytest

from engine.face_generator.noise import CONSTANT, LENGTH, NOISES, NORMAL, ONE_HOT, POSITIVE, UNIFORM, WIDE, latents


@pytest.mark.parametrize("noise", NOISES)
def test_the_same_seed_gives_the_same_numbers_and_more_of_them_begin_alike(noise):
    few = latents(noise, 5, 3)
    np.testing.assert_array_equal(few, latents(noise, 5, 3))
    assert few.dtype == np.float32
    assert few.shape == (5, 64)
    assert np.abs(few - latents(noise, 5, 4)).max() > 0 or noise == ONE_HOT


@pytest.mark.parametrize(
    ("noise", "mean", "spread"),
    [(NORMAL, 0, 1), (WIDE, 0, 2), (UNIFORM, 0, 1), (POSITIVE, 0.5, 1 / np.sqrt(12))],
)
def test_mean_and_spread_are_what_the_name_says(noise, mean, spread):
    values = latents(noise, 4000, 0)
    assert values.mean() == pytest.approx(mean, abs=0.01)
    assert values.std() == pytest.approx(spread, rel=0.01)


def test_uniform_numbers_keep_to_their_range():
    assert np.abs(latents(UNIFORM, 500, 1)).max() <= np.sqrt(3) + 1e-6
    assert latents(POSITIVE, 500, 1).min() >= 0


def test_one_number_is_repeated_and_one_hot_has_the_usual_length():
    assert np.ptp(latents(CONSTANT, 20, 0), axis=1).max() == 0
    hot = latents(ONE_HOT, 70, 0)
    assert ((hot != 0).sum(axis=1) == 1).all()
    np.testing.assert_allclose(np.linalg.norm(hot, axis=1), LENGTH)


def test_truncation_multiplies():
    np.testing.assert_allclose(latents(NORMAL, 9, 2, 0.4), 0.4 * latents(NORMAL, 9, 2), rtol=1e-6)
    assert not latents(NORMAL, 9, 2, 0.0).any()
