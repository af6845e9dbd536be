"""A page with a board on it, mounted through main.js as Streamlit does it, and the boards it is tested with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from engine.figures.board import (
    Axis,
    Board,
    Panel,
    payload,
)
from engine.figures.theme import Series
from tests.browser.harness import serving

OpenBoard = Callable[..., Page]

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  @font-face { font-family: "IBM Plex Sans"; src: url("/fonts/ibm-plex-sans-latin.woff2"); font-weight: 100 700; }
  @font-face {
    font-family: "IBM Plex Sans"; src: url("/fonts/ibm-plex-sans-greek.woff2"); font-weight: 100 700;
    unicode-range: U+0370-03FF;
  }
  :root { --st-background-color: #FFFFFF; --st-secondary-background-color: #F4F6F8; --st-text-color: #12161C;
    --st-border-color: #DCE1E7; --st-primary-color: #0067A8; --st-font: "IBM Plex Sans", sans-serif; }
  :root[data-theme="dark"] { --st-background-color: #0D1117; --st-secondary-background-color: #161B22;
    --st-text-color: #E8ECF1; --st-border-color: #2A323C; --st-primary-color: #2F8FD6; color-scheme: dark; }
  body { margin: 0; padding: 96px 28px 40px; background: var(--st-background-color); }
  @media (max-width: 640px) { body { padding: 16px 16px 40px; } }
</style>
<div id="host"></div>
<script type="module">
  import main, { unmount } from "/stage/main.js";
  import { stageOf } from "/stage/base.js";
  await Promise.all(["400 15px", "600 15px"].map((font) => document.fonts.load(`${font} 'IBM Plex Sans'`)));
  const shadow = document.getElementById("host").attachShadow({ mode: "open" });
  shadow.innerHTML = '<div class="stage"></div>';
  window.events = [];
  const state = (name, value) => window.events.push(["state", name, value]);
  const trigger = (name, value) => window.events.push(["trigger", name, value]);
  window.show = (data) => main({ data, parentElement: shadow, setStateValue: state, setTriggerValue: trigger });
  window.leave = () => unmount(shadow);
  window.board = () => stageOf(shadow, "board", () => null);
  window.find = (selector) => shadow.querySelector(selector);
  window.view = (name) => board().inspect().views[name];
</script></html>"""


@pytest.fixture(scope="module")
def board_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = Path(tmp_path_factory.mktemp("stage") / "board.html")
    file.write_text(PAGE, encoding="utf-8")
    with serving({"/board.html": file}) as found:
        yield f"{found}/board.html"


@pytest.fixture
def open_board(browser: Browser, board_address: str) -> Iterator[OpenBoard]:
    """Return `open_board(board, width=1280, height=800, dark=False)`: a page with it; script errors fail the test."""
    contexts, errors = [], []

    def open_(
        board: Board | dict[str, Any], width: int = 1280, height: int = 800, dark: bool = False, **more: Any
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(board_address)
        page.wait_for_function("window.view !== undefined")
        if dark:
            page.evaluate("document.documentElement.dataset.theme = 'dark'")
        show(page, board)
        page.wait_for_function("window.find('.board') && board().inspect().theme")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


def show(page: Page, board: Board | dict[str, Any]) -> None:
    """Hand a board to the stage, as a new run of the page's script would."""
    page.evaluate("data => { show(data); }", payload(board) if isinstance(board, Board) else board)


def color_at(page: Page, x: float, y: float, panel: str = "a") -> list[int]:
    """The picture's colour [r, g, b] at a place in data coordinates, over the page's background."""
    return page.evaluate(
        """([name, x, y]) => {
            const { canvas, frame, theme, width } = view(name);
            const ratio = canvas.width / width;
            const at = [Math.floor(frame.toX(x) * ratio), Math.floor(frame.toY(y) * ratio)];
            const [r, g, b, a] = canvas.getContext("2d").getImageData(...at, 1, 1).data;
            const ground = theme.dark ? [13, 17, 23] : [255, 255, 255];
            return [r, g, b].map((value, k) => Math.round((value * a + ground[k] * (255 - a)) / 255));
        }""",
        [panel, x, y],
    )


def mixed(style: Series, opacity: float = 1.0, dark: bool = False) -> list[int]:
    """The colour of a series at this opacity over the page's background."""
    color, ground = style.color(dark), "#0D1117" if dark else "#FFFFFF"
    pairs = [(int(color[k : k + 2], 16), int(ground[k : k + 2], 16)) for k in (1, 3, 5)]
    return [round(full * opacity + empty * (1 - opacity)) for full, empty in pairs]


def close(got: list[int], wanted: list[int], by: int = 3) -> bool:
    """Whether two colours differ by no more than that in any channel."""
    return all(abs(a - b) <= by for a, b in zip(got, wanted, strict=True))


def place_of(page: Page, x: float, y: float, panel: str = "a") -> tuple[float, float]:
    """Where a place in data coordinates is on the page."""
    left, top = page.evaluate(
        """([name, x, y]) => {
            const { canvas, frame } = view(name);
            const box = canvas.getBoundingClientRect();
            return [box.left + frame.toX(x), box.top + frame.toY(y)];
        }""",
        [panel, x, y],
    )
    return left, top


def go_to(page: Page, frame: int) -> None:
    page.evaluate("frame => { board().transport.seek(frame); board().drawNow(); }", frame)


def tip_of(page: Page, panel: str = "a") -> list[str]:
    """The lines of the note at the pointer; none when it is hidden."""
    return page.evaluate(
        "name => view(name).tip.hidden ? [] : [...view(name).tip.children].map((e) => e.textContent)", panel
    )


def one(*marks: Any, x: Axis | None = None, y: Axis | None = None, frames: int = 1, **more: Any) -> Board:
    """A board of one panel "a" on 0 … 10 by 0 … 10 with these marks."""
    panel = Panel("a", "One panel", x or Axis(0, 10, "x"), y or Axis(0, 10, "y"), marks, **more)
    return Board((panel,), frames=frames, revision="one")
