"""Drawn cars: as many as wanted, the same ones each time, whole and different."""

from __future__ import annotations

import numpy as np

from engine.style_generator import cars


def test_a_car_of_a_seed_is_always_the_same_car() -> None:
    first, more = cars.draw(5, 3), cars.draw(70, 3)
    assert first.shape == (5, 64, 64, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, more[:5])
    assert not np.array_equal(first, cars.draw(5, 4))


def test_a_car_driving_left_is_the_mirror_image_of_one_driving_right() -> None:
    traits = {name: values[:1] for name, values in cars.draw_traits(1, 0).items()}
    straight = traits | {"x": np.full(1, 0.5, np.float32), "hills": np.zeros(1, np.float32)}
    left = cars._painted(straight | {"left": np.ones(1, np.float32)})[0].astype(int)
    right = cars._painted(straight | {"left": np.zeros(1, np.float32)})[0].astype(int)
    above = slice(0, 50)  # the dashes on the road are the scenery's
    np.testing.assert_allclose(left[above, ::-1], right[above], atol=2)


def test_every_kind_is_drawn_about_as_often_and_looks_different() -> None:
    traits = cars.draw_traits(600, cars.TRAINING_SEED)
    counts = np.bincount(traits["kind"].astype(int), minlength=len(cars.KINDS))
    assert counts.min() > 80
    one = {name: values[:1] for name, values in traits.items()}
    shown = [cars._painted(one | {"kind": np.full(1, kind, np.float32)})[0].astype(int) for kind in range(5)]
    for first in range(5):
        for second in range(first):
            assert np.abs(shown[first] - shown[second]).mean() > 1


def test_wheels_are_dark_and_the_sky_is_not() -> None:
    pictures = cars.draw(40, 1).astype(float).mean(axis=3)
    assert pictures[:, :8].mean() > 120
    assert pictures[:, 40:50].min(axis=(1, 2)).max() < 40
