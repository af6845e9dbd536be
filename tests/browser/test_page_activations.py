"""Activations in a real browser: a curve and a logit clicked, scenes, a run and its stop, links, bad input."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 180_000  # milliseconds; a loaded machine with a cold worker is slow


def readout(page: Page) -> str:
    return str(page.locator(".stage").first.inner_text())


def click_on(page: Page, panel: str, across: float, up: float) -> None:
    canvas = page.locator(f'[data-panel="{panel}"] .board-canvas')
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * across, "y": box["height"] * up})
    wait_idle(page)


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_a_curve_and_its_derivative(open_page: Any, width: int, dark: bool) -> None:
    page = open_page("/activations", width=width, dark=dark)
    page.wait_for_selector(".board-canvas", timeout=LONG)
    page.wait_for_timeout(500)
    take_picture(page, f"activations-{width}-{'dark' if dark else 'light'}")
    assert "0.197" in readout(page)  # σ(1) (1 − σ(1))
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_click_sets_the_input_and_a_logit(open_page: Any) -> None:
    page = open_page("/activations")
    page.wait_for_selector(".board-canvas", timeout=LONG)
    wait_idle(page)
    click_on(page, "function", 0.25, 0.5)
    assert re.search(r"[?&]x=-\d", page.url)
    soft = open_page("/activations?function=Softmax&logits=1,1,1")
    soft.wait_for_selector(".board-canvas", timeout=LONG)
    wait_idle(soft)
    assert "0.333" in readout(soft)
    click_on(soft, "logits", 0.25, 0.2)
    assert "0.333" not in readout(soft)
    take_picture(soft, "activations-softmax")
    assert not soft.complaints


def test_scenes_set_the_controls_and_answer(open_page: Any) -> None:
    page = open_page("/activations")
    page.get_by_text("Rescued", exact=True).click()
    wait_idle(page)
    # The address bar learns only of controls that were there before the click: a known shortfall.
    expect(page.get_by_role("slider", name="Initial bias")).to_have_value("-0.5")
    page.get_by_text("Both", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("Right. Held back", exact=False)).to_be_visible()
    page.wait_for_timeout(500)
    take_picture(page, "activations-rescued")
    page.locator(".transport").get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    assert re.search(r"epoch\s*0", readout(page))
    page.get_by_text("Ten layers", exact=True).click()
    wait_idle(page)
    page.wait_for_timeout(500)
    take_picture(page, "activations-depth")
    assert "first / output" in readout(page)
    page.get_by_text("All trained", exact=True).click()
    wait_idle(page)
    page.wait_for_timeout(500)
    take_picture(page, "activations-all")
    expect(page.get_by_text("is right most often,", exact=False)).to_be_visible()
    assert not page.complaints


def test_a_run_can_be_stopped_and_its_numbers_downloaded(open_page: Any) -> None:
    page = open_page("/activations?task=Comparison&depth=1&width=8&epochs=12&batch_size=128&seeds=3&seed=9")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text(re.compile(r"epoch [1-9]\d* of")).first).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Stop training").click()
    expect(page.get_by_text("You stopped it", exact=False)).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("activation,seed,epoch,loss,accuracy,dead_1,zeros_1,gradient_1,gradient_output")
    assert len(lines) == 1 + 12 * 3 * 13
    assert not page.complaints


def test_bad_links_are_said_in_words(open_page: Any) -> None:
    page = open_page("/activations?function=Softmax&logits=one,two")
    expect(page.get_by_text("are not logits", exact=False).first).to_be_visible(timeout=LONG)
    wrong = open_page("/activations?task=Comparison&depth=20&epochs=40&seeds=10&batch_size=16")
    expect(wrong.get_by_text("steps", exact=False).first).to_be_visible(timeout=LONG)
    assert not wrong.complaints
