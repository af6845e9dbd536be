"""A page with the network stage on it, mounted through main.js as Streamlit does it, and payloads made by hand."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness import serving

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
OpenStage = Callable[..., Page]


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
def network_address(tmp_path_factory) -> Iterator[str]:
    file = Path(tmp_path_factory.mktemp("stage") / "network.html")
    file.write_text(PAGE, encoding="utf-8")
    with serving({"/network.html": file}) as found:
        yield f"{found}/network.html"


@pytest.fixture
def open_stage(browser: Browser, network_address: str) -> Iterator[OpenStage]:
    """Return `open_stage(payload, width=1160, height=760)`: a page that shows it; script errors fail the test."""
    contexts, errors = [], []

    def open_(data: dict, width: int = 1160, height: int = 760) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(network_address)
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
