"""Where it fails, in a real browser on the real server: curves, a click, a run, Stop, links, bad input."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 180_000  # milliseconds; a loaded machine with a cold worker is slow
PHOTO = "factor=The%20same%20photo,%20smaller"


def shown(page: Page) -> Page:
    page.wait_for_selector(".board-canvas", timeout=LONG)
    wait_idle(page, 90)
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_first_visit_shows_the_shipped_run(open_page, dark, width):
    page = shown(open_page("/detection-limits", width=width, dark=dark))
    page.wait_for_timeout(500)
    take_picture(page, f"detection-limits-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_click_on_the_curve_shows_scenes_of_that_point(open_page):
    page = shown(open_page("/detection-limits"))
    box = page.locator('[data-panel="reasons"] .board-canvas').last.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    expect(page).to_have_url(re.compile(r"at_count=(4|6|8|12)(\.0)?(&|$)"), timeout=LONG)
    wait_idle(page, 60)
    track = page.locator(".tp-track")
    track.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert not page.complaints


def test_scenes_open_their_runs_and_answer_the_guess(open_page):
    page = shown(open_page("/detection-limits"))
    for scene, guess in (("Cut by the edge", "4 in 5"), ("Stretched", "The name"), ("Smaller", "Nearly all")):
        page.get_by_text(scene, exact=True).first.click()
        wait_idle(page, 60)
        page.locator(".st-key-prediction").get_by_text(guess, exact=True).click()
        expect(page.locator(".st-key-prediction")).to_contain_text(re.compile("Right|You said"), timeout=LONG)
        assert "shipped" in page.locator(".st-key-strip").inner_text()
    take_picture(page, "detection-limits-smaller")
    assert not page.complaints


def test_a_run_goes_to_its_end(open_page):
    page = shown(open_page("/detection-limits?factor=Their%20size&scenes=20&things=2"))
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".st-key-strip")).to_contain_text("just computed", timeout=LONG)
    wait_idle(page, 60)
    expect(page.get_by_text("over 20 scenes", exact=False)).to_be_visible(timeout=LONG)
    assert not page.complaints


def test_stop_keeps_the_sheets_that_are_there(open_page):
    page = shown(open_page(f"/detection-limits?{PHOTO}&overlap=50&photograph=Cat"))
    page.get_by_role("button", name="Run", exact=True).click()
    stop = page.get_by_role("button", name="Stop training")
    page.wait_for_timeout(3000)
    stop.click()
    expect(stop).to_have_count(0, timeout=LONG)
    expect(page.get_by_text("Stopped early", exact=False)).to_be_visible(timeout=LONG)
    assert not page.complaints


def test_a_link_brings_its_settings_and_bad_values_are_named(open_page):
    page = shown(open_page("/detection-limits?factor=Turned&at_turn=30&score=0.5&things=99"))
    expect(page.get_by_text("which is not possible here")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Turned by 30°", exact=False)).to_be_visible(timeout=LONG)
    assert not page.complaints


def test_a_photograph_in_which_nothing_is_found_says_so(open_page):
    page = shown(open_page(f"/detection-limits?{PHOTO}&photograph=Temple"))
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("finds nothing in this photograph", exact=False)).to_be_visible(timeout=LONG)
    page.get_by_text("A flock", exact=True).first.click()
    wait_idle(page, 60)
    assert not page.complaints


def test_an_upload_that_is_no_picture_is_named(open_page):
    page = shown(open_page(f"/detection-limits?{PHOTO}&photograph=Your%20own%20picture"))
    chooser = page.locator('.st-key-strip input[type="file"]')
    chooser.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"no picture at all"})
    expect(page.get_by_text("not a picture file", exact=False)).to_be_visible(timeout=LONG)
    assert page.locator(".board-canvas").count()
    assert not page.complaints
