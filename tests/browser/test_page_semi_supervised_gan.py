"""The semi-supervised GAN in a real browser on the real server: scenes, a live run, Stop, links, a click."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 180_000  # milliseconds; a loaded machine with a cold worker is slow
SMALL = "unlabelled=200&width=32&depth=2&seeds=2"


def shown(page: Page) -> Page:
    expect(page.locator(".st-key-strip")).to_contain_text("Keras", timeout=LONG)
    page.wait_for_selector(".tp-track", timeout=LONG)
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1280, 390])
def test_the_first_visit_shows_the_shipped_run(open_page, dark, width):
    page = shown(open_page("/semi-supervised-gan", width=width, dark=dark))
    page.wait_for_timeout(600)
    take_picture(page, f"semi-supervised-gan-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_scenes_ask_and_the_answer_is_the_run_s(open_page):
    page = shown(open_page("/semi-supervised-gan"))
    page.locator(".st-key-head").get_by_text("Clothes", exact=True).click()
    expect(page.locator(".st-key-strip")).to_contain_text("Zalando", timeout=LONG)
    wait_idle(page)
    page.locator(".st-key-prediction").get_by_text("Nothing sure", exact=True).click()
    expect(page.locator(".st-key-prediction")).to_contain_text("Right.", timeout=LONG)
    track = page.locator(".tp-track")
    track.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    take_picture(page, "semi-supervised-gan-clothes")
    assert not page.complaints


def test_a_run_goes_to_its_end_and_says_how_sure_it_is(open_page):
    page = shown(open_page(f"/semi-supervised-gan?labels=2&epochs=4&{SMALL}"))
    expect(page.get_by_text("The picture shows the settings before")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".st-key-strip")).to_contain_text("just computed", timeout=LONG)
    expect(page.get_by_text("over 2 seeds, 95 % interval")).to_be_visible(timeout=LONG)
    assert not page.complaints


def test_stop_keeps_the_points_of_a_curve(open_page):
    page = shown(open_page(f"/semi-supervised-gan?curve=true&epochs=100&{SMALL}"))
    page.get_by_role("button", name="Run", exact=True).click()
    stop = page.get_by_role("button", name="Stop training")
    expect(page.locator(".st-key-progress")).to_contain_text("of 700", timeout=LONG)
    stop.click()
    expect(stop).to_have_count(0, timeout=LONG)
    wait_idle(page)
    expect(page.get_by_text("With 1 label a class")).to_be_visible(timeout=LONG)
    assert not page.complaints


def test_a_click_on_the_curve_takes_its_count(open_page):
    page = shown(open_page("/semi-supervised-gan"))
    wait_idle(page)
    canvas = page.locator('[data-panel="labels"] .board-canvas').last
    box = canvas.bounding_box()
    # The last points lie at the right end of the plot, near its top: the pointer says when it is at one.
    places = [(x, y) for x in range(220, 330, 5) for y in range(10, 60, 6)]
    for x, y in places:
        page.mouse.move(box["x"] + x, box["y"] + y)
        if canvas.evaluate("node => node.style.cursor") == "pointer":
            page.mouse.click(box["x"] + x, box["y"] + y)
            break
    page.wait_for_url(re.compile("labels=(25|50|100)"), timeout=60_000)
    assert not page.complaints


def test_a_link_brings_its_settings_and_bad_values_are_named(open_page):
    page = shown(open_page("/semi-supervised-gan?data=Clothes&labels=5000&form=Two+heads"))
    expect(page.get_by_text("which is not possible here")).to_be_visible(timeout=LONG)
    expect(page.locator(".st-key-form input")).to_have_value("Two heads")
    assert not page.complaints
