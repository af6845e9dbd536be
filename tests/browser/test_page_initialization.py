"""The page of first weights in a real browser: scenes, a run and its stop, runs chosen by a click, links, bad input."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import (
    LONG,
    board_drawn,
    finished,
    has_horizontal_scroll,
    panel,
    press_run,
    take_picture,
    wait_idle,
)

pytestmark = pytest.mark.browser


def readout(page: Page) -> str:
    return str(page.locator(".stage").first.inner_text())


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_the_shipped_run(open_page: Any, width: int, dark: bool) -> None:
    page = open_page("/initialization", width=width, dark=dark)
    board_drawn(page)
    take_picture(page, f"initialization-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert "7.0, 19.8 %" in readout(page)  # the best and the worst of thirty
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_scenes_set_the_controls_and_answer(open_page: Any) -> None:
    page = open_page("/initialization")
    board_drawn(page)
    page.get_by_text("Zeros", exact=True).first.click()
    wait_idle(page)
    page.get_by_text("1 a layer", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("Right. 2 of 16 units", exact=False)).to_be_visible()
    assert "2 of 16" in readout(page)
    take_picture(page, "initialization-zeros")
    page.get_by_text("Which cure", exact=True).click()
    wait_idle(page)
    page.get_by_text("Four times the rows", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("Right. Deviation of the test error", exact=False)).to_be_visible()
    take_picture(page, "initialization-cures")
    assert not page.complaints


def test_a_click_chooses_a_run(open_page: Any) -> None:
    page = open_page("/initialization")
    board_drawn(page)
    wait_idle(page)
    canvas = panel(page, "borders")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.72, "y": box["height"] * 0.3})
    expect(page).to_have_url(re.compile(r"chosen=\d"), timeout=LONG)
    expect(page.get_by_text("run 1, error")).to_have_count(0, timeout=LONG)
    assert not page.complaints


def test_a_run_ends_can_be_played_back_and_downloaded(open_page: Any) -> None:
    page = open_page("/initialization?runs=8&epochs=8&points=24&seed=3")
    expect(page.get_by_text("Press Run").first).to_be_visible()
    press_run(page)
    finished(page)
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    page.locator(".transport").get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    assert "at the goal" in readout(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("run,seed,epochs_to_goal,loss,error_alone,error_bootstrap")
    assert len(lines) == 9
    assert not page.complaints


def test_a_stop_keeps_what_there_is(open_page: Any) -> None:
    page = open_page("/initialization?epochs=400&runs=60&seed=8")
    press_run(page)
    page.get_by_role("button", name="Stop training").click(timeout=LONG)
    finished(page)
    assert page.locator(".board-canvas").count() > 0
    assert not page.complaints


def test_a_link_opens_cold_and_too_many_steps_are_said_in_words(open_page: Any) -> None:
    page = open_page("/initialization?together=3&goal=0.4&chosen=7")
    board_drawn(page)
    for part in ("together=3", "goal=0.4", "chosen=7"):
        assert part in page.url
    assert "run 7, error" in readout(page)
    wrong = open_page("/initialization?points=400&batch_size=4&epochs=400")
    expect(wrong.get_by_text("1,200,000 steps", exact=False).first).to_be_visible(timeout=LONG)
    assert not wrong.complaints
