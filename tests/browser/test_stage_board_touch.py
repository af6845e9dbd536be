"""The board under pointer, keys and streaming data: what it says, what it sends, what it keeps."""

from __future__ import annotations

import dataclasses
import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.figures.board import Axis, Board, Cells, Heat, Line, Panel, Points, Readout, Rectangles
from engine.figures.theme import CATEGORICAL, INK
from tests.browser.board_demo import demo
from tests.browser.board_page import OpenBoard, close, color_at, go_to, mixed, one, place_of, show, tip_of
from tests.browser.helpers import has_horizontal_scroll, take_picture

pytestmark = pytest.mark.browser

BLUE, BROWN = CATEGORICAL[:2]
TRIALS = Points([2, 5.123456789, 8], [3, 6, 4], BLUE, size=6, name="trial", hover=("first", "second", "third"))


@pytest.mark.parametrize(
    ("mark", "at", "says"),
    [
        (TRIALS, (5.15, 6.05), ["second", "x 5.12  ·  y 6"]),
        (TRIALS, (9, 9), []),
        (Rectangles([2], [3], [0], [7], BLUE), (2.5, 1), ["x 2 – 3  ·  y 7"]),
        (Rectangles([2], [3], [0], [7], BLUE, hover=("seven of ten",)), (2.5, 1), ["seven of ten"]),
        (Line([0, 4, 8], [1, 5, 1], BLUE, "loss"), (4.6, 5.3), ["loss", "x 4  ·  y 5"]),
        (Cells(np.array([[0, 1]]), (BLUE, BROWN), (1, 1), 0, 10, 0, 10, hover=("kept", "")), (2, 5), ["kept"]),
        (Cells(np.array([[0, 1]]), (BLUE, BROWN), (1, 1), 0, 10, 0, 10, hover=("kept", "")), (8, 5), []),
        (
            Heat(np.array([[1, 2], [3, 4]]), 0, 10, 0, 10, 0, 5, hover="error"),
            (9, 1),
            ["error 2", "x 9.00  ·  y 1.00"],
        ),
    ],
)
def test_the_pointer_reads(open_board: OpenBoard, mark: object, at: tuple[float, float], says: list[str]) -> None:
    page = open_board(one(mark))
    page.mouse.move(*place_of(page, *at))
    tip = tip_of(page)
    assert len(tip) == len(says)
    for got, wanted in zip(tip, says, strict=True):
        assert got.startswith(wanted[:-1]), tip  # a pixel is about 0.01
    box = page.evaluate(
        """(() => {
            const [a, b] = [view("a").tip, view("a").body].map((element) => element.getBoundingClientRect());
            return [a.left - b.left, a.top - b.top, b.right - a.right, b.bottom - a.bottom];
        })()"""
    )
    assert not says or min(box) >= -0.5
    page.mouse.move(2, 2)
    assert tip_of(page) == []


def test_categories_are_read_by_name(open_board: OpenBoard) -> None:
    axis = Axis(0, 2, "class", ticks=((0.5, "cat"), (1.5, "dog")))
    page = open_board(one(Points([1.5], [5], BLUE), x=axis))
    page.mouse.move(*place_of(page, 1.5, 5))
    assert tip_of(page) == ["class dog  ·  y 5"]


def test_a_click_on_a_point_sends_it_and_rings_it_at_once(open_board: OpenBoard) -> None:
    page = open_board(one(TRIALS, Points([2], [8], INK, selected=0)))
    page.mouse.click(*place_of(page, 5.123456789, 6))
    assert page.evaluate("events") == [
        ["trigger", "pick", {"panel": "a", "mark": "trial", "index": 1, "x": 5.12346, "y": 6}]
    ]
    step = page.evaluate("1 / (view('a').frame.x.of(1) - view('a').frame.x.of(0))")
    assert close(color_at(page, 5.123456789 + 10.5 * step, 6), [0, 0x67, 0xA8], 40)  # the accent's ring
    assert page.evaluate("view('a').canvas.style.cursor") == "pointer"
    page.mouse.click(*place_of(page, 9, 1))
    assert page.evaluate("events.length") == 1
    show(page, one(TRIALS))  # the answer without a selection takes the ring away
    assert not close(color_at(page, 5.123456789 + 10.5 * step, 6), [0, 0x67, 0xA8], 40)


