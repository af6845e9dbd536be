"""The page on gradient descent in a real browser: a run, what is counted, a clicked start, scenes, bad input."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 120_000  # milliseconds; a loaded machine with a cold worker is slow


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_the_shipped_race(open_page: Any, width: int, dark: bool) -> None:
    page = open_page("/gradient-descent", width=width, dark=dark)
    page.wait_for_selector(".board-canvas", timeout=LONG)
    page.wait_for_timeout(500)
    take_picture(page, f"gradient-descent-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert "1200" in page.locator(".stage").first.inner_text()  # updates of one row a step
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_click_on_the_map_is_the_next_start(open_page: Any) -> None:
    page = open_page("/gradient-descent?epochs=4&points=40")
    expect(page.get_by_text("Press Run").first).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    canvas = page.locator('[data-panel="map"] .board-canvas')
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.7, "y": box["height"] * 0.3})
    wait_idle(page)
    assert "start_slope=" in page.url
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "rows a step,update,m,c,error"
    assert len(lines) == 1 + 5 + 13 + 161
    assert not page.complaints


def test_what_is_counted_changes_the_picture_only(open_page: Any) -> None:
    page = open_page("/gradient-descent")
    page.wait_for_selector(".board-canvas", timeout=LONG)
    page.get_by_text("Time", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("over seconds", exact=True)).to_be_visible()
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    take_picture(page, "gradient-descent-seconds")


def test_scenes_set_the_controls_and_answer(open_page: Any) -> None:
    page = open_page("/gradient-descent")
    page.get_by_text("Too large for one", exact=True).click()
    wait_idle(page)
    assert "learning_rate=0.12" in page.url
    page.get_by_text("Only one row", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("Right. All rows together", exact=False)).to_be_visible()
    page.wait_for_timeout(500)
    take_picture(page, "gradient-descent-left")


def test_a_link_that_makes_no_sense_is_said_in_words(open_page: Any) -> None:
    page = open_page("/gradient-descent?points=8&batch_size=64")
    expect(page.get_by_text("holds all 8 rows", exact=False).first).to_be_visible(timeout=LONG)
    assert not page.complaints
