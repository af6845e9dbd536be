"""What the detection stage is sent, and the annotated picture."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
from PIL import Image

from engine.detection.experiment import jpeg_of
from engine.detection.view import View, choose, judge
from engine.figures import cards_detection, detection, detection_charts
from engine.runs.store import store

VIEW = View(truth="cat 405 0 760 299")


def decoded(packed, dtype):
    return np.frombuffer(base64.b64decode(packed["base64"]), dtype).reshape(packed["shape"])


def shipped():
    result = store().find(VIEW.run()).result
    choice = choose(result, VIEW)
    return result, choice, judge(result, choice, VIEW)


def test_candidates_travel_small_and_right():
    result, choice, judgement = shipped()
    made = detection.payload(result, VIEW, choice, judgement, jpeg_of("busy"), "credit", "1")
    sent = json.loads(json.dumps(made, allow_nan=False))
    np.testing.assert_allclose(decoded(sent["boxes"], "<u2") / 16, result.boxes, atol=1 / 32 + 1e-6)
    np.testing.assert_allclose(decoded(sent["score"], "<u2") / 65535, result.score, atol=1e-5)
    np.testing.assert_array_equal(decoded(sent["class"], "u1"), result.kind)
    np.testing.assert_array_equal(decoded(sent["kept"], "<i4"), choice.kept)
    assert sent["truth"][0]["name"] == "cat"
    assert sent["truth"][0]["overlap"] > 0.9
    assert sum(place >= 0 for place in sent["given"]) == 1
    assert len(json.dumps(sent)) < 400_000
    assert set(sent["colors"]) == {str(kind) for kind in result.kind[choice.kept]}


def test_the_annotated_picture_has_its_boxes():
    result, choice, _ = shipped()
    image = np.asarray(Image.open(io.BytesIO(detection.annotated_png(result, choice, jpeg_of("busy")))))
    assert image.shape == (600, 800, 3)
    best = choice.kept[0]
    color = detection.colors(result, choice)[int(result.kind[best])]
    left, _, _, bottom = result.boxes[best]
    expected = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
    assert image[int(bottom) - 20, int(left) + 1].tolist() == expected
    small = detection.annotated(jpeg_of("busy"), result.boxes[choice.kept], ["a"] * 7, ["#000000"] * 7, longest=480)
    assert small.size == (480, 360)


def test_charts_and_card_are_drawn_in_both_appearances():
    _, _, judgement = shipped()
    for dark in (False, True):
        assert "recall 1.00" in detection_charts.precision_recall(judgement, dark).alt
        drawn = detection_charts.over_time([0.0, 0.5, 1.0], {"cat": [0, 1, 1]}, "cat", [], dark)
        assert "no event" in drawn.alt
        card = cards_detection.detection_card(dark)
        assert card.count("<rect") >= 4
        assert len(card) < 120_000
