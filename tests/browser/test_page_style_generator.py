"""The style-based generator in a real browser: views, playing ψ, layers, links, bad values, a look that is new."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import board_drawn, has_horizontal_scroll, panel, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 180_000  # milliseconds; a loaded machine with a cold worker is slow
VIEWS = {
    "Truncation": "grid",
    "Mixing": "table",
    "Noise": "alone",
    "Path": "lengths",
    "Scales": "scales",
    "Transfer": "quality",
}


def readout(page: Page) -> str:
    return str(page.locator(".stage").first.inner_text())


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_the_shipped_faces(open_page: Any, width: int, dark: bool) -> None:
    page = open_page("/style-generator", width=width, dark=dark)
    board_drawn(page)
    take_picture(page, f"style-generator-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert "truncation ψ" in readout(page)
    assert not has_horizontal_scroll(page)
    assert not page.complaints


@pytest.mark.parametrize(("view", "name"), VIEWS.items())
def test_every_view_opens_from_its_link(open_page: Any, view: str, name: str) -> None:
    page = open_page(f"/style-generator?view={view}", width=1440)
    expect(panel(page, name)).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    take_picture(page, f"style-generator-{view.lower()}")
    assert not page.complaints


def test_psi_is_played_in_the_browser(open_page: Any) -> None:
    page = open_page("/style-generator")
    board_drawn(page)
    before = readout(page)
    page.locator(".transport").get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    assert "−1" in readout(page)
    assert readout(page) != before
    assert not page.complaints


def test_the_layer_of_the_scales_is_chosen_without_a_run(open_page: Any) -> None:
    page = open_page("/style-generator?view=Scales&layer=0")
    expect(page.get_by_text("Scales in b4_conv1").first).to_be_visible(timeout=LONG)
    slider = page.get_by_role("slider", name="Layer of the scales")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Scales in b4_torgb").first).to_be_visible(timeout=LONG)
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not page.complaints


def test_a_guess_is_answered_and_a_scene_sets_the_controls(open_page: Any) -> None:
    page = open_page("/style-generator")
    board_drawn(page)
    page.get_by_text("40 to 70 %", exact=True).click()
    expect(page.locator(".st-key-prediction")).to_contain_text("of the variety at ψ = 1 is left", timeout=LONG)
    page.locator(".st-key-head").get_by_text("New domain", exact=True).click()
    expect(panel(page, "quality")).to_be_visible(timeout=LONG)
    page.wait_for_url("**view=Transfer**", timeout=LONG)
    assert not page.complaints


def test_other_layers_are_mixed_at_once(open_page: Any) -> None:
    page = open_page("/style-generator?view=Mixing&start=4&end=6&psi=0.5")
    expect(page.get_by_text("layers 4 to 5 hear the column").first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    assert not page.complaints


def test_bad_values_are_named_and_an_empty_range_is_made_whole(open_page: Any) -> None:
    page = open_page("/style-generator?psi=7&view=Mixing&start=5&end=2")
    expect(page.get_by_text("which is not possible here")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("layer 5 hears the column").first).to_be_visible(timeout=LONG)
