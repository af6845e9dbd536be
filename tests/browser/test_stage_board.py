"""The board in Chromium: every mark puts its colour where the algebra says, at the frame it belongs to."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.figures.board import (
    Band,
    Cells,
    Heat,
    Image,
    Line,
    Points,
    Rectangles,
    Rule,
    Segments,
    Texts,
)
from engine.figures.packing import picture_address
from engine.figures.theme import CATEGORICAL, INK, NEGATIVE, POSITIVE, Series
from tests.browser.board_page import OpenBoard, close, color_at, go_to, mixed, one, show

pytestmark = pytest.mark.browser

WHITE = [255, 255, 255]
BLUE, BROWN, GREEN = CATEGORICAL[0], CATEGORICAL[1], CATEGORICAL[2]
SOLID = Series("#1F84C6", "#66BDF2", (), "disc", 6)


def test_a_line_runs_where_its_values_are(open_board: OpenBoard) -> None:
    page = open_board(one(Line([0, 4, 6, 10], [2, 8, np.nan, 5], SOLID), Line([2, 8], [1, 1], SOLID, emphasis=0.35)))
    assert close(color_at(page, 2, 5), mixed(SOLID))  # halfway between (0, 2) and (4, 8)
    assert close(color_at(page, 8, 6), WHITE)  # broken by what is not a number
    assert close(color_at(page, 5, 1), mixed(SOLID, 0.35))


def test_stairs_go_along_x_first(open_board: OpenBoard) -> None:
    page = open_board(one(Line([1, 5, 9], [2, 8, 4], SOLID, step=True)))
    for x, y in ((3, 2), (5, 5), (7, 8), (9, 6)):
        assert close(color_at(page, x, y), mixed(SOLID)), (x, y)
    assert close(color_at(page, 3, 5), WHITE)  # where the straight line would be


def test_a_revealed_line_grows_and_leaves_a_ghost(open_board: OpenBoard) -> None:
    x = np.arange(1, 10)
    page = open_board(
        one(
            Line(x, 0 * x + 6, SOLID, reveal=x - 1, ghost=True),
            Line(x, 0 * x + 3, SOLID, reveal=x - 1),
            frames=9,
        )
    )
    assert page.evaluate("board().transport.step") == 8  # new content starts at its end
    assert close(color_at(page, 8.5, 6), mixed(SOLID))
    go_to(page, 3)  # four points: up to x = 4
    assert close(color_at(page, 3.5, 6), mixed(SOLID))
    assert close(color_at(page, 7.5, 6), mixed(SOLID, 0.22))
    assert close(color_at(page, 3.5, 3), mixed(SOLID))
    assert close(color_at(page, 7.5, 3), WHITE)


def test_framed_marks_show_their_entry(open_board: OpenBoard) -> None:
    flat = np.ones((3, 2)) * [[2], [5], [8]]
    page = open_board(
        one(
            Line([0, 10], flat, SOLID, framed=True),  # x is the same in every frame
            Rectangles(np.zeros((3, 1)), np.ones((3, 1)), flat[:, :1] - 1, flat[:, :1] + 1, BROWN, framed=True),
            Rule("x", [3, 5, 7], style=SOLID, framed=True),
            Points(np.full((3, 1), 9), flat[:, :1] - 1.5, GREEN, size=7, framed=True),
            frames=3,
        )
    )
    for frame, y in enumerate((2, 5, 8)):
        go_to(page, frame)
        assert close(color_at(page, 2, y), mixed(SOLID))
        assert close(color_at(page, 2, (y + 3) % 9), WHITE)
        assert close(color_at(page, 0.5, y + 0.8), mixed(BROWN))
        assert close(color_at(page, 3 + 2 * frame, 9.5), mixed(SOLID))
        assert close(color_at(page, 9, y - 1.5), mixed(GREEN))


def test_bands_lie_behind_lines_whatever_the_order(open_board: OpenBoard) -> None:
    x = np.array([0.0, 5, 10])
    page = open_board(one(Line(x, 0 * x + 5, SOLID), Band(x, x / 5, x / 5 + 6, BROWN, opacity=0.4)))
    assert close(color_at(page, 5, 6.5), mixed(BROWN, 0.4))
    assert close(color_at(page, 5, 5), mixed(SOLID))
    assert close(color_at(page, 5, 0.5), WHITE)
    assert close(color_at(page, 5, 7.5), WHITE)


def test_points_have_their_own_style_and_size(open_board: OpenBoard) -> None:
    page = open_board(
        one(
            Points([2, 5], [5, 5], styles=(BLUE, GREEN), style_of=[1, 0], size=[14, 6]),
            Points([8, np.nan, 8], [5, 5, 20], BLUE, size=8, hollow=True),
        )
    )
    assert close(color_at(page, 2, 5), mixed(GREEN))
    assert close(color_at(page, 5, 5), mixed(BLUE))
    assert close(color_at(page, 8, 5), WHITE)
    ratio = page.evaluate("view('a').frame.x.of(1) - view('a').frame.x.of(0)")
    assert close(color_at(page, 2 + 9 / ratio, 5), mixed(GREEN))  # 9 px from a centre of 14 px
    assert close(color_at(page, 5 + 9 / ratio, 5), WHITE)
    assert close(color_at(page, 8 - 6.8 / ratio, 5), mixed(BLUE), 25)  # the rim: a square of half width 0.85 · 8 px


def test_segments_rectangles_rules_and_texts(open_board: OpenBoard) -> None:
    page = open_board(
        one(
            Segments([1], [1], [1], [9], SOLID, width=6, opacity=[0.5]),
            Rectangles([2, 3], [3, 4], [0, 0], [4, 8], styles=(BLUE, GREEN), style_of=[0, 1], opacity=[1, 0.5], gap=2),
            Rule("x", 7, 6, BROWN, opacity=0.2),
            Rule("y", 9.5, style=SOLID),
            Texts([8.5], [5], ("MMM",), INK, size=30, bold=True),
        )
    )
    assert close(color_at(page, 1, 5), mixed(SOLID, 0.5))
    assert close(color_at(page, 2.5, 3.9), mixed(BLUE))
    assert close(color_at(page, 2.5, 4.2), WHITE)
    assert close(color_at(page, 3.5, 7.5), mixed(GREEN, 0.5))
    assert close(color_at(page, 3, 2), WHITE)  # the gap between the two
    assert close(color_at(page, 6.5, 5), mixed(BROWN, 0.2))
    assert close(color_at(page, 4.5, 9.5), mixed(SOLID))
    inked = page.evaluate(
        """() => { const { canvas, frame, width } = view("a"); const ratio = canvas.width / width;
            const data = canvas.getContext("2d").getImageData(
                (frame.toX(8.5) - 30) * ratio, (frame.toY(5) - 10) * ratio, 60 * ratio, 20 * ratio).data;
            let dark = 0; for (let i = 0; i < data.length; i += 4) dark += data[i] < 90 && data[i + 3] > 200;
            return dark; }"""
    )
    assert inked > 200


def test_labels_of_rectangles_are_readable(open_board: OpenBoard) -> None:
    page = open_board(one())
    choose = "([color, theme]) => import('/stage/board_boxes.js').then((m) => m.readableOn(color, theme))"
    theme = {"ink": "#12161C", "background": "#FFFFFF"}
    assert page.evaluate(choose, ["#1F3A5C", theme]) == "#FFFFFF"
    assert page.evaluate(choose, ["#BFD9EE", theme]) == "#12161C"


def test_cells_are_crisp_and_wait_for_their_row(open_board: OpenBoard) -> None:
    index = np.array([[0, 0, 1, -1], [1, 1, 0, 0]])
    cells = Cells(index, (BLUE, BROWN), (1.0, 0.5), 0, 10, 10, 0, reveal=[0, 1])
    page = open_board(one(cells, frames=2))
    assert close(color_at(page, 1, 8), mixed(BLUE), 1)
    assert close(color_at(page, 4.95, 8), mixed(BLUE), 1)  # next to the edge at x = 5: no blend
    assert close(color_at(page, 5.05, 8), mixed(BROWN, 0.5), 1)
    assert close(color_at(page, 9, 8), WHITE)
    assert close(color_at(page, 1, 2), mixed(BROWN, 0.5), 1)
    assert close(color_at(page, 1, 5), WHITE)  # the gap between the rows
    go_to(page, 0)
    assert close(color_at(page, 1, 8), mixed(BLUE), 1)
    assert close(color_at(page, 1, 2), mixed(BROWN, 0.5 * 0.22), 1)


def test_cells_narrower_than_a_pixel_are_averaged(open_board: OpenBoard) -> None:
    index = np.zeros((2, 6000), int)
    index[0, 1::2] = 1  # every second one: the mean of both colours
    index[1, :3000] = -1
    page = open_board(one(Cells(index, (BLUE, BROWN), (1.0, 1.0), 0, 10, 10, 0)))
    mean = [round((a + b) / 2) for a, b in zip(mixed(BLUE), mixed(BROWN), strict=True)]
    # A pixel covers about five cells: at most one more of the one than of the other.
    for x in (1, 4, 7):
        assert close(color_at(page, x, 8), mean, 30)
    assert close(color_at(page, 2, 2), WHITE)
    assert close(color_at(page, 8, 2), mixed(BLUE), 2)


def test_heat_goes_through_the_background(open_board: OpenBoard) -> None:
    values = np.array([[-1, 0, 1], [-0.5, np.nan, 0.5]])
    heat = Heat(values, 1, 9, 2, 8, -1, 1, POSITIVE, NEGATIVE, strength=0.8, smooth=False)
    page = open_board(one(heat))
    assert close(color_at(page, 1, 2), mixed(NEGATIVE, 0.8))
    assert close(color_at(page, 5, 2), WHITE)
    assert close(color_at(page, 9, 2), mixed(POSITIVE, 0.8))
    assert close(color_at(page, 9, 8), mixed(POSITIVE, 0.4))
    assert close(color_at(page, 5, 8), WHITE)
    assert close(color_at(page, 2.9, 2), mixed(NEGATIVE, 0.8))  # blocky: the whole cell
    show(page, one(dataclasses.replace(heat, smooth=True)))
    assert close(color_at(page, 3, 2), mixed(NEGATIVE, 0.4), 8)  # halfway to the middle
    show(page, one(Heat(np.array([[0, 10]]), 0, 10, 0, 10, 0, 10, GREEN, smooth=False)))
    assert close(color_at(page, 1, 5), WHITE)
    assert close(color_at(page, 9, 5), mixed(GREEN, 0.7))


def test_contours_of_a_slope_are_straight(open_board: OpenBoard) -> None:
    values = np.tile(np.linspace(0, 1, 21), (5, 1))
    page = open_board(one(Heat(values, 0, 10, 0, 10, 0, 1, BLUE, strength=0.0, contours=3)))
    for x in (2.5, 5, 7.5):
        assert max(color_at(page, x, 5)) < 250, x
    assert close(color_at(page, 4, 5), WHITE)


def test_a_picture_lies_under_everything_and_changes_with_the_frame(open_board: OpenBoard) -> None:
    corners = np.array([[[200, 30, 30], [30, 200, 30]], [[30, 30, 200], [200, 200, 30]]], np.uint8)
    pictures = (picture_address(corners), picture_address(corners[::-1]))
    line = Line([0, 10], [5, 5], SOLID)
    page = open_board(one(line, Image(pictures, 2, 8, 9, 1, smooth=False, framed=True), frames=2))
    page.wait_for_function("find('.stage').dataset.frame === '1'")  # drawn once the pictures are decoded
    go_to(page, 0)
    for x, y, color in ((3, 7, corners[0, 0]), (7, 7, corners[0, 1]), (3, 3, corners[1, 0]), (7, 3, corners[1, 1])):
        assert close(color_at(page, x, y), list(color)), (x, y)
    assert close(color_at(page, 1, 7), WHITE)
    assert close(color_at(page, 5, 5), mixed(SOLID))  # the line is in front of the picture
    go_to(page, 1)
    assert close(color_at(page, 3, 7), list(corners[1, 0]))
