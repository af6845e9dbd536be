"""The payload of the stage of faces: one view with its sheets, the curves beside it, or the grid."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from engine.face_generator import closer as near
from engine.face_generator import reading
from engine.face_generator.experiment import COLUMNS, ROWS, Config, Result
from engine.face_generator.sheets import as_array, sheet
from engine.face_generator.source import ATTRIBUTES, PORTRAITS
from engine.figures import face_generator as figures
from engine.figures.face_generator import View

MOMENTS = 3
SHADES = np.full((64, 64, 64, 3), 128, np.uint8)


def result(**more) -> Result:
    sheets = [sheet(SHADES // (1 + moment), COLUMNS) for moment in range(MOMENTS)]
    arrays = {
        "step": np.array([0, 100, 4000], np.int32),
        "sheet": as_array(b"".join(sheets)),
        "size": np.array([len(one) for one in sheets], np.int32),
        "variety": np.array([0.0, 0.1, 0.2], np.float32),
        "presence": np.tile(np.array([[0.0], [0.1], [0.3]], np.float32), len(reading.NAMES)),
        "quality": np.array([3.0, 1.0, 0.1], np.float32),
        "quality_spread": np.array([0.1, 0.1, 0.02], np.float32),
        "loss_step": np.zeros(0, np.int32),
        "losses": np.zeros((0, 2), np.float32),
    }
    return Result(config=Config(**more), **arrays)


def closer(config: near.Config | None = None, shown: bool = True) -> near.Result:
    def packed(count: int, columns: int) -> np.ndarray:
        return as_array(sheet(SHADES[:1].repeat(count, axis=0), columns))

    none = np.zeros(0, np.uint8)
    return near.Result(
        config=config or near.Config(faces=(4, 5, 6)),
        plane=packed(near.PLANE**2, near.PLANE),
        walk=packed(near.WALK, near.WALK_COLUMNS),
        change=np.full(near.WALK - 1, 0.02, np.float32),
        attributes=packed(len(ATTRIBUTES) * len(near.STRENGTHS), len(near.STRENGTHS)),
        correlation=np.linspace(0.2, 0.9, len(ATTRIBUTES)).astype(np.float32),
        neighbours=packed(near.NEAREST + 1, near.NEAREST + 1) if shown else none,
        distances=np.linspace(0.1, 0.2, near.NEAREST).astype(np.float32),
        generated=np.full(64, 0.15, np.float32),
        fresh=np.full(64, 0.16, np.float32),
        quiz=packed(2 * near.PAIRS, near.QUIZ_COLUMNS) if shown else none,
        fake=np.zeros(near.PAIRS, np.uint8),
    )


def opened(address: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(address.split(",")[1])))


def test_the_grid_has_a_sheet_for_every_moment():
    shown = figures.payload(result(), closer(), View(faces=(4, 5, 6)), "one")
    json.dumps(shown, allow_nan=False)
    grid = shown["grid"]
    assert grid["steps"] == ["0", "100", "4\u2009000"]
    assert [opened(one).size for one in grid["sheets"]] == [(64 * COLUMNS, 64 * ROWS)] * MOMENTS
    shades = [np.asarray(opened(one)).mean() for one in grid["sheets"]]
    np.testing.assert_allclose(shades, [128, 64, 42], atol=2)
    assert shown["faces"] == [4, 5, 6]
    assert shown["can_train"]


@pytest.mark.parametrize("name", figures.VIEWS[1:])
def test_every_other_view_carries_its_one_sheet_and_nothing_of_the_grid(name):
    shown = figures.payload(result(), closer(), View(name), "one")
    json.dumps(shown, allow_nan=False)
    assert shown["view"] == name
    assert "grid" not in shown
    assert opened(shown[name]["sheet"]).width % 64 == 0
    assert len(json.dumps(shown)) < 300_000


@pytest.mark.parametrize("name", [figures.NEIGHBOURS, figures.QUIZ])
def test_without_real_pictures_the_grid_is_shown(name):
    look = closer(near.Config(kind=PORTRAITS), shown=False)
    shown = figures.payload(result(kind=PORTRAITS), look, View(name), "one")
    assert shown["view"] == figures.GRID
    assert len(shown["reads"]["charts"]) == 1


def test_before_the_closer_look_is_there_the_grid_is_shown():
    assert figures.payload(result(), None, View(figures.PLANE), "one")["view"] == figures.GRID


def test_the_curve_of_the_grid_follows_and_the_others_mark_their_moment():
    chart = figures.payload(result(), closer(), View(), "one")["reads"]["charts"][0]
    assert chart["follows"]
    assert chart["series"][0]["y"] == [3.0, 1.0, 0.1]
    assert chart["series"][0]["high"][-1] == pytest.approx(0.12)
    other = figures.payload(result(), closer(), View(figures.WALK), "one")["reads"]["charts"][-1]
    assert not other["follows"]


def test_a_change_of_the_view_or_the_run_changes_the_revision():
    revisions = {
        figures.payload(result(), closer(), View(name), mark)["revision"]
        for name in (figures.GRID, figures.WALK)
        for mark in ("one", "two")
    }
    assert len(revisions) == 4
