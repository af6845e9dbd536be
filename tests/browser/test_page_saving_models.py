"""The page of saving in a real browser: scenes, a row clicked, a run and its stop, the files, links, bad input."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 240_000  # milliseconds; a loaded machine with a cold worker and a second process is slow


def readout(page: Page) -> str:
    return str(page.locator(".stage").first.inner_text())


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_the_shipped_run(open_page: Any, width: int, dark: bool) -> None:
    page = open_page("/saving-models", width=width, dark=dark)
    page.wait_for_selector(".board-canvas", timeout=LONG)
    page.wait_for_timeout(500)
    take_picture(page, f"saving-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert "model.weights.h5" in readout(page)  # the archive's largest member
    expect(page.get_by_text("This app accepts no such file from anybody", exact=False)).to_be_visible()
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_click_on_a_row_looks_into_that_form(open_page: Any) -> None:
    page = open_page("/saving-models")
    page.wait_for_selector(".board-canvas", timeout=LONG)
    wait_idle(page)
    canvas = page.locator('[data-panel="sizes"] .board-canvas')
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.7, "y": box["height"] * 0.5})
    wait_idle(page)
    page.wait_for_timeout(500)
    assert "form=SavedModel" in page.url
    assert "saved_model.pb" in readout(page)
    take_picture(page, "saving-tree")
    assert not page.complaints


def test_every_file_of_the_run_can_be_downloaded(open_page: Any) -> None:
    page = open_page("/saving-models")
    wait_idle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=".keras", exact=True).click()
    assert download.value.suggested_filename == "model.keras"
    members = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())).namelist()
    assert sorted(members) == ["config.json", "metadata.json", "model.weights.h5"]
    with page.expect_download() as download:
        page.get_by_role("button", name="SavedModel", exact=True).click()
    assert "saved_model/saved_model.pb" in zipfile.ZipFile(download.value.path()).namelist()
    for name in ("HDF5", ".weights.h5", "JSON", "LiteRT"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    assert not page.complaints


def test_scenes_set_the_controls_and_answer(open_page: Any) -> None:
    page = open_page("/saving-models")
    page.get_by_text("No state", exact=True).click()
    wait_idle(page)
    assert "optimizer=SGD" in page.url
    page.get_by_text("Nobody", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("Right. Plain SGD", exact=False)).to_be_visible()
    page.get_by_text("Dropout", exact=True).first.click()
    wait_idle(page)
    page.wait_for_timeout(500)
    take_picture(page, "saving-dropout")
    assert not page.complaints


def test_a_run_ends_and_another_is_stopped(open_page: Any) -> None:
    page = open_page("/saving-models?before=2&after=1&width=8&seeds=1&batch_size=512&seed=4")
    expect(page.get_by_text("Press Run").first).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("form,bytes,numbers")
    assert sum(line.startswith("never interrupted,4,") for line in lines) == 4  # the save, and three steps
    page.locator(".st-key-reseed button").first.click()
    page.get_by_role("button", name="Stop training").click(timeout=LONG)
    expect(page.get_by_text("You stopped it before the files were read.")).to_be_visible(timeout=LONG)
    assert not page.complaints


def test_a_link_opens_cold_and_too_many_steps_are_said_in_words(open_page: Any) -> None:
    page = open_page("/saving-models?optimizer=Momentum&form=JSON&learning_rate=0.1")
    for part in ("optimizer=Momentum", "form=JSON"):
        assert part in page.url
    wrong = open_page("/saving-models?before=40&after=20&batch_size=16")
    expect(wrong.get_by_text("5,400 steps", exact=False).first).to_be_visible(timeout=LONG)
    assert not wrong.complaints