def test_a_click_anywhere_on_a_pick_panel_sends_the_place(open_board: OpenBoard) -> None:
    board = one(Line([1e-4, 1], [0, 1], BLUE), x=Axis(1e-4, 1, "rate", log=True), y=Axis(0, 1), pick=True)
    page = open_board(board)
    page.mouse.click(*place_of(page, 0.01, 0.25))
    ((_, name, sent),) = page.evaluate("events")
    assert (name, sent["panel"], sent["mark"], sent["index"]) == ("pick", "a", "", -1)
    assert sent["x"] == pytest.approx(0.01, rel=0.02)
    assert sent["y"] == pytest.approx(0.25, abs=0.005)
    left, _ = place_of(page, 1e-4, 0.5)
    page.mouse.click(left - 20, 300)  # on the axis
    assert page.evaluate("events.length") == 1


def test_keys_walk_through_the_items_and_pick(open_board: OpenBoard) -> None:
    page = open_board(dataclasses.replace(one(TRIALS), frames=3))
    page.evaluate("view('a').canvas.focus()")
    for wanted in ("first", "second", "third", "third"):
        page.keyboard.press("ArrowRight")
        assert tip_of(page)[0] == wanted
        assert page.evaluate("find('.board-voice').textContent").startswith(wanted)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert page.evaluate("events[0][2].index") == 1
    assert page.evaluate("board().transport.step") == 2  # the arrows were the panel's, not the bar's
    page.keyboard.press("Escape")
    assert tip_of(page) == []
    page.evaluate("find('.tp-track').focus()")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("board().transport.step") == 1


def test_keys_go_down_a_column_of_bars_and_along_lines(open_board: OpenBoard) -> None:
    bars = Rectangles([0, 0, 0], [3, 9, 6], [0, 1, 2], [1, 2, 3], BLUE, hover=("low", "middle", "top"))
    page = open_board(one(bars))
    page.evaluate("view('a').canvas.focus()")
    for key, wanted in (("ArrowDown", "top"), ("ArrowDown", "middle"), ("ArrowUp", "top")):
        page.keyboard.press(key)
        assert tip_of(page)[0] == wanted
    show(page, one(Line([1, 5], [2, 2], BLUE, "lower"), Line([1, 5], [6, 6], BLUE, "upper")))
    page.evaluate("view('a').canvas.blur(); view('a').canvas.focus()")
    for key, wanted in (("ArrowRight", "x 1"), ("ArrowRight", "x 5"), ("ArrowUp", "x 5")):
        page.keyboard.press(key)
        assert tip_of(page)[1].startswith(wanted)
    assert tip_of(page)[0] == "upper"


def test_pictures_say_what_they_show(open_board: OpenBoard) -> None:
    page = open_board(one(TRIALS, alt="Three trials; the second is best with 6."))
    canvas = page.get_by_role("img", name="Three trials; the second is best with 6.")
    assert canvas.get_attribute("tabindex") == "0"
    show(page, Board((Panel("a", "Nothing to point at", None, None, ()),)))
    assert page.get_by_role("img", name="Nothing to point at").get_attribute("tabindex") == "-1"


def test_linked_panels_share_the_pointers_place(open_board: OpenBoard) -> None:
    page = open_board(demo())
    page.mouse.move(*place_of(page, 1.0, 0.5, "process"))
    assert page.evaluate("view('gain').guide") == pytest.approx(1.0, abs=0.05)
    assert page.evaluate("view('bars').guide") is None
    page.mouse.move(2, 2)
    assert page.evaluate("view('gain').guide") is None


def test_streaming_keeps_the_canvas_and_follows(open_board: OpenBoard) -> None:
    def board(frames: int, revision: str, running: bool = True) -> Board:
        x = np.arange(1, frames + 1)
        return dataclasses.replace(one(Line(x, x, BLUE)), frames=frames, revision=revision, running=running)

    page = open_board(board(1, "a"))
    assert page.evaluate("board().transport") is None
    page.evaluate("view('a').canvas.dataset.kept = 'yes'")
    for frames in (2, 3, 5):
        show(page, board(frames, "a"))
        assert page.evaluate("board().transport.step") == frames - 1
    assert page.evaluate("view('a').canvas.dataset.kept") == "yes"
    go_to(page, 1)  # a person looks back: left there while it streams
    show(page, board(6, "a2"))
    assert page.evaluate("board().transport.step") == 1
    show(page, board(6, "a2", running=False))
    assert page.evaluate("board().transport.step") == 1  # the same revision keeps the playhead
    show(page, board(4, "b", running=False))
    assert page.evaluate("board().transport.step") == 3  # a new one goes to the end
    show(page, Board((Panel("b", "Another", None, None, ()),)))
    assert page.evaluate("find('.board-canvas').dataset.kept") is None


