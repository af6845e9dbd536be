"""A page with the race stage on it, mounted from its real modules, and the small races it is tested with."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness import serving

STEPS = 60
Harness = Callable[..., Page]


def packed(array: np.ndarray, dtype: str = "float32") -> dict[str, Any]:
    values = np.ascontiguousarray(array, dtype=np.dtype(dtype).newbyteorder("<"))
    return {"dtype": dtype, "shape": list(values.shape), "base64": base64.b64encode(values.tobytes()).decode()}


def racer(name: str, rate: float, marker: str, color: str) -> dict[str, Any]:
    """Plain gradient descent on x² + y² from (−2, 1): after k steps (1 − 2 rate)ᵏ of the start, by algebra."""
    factor = (1 - 2 * rate) ** np.arange(STEPS + 1)
    diverged = np.flatnonzero(np.abs(factor) > 1000)
    diverged_at = int(diverged[0]) if diverged.size else None
    if diverged_at is not None:
        factor[diverged_at:] = factor[diverged_at - 1]
    path = factor[:, None] * np.array([-2.0, 1.0])
    loss = (path**2).sum(axis=1)
    valley = np.flatnonzero(loss >= 0.1)
    valley_at = None if diverged_at is not None or valley.size == STEPS + 1 else int(valley[-1]) + 1
    return {
        "id": name,
        "label": name.capitalize(),
        "style": {"light": color, "dark": color, "dash": [], "marker": marker, "width": 2.0},
        "path": packed(path),
        "loss": packed(loss),
        "gradient": packed(2 * path),
        "velocity": None,
        "square": packed(4 * path**2) if name == "slow" else None,
        "rate": packed(np.full((STEPS + 1, 2), rate)),
        "valley_at": valley_at,
        "left_at": None,
        "diverged_at": diverged_at,
        "length": 1.0,
    }


def bowl(**changes: Any) -> dict[str, Any]:
    """A race of three on the bowl x² + y² in [−3, 3] × [−2, 2], whose level L is the circle of radius √L."""
    x = np.linspace(-3, 3, 121)
    y = np.linspace(-2, 2, 81)
    payload = {
        "kind": "race",
        "revision": "bowl",
        "labels": {"x": "w₁", "y": "w₂"},
        "surface": {
            "name": "Bowl",
            "x": [-3, 3],
            "y": [-2, 2],
            "z": packed(x[None, :] ** 2 + y[:, None] ** 2),
            "levels": [0.25, 1.0, 2.25, 4.0, 6.25],
            "minima": [[0, 0, 0]],
            "exact": True,
        },
        "start": [-2, 1],
        "steps": STEPS,
        "valley": 0.1,
        "floor": 0.0,
        "racers": [
            racer("slow", 0.01, "disc", "#12161C"),
            racer("quick", 0.1, "square", "#1F84C6"),
            racer("wild", 1.5, "star", "#D05500"),
        ],
        "selected": "slow",
        "view": "2d",
        "overlays": {"gradient": True, "step": True, "velocity": False, "square": False},
        "read_only": False,
    }
    return payload | changes


@pytest.fixture(scope="module")
def race_address() -> Iterator[str]:
    with serving() as url:
        yield url


@pytest.fixture
def harness(browser: Browser, race_address: str) -> Iterator[Harness]:
    """Return `open(payload, width, height, theme)`: a page with the race mounted; script errors fail the test."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_(
        payload: dict[str, Any] | None = None,
        width: int = 1280,
        height: int = 800,
        theme: str = "light",
        **context: Any,
    ) -> Page:
        page = browser.new_page(viewport={"width": width, "height": height}, **context)
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{race_address}/harness.html?theme={theme}")
        page.wait_for_function("window.harness?.ready")
        page.evaluate("payload => harness.stage.update(payload)", payload or bowl())
        return page

    yield open_
    for page in pages:
        page.close()
    assert errors == []


def inspect(page: Page, expression: str) -> Any:
    return page.evaluate(f"(() => {{ const shown = harness.stage.inspect(); return {expression}; }})()")


def go_to(page: Page, step: float) -> None:
    page.evaluate("step => { harness.stage.transport.setPosition(step); harness.stage.drawNow(); }", step)


def canvas_point(page: Page, x: float, y: float) -> tuple[float, float]:
    box = page.locator(".picture-canvas").bounding_box()
    assert box is not None
    px, py = inspect(page, f"shown.view.project({x}, {y})")
    return box["x"] + px, box["y"] + py


def crowd(count: int = 12) -> dict[str, Any]:
    """Twelve racers that all end close to the minimum, or wander: the worst case for labels."""
    markers = ["disc", "square", "star", "diamond", "ring", "cross"]
    generator = np.random.default_rng(3)
    racers = []
    for index in range(count):
        one = racer(f"racer {index}", 0.02 + 0.03 * index, markers[index % 6], "#12161C")
        path = np.outer(0.95 ** np.arange(STEPS + 1), [-2.0, 1.0]) + np.cumsum(
            generator.normal(0, 0.05, (STEPS + 1, 2)), axis=0
        )
        racers.append(one | {"path": packed(path), "label": f"Optimizer {index}"})
    return bowl(racers=racers, selected="racer 3", revision=f"crowd {count}")
