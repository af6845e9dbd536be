"""The board of one tensor: all panels in every layer, thickness by confidence, and words that say what is drawn."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import numpy as np
import pytest

from engine.figures import inside_yolo as figures
from engine.figures.board import Rectangles, Segments
from engine.figures.cards_inside_yolo import inside_yolo_card
from engine.figures.inside_yolo_charts import cells_with_things, fitted_pictures
from engine.figures.inside_yolo_numbers import five, loss, pixels, signed
from engine.inside_yolo.experiment import Result
from engine.inside_yolo.scenes import MOVED, STRETCHED, WHOSE
from engine.inside_yolo.view import ALL, CONFIDENCE, LAYERS, LOSS, look
from engine.runs.store import store


@pytest.fixture(scope="module")
def result() -> Result:
    return store().find(WHOSE.run()).result


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_is_a_board_of_five_panels(result: Result, layer: str) -> None:
    view = WHOSE.changed(layer=layer)
    board = figures.board(result, view, look(result, view), "r")
    assert [panel["name"] for panel in board["panels"]] == ["input", "pixels", "numbers", "classes", "loss"]
    assert "1\u2009472 numbers, 128 boxes" in board["panels"][0]["note"]
    assert layer in board["panels"][0]["alt"]
    assert len(json.dumps(board)) < 70_000


def test_boxes_are_as_thick_as_they_are_confident(result: Result) -> None:
    seen = look(result, WHOSE)
    (boxes,) = figures._layer(ALL, seen)
    assert isinstance(boxes, Segments)
    sure = np.sort(seen.said.confidence[0].ravel())
    assert np.asarray(boxes.width)[::4] == pytest.approx(0.5 + 3.6 * sure, abs=1e-5)
    assert len(np.asarray(boxes.x0)) == 4 * 128


def test_maps_are_as_strong_as_their_cells(result: Result) -> None:
    seen = look(result, WHOSE)
    filled = figures._layer(CONFIDENCE, seen)[0]
    assert isinstance(filled, Rectangles)
    assert int(np.asarray(filled.opacity).argmax()) == int(seen.said.confidence[0].max(axis=-1).argmax())
    cost = figures._layer(LOSS, seen)[0]
    assert isinstance(cost, Rectangles)
    assert int(np.asarray(cost.opacity).argmax()) == int(seen.loss.parts.sum(axis=-1).argmax())


def test_the_numbers_beside_the_picture_are_the_cell_s(result: Result) -> None:
    seen = look(result, MOVED)
    assert five(seen).lines[1][1:3] == ("8.00*", "1.00")
    assert pixels(result, seen).lines[0][1].endswith("= 112.0")
    rows = loss(result, seen).lines
    assert [row[0].split(",")[0].split(" ×")[0] for row in rows[1:-1]] == ["xy", "wh", "object", "no object", "class"]
    assert float(rows[-1][2]) == pytest.approx(seen.loss.parts.sum(), abs=1e-3)
    assert signed(-0.001) == "0.00"
    assert signed(-1.5) == "\N{MINUS SIGN}1.50"


def test_a_resized_picture_says_where_the_box_lies_in_the_original() -> None:
    wide = store().find(STRETCHED.run()).result
    seen = look(wide, STRETCHED)
    assert pixels(wide, seen).note.startswith("in the original 206, 87 to 265, 123")
    drawn = fitted_pictures(wide, STRETCHED)
    assert len(drawn) == 3
    assert all(jpeg[:2] == b"\xff\xd8" for _, jpeg in drawn)
    assert "3 of 8 things found" in drawn[1][0]


def test_the_chart_says_how_many_find_a_cell() -> None:
    picture = cells_with_things(80, 55, False)
    assert "55 of 80" in picture.alt
    assert "on 7" in picture.alt


@pytest.mark.parametrize("dark", [False, True])
def test_the_card_is_a_picture(dark: bool) -> None:
    root = ElementTree.fromstring(inside_yolo_card(dark))
    assert len(root.findall(".//{http://www.w3.org/2000/svg}rect")) > 70
