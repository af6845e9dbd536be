"""The network stage in a real Chromium, mounted through main.js as Streamlit does it, with payloads made by hand."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from engine.figures.theme import CATEGORICAL, LIGHT, VALIDATION
from tests.browser.harness import serving

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  :root { --st-background-color: #FFFFFF; --st-secondary-background-color: #F4F6F8; --st-text-color: #12161C;
    --st-border-color: #DCE1E7; --st-primary-color: #0067A8; --st-font: sans-serif; }
  body { margin: 8px; }
</style>
<div id="host"></div>
<script type="module">
  import main, { unmount } from "/stage/main.js";
  import { stageOf } from "/stage/base.js";
  const shadow = document.getElementById("host").attachShadow({ mode: "open" });
  shadow.innerHTML = '<div class="stage"></div>';
  const nothing = () => {};
  window.show = (data) => main({ data, parentElement: shadow, setStateValue: nothing, setTriggerValue: nothing });
  window.leave = () => unmount(shadow);
  window.probe = () => stageOf(shadow, "network", () => null).probe;
  window.find = (selector) => shadow.querySelector(selector);
</script>"""

HIDDEN = {"units": 3, "activation": "tanh", "batch_normalization": False}
OUTPUT = {"units": 1, "activation": "sigmoid", "output": True}
DOMAIN = {"x": [-6.0, 6.0], "y": [-6.0, 6.0]}
LINEAR = [2.0, -1.0, 0.5]  # P = 0.5 where 2 x - y + 0.5 = 0


def packed(values, dtype: str = "float32") -> dict:
    array = np.ascontiguousarray(values, dtype=dtype)
    return {"dtype": dtype, "shape": list(array.shape), "base64": base64.b64encode(array.tobytes()).decode()}


def curves(epochs: int) -> dict:
    epoch = np.arange(epochs + 1)
    loss = 0.7 * np.exp(-epoch / 20)
    validation = 0.7 * np.exp(-epoch / 20) + 0.001 * np.maximum(0, epoch - 12)
    return {
        "epoch": packed(epoch, "int32"),
        "loss": packed(loss),
        "validation_loss": packed(validation),
        "metric": packed(1 - loss / 2),
        "validation_metric": packed(1 - validation / 2),
        "metric_name": "accuracy",
        "band": None,
    }


def payload(
    weights, layers, *, revision="one", running=False, epochs=None, total=40, task="binary", classes=2, **more
) -> dict:
    """A payload whose snapshots are the rows of `weights`, one an epoch unless `epochs` says otherwise."""
    weights = np.atleast_2d(weights)
    epochs = np.arange(len(weights)) if epochs is None else np.asarray(epochs)
    grid = np.random.default_rng(5).uniform(-5, 5, (60, 2))
    return {
        "kind": "network",
        "revision": revision,
        "running": running,
        "task": task,
        "classes": classes,
        "class_names": [f"class {k + 1}" for k in range(classes)],
        "domain": DOMAIN,
        "features": ["x", "y"],
        "layers": layers,
        "points": {
            "x": packed(grid),
            "target": packed(grid[:, 0] > 0),
            "validation": packed(np.arange(60) % 3 == 0, "uint8"),
        },
        "snapshots": {"epoch": packed(epochs, "int32"), "weights": packed(weights)},
        "curves": curves(int(epochs[-1]) if len(epochs) else 0),
        "total_epochs": total,
        "loss_name": "cross-entropy",
        "versus": None,
        **more,
    }


def learning(epochs: int, running: bool, revision: str) -> dict:
    """A run of 2-3-1 up to `epochs`: weights drift, the same ones for every length of the run."""
    first = np.random.default_rng(1).normal(0, 0.8, 13)
    drift = np.random.default_rng(2).normal(0, 0.05, 13)
    weights = first + np.arange(epochs + 1)[:, None] * drift
    return payload(weights, [HIDDEN, OUTPUT], running=running, revision=revision)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    file = Path(tmp_path_factory.mktemp("stage") / "network.html")
    file.write_text(PAGE, encoding="utf-8")
    with serving({"/network.html": file}) as found:
        yield f"{found}/network.html"


OpenStage = Callable[..., Page]


@pytest.fixture
def open_stage(browser: Browser, address: str) -> Iterator[OpenStage]:
    """Return `open_stage(payload, width=1160, height=760)`: a page that shows it; script errors fail the test."""
    contexts, errors = [], []

    def open_(data: dict, width: int = 1160, height: int = 760) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        page.wait_for_function("window.show !== undefined")
        page.evaluate("data => { show(data); }", data)
        page.wait_for_function("window.find('.nn-canvas')?.getAttribute('aria-label')")
        settle(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


def settle(page: Page) -> None:
    """Wait until the fine maps are drawn: they come 180 ms after the last movement."""
    page.wait_for_timeout(320)


def epoch_of(page: Page) -> float:
    return page.evaluate("probe().epoch")


def text_of(page: Page, selector: str) -> str:
    return page.evaluate("selector => find(selector).textContent", selector)


def node_place(page: Page, layer: int, unit: int) -> tuple[float, float]:
    """Where the centre of a node is on the page."""
    x, y = page.evaluate(
        """([layer, unit]) => {
            const node = probe().layout.nodes.find((one) => one.layer === layer && one.unit === unit);
            const box = find('.nn-canvas').getBoundingClientRect();
            return [box.left + node.x, box.top + node.y];
        }""",
        [layer, unit],
    )
    return x, y


def map_colors(page: Page, points: list[tuple[float, float]]) -> np.ndarray:
    """Colours of the output map's canvas at points given as parts of its width and height (from the top left)."""
    return np.asarray(
        page.evaluate(
            """(points) => {
                const canvas = find('.nn-map-canvas');
                const context = canvas.getContext('2d');
                const { width, height } = canvas;
                const pixel = (x, y) => context.getImageData(Math.round(x * width), Math.round(y * height), 1, 1).data;
                return points.map(([x, y]) => Array.from(pixel(x, y)).slice(0, 3));
            }""",
            points,
        )
    )


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


def test_saved_picture_is_a_png(open_stage):
    page = open_stage(learning(4, running=False, revision="done"))
    with page.expect_download() as waiting:
        page.evaluate("find('.nn-save').click()")
    assert waiting.value.suggested_filename == "network-epoch-4.png"
    image = Image.open(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert image.format == "PNG"
    assert image.width > 800


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


def test_leaving_the_page_cleans_up(open_stage):
    page = open_stage(learning(4, running=False, revision="done"))
    page.evaluate("leave()")
    assert page.evaluate("find('.nn-canvas')") is None
