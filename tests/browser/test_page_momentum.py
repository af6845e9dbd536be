"""The momentum page in a real browser: the map clicked and by keyboard, the start moved, scenes, a run, bad input."""

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
def test_the_first_visit_shows_the_map_and_three_paths(open_page: Any, width: int, dark: bool) -> None:
    page = open_page("/momentum", width=width, dark=dark)
    page.wait_for_selector(".board-canvas", timeout=LONG)
    page.wait_for_timeout(500)
    take_picture(page, f"momentum-{width}-{'dark' if dark else 'light'}")
    assert "0.949" in readout(page)  # √0.9
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_click_picks_a_cell_and_a_start(open_page: Any) -> None:
    page = open_page("/momentum")
    page.wait_for_selector(".board-canvas", timeout=LONG)
    wait_idle(page)
    click_on(page, "map", 0.5, 0.6)
    assert "learning_rate=" in page.url
    assert re.search(r"momentum=0\.\d", page.url)
    click_on(page, "path", 0.7, 0.3)
    assert "start_x=" in page.url
    assert "start_y=" in page.url
    picked = page.url
    page.locator('[data-panel="map"] .board-canvas').focus()
    for stroke in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(stroke)
    wait_idle(page)
    assert page.url != picked
    assert not page.complaints


def test_the_start_is_dragged(open_page: Any) -> None:
    page = open_page("/momentum")
    page.wait_for_selector(".board-canvas", timeout=LONG)
    wait_idle(page)
    click_on(page, "path", 0.3, 0.6)
    wanted = page.url
    click_on(page, "path", 0.7, 0.3)
    assert page.url != wanted
    box = page.locator('[data-panel="path"] .board-canvas').bounding_box()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"], steps=4)
    expect(page.locator('[data-panel="path"] .board-tip')).to_contain_text(",")
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"], steps=4)
    page.mouse.up()
    wait_idle(page)
    page.wait_for_url(wanted)
    assert not page.complaints


def test_scenes_set_the_controls_and_answer(open_page: Any) -> None:
    page = open_page("/momentum")
    page.get_by_text("Too far", exact=True).click()
    wait_idle(page)
    assert "learning_rate=1.6" in page.url
    page.locator(".st-key-prediction").get_by_text("Nesterov", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("Right. The limits", exact=False)).to_be_visible()
    page.get_by_text("Out of the hole", exact=True).click()
    wait_idle(page)
    page.wait_for_timeout(500)
    take_picture(page, "momentum-valleys")
    expect(page.get_by_text("In the deep valley after 150 steps", exact=False)).to_be_visible()
    page.get_by_text("A real network", exact=True).click()
    wait_idle(page)
    page.wait_for_timeout(500)
    take_picture(page, "momentum-network")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not page.complaints


def test_networks_are_trained_and_can_be_downloaded(open_page: Any) -> None:
    page = open_page("/momentum?task=Network&table=Wine&epochs=3&seeds=5&learning_rate=0.05&seed=4")
    expect(page.get_by_text("Press Run", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "rate,momentum,seed,epoch,loss,accuracy"
    assert len(lines) == 1 + 2 * 4 * 5 * 4
    assert not page.complaints


def test_a_stop_keeps_the_trainings_so_far(open_page: Any) -> None:
    page = open_page("/momentum?task=Network&learning_rate=0.03&epochs=60&seed=5")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Stop training").click(timeout=LONG)
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    assert page.locator(".board-canvas").count() > 0
    assert not page.complaints


def test_a_link_opens_cold_and_too_much_is_said_in_words(open_page: Any) -> None:
    page = open_page("/momentum?momentum=0.5&condition=100&start_x=2")
    for part in ("momentum=0.5", "condition=100", "start_x=2"):
        assert part in page.url
    wrong = open_page("/momentum?task=Network&batch_size=8&epochs=60&seeds=10")
    expect(wrong.get_by_text("steps each are too many", exact=False).first).to_be_visible(timeout=LONG)
    assert not wrong.complaints
