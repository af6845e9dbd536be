"""A byte a weight: what comes back is within half a step of what was stored."""

from __future__ import annotations

import numpy as np
import pytest

from engine.face_generator import stored


def moments(count: int) -> list[list[np.ndarray]]:
    random = np.random.default_rng(0)
    return [
        [
            random.normal(0, 10.0 ** random.integers(-3, 2), (4, 4, 24, 8)).astype(np.float32),
            random.normal(0, 1, 8).astype(np.float32),
            random.normal(0, 0.05, (64, 96)).astype(np.float32),
        ]
        for _ in range(count)
    ]


def test_weights_come_back_within_half_a_step_of_their_channel():
    given = moments(3)
    packed = stored.packed("g", given)
    for moment in range(3):
        again = stored.unpacked("g", packed, moment)
        assert len(again) == 3
        for before, after in zip(given[moment], again, strict=True):
            assert after.dtype == np.float32
            assert after.shape == before.shape
            largest = np.abs(before).max(axis=tuple(range(before.ndim - 1)))
            steps = stored.STEPS if moment == 2 else stored.EARLIER_STEPS
            assert (np.abs(before - after) <= largest / steps / 2 * 1.001).all()


def test_small_arrays_keep_every_bit_and_large_ones_take_a_byte():
    given = moments(2)
    packed = stored.packed("d", given)
    assert packed["d0"].dtype == np.int8
    np.testing.assert_array_equal(packed["d1"], np.stack([weights[1] for weights in given]))


def test_a_channel_of_zeros_stays_zero():
    given = [[np.zeros((4, 4, 24, 8), np.float32)]]
    assert not stored.unpacked("g", stored.packed("g", given), 0)[0].any()


@pytest.mark.parametrize("kind", ["drawn", "portraits"])
def test_what_is_shipped_fits_the_networks(kind):
    from engine.face_generator import source
    from engine.faces.network import CHANNELS, discriminator, generator

    steps = source.moments(kind)
    assert len(steps) == source.MOMENTS >= 20
    assert steps[0] == 0
    assert (np.diff(steps) > 0).all()
    for model, weights in zip((generator, discriminator), source.both_networks(kind, 12), strict=True):
        model(CHANNELS[kind]).set_weights(weights)
