"""A page with a board on it, mounted through main.js as Streamlit does it, and the boards it is tested with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from engine.figures.board import (
    Axis,
    Band,
    Board,
    Cells,
    Heat,
    Line,
    Panel,
    Points,
    Readout,
    Rectangles,
    Rule,
    Segments,
    Texts,
    payload,
)
from engine.figures.theme import ACCENT, CATEGORICAL, INK, MUTED, NEGATIVE, POSITIVE, VALIDATION
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


def one(*marks: Any, x: Axis | None = None, y: Axis | None = None, frames: int = 1, **more: Any) -> Board:
    """A board of one panel "a" on 0 … 10 by 0 … 10 with these marks."""
    panel = Panel("a", "One panel", x or Axis(0, 10, "x"), y or Axis(0, 10, "y"), marks, **more)
    return Board((panel,), frames=frames, revision="one")


def _folds() -> tuple[Panel, Panel]:
    index = np.zeros((5, 150), int)
    for fold in range(5):
        index[fold, 30 * fold : 30 * fold + 30] = 1
    names = tuple((fold + 0.5, f"fold {fold + 1}") for fold in range(5))
    blocks = Cells(
        index, (MUTED, CATEGORICAL[0]), (0.22, 0.9), 0, 150, 0, 5, gap=8, hover=("trained on", "held out"),
        reveal=np.arange(5),
    )  # fmt: skip
    scores = np.array([0.80, 0.73, 0.77, 0.87, 0.83])
    left = Panel(
        "folds", "Who is held out", Axis(0, 150, "row of the file"), Axis(5, 0, ticks=names), (blocks,),
        note="150 rows", alt="Five folds of 30 rows each.",
    )  # fmt: skip
    right = Panel(
        "scores", "Score of each fold", Axis(0.6, 1, "accuracy"), Axis(5, 0, ticks=()),
        (
            Rule("x", 0.754, 0.846, ACCENT, opacity=0.14),
            Segments(np.full(5, 0.6), np.arange(5) + 0.5, np.full(5, 1.0), np.arange(5) + 0.5, MUTED, width=1,
                     opacity=0.3),
            Rule("x", 0.8, style=ACCENT, label="mean 0.80"),
            Points(scores, np.arange(5) + 0.5, INK, size=5.5, labels=tuple(f"{score:.2f}" for score in scores),
                   hover=tuple(f"fold {fold + 1}" for fold in range(5)), reveal=np.arange(5), name="fold", selected=1),
        ),
        note="held-out block", alt="Scores from 0.73 to 0.87.", column=1,
    )  # fmt: skip
    return left, right


def _process() -> tuple[Panel, Panel]:
    x = np.linspace(-3, 3, 100)
    mean, spread = np.sin(2 * x), 0.15 + 0.4 * np.abs(np.sin(1.5 * x))
    steps = np.arange(5)[:, None]
    framed = mean * (0.4 + 0.15 * steps)
    upper = Panel(
        "process", "Gaussian process", Axis(-3, 3, grid=True), Axis(-2, 2, "score"),
        (
            Line(x, mean, MUTED, "truth", emphasis=0.6),
            Line(x, framed, CATEGORICAL[0], "mean", emphasis=2, framed=True),
            Band(x, framed - spread, framed + spread, CATEGORICAL[0], framed=True),
            Points([-2.5, -1.0, 0.2, 1.4, 2.3], [0.6, -0.7, 0.4, 0.3, -0.9], CATEGORICAL[4], reveal=[0, 1, 2, 3, 4],
                   hover=tuple(f"trial {k}" for k in range(1, 6)), labels=tuple("12345")),
        ),
        row=1, labels=70, link="x", pick=True,
    )  # fmt: skip
    gain = np.exp(-((x - 1) ** 2) * 3) + 0.3 * np.exp(-((x + 2) ** 2) * 6)
    lower = Panel(
        "gain", "Acquisition", Axis(-3, 3, "log₁₀ rate"), Axis(0, 1.2, ticks=((0, "0"), (1, "1"))),
        (
            Line(x, gain, CATEGORICAL[2], "gain"),
            Band(x, 0 * x, gain, CATEGORICAL[2]),
            Rule("x", 1.0, style=ACCENT, label="next trial"),
        ),
        row=2, labels=70, link="x",
    )  # fmt: skip
    return upper, lower


def _others() -> tuple[Panel, Panel, Readout, Panel]:
    generator = np.random.default_rng(4)
    grid = np.linspace(-1, 1, 24)
    values = np.outer(np.ones(24), grid) * np.outer(grid, np.ones(24)) + 0.3 * grid
    heat = Panel(
        "map", "Validation accuracy", Axis(1e-4, 1e-1, "rate", log=True), Axis(1, 1000, "batch", log=True),
        (
            Heat(values, 1e-4, 1e-1, 1, 1000, -1, 1, POSITIVE, NEGATIVE, contours=7, hover="accuracy"),
            Points([1e-3, 1e-2, 3e-4], [10, 100, 400], INK, hollow=True, labels=("a", "b", "c"), name="trial"),
        ),
        row=1, column=1,
    )  # fmt: skip
    counts = np.histogram(generator.normal(0.8, 0.04, 300), 16, (0.66, 0.94))
    bars = Panel(
        "bars", "Bootstrap means", Axis(0.66, 0.94, "mean"), Axis(0, 60, "count", grid=True),
        (
            Rectangles(counts[1][:-1], counts[1][1:], np.zeros(16), counts[0], CATEGORICAL[3], opacity=0.75, gap=0.5),
            Rule("x", 0.8, style=INK, label="sample mean"),
            Texts([0.9], [50], ("n = 300",), MUTED),
        ),
        row=2, column=1,
    )  # fmt: skip
    numbers = Readout(
        "numbers", "At this fold", (("training", "0.94"), ("held out", "0.80"), ("gap", "0.14"), ("rows", "120")),
        note="accuracy", styles=(INK, VALIDATION, None, None), strong=(1,), column=2,
    )  # fmt: skip
    epochs = np.arange(1, 41)
    curves = []
    for k, style in enumerate(CATEGORICAL[:5]):
        final = 0.85 - 0.01 * k
        curve = final - (0.5 - 0.05 * k) * np.exp(-epochs / (4 + k))
        curves.append(Line(epochs, curve, style, f"fold {k + 1}", emphasis=2 if k == 1 else 1))
    lines = Panel(
        "curves", "Accuracy by epoch", Axis(1, 40, "epoch"), Axis(0.3, 0.9, grid=True), tuple(curves),
        row=1, column=2, rows=2, labels=56,
    )  # fmt: skip
    return heat, bars, numbers, lines


def demo(frames: int = 5) -> Board:
    """Every kind of mark on one board."""
    return Board(
        (*_folds(), *_process(), *_others()), columns=(1.25, 1, 0.9), rows=(1.05, 1, 0.85), frames=frames, unit="fold",
        events=((1, CATEGORICAL[4]),), revision="demo",
    )  # fmt: skip
