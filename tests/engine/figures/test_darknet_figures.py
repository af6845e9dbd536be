"""What the stage is sent for an imported network: blocks, costs, the photograph, and read-outs that agree with them."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from engine.darknet import samples
from engine.darknet.scenes import SCENES
from engine.darknet.view import View, kept
from engine.detection.experiment import jpeg_of
from engine.figures import cards_darknet, darknet
from engine.runs.store import store


def drawn(view):
    result = store().find(view.run()).result
    payload = darknet.board(result, view, jpeg_of(view.photograph), "credit", "1")
    return result, {panel["name"]: panel for panel in payload["panels"]}


def test_blocks_are_in_order_and_as_wide_as_the_panel():
    result, _ = drawn(View(network=samples.YOLO3))
    left, right = darknet.places(result)
    assert left[0] == pytest.approx(0)
    assert right[-1] == pytest.approx(1)
    assert (right > left).all()
    assert (left[1:] > right[:-1]).all()
    wide = right - left
    assert wide[12] > wide[0], "1024 channels are wider than 16"


def test_routes_are_curves_and_a_plain_network_has_none():
    for network, count in ((samples.YOLO3, 2), (samples.FACE, 0)):
        _, panels = drawn(View(network=network))
        curves = [mark for mark in panels["net"]["marks"] if mark["kind"] == "line"]
        assert len(curves) == count
    assert {
        mark["hover"] for mark in drawn(View(network=samples.YOLO3))[1]["net"]["marks"] if mark["kind"] == "line"
    } == {
        "layer 17 reads layer 13",
        "layer 20 reads layer 8",
    }


def test_the_readout_is_of_the_chosen_layer_and_beyond_the_last_of_the_last():
    _, panels = drawn(View(layer=10))
    rows = {row[0]: row[1] for row in panels["layer"]["lines"]}
    assert panels["layer"]["title"] == "Layer 10"
    assert rows["gives"] == "13 × 13 × 512"
    assert rows["parameters"].startswith("1\u2009180\u2009160 (74 %)")
    assert rows["multiply-adds"].startswith("199 million")
    assert drawn(View(layer=300))[1]["layer"]["title"] == "Layer 13"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_boxes_of_every_scene_are_those_that_stay(scene):
    result, panels = drawn(scene.config)
    stay = kept(result, scene.config)
    outlines = [mark for mark in panels["photo"]["marks"] if mark["kind"] == "line"]
    assert len(outlines) == len(stay)
    assert panels["way"]["lines"][-1][1] == str(len(stay))
    assert panels["photo"]["alt"]


def test_the_photograph_lies_in_colour_under_its_boxes():
    result, panels = drawn(View())
    picture = panels["photo"]["marks"][0]
    assert picture["kind"] == "image"
    assert [picture[side] for side in ("x0", "x1", "y0", "y1")] == [0, result.width, 0, result.height]
    image = Image.open(io.BytesIO(base64.b64decode(picture["pictures"][0].split(",")[1])))
    shipped = Image.open(io.BytesIO(jpeg_of(View().photograph))).convert("RGB").resize(image.size)
    assert np.abs(np.asarray(image.convert("RGB"), int) - np.asarray(shipped, int)).mean() < 6
    assert len(picture["pictures"][0]) < 120_000


def test_the_card_shows_all_blocks():
    for dark in (False, True):
        card = cards_darknet.darknet_card(dark)
        assert card.count("<rect") == 1 + 2 * 14
        assert "nan" not in card
