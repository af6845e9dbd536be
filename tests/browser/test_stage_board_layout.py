"""The board's axes, margins, labels and read-outs in Chromium: in their place, none on another."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.figures.board import Axis, Board, Line, Panel, Points, Readout, Rule
from engine.figures.theme import CATEGORICAL, INK
from tests.browser.board_demo import demo
from tests.browser.board_page import OpenBoard, close, color_at, go_to, mixed, one, show

pytestmark = pytest.mark.browser

WHITE = [255, 255, 255]
BLUE = CATEGORICAL[0]


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (1e-4, 1, ["1e−4", "0.001", "0.01", "0.1", "1"]),
        (1, 50, ["1", "2", "5", "10", "20", "50"]),
        (1e-12, 1, ["1e−12", "1e−10", "1e−8", "1e−6", "1e−4", "0.01", "1"]),
    ],
)
def test_logarithmic_axes(open_board: OpenBoard, low: float, high: float, texts: list[str]) -> None:
    axis = Axis(low, high, log=True)
    page = open_board(one(Points([np.sqrt(low * high)], [5], BLUE, size=6), x=axis), width=500)
    left, middle, right = page.evaluate(
        "([low, high]) => [low, Math.sqrt(low * high), high].map(view('a').frame.toX)", [low, high]
    )
    assert middle == pytest.approx((left + right) / 2)
    assert close(color_at(page, np.sqrt(low * high), 5), mixed(BLUE))
    assert page.evaluate("view('a').frame.ticksX.map((tick) => tick.text)") == texts


def test_axes_may_go_down_and_keep_one_scale(open_board: OpenBoard) -> None:
    page = open_board(one(Points([2], [1], BLUE, size=6), y=Axis(4, 0), square=True))
    frame = page.evaluate(
        "(() => { const { toX, toY } = view('a').frame; return [toX(0), toX(1), toY(0), toY(1)]; })()"
    )
    assert frame[3] - frame[2] == pytest.approx(frame[1] - frame[0])  # downwards, and as long as along x
    assert close(color_at(page, 2, 1), mixed(BLUE))


def test_a_panel_without_axes_is_a_unit_square(open_board: OpenBoard) -> None:
    page = open_board(Board((Panel("a", "Drawing", None, None, (Points([0.25], [0.75], BLUE, size=9),)),)))
    assert page.evaluate("(() => { const f = view('a').frame; return [f.left, f.top, f.right - f.width]; })()") == [
        0,
        0,
        0,
    ]
    assert close(color_at(page, 0.25, 0.75), mixed(BLUE))


def test_the_margin_grows_with_the_ticks(open_board: OpenBoard) -> None:
    long = Axis(0, 10, ticks=((5, "a name that is long"),))
    page = open_board(one(y=long))
    assert page.evaluate("view('a').frame.left") > 110
    show(page, one())
    assert page.evaluate("view('a').frame.left") == 32


def test_names_along_x_are_parted_where_they_would_touch(open_board: OpenBoard) -> None:
    axis = Axis(0, 3, ticks=((0.5, "leave one group out"), (1.5, "ten folds"), (2.5, "hold-out")))
    page = open_board(one(x=axis), width=320)
    assert page.evaluate("[view('a').frame.wrap, view('a').height - view('a').frame.bottom]") == [True, 39]
    assert page.evaluate("import('/stage/board_scale.js').then((one) => one.inTwoLines('leave one out'))") == [
        "leave",
        "one out",
    ]
    page = open_board(one(x=axis), width=700)
    assert page.evaluate("view('a').frame.wrap") is False


def apart(boxes: list[dict[str, float]]) -> bool:
    return all(
        a["x"] + a["width"] <= b["x"] + 1
        or b["x"] + b["width"] <= a["x"] + 1
        or a["y"] + a["height"] <= b["y"] + 1
        or b["y"] + b["height"] <= a["y"] + 1
        for k, a in enumerate(boxes)
        for b in boxes[k + 1 :]
    )


def test_labels_do_not_cover_each_other(open_board: OpenBoard) -> None:
    lines = [
        Line([0, 10], [0, 5 + 0.05 * k], CATEGORICAL[k], f"line {k}", emphasis=2 if k == 3 else 1) for k in range(6)
    ]
    points = Points([2, 2.1, 2.2, 8], [8, 8, 8.1, 8], INK, labels=("first", "second", "third", "fourth"))
    rules = [Rule("x", at, style=INK, label=f"rule at {at}") for at in (4, 4.1, 4.2)]
    page = open_board(one(*lines, points, *rules, labels=70), width=700)
    boxes = page.evaluate("view('a').boxes")
    assert [len(boxes[kind]) for kind in ("ends", "rules", "points")] == [6, 3, 4]
    assert apart(boxes["ends"] + boxes["rules"] + boxes["points"])
    ends = sorted(boxes["ends"], key=lambda box: box["y"])
    assert [box["text"] for box in ends] == [f"line {k}" for k in (5, 4, 3, 2, 1, 0)]
    for above, below in pairwise(ends):
        assert below["y"] - above["y"] >= above["height"]
    assert all(box["x"] + box["width"] <= page.evaluate("view('a').width") for box in ends)


def test_neighbours_line_up(open_board: OpenBoard) -> None:
    page = open_board(demo())
    frames = page.evaluate(
        "Object.fromEntries(Object.entries(board().inspect().views).filter(([, v]) => v.frame)"
        ".map(([name, { frame: { left, right, top, bottom } }]) => [name, { left, right, top, bottom }]))"
    )
    for side in ("top", "bottom"):
        assert frames["folds"][side] == frames["scores"][side]
    for side in ("left", "right"):
        assert frames["process"][side] == frames["gain"][side]


def test_read_outs_follow_the_frame(open_board: OpenBoard) -> None:
    lines = tuple((("score", f"0.{k}"), ("rows", str(10 * k))) for k in range(1, 4))
    board = Board((Readout("n", "Numbers", lines, "of 3", (BLUE, None), (0,), framed=True),), frames=3, unit="trial")
    page = open_board(board)
    text = "[...find('.board-rows').querySelectorAll('.board-word')].map((one) => one.textContent)"
    assert page.evaluate(text) == ["score", "0.3", "rows", "30"]
    go_to(page, 0)
    assert page.evaluate(text) == ["score", "0.1", "rows", "10"]
    assert page.evaluate("find('.board-row.strong').textContent") == "score0.1"
    assert page.evaluate("find('.tp-count').textContent") == "trial1/ 3"


def test_both_appearances(open_board: OpenBoard) -> None:
    page = open_board(one(Points([5], [5], BLUE, size=8)))
    assert close(color_at(page, 5, 5), mixed(BLUE))
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function("board().inspect().theme.dark && view('a').theme.dark")
    assert close(color_at(page, 5, 5), mixed(BLUE, dark=True))


def test_many_lines_are_drawn_in_a_frame(open_board: OpenBoard) -> None:
    x = np.linspace(0, 10, 100)
    crowd = one(*(Line(x, 5 + 4 * np.sin(x + k / 20), BLUE, emphasis=0.3) for k in range(200)))
    page = open_board(crowd)
    assert drawing_time(page) < 60
    show(page, demo())
    assert drawing_time(page) < 25


def drawing_time(page: Page) -> float:
    """Milliseconds that one drawing takes: the best of ten, for the machine may be busy."""
    script = "() => { const start = performance.now(); board().drawNow(); return performance.now() - start; }"
    return min(page.evaluate(script) for _ in range(10))
