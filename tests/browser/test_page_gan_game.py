"""The game in 2-D in a real browser: shipped scenes, slow motion, drawing, running, stopping, going on, bad links."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 180_000  # milliseconds; a loaded machine with a cold worker is slow


def shown(page: Page) -> Page:
    expect(page.locator(".st-key-strip")).to_contain_text("seed", timeout=LONG)
    page.wait_for_selector(".tp-track", timeout=LONG)
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_first_visit_shows_the_shipped_game(open_page, dark, width):
    page = shown(open_page("/gan-game", width=width, dark=dark))
    page.wait_for_timeout(600)
    take_picture(page, f"gan-game-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_guess_is_answered_and_one_update_plays_in_beats(open_page):
    page = shown(open_page("/gan-game"))
    page.locator(".st-key-prediction").get_by_text("About the same", exact=True).click()
    expect(page.locator(".st-key-prediction")).to_contain_text("ln 2", timeout=LONG)
    page.get_by_text("One update", exact=True).click()
    expect(page.locator(".tp-unit")).to_have_text("beat", timeout=LONG)
    wait_idle(page)
    page.locator(".tp-track").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tp-number")).to_have_text("2")
    take_picture(page, "gan-game-slow")
    assert not page.complaints


def test_points_are_drawn_by_mouse_and_keyboard_and_played(open_page):
    page = open_page("/gan-game?look=Draw&steps=60&seeds=1")
    canvas = page.locator(".draw-canvas")
    canvas.wait_for(timeout=LONG)
    wait_idle(page)
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"], steps=8)
    page.mouse.up()
    expect(page.locator(".draw-words")).to_contain_text("of 96 points", timeout=LONG)
    page.wait_for_function("new URL(location).searchParams.get('distribution') === 'Drawn by you'", timeout=LONG)
    wait_idle(page)
    before = int(page.locator(".draw-words b").inner_text().split()[0])
    canvas.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".draw-words")).to_contain_text(f"{before + 1} of 96", timeout=LONG)
    wait_idle(page)
    take_picture(page, "gan-game-draw")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("After 60 steps")).to_be_visible(timeout=LONG)
    page.wait_for_selector(".tp-track", timeout=LONG)
    assert not page.complaints


def test_a_run_stops_and_goes_on_with_one_side(open_page):
    page = shown(open_page("/gan-game?steps=10000&seeds=1"))
    page.get_by_role("button", name="Run", exact=True).click()
    stop = page.get_by_role("button", name="Stop training")
    expect(page.locator(".st-key-progress")).to_contain_text("of 10000", timeout=LONG)
    page.wait_for_timeout(3000)
    stop.click()
    expect(stop).to_have_count(0, timeout=LONG)
    wait_idle(page)
    page.get_by_role("button", name="+10 D").click()
    expect(page.get_by_text("only the discriminator trained")).to_be_visible(timeout=LONG)
    expect(page.locator(".st-key-strip")).to_contain_text("2 stretches", timeout=LONG)
    assert not page.complaints


def test_a_bad_link_is_named_and_the_page_stays_usable(open_page):
    page = shown(open_page("/gan-game?generator_rate=99&distribution=Cube&before=nonsense"))
    expect(page.get_by_text("which is not possible here").first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("cannot be read")).to_be_visible(timeout=LONG)
    assert not page.complaints
