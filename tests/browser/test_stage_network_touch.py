"""The network stage in a real Chromium: playing, scrubbing, live runs, pointer and keys."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.figures.theme import LIGHT
from tests.browser.network_page import (
    HIDDEN,
    LINEAR,
    OUTPUT,
    epoch_of,
    learning,
    map_colors,
    node_place,
    payload,
    settle,
    text_of,
)

pytestmark = pytest.mark.browser


def test_playback_runs_and_pauses_on_a_whole_epoch(open_stage):
    page = open_stage(learning(40, running=False, revision="done"))
    assert epoch_of(page) == 40  # a finished run shows its end
    page.keyboard.press("Space")  # from the end it plays from the start
    page.wait_for_function("probe().transport.playing && probe().epoch > 2 && probe().epoch < 39")
    page.keyboard.press("Space")
    settle(page)
    epoch = epoch_of(page)
    assert epoch == int(epoch)
    assert text_of(page, ".tp-number") == str(int(epoch))
    loss = float(text_of(page, ".nn-number-value"))
    assert loss == pytest.approx(0.7 * np.exp(-epoch / 20), abs=0.006)


def test_arrows_step_and_the_best_epoch_is_marked(open_stage):
    page = open_stage(learning(40, running=False, revision="done"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    assert epoch_of(page) == 39
    epoch = np.arange(41)
    best = int(np.argmin(0.7 * np.exp(-epoch / 20) + 0.001 * np.maximum(0, epoch - 12)))
    assert f"at epoch {best}" in page.evaluate("find('.tp-events i').title")


def test_live_updates_keep_the_canvas_and_follow(open_stage):
    page = open_stage(learning(5, running=True, revision="a"))
    page.evaluate("find('.nn-canvas').mark = 'the same'")
    assert epoch_of(page) == 5
    assert text_of(page, ".nn-training") == "training…"
    assert text_of(page, ".tp-total").strip() == "/ 40"
    for epochs in (9, 14):
        page.evaluate("data => { show(data); }", learning(epochs, running=True, revision=f"b{epochs}"))
        settle(page)
        assert epoch_of(page) == epochs
    assert page.evaluate("find('.nn-canvas').mark") == "the same"
    page.evaluate("data => { show(data); }", learning(40, running=False, revision="done"))
    settle(page)
    assert epoch_of(page) == 40
    assert text_of(page, ".nn-training") == ""
    assert page.evaluate("find('.nn-canvas').mark") == "the same"


def test_scrubbing_back_while_training_stays_until_the_newest_is_asked_for(open_stage):
    page = open_stage(learning(10, running=True, revision="a"))
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert epoch_of(page) == 6
    page.evaluate("data => { show(data); }", learning(15, running=True, revision="b"))
    settle(page)
    assert epoch_of(page) == 6
    # The future of a training cannot be shown: asking for it gives the newest epoch, and following again.
    page.evaluate("find('.tp-track').focus()")
    page.keyboard.press("End")
    assert epoch_of(page) == 15
    page.evaluate("data => { show(data); }", learning(20, running=True, revision="c"))
    settle(page)
    assert epoch_of(page) == 20


def test_another_run_shows_its_own_end(open_stage):
    page = open_stage(learning(40, running=False, revision="done"))
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    other = payload(np.random.default_rng(9).normal(size=(26, 13)), [HIDDEN, OUTPUT], revision="other")
    page.evaluate("data => { show(data); }", other)
    settle(page)
    assert epoch_of(page) == 25


def test_pointing_at_a_neuron_enlarges_its_map(open_stage):
    # Neuron 2 answers tanh(4 y): its map is blue above, orange below, whatever the output looks like.
    kernel = np.array([[1.0, 0.0, 0.0], [0.0, 4.0, 0.0]])
    weights = np.concatenate([kernel.ravel(), [0.0, 0.0, -0.7], [1.0, -2.0, 0.5], [0.1]])
    page = open_stage(payload(weights, [HIDDEN, OUTPUT], epochs=[0]))
    assert text_of(page, ".nn-map .chart-title") == "Output"
    page.mouse.move(*node_place(page, 0, 1))
    page.wait_for_function("find('.nn-map .chart-title').textContent === 'Layer 1 · neuron 2'")
    above, below = map_colors(page, [(0.5, 0.02), (0.5, 0.98)])
    blue, orange = (tuple(int(color[k : k + 2], 16) for k in (1, 3, 5)) for color in (LIGHT.positive, LIGHT.negative))
    assert np.abs(above - blue).max() < 50  # 86 % of the theme's colour, the rest is page
    assert np.abs(below - orange).max() < 50
    page.mouse.move(5, 5)
    page.wait_for_function("find('.nn-map .chart-title').textContent === 'Output'")


def test_pointing_at_a_line_names_its_ends(open_stage):
    page = open_stage(payload(LINEAR, [OUTPUT], epochs=[0]))
    (x0, y0), (x1, y1) = node_place(page, -1, 0), node_place(page, 0, 0)
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2)
    page.wait_for_function("probe().focus?.edge")
    ends = page.evaluate("[probe().focus.edge.from.name, probe().focus.edge.to.name]")
    assert ends == ["x", "Output"]


def test_neurons_can_be_reached_by_keyboard(open_stage):
    page = open_stage(learning(10, running=False, revision="done"))
    page.evaluate("find('.nn-key').focus()")
    assert page.evaluate("probe().focus.node.name") == "x"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    name = page.evaluate("probe().focus.node.name")
    assert name.startswith("Layer 1 · neuron")
    page.wait_for_function("name => find('.nn-map .chart-title').textContent === name", arg=name)
    label = page.evaluate("find('.nn-canvas').getRootNode().activeElement.getAttribute('aria-label')")
    assert label.startswith(f"{name}: bias ")
    assert epoch_of(page) == 10  # here the arrows move between neurons, not in time
    page.keyboard.press("Escape")
    page.wait_for_function("probe().focus === null")


def test_saved_picture_is_a_png(open_stage):
    page = open_stage(learning(4, running=False, revision="done"))
    with page.expect_download() as waiting:
        page.evaluate("find('.nn-save').click()")
    assert waiting.value.suggested_filename == "network-epoch-4.png"
    image = Image.open(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert image.format == "PNG"
    assert image.width > 800


def test_leaving_the_page_cleans_up(open_stage):
    page = open_stage(learning(4, running=False, revision="done"))
    page.evaluate("leave()")
    assert page.evaluate("find('.nn-canvas')") is None
