"""Drawn faces: the same number is the same face, and each trait changes what it should and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from engine.faces import canvas
from engine.faces.drawing import ATTRIBUTES, draw, render
from engine.faces.traits import BUN, HAIR_STYLES, LONG, draw_traits


@pytest.fixture(scope="module")
def traits():
    return draw_traits(40, 5)


def changed_rows(traits, **values):
    """Share of the pixels that change in each row when traits are set, mean over the faces."""
    count = len(traits["skin"])
    other = {**traits, **{name: np.full(count, value, np.float32) for name, value in values.items()}}
    return (np.abs(render(other).astype(int) - render(traits)).max(axis=-1) > 2).mean(axis=(0, 2))


def test_faces_are_colour_pictures_with_known_attributes():
    faces = draw(10, 3)
    assert faces.pictures.shape == (10, 64, 64, 3)
    assert faces.pictures.dtype == np.uint8
    assert set(faces.attributes) == set(ATTRIBUTES)
    assert all(values.shape == (10,) and values.dtype == np.float32 for values in faces.attributes.values())
    assert faces.pictures.std(axis=0).mean() > 20, "they differ"


def test_a_face_is_the_same_in_every_set_of_its_seed():
    many, few, later = draw(40, 9), draw(7, 9), draw(5, 9, first=30)
    np.testing.assert_array_equal(many.pictures[:7], few.pictures)
    np.testing.assert_array_equal(many.pictures[30:35], later.pictures)
    np.testing.assert_array_equal(many.attributes["yaw"][30:35], later.attributes["yaw"])
    assert not np.array_equal(draw(7, 10).pictures, few.pictures)


def test_no_faces_are_no_faces():
    assert draw(0, 1).pictures.shape == (0, 64, 64, 3)


def test_glasses_change_the_rows_of_the_eyes_only(traits):
    traits = {**traits, "glasses": np.zeros(40, np.float32)}
    rows = changed_rows(traits, glasses=1.0)
    assert rows[24:36].mean() > 0.1
    assert rows[:18].max() == rows[40:].max() == 0


def test_a_smile_changes_the_rows_of_the_mouth(traits):
    rows = changed_rows({**traits, "smile": np.full(40, -1, np.float32)}, smile=1.0)
    assert rows[38:50].max() > 0.05
    assert rows[:18].max() == 0
    assert rows[60:].max() == 0


def test_the_background_leaves_the_face_alone(traits):
    traits = {**traits, "background": np.full(40, 0.1, np.float32)}
    other = {**traits, "background": np.full(40, 0.9, np.float32)}
    before, after = render(traits).astype(int), render(other).astype(int)
    assert (after[:, :3, :3] - before[:, :3, :3]).mean() > 100, "light instead of dark"
    assert np.abs(after - before)[:, 30:45, 29:35].max() == 0


def test_a_turned_head_shows_its_nose_on_that_side(traits):
    """Nostrils are the darkest pixels of the nose's rows, in the middle of a light and shaven face."""
    level = {name: np.full(40, 0.5, np.float32) for name in ("roll", "x", "y", "pitch")}
    plain = {**traits, **level, "skin": np.zeros(40, np.float32), "beard": np.zeros(40, np.float32)}
    middles = []
    for yaw in (-1, 0, 1):
        faces = render({**plain, "yaw": np.full(40, yaw, np.float32)}).astype(float)[:, 35:39, 20:44].sum(axis=-1)
        middles.append(np.median(faces.min(axis=1).argmin(axis=1)))
    assert middles[0] + 3 < middles[1] < middles[2] - 3


def test_skin_goes_from_light_to_dark(traits):
    cheeks = [render({**traits, "skin": np.full(40, skin, np.float32)})[:, 38:42, 28:36].mean() for skin in (0, 0.5, 1)]
    assert cheeks[0] > cheeks[1] + 20 > cheeks[2] + 40


def test_traits_keep_to_their_ranges():
    traits = draw_traits(5000, 0)
    assert set(np.unique(traits["hair_style"])) == set(range(len(HAIR_STYLES)))
    assert set(np.unique(traits["glasses"])) == set(np.unique(traits["beard"])) == {0, 1}
    assert 0.25 < traits["glasses"].mean() < 0.35
    assert not traits["beard"][np.isin(traits["hair_style"], (LONG, BUN))].any()
    for name in ("smile", "yaw"):
        assert traits[name].min() >= -1
        assert traits[name].max() <= 1
        assert abs(traits[name].mean()) < 0.25
    assert all(values.dtype == np.float32 for values in traits.values())


def test_an_edge_covers_half_a_pixel_and_an_ellipse_its_area():
    assert canvas.covered(np.zeros(1))[0] == 0.5
    one = canvas.Canvas(1)
    mask = canvas.covered(canvas.ellipse(one.x, one.y, 0.6, 0.4))
    assert mask.sum() * canvas.PIXEL**2 == pytest.approx(np.pi * 0.6 * 0.4, rel=0.01)
    mask = canvas.covered(canvas.box(one.x, one.y, 0.5, 0.25, 0.1))
    assert mask.sum() * canvas.PIXEL**2 == pytest.approx(1.0 * 0.5 - (4 - np.pi) * 0.01, rel=0.01)
