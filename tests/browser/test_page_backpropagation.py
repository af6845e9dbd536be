"""Backpropagation in a real browser: stepped by key, a weight edited and checked anew, scenes, links, bad input."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import board_drawn, has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 120_000  # milliseconds; a loaded machine with a cold worker is slow


def check(page: Page) -> str:
    return str(page.locator('[data-panel="check"]').inner_text())


def table(page: Page) -> str:
    return str(page.locator('[data-panel="table"]').inner_text())


def step_to(page: Page, step: int) -> None:
    """Press Home, and then the right arrow until this step (from 1) is shown."""
    page.locator(".transport").get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    for _ in range(step - 1):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(250)


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_the_shipped_answers(open_page: Any, width: int, dark: bool) -> None:
    page = open_page("/backpropagation", width=width, dark=dark)
    board_drawn(page)
    take_picture(page, f"backpropagation-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert "Keras SGD says" in check(page)
    assert check(page).count("0.30808810") == 2  # ours and theirs: the output's bias after the update
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_one_press_a_step(open_page: Any) -> None:
    page = open_page("/backpropagation")
    board_drawn(page)
    step_to(page, 2)
    assert "Keras model says" in check(page)
    assert check(page).count("0.40000000") == 2
    step_to(page, 16)
    assert "GradientTape says" in check(page)
    assert check(page).count("−0.03635706") == 2
    assert "−0.036" in table(page)
    take_picture(page, "backpropagation-step-16")
    step_to(page, 24)
    assert "0.267" in table(page)
    assert not page.complaints


def test_an_edited_weight_is_drawn_at_once_and_checked_anew(open_page: Any) -> None:
    page = open_page("/backpropagation")
    board_drawn(page)
    step_to(page, 2)
    page.get_by_role("button", name="Weights and inputs").click()
    field = page.get_by_role("spinbutton", name="w₁₁")
    field.fill("1.5")
    field.press("Enter")
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    assert "w11=1.5" in page.url
    assert check(page).count("1.40000000") == 2  # and the step is still the second
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("weight,value,gradient_row_1")
    assert lines[1].startswith("w11,1.5,")
    assert not page.complaints


def test_scenes_set_the_controls_and_answer(open_page: Any) -> None:
    page = open_page("/backpropagation")
    page.get_by_text("Dead ReLU", exact=True).click()
    wait_idle(page)
    assert "b1=-1.5" in page.url
    page.get_by_text("Exactly 0", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("Right. z₁ =", exact=False)).to_be_visible()
    page.get_by_text("A batch", exact=True).first.click()
    wait_idle(page)
    step_to(page, 24)
    assert "−0.097" in table(page)
    label = page.locator('[data-panel="table"] .board-row-label .board-word').nth(7)
    assert label.evaluate("one => one.scrollWidth <= one.clientWidth")  # v₁, beside eight columns
    take_picture(page, "backpropagation-batch")


def test_a_link_opens_cold_and_a_wrong_one_is_said_in_words(open_page: Any) -> None:
    page = open_page("/backpropagation?activation=tanh&v1=-2&updates=7")
    board_drawn(page)
    for part in ("activation=tanh", "v1=-2", "updates=7"):
        assert part in page.url
    wrong = open_page("/backpropagation?w11=99")
    expect(wrong.get_by_text("The link asks for w₁₁", exact=False).first).to_be_visible(timeout=LONG)
    assert not wrong.complaints
