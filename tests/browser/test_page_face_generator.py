"""The face generator in a real browser on the real server: scrub, choose, drag, guess, train on, stop, share."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 180_000  # milliseconds; a loaded machine with a cold worker is slow


def shown(page: Page, view: str = "grid") -> Page:
    """Wait until the stage shows a view."""
    expect(page.locator(f'.stage[data-view="{view}"]')).to_be_visible(timeout=LONG)
    wait_idle(page, 120)
    return page


def frames(page: Page) -> int:
    return int(page.locator(".stage").get_attribute("data-frame") or 0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_first_visit_shows_the_shipped_training(open_page, dark, width):
    page = shown(open_page("/face-generator", width=width, dark=dark))
    page.wait_for_timeout(400)
    take_picture(page, f"face-generator-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_the_training_is_scrubbed_by_keyboard_and_the_guess_is_answered(open_page):
    page = shown(open_page("/face-generator"))
    page.locator(".tp-track").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator('.stage[data-step="1"]')).to_have_count(1)
    page.locator(".st-key-prediction").get_by_text("Later", exact=True).click()
    expect(page.locator(".st-key-prediction")).to_contain_text("there was still fog", timeout=LONG)
    assert not page.complaints


def test_a_click_chooses_a_face_and_the_address_says_so(open_page):
    page = shown(open_page("/face-generator"))
    canvas = page.locator(".faces-canvas")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] / 2 + 20, "y": box["height"] / 2 + 20})
    page.wait_for_url("**a=36**", timeout=LONG)
    expect(page.locator(".stage-reads")).to_contain_text("Face 37, A", timeout=LONG)
    assert not page.complaints


@pytest.mark.parametrize("view", ["plane", "walk", "attributes", "neighbours", "quiz"])
def test_every_view_opens_from_its_link(open_page, view):
    page = shown(open_page(f"/face-generator?view={view.capitalize()}", width=1440), view)
    take_picture(page, f"face-generator-{view}")
    assert not page.complaints


def test_the_face_follows_the_hand_without_the_server(open_page):
    page = shown(open_page("/face-generator?view=Plane"), "plane")
    box = page.locator(".faces-canvas").bounding_box()
    note = page.locator(".stage-reads .chart-note").first
    before, drawn = note.inner_text(), frames(page)
    page.mouse.move(box["x"] + box["width"] / 2 + 90, box["y"] + 120, steps=6)
    page.wait_for_timeout(200)
    assert note.inner_text() != before
    assert frames(page) > drawn
    page.locator(".faces-canvas").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert not page.complaints


def test_an_attribute_moves_the_face_and_stays_in_the_address(open_page):
    page = shown(open_page("/face-generator?view=Attributes"), "attributes")
    slider = page.locator("input[data-attribute=Glasses]")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_url("**glasses=3**", timeout=LONG)
    wait_idle(page, 120)
    assert float(slider.input_value()) == 8
    assert not page.complaints


def test_the_quiz_keeps_its_score_when_the_view_changes(open_page):
    page = shown(open_page("/face-generator?view=Quiz"), "quiz")
    page.locator(".faces-card").first.click()
    expect(page.locator(".faces-score")).to_contain_text("of 1 right")
    wait_idle(page)
    page.locator(".st-key-strip").get_by_text("Walk", exact=True).click()
    shown(page, "walk")
    page.locator(".st-key-strip").get_by_text("Quiz", exact=True).click()
    shown(page, "quiz")
    expect(page.locator(".faces-score")).to_contain_text("of 1 right")
    assert not page.complaints


def test_training_on_runs_live_and_stop_keeps_what_is_there(open_page):
    page = shown(open_page("/face-generator?steps=600&batch_size=8&moment=8"))
    page.get_by_role("button", name="Train on", exact=True).click()
    stop = page.get_by_role("button", name="Stop training")
    expect(page.locator(".st-key-progress")).to_contain_text("of 600", timeout=LONG)
    stop.click()
    expect(stop).to_have_count(0, timeout=LONG)
    wait_idle(page, 120)
    expect(page.get_by_text("the kernel distance goes from")).to_be_visible(timeout=LONG)
    assert not page.complaints


def test_other_numbers_are_made_at_once_and_bad_values_are_named(open_page):
    page = shown(open_page("/face-generator?noise=Normal%2C+twice+as+wide&truncation=99&a=3&b=3"))
    expect(page.get_by_text("which is not possible here")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("of the variety")).to_be_visible(timeout=LONG)
    assert not page.complaints
