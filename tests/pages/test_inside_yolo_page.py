"""The controls of Inside YOLO as a visitor moves them: what a number set by hand does, and when it is let go."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROUTER = str(Path(__file__).parents[2] / "pages" / "router.py")


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(ROUTER, default_timeout=60).run().switch_page("detection/inside_yolo.py").run()


def slider(page: AppTest, label: str):
    return next(one for one in page.slider if one.label == label)


def edits(page: AppTest) -> str:
    return str(page.text_input(key="edits").value)


def told(page: AppTest) -> str:
    return " ".join(text.value for text in page.markdown)


def test_a_slider_sets_one_number_and_reset_takes_it_back(page: AppTest) -> None:
    before = slider(page, "t of c").value
    slider(page, "t of c").set_value(-3.0).run()
    assert edits(page) == "6 6 c1 -3"
    assert "1 number was set by hand" in told(page)
    assert "boxes found from 5 to 5" in told(page), "the other box of the cell still says the disk"
    slider(page, "t of Disk").set_value(-5.0).run()
    assert "boxes found from 5 to 4" in told(page)
    next(one for one in page.button if one.label == "Reset").click().run()
    assert edits(page) == ""
    assert slider(page, "t of c").value == before
    assert not page.exception


def test_another_moment_lets_the_numbers_go_and_keeps_the_cell(page: AppTest) -> None:
    page.number_input(key="row").set_value(2)
    page.number_input(key="column").set_value(3)
    page.run()
    slider(page, "t of w").set_value(2.0).run()
    assert edits(page).startswith("2 3 w")
    slider(page, "Moment of training").set_value(4).run()
    assert edits(page) == ""
    assert (page.number_input(key="row").value, page.number_input(key="column").value) == (2, 3)


def test_another_picture_lets_cell_and_numbers_go(page: AppTest) -> None:
    page.number_input(key="row").set_value(2)
    page.number_input(key="column").set_value(3)
    page.run()
    slider(page, "t of x").set_value(2.0).run()
    page.number_input(key="seed").set_value(0).run()
    assert edits(page) == ""
    assert page.number_input(key="row").value == -1
    assert not page.exception


def test_another_box_has_its_own_numbers(page: AppTest) -> None:
    first = slider(page, "t of c").value
    page.session_state["box"] = 2
    page.run()
    assert slider(page, "t of c").value != first
    slider(page, "t of c").set_value(1.0).run()
    assert edits(page) == "6 6 c2 1"


def test_what_cannot_be_read_is_named_and_left_out(page: AppTest) -> None:
    page.text_input(key="edits").set_value("6 6 hat 1").run()
    assert "is no change of a number" in page.error[0].value
    assert not page.exception
    assert "set by hand" not in told(page)
