"""The network stage in a real Chromium: lines, maps, colours and captions are what algebra says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.figures.theme import CATEGORICAL, VALIDATION
from tests.browser.network_page import (
    HIDDEN,
    LINEAR,
    OUTPUT,
    epoch_of,
    learning,
    map_colors,
    packed,
    payload,
    settle,
    text_of,
)

pytestmark = pytest.mark.browser


def test_decision_line_lies_where_algebra_says(open_stage):
    page = open_stage(payload(LINEAR, [OUTPUT], epochs=[0]))
    (line,) = page.evaluate("probe().lines()")
    x, y = np.asarray(line).reshape(-1, 2).T
    assert len(x) > 100
    np.testing.assert_allclose(2 * x - y + 0.5, 0, atol=2e-3)
    # It crosses the whole square, from the lower edge to the upper one.
    assert y.min() == pytest.approx(-6, abs=1e-6)
    assert y.max() == pytest.approx(6, abs=1e-6)


def test_blue_is_where_the_probability_is_above_one_half(open_stage):
    no_points = {"x": packed(np.zeros((0, 2))), "target": packed([]), "validation": packed([], "uint8")}
    page = open_stage(payload(LINEAR, [OUTPUT], epochs=[0], points=no_points))
    right, left = map_colors(page, [(0.9, 0.9), (0.1, 0.1)])
    assert right[2] > right[0] + 60  # 2 x - y + 0.5 is far above 0: the blue of the theme
    assert left[0] > left[2] + 60  # far below: its orange


def test_class_borders_lie_where_two_logits_are_equal(open_stage):
    kernel = np.array([[1.0, -1.0, 0.0], [0.5, 0.5, -1.0]])
    bias = np.array([0.2, -0.1, 0.0])
    output = {"units": 3, "activation": "softmax", "output": True}
    weights = np.concatenate([kernel.ravel(), bias])
    page = open_stage(payload(weights, [output], epochs=[0], task="multiclass", classes=3))
    borders = page.evaluate("probe().lines()")
    assert len(borders) == 3
    for own, line in enumerate(borders):
        points = np.asarray(line).reshape(-1, 2)
        logits = points @ kernel + bias
        best_other = np.max(np.delete(logits, own, axis=1), axis=1)
        # Probabilities bend between grid points 0.1 apart, so the border is a little off, by less than one point.
        assert np.max(np.abs(logits[:, own] - best_other)) < 0.06


def test_class_colours_are_those_of_the_theme(open_stage):
    page = open_stage(payload(LINEAR, [OUTPUT], epochs=[0]))
    styles = page.evaluate("import('/stage/maps.js').then((maps) => maps.CLASS_STYLES)")
    assert [(style["light"], style["dark"]) for style in styles] == [(one.light, one.dark) for one in CATEGORICAL]
    validation = page.evaluate("import('/stage/network_readouts.js').then((one) => one.CURVE_STYLES.validation)")
    assert (validation["light"], validation["dark"], tuple(validation["dash"])) == (
        VALIDATION.light,
        VALIDATION.dark,
        VALIDATION.dash,
    )


def test_pictures_say_what_they_show(open_stage):
    page = open_stage(learning(10, running=False, revision="done"))
    labels = page.evaluate(
        "[...find('.stage').querySelectorAll('canvas')].map((one) => one.getAttribute('aria-label'))"
    )
    roles = page.evaluate("[...find('.stage').querySelectorAll('canvas')].map((one) => one.getAttribute('role'))")
    assert set(roles) == {"img"}
    assert labels[0] == "Network at epoch 10: 2 inputs, 3 tanh. Press Tab to go through its neurons."
    assert "60 data points" in labels[1]
    unnamed = page.evaluate(
        """() => [...find('.stage').querySelectorAll('button')]
            .filter((one) => !one.getAttribute('aria-label') && !one.textContent).length"""
    )
    assert unnamed == 0


def test_weights_that_are_not_numbers_are_said_and_not_coloured(open_stage):
    page = open_stage(payload([[0.5, 0.5, 0.0], [np.nan, np.nan, np.nan]], [OUTPUT]))
    assert text_of(page, ".nn-map .chart-note") == "the weights are no longer numbers"
    assert page.evaluate("probe().lines().flat()") == []


def test_no_snapshot_yet_is_no_error(open_stage, browser):
    page = open_stage(learning(3, running=False, revision="before"))
    empty = payload(np.zeros((0, 13)), [HIDDEN, OUTPUT], running=True, revision="empty")
    page.evaluate("data => { show(data); }", empty)
    settle(page)
    assert text_of(page, ".nn-training") == "training…"
    page.evaluate("data => { show(data); }", learning(2, running=True, revision="first"))
    settle(page)
    assert epoch_of(page) == 2


def test_two_networks_side_by_side(open_stage):
    data = payload(LINEAR, [OUTPUT], epochs=[0])
    data["versus"] = {key: data[key] for key in ("features", "layers", "snapshots", "curves")} | {"label": "rate 0.3"}
    page = open_stage(data)
    badges = page.evaluate("[...find('.stage').querySelectorAll('.nn-map-badge')].map((one) => one.textContent)")
    assert badges == ["A", "B · rate 0.3"]
    first, second = page.evaluate(
        "[...find('.stage').querySelectorAll('.nn-map-canvas')].map((one) => one.getBoundingClientRect().toJSON())"
    )
    assert first["y"] == second["y"]
    assert first["right"] < second["left"]


@pytest.mark.parametrize("depth", [0, 6])
def test_largest_and_smallest_networks_stay_in_the_picture(open_stage, depth):
    layers = [{"units": 32, "activation": "relu", "batch_normalization": False}] * depth + [OUTPUT]
    sizes = [2, *[32] * depth, 1]
    total = sum(before * after + after for before, after in pairwise(sizes))
    weights = np.random.default_rng(4).normal(0, 0.2, (2, total))
    page = open_stage(payload(weights, layers))
    outside, overlapping = page.evaluate(
        """() => {
            const { nodes, width, height } = probe().layout;
            const beyond = (place, size, limit) => place - size / 2 < 0 || place + size / 2 > limit;
            const outside = nodes.filter((n) => beyond(n.x, n.size, width) || beyond(n.y, n.size, height));
            const away = (a, b) => Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));
            const over = nodes.flatMap((a, i) =>
                nodes.slice(i + 1).filter((b) => away(a, b) < (a.size + b.size) / 2 - 0.01));
            return [outside.length, over.length];
        }"""
    )
    assert (outside, overlapping) == (0, 0)


def test_on_a_phone_the_answer_comes_first(open_stage):
    page = open_stage(learning(10, running=False, revision="done"), width=390, height=844)
    tops = page.evaluate(
        "['.nn-map', '.nn-picture', '.nn-transport', '.nn-reads'].map((one) => find(one).getBoundingClientRect().top)"
    )
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    smallest = page.evaluate("Math.min(...probe().layout.nodes.map((node) => node.size))")
    assert smallest >= 30
