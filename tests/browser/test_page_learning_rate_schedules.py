"""The schedules page in a real browser: a control redraws the rate at once, a click draws, a run, a stop, bad input."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 180_000  # milliseconds; a loaded machine with a cold worker is slow
ADDRESS = "/learning-rate-schedules"
QUICK = "?table=Wine&epochs=5&seeds=3&batch_size=64&units=4"


def canvas(page: Page, panel: str) -> Any:
    return page.locator(f'[data-panel="{panel}"] .board-canvas')


def click_on(page: Page, panel: str, across: float, up: float) -> None:
    box = canvas(page, panel).bounding_box()
    canvas(page, panel).click(position={"x": box["width"] * across, "y": box["height"] * up})
    wait_idle(page)


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_rates_losses_and_the_range_test(open_page: Any, width: int, dark: bool) -> None:
    page = open_page(ADDRESS, width=width, dark=dark)
    page.wait_for_selector(".board-canvas", timeout=LONG)
    page.wait_for_timeout(500)
    take_picture(page, f"schedules-{width}-{'dark' if dark else 'light'}")
    assert page.locator(".board-canvas").count() == 4
    assert "gain at end" in page.locator(".stage").first.inner_text()
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_click_draws_a_schedule_and_keeps_it_in_the_address(open_page: Any) -> None:
    page = open_page(f"{ADDRESS}?schedule=Cosine")
    page.wait_for_selector(".board-canvas", timeout=LONG)
    wait_idle(page)
    click_on(page, "rate", 0.45, 0.75)
    expect(page.get_by_role("textbox", name="Drawn, shares of η")).to_be_visible(timeout=LONG)
    assert "schedule=Drawn" in page.url
    first = page.get_by_role("textbox", name="Drawn, shares of η").input_value()
    assert len(first.split()) == 11
    canvas(page, "rate").focus()
    for stroke in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(stroke)
    wait_idle(page)
    page.wait_for_timeout(500)
    assert page.get_by_role("textbox", name="Drawn, shares of η").input_value() != first
    assert "drawn=" in page.url
    expect(page.get_by_text("The picture shows the settings before", exact=False)).to_be_visible()
    take_picture(page, "schedules-drawn")
    assert not page.complaints


def test_scenes_set_the_controls_and_answer(open_page: Any) -> None:
    page = open_page(ADDRESS)
    page.get_by_text("Too large", exact=True).click()
    wait_idle(page)
    assert "learning_rate=4" in page.url
    page.locator(".st-key-prediction").get_by_text("None", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("Right. Still learning: none", exact=False)).to_be_visible()
    page.get_by_text("Clean labels", exact=True).click()
    wait_idle(page)
    page.wait_for_timeout(500)
    take_picture(page, "schedules-clean")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not page.complaints


def test_networks_are_trained_and_the_numbers_can_be_downloaded(open_page: Any) -> None:
    page = open_page(f"{ADDRESS}{QUICK}&seed=4")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "schedule,seed,epoch,rate,loss,held_loss,held_accuracy"
    assert len(lines) == 1 + 16 * 3 * 6
    assert not page.complaints


def test_a_stop_keeps_the_trainings_so_far(open_page: Any) -> None:
    page = open_page(f"{ADDRESS}?epochs=60&seeds=3&seed=5")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Stop training").click(timeout=LONG)
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    assert page.locator(".board-canvas").count() > 0
    assert not page.complaints


def test_a_drawing_that_is_none_is_said_in_words(open_page: Any) -> None:
    page = open_page(f"{ADDRESS}?drawn=1+zebra&schedule=Drawn")
    expect(page.get_by_text("not a number", exact=False).first).to_be_visible(timeout=LONG)
    wrong = open_page(f"{ADDRESS}?batch_size=8&epochs=100")
    expect(wrong.get_by_text("too many", exact=False).first).to_be_visible(timeout=LONG)
    assert not wrong.complaints
