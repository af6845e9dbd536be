"""Kernel distance, neighbours and readings against plain formulas."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from engine.face_generator import features, neighbours, reading
from engine.face_generator.source import ATTRIBUTES, DRAWN, LATENT
from engine.faces.drawing import TRAINING_SEED, draw


def test_the_kernel_distance_is_the_unbiased_sum_over_all_pairs():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(5, 3)), random.normal(0.5, 1, (4, 3))

    def kernel(a, b):
        return (a @ b / 3 + 1) ** 3

    within_x = np.mean([kernel(x[i], x[j]) for i, j in permutations(range(5), 2)])
    within_y = np.mean([kernel(y[i], y[j]) for i, j in permutations(range(4), 2)])
    between = np.mean([kernel(a, b) for a in x for b in y])
    assert features.kernel_distance(x, y) == pytest.approx(within_x + within_y - 2 * between, rel=1e-9)


def test_the_kernel_distance_of_one_distribution_is_about_0_and_rises_with_the_difference():
    random = np.random.default_rng(1)
    real = random.normal(size=(300, 20))
    near, spread = features.distance(random.normal(size=(64, 20)), real)
    far, _ = features.distance(random.normal(1, 1, (64, 20)), real)
    assert abs(near) < 4 * spread
    assert far > 10 * abs(near)


def test_features_do_not_depend_on_the_batch_and_take_grey_pictures():
    pictures = draw(3, 1).pictures
    extract = features.extractor()
    together = extract(pictures)
    assert together.shape == (3, features.COUNT)
    np.testing.assert_allclose(extract(pictures[1:2])[0], together[1], rtol=1e-3, atol=1e-3)
    assert extract(pictures[..., :1]).shape == (3, features.COUNT)


def test_distances_are_root_mean_squares():
    random = np.random.default_rng(2)
    a, b = random.normal(size=(3, 8)).astype(np.float32), random.normal(size=(5, 8)).astype(np.float32)
    wanted = np.sqrt(np.square(a[:, None] - b[None]).sum(axis=-1) / 8)
    np.testing.assert_allclose(neighbours.distances(a, b, 8), wanted, rtol=1e-4)


def test_shrinking_averages_squares_of_pixels():
    pictures = np.random.default_rng(3).integers(0, 256, (2, 64, 64, 3), np.uint8)
    small = neighbours.shrunk(pictures).reshape(2, 16, 16, 3)
    assert small[1, 2, 3, 0] == pytest.approx(pictures[1, 8:12, 12:16, 0].mean() / 255, rel=1e-5)


def test_a_training_face_is_its_own_nearest_neighbour():
    number = 1234
    own = draw(1, TRAINING_SEED, number).pictures
    found, distances, near, fresh = neighbours.nearest(own[0], own, 3)
    np.testing.assert_array_equal(found[0], own[0])
    assert distances[0] < 0.25 * np.median(fresh)
    assert near[0] == pytest.approx(distances[0], abs=1e-6)
    assert (np.diff(distances) >= 0).all()


def test_portraits_are_compared_with_each_other():
    real = np.random.default_rng(4).integers(0, 256, (20, 64, 64, 1), np.uint8)
    found, distances, near, fresh = neighbours.among(real[7], real[:5], real, 2)
    np.testing.assert_array_equal(found[0], real[7])
    assert distances[0] == pytest.approx(0, abs=1e-3)
    assert near.max() < 1e-3
    assert fresh.min() > 0.02


def test_the_reader_sees_on_real_faces_what_is_there():
    faces = draw(300, 77)
    shares = reading.presence(faces.pictures, DRAWN)
    np.testing.assert_allclose(shares, reading.SHARES, atol=0.09)
    assert np.isnan(reading.presence(faces.pictures[:4], DRAWN, quality=1000.0)).all()
    glasses = faces.attributes["glasses"] > 0.5
    assert reading.presence(faces.pictures[glasses], DRAWN)[0] > 0.85
    assert reading.presence(faces.pictures[~glasses], DRAWN)[0] < 0.1


def test_directions_are_of_length_1_and_agree_with_what_is_seen():
    found, agree = reading.directions(DRAWN, 23)
    assert found.shape == (len(ATTRIBUTES), LATENT)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-4)
    assert agree.max() > 0.5
