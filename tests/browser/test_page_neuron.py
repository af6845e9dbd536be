"""The neuron's page in a real browser: scenes, a run and its stop, the map clicked, links, bad input."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 120_000  # milliseconds; a loaded machine with a cold worker is slow


def readout(page: Page) -> str:
    return str(page.locator(".stage").first.inner_text())


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_the_shipped_run(open_page: Any, width: int, dark: bool) -> None:
    page = open_page("/neuron", width=width, dark=dark)
    page.wait_for_selector(".board-canvas", timeout=LONG)
    page.wait_for_timeout(500)
    take_picture(page, f"neuron-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert "2.913" in readout(page)  # the bias it learns: the data were made with 3
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_run_ends_and_can_be_played_back(open_page: Any) -> None:
    page = open_page("/neuron?offset=-2&epochs=30&seed=4")
    expect(page.get_by_text("Press Run").first).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    page.locator(".transport").get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    assert re.search(r"epoch\s*0", readout(page))
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "epoch,m,c,error,m_without_bias,error_without_bias"
    assert len(lines) == 32
    assert not page.complaints


def test_a_click_on_the_map_draws_a_line_of_your_own(open_page: Any) -> None:
    page = open_page("/neuron")
    page.wait_for_selector(".board-canvas", timeout=LONG)
    wait_idle(page)
    canvas = page.locator('[data-panel="map"] .board-canvas')
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.4})
    wait_idle(page)
    assert "your_weight=" in page.url
    assert "your_bias=" in page.url
    take_picture(page, "neuron-yours")
    assert not page.complaints


def test_scenes_set_the_controls_and_answer(open_page: Any) -> None:
    page = open_page("/neuron")
    page.get_by_text("Too fast", exact=True).click()
    wait_idle(page)
    assert "learning_rate=0.17" in page.url
    page.get_by_text("Only with bias", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("Right. The limit", exact=False)).to_be_visible()
    page.get_by_text("Two classes", exact=True).first.click()
    wait_idle(page)
    page.wait_for_timeout(500)
    take_picture(page, "neuron-classes")
    assert "92%" in readout(page)


def test_a_link_opens_cold_and_too_many_steps_are_said_in_words(open_page: Any) -> None:
    page = open_page("/neuron?task=Two%20classes&offset=1.5&seed=9")
    for part in ("task=Two", "offset=1.5", "seed=9"):
        assert part in page.url
    wrong = open_page("/neuron?points=400&batch_size=1&epochs=400")
    expect(wrong.get_by_text("160,000 steps", exact=False).first).to_be_visible(timeout=LONG)
    assert not wrong.complaints
