"""Train a YOLO in a real browser on the real server: scrub, choose a moment, train on, stop, share a link."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 180_000  # milliseconds; a loaded machine with a cold worker is slow


def shown(page: Page) -> Page:
    expect(page.locator(".st-key-strip")).to_contain_text("Fashion-MNIST", timeout=LONG)
    page.wait_for_selector(".tp-track", timeout=LONG)
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_first_visit_shows_the_shipped_run(open_page, dark, width):
    page = shown(open_page("/train-yolo", width=width, dark=dark))
    page.wait_for_timeout(600)
    take_picture(page, f"train-yolo-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_moments_are_scrubbed_by_keyboard_and_the_guess_is_answered(open_page):
    page = shown(open_page("/train-yolo"))
    track = page.locator(".tp-track")
    track.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.locator(".st-key-prediction").get_by_text("Sandal", exact=True).click()
    expect(page.locator(".st-key-prediction")).to_contain_text("Average precision", timeout=LONG)
    assert not page.complaints


def test_training_on_runs_live_and_stop_keeps_what_is_there(open_page):
    page = shown(open_page("/train-yolo?steps=600&batch_size=8"))
    page.get_by_role("button", name="Train on").click()
    stop = page.get_by_role("button", name="Stop training")
    expect(page.locator(".st-key-progress")).to_contain_text("of 600", timeout=LONG)
    stop.click()
    expect(stop).to_have_count(0, timeout=LONG)
    wait_idle(page)
    expect(page.get_by_text("mAP goes from")).to_be_visible(timeout=LONG)
    assert not page.complaints


def test_a_link_brings_its_form_and_bad_values_are_named(open_page):
    page = shown(open_page("/train-yolo?start=Nothing&grid=4&steps=300&depth=99"))
    expect(page.get_by_text("which is not possible here")).to_be_visible(timeout=LONG)
    assert page.get_by_text("Grid S").count() == 1
    assert not page.complaints
