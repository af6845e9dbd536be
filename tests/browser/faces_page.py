"""A page with the stage of faces on it, mounted through main.js, and sheets whose colours are known."""

from __future__ import annotations

from typing import Any

import numpy as np
from playwright.sync_api import Page

from engine.figures.packing import picture_address

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
  window.sent = [];
  const note = (name, value) => { sent.push([name, value]); };
  window.show = (data) => main({ data, parentElement: shadow, setStateValue: note, setTriggerValue: note });
  window.leave = () => unmount(shadow);
  window.faces = () => stageOf(shadow, "faces", () => null);
  window.find = (selector) => shadow.querySelector(selector);
</script>"""
SIDE = 8
COLUMNS, ROWS, MOMENTS, PLANE, WALK, STRENGTHS = 4, 3, 3, 5, 9, 5


def sheet(colors: np.ndarray, columns: int) -> str:
    """A sheet whose faces are of one colour each, (n, 3); its address."""
    rows = -(-len(colors) // columns)
    whole = np.zeros((rows * columns, 3), np.uint8)
    whole[: len(colors)] = colors
    tiles = np.broadcast_to(whole[:, None, None], (rows * columns, SIDE, SIDE, 3))
    tiles = tiles.reshape(rows, columns, SIDE, SIDE, 3).swapaxes(1, 2).reshape(rows * SIDE, columns * SIDE, 3)
    return picture_address(tiles)


def grid_colors(moment: int) -> np.ndarray:
    """Colours of the grid's faces at a moment: red says which face, green which moment."""
    count = COLUMNS * ROWS
    return np.stack([20 * np.arange(count), np.full(count, 100 * moment), np.full(count, 128)], axis=1)


def plane_colors() -> np.ndarray:
    """Colours of the plane's faces: red rises to the right, green downwards."""
    row, column = np.divmod(np.arange(PLANE**2), PLANE)
    return np.stack([60 * column, 60 * row, np.zeros_like(row)], axis=1)


def payload(view: str = "grid", revision: str = "one", **more: Any) -> dict[str, Any]:
    """A payload of one view."""
    steps = [0, 100, 400][:MOMENTS]
    chart = {
        "title": "Kernel distance",
        "note": "",
        "x": steps,
        "x_label": "step",
        "series": [{"name": "distance", "y": [3, 2, 1], "style": {"light": "#12161C", "dark": "#E8ECF1", "dash": []}}],
        "follows": view == "grid",
        "at": 400,
        "alt": "Falls.",
    }
    parts = {
        "grid": {"columns": COLUMNS, "rows": ROWS, "steps": steps}
        | {"sheets": [sheet(grid_colors(moment), COLUMNS) for moment in range(MOMENTS)]},
        "plane": {"sheet": sheet(plane_colors(), PLANE), "count": PLANE, "low": -0.5, "high": 1.5}
        | {"marks": [{"name": "A", "x": 0, "y": 0}, {"name": "B", "x": 1, "y": 0}, {"name": "C", "x": 0, "y": 1}]},
        "walk": {"sheet": sheet(np.stack([28 * np.arange(WALK)] * 3, axis=1), 5), "columns": 5, "count": WALK},
        "attributes": {
            "sheet": sheet(np.stack([25 * np.arange(2 * STRENGTHS)] * 3, axis=1), STRENGTHS),
            "rows": [
                {"name": "Glasses", "low": "none", "high": "thick", "at": 0.0},
                {"name": "Smile", "low": "sad", "high": "wide", "at": 1.0},
            ],
            "strengths": [-2.0, -1.0, 0.0, 1.0, 2.0],
        },
        "neighbours": {
            "sheet": sheet(np.stack([30 * np.arange(7)] * 3, axis=1), 7),
            "columns": 7,
            "distances": [0.1, 0.11, 0.12, 0.13, 0.14, 0.15],
            "caption": "The nearest",
            "own": 0.1,
            "groups": [
                {"name": "Generated", "values": [0.1, 0.12], "median": 0.11, "light": "#1F84C6", "dark": "#66BDF2"},
                {"name": "New", "values": [0.1, 0.13], "median": 0.115, "light": "#B07000", "dark": "#F0B02E"},
            ],
        },
        "quiz": {
            "sheet": sheet(np.stack([60 * np.arange(4)] * 3, axis=1), 4),
            "columns": 4,
            "pairs": [[0, 1], [2, 3]],
            "fake": [1, 0],
            "hints": [{"name": "Eyes", "box": [0.2, 0.3, 0.6, 0.2], "text": "Look at the eyes."}],
            "score": {"right": 0, "total": 0},
        },
    }
    return {
        "kind": "faces",
        "view": view,
        "revision": f"{revision}.{view}",
        "series": "drawn",
        "running": False,
        "side": SIDE,
        "at": None,
        "can_train": True,
        "faces": [0, 1, 2],
        view: parts[view],
        "reads": {"words": ["A word."], "charts": [chart]},
    } | more


def show(page: Page, data: dict[str, Any]) -> None:
    """Hand a payload to the stage and wait until it is drawn."""
    page.evaluate("data => { show(data); }", data)
    page.wait_for_function("revision => find('.stage')?.dataset.revision === revision", arg=data["revision"])


def inspect(page: Page) -> dict[str, Any]:
    """What the stage says it shows."""
    return page.evaluate("faces().inspect()")


def color_at(page: Page, x: float, y: float, selector: str = ".faces-canvas") -> list[int]:
    """The colour [r, g, b] of a canvas at a place in CSS pixels from its corner."""
    return page.evaluate(
        """([selector, x, y]) => {
            faces().drawNow();
            const canvas = find(selector);
            const ratio = canvas.width / canvas.getBoundingClientRect().width;
            const pixel = canvas.getContext("2d").getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data;
            return Array.from(pixel).slice(0, 3);
        }""",
        [selector, x, y],
    )


def large(page: Page) -> list[int]:
    """The colour in the middle of the large face."""
    return color_at(page, 60, 60, ".faces-large")