def test_playing_ends_at_the_last_frame(open_board: OpenBoard) -> None:
    page = open_board(dataclasses.replace(one(TRIALS), frames=2))
    page.get_by_role("button", name="Play").click()
    assert page.evaluate("board().transport.step") == 0
    page.wait_for_function("board().transport.step === 1 && !board().transport.playing", timeout=8000)


def test_a_phone_stacks_the_panels(open_board: OpenBoard) -> None:
    page = open_board(demo(), width=390, height=844, has_touch=True)
    assert not has_horizontal_scroll(page)
    boxes = page.evaluate(
        "[...find('.board').querySelectorAll('.board-panel, .board-bar')].map((e) => e.getBoundingClientRect())"
        ".map(({ left, right, top, bottom, height }) => ({ left, right, top, bottom, height }))"
    )
    panels = boxes[:-1]
    for above, below in pairwise(panels):
        assert below["top"] >= above["bottom"]
    assert all(box["left"] >= 15 and box["right"] <= 375 for box in boxes)
    assert panels[0]["height"] == 260
    assert panels[0]["bottom"] <= boxes[-1]["top"] < boxes[-1]["bottom"] <= panels[1]["top"]
    assert page.evaluate("view('scores').frame.ticksY.map((tick) => tick.text)") == [f"fold {k}" for k in range(1, 6)]
    page.touchscreen.tap(*place_of(page, 0.87, 3.5, "scores"))
    assert tip_of(page, "scores") == ["fold 4", "accuracy 0.87"]
    assert page.evaluate("events[0][2].index") == 3


@pytest.mark.parametrize(("height", "wanted"), [(900, 694), (600, 540), (1300, 840)])
def test_the_board_keeps_the_height_it_promises(open_board: OpenBoard, height: int, wanted: int) -> None:
    page = open_board(demo(), height=height)
    assert page.evaluate("find('.board').getBoundingClientRect().height") == pytest.approx(wanted)


def test_the_picture_is_saved_with_its_numbers(open_board: OpenBoard, tmp_path: Path) -> None:
    page = open_board(demo())
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the picture as PNG").click()
    assert waiting.value.suggested_filename == "board-fold-5.png"
    file = tmp_path / "board.png"
    waiting.value.save_as(file)
    image = np.asarray(Image.open(io.BytesIO(file.read_bytes())).convert("RGB")).astype(int)
    box = page.locator(".board-panels").bounding_box()
    assert box is not None
    assert image.shape[1] == round(box["width"]) + 40
    assert (image[0] == 255).all()
    held_out = np.abs(image - mixed(BLUE, 0.9)).max(axis=2) < 4
    assert held_out.sum() > 5000
    readout = page.locator('[data-panel="numbers"] .board-value').first.bounding_box()
    assert readout is not None
    top, left = round(readout["y"] - box["y"]) + 20, round(readout["x"] - box["x"]) + 20
    assert (image[top : top + 26, left : left + round(readout["width"])] < 100).any()


def test_the_button_covers_nothing(open_board: OpenBoard) -> None:
    for width in (1280, 390):
        page = open_board(Board((Readout("n", "Numbers", (("a", "1"),), "a note"),)), width=width)
        button = page.locator(".board-save").bounding_box()
        note = page.locator(".chart-note").bounding_box()
        assert button is not None
        assert note is not None
        assert note["x"] + note["width"] <= button["x"]


@pytest.mark.parametrize(
    ("name", "width", "height", "dark"),
    [("light", 1280, 800, False), ("dark", 1280, 800, True), ("phone", 390, 844, False)],
)
def test_pictures_for_the_eye(open_board: OpenBoard, name: str, width: int, height: int, dark: bool) -> None:
    page = open_board(demo(), width, height, dark, device_scale_factor=2)
    take_picture(page, f"board-{name}", full=True)
    boxes = page.evaluate("board().inspect().boxes")
    assert len(boxes["curves"]["ends"]) == 5
    assert len(boxes["scores"]["points"]) == 5
