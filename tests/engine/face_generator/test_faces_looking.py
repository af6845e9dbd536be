"""Places in the space of numbers: corners are the faces, mixtures keep their length, rows change one thing."""

from __future__ import annotations

import numpy as np
import pytest

from engine.face_generator.closer import PLANE, PLANE_HIGH, PLANE_LOW, STRENGTHS, WALK
from engine.face_generator.looking import mixed, moved, plane, rows, walk

CORNERS = np.random.default_rng(0).standard_normal((3, 64)).astype(np.float32)


def place(x: float, y: float) -> int:
    step = (PLANE_HIGH - PLANE_LOW) / (PLANE - 1)
    column, row = round((x - PLANE_LOW) / step), round((PLANE_HIGH - y) / step)
    return row * PLANE + column


@pytest.mark.parametrize(("corner", "x", "y"), [(0, 0, 0), (1, 1, 0), (2, 0, 1)])
def test_the_plane_goes_near_its_three_faces(corner, x, y):
    latents = plane(CORNERS)
    assert latents.shape == (PLANE**2, 64)
    own = CORNERS[corner] / np.linalg.norm(CORNERS[corner])
    found = latents[place(x, y)] / np.linalg.norm(latents[place(x, y)])
    assert own @ found > 0.99


def test_the_walk_begins_and_ends_at_its_faces_and_keeps_its_length():
    way = walk(CORNERS)
    assert way.shape == (WALK, 64)
    np.testing.assert_allclose(way[[0, -1]], CORNERS[:2], rtol=1e-5)
    lengths = np.linalg.norm(way, axis=1)
    np.testing.assert_allclose(lengths, np.linspace(lengths[0], lengths[-1], WALK), rtol=1e-5)


def test_a_mixture_of_nothing_stays_nothing():
    assert not mixed(np.array([[0.5, 0.5]]), np.zeros((2, 64), np.float32)).any()


def test_a_row_changes_one_direction_and_keeps_the_others():
    directions = np.eye(3, 64, dtype=np.float32)
    strengths = np.array([0.5, 0.0, -1.0], np.float32)
    latents = rows(CORNERS[0], strengths, directions).reshape(3, len(STRENGTHS), 64)
    for row in range(3):
        change = latents[row] - CORNERS[0]
        np.testing.assert_allclose(change[:, row], STRENGTHS, atol=1e-6)
        others = [one for one in range(3) if one != row]
        np.testing.assert_allclose(change[:, others], np.tile(strengths[others], (len(STRENGTHS), 1)), atol=1e-6)
        assert not np.abs(change[:, 3:]).max() > 1e-6
    np.testing.assert_allclose(moved(CORNERS[0], strengths, directions)[:3] - CORNERS[0][:3], strengths, atol=1e-6)
