"""Darknet in a real browser on the real server: layers, a lost number, uploads good and bad, scenes, links."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine.darknet import samples
from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 120_000  # milliseconds; a loaded machine with a cold worker is slow


def shown(page: Page) -> Page:
    page.wait_for_selector(".board-canvas", timeout=LONG)
    wait_idle(page, 60)
    return page


def readout(page: Page, text: str) -> None:
    expect(page.get_by_text(text, exact=True).first).to_be_visible(timeout=LONG)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1280, 390])
def test_the_first_visit_shows_the_shipped_run(open_page, dark, width):
    page = shown(open_page("/darknet", width=width, dark=dark))
    page.wait_for_timeout(400)
    take_picture(page, f"darknet-{width}-{'dark' if dark else 'light'}")
    readout(page, "Layer 0")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_click_on_a_block_looks_at_its_layer(open_page):
    page = shown(open_page("/darknet", width=1440))
    box = page.locator('[data-panel="net"] .board-canvas').last.bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.55 * box["height"])
    page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.55 * box["height"])
    expect(page).to_have_url(re.compile(r"layer=[1-9]"), timeout=LONG)
    wait_idle(page, 60)
    number = page.url.split("layer=")[1].split("&")[0]
    readout(page, f"Layer {number}")
    assert not page.complaints


def test_scenes_open_their_runs_and_answer_the_guess(open_page):
    page = shown(open_page("/darknet"))
    for scene, guess, said in (
        ("In groups", "The same box", "Right. 196"),
        ("One lost", "An error", "You said “An error”. 425 boxes pass."),
        ("Untrained v2", "None", "Right. 0 of 845"),
    ):
        page.get_by_text(scene, exact=True).first.click()
        wait_idle(page, 60)
        page.get_by_text(guess, exact=True).first.click()
        expect(page.get_by_text(said, exact=False).first).to_be_visible(timeout=LONG)
        assert "shipped" in page.locator(".st-key-strip").inner_text()


def test_a_link_opened_cold_shows_what_was_sent(open_page):
    page = shown(open_page("/darknet?network=The%20same,%20in%20groups&lost=3&photograph=Cat&layer=4&score=0.5"))
    expect(page.locator(".st-key-strip")).to_contain_text("just computed", timeout=LONG)
    readout(page, "Layer 4")
    assert not page.locator('[data-testid="stAlert"]').count()


def test_uploads_are_named_when_bad_and_imported_when_good(open_page):
    page = shown(open_page("/darknet?network=Your%20own%20files"))
    chooser = page.locator('.st-key-strip input[type="file"]')
    chooser.nth(0).set_input_files(
        {"name": "bad.cfg", "mimeType": "text/plain", "buffer": b"[net]\nwidth=100000\nheight=8\n[convolutional]\n"}
    )
    expect(page.get_by_text("Line 2 of the .cfg", exact=False)).to_be_visible(timeout=LONG)
    whole = samples.content(samples.GROUPS, 0)
    text = samples.cfg_text(samples.GROUPS).encode()
    chooser.nth(0).set_input_files({"name": "good.cfg", "mimeType": "text/plain", "buffer": text})
    wait_idle(page, 60)
    chooser.nth(1).set_input_files(
        {"name": "a.weights", "mimeType": "application/octet-stream", "buffer": whole[:-400]}
    )
    expect(page.get_by_text("100 are missing", exact=False)).to_be_visible(timeout=LONG)
    chooser.nth(1).set_input_files({"name": "b.weights", "mimeType": "application/octet-stream", "buffer": whole})
    expect(page.locator(".st-key-strip")).to_contain_text("just computed", timeout=LONG)
    wait_idle(page, 60)
    readout(page, "196\u2009382")
    assert "cfg=" in page.url
    assert "weights=" in page.url
    take_picture(page, "darknet-upload")


def test_the_model_is_written_on_request(open_page):
    page = shown(open_page("/darknet?network=The%20same,%20in%20groups"))
    page.get_by_role("button", name="Make .keras and SavedModel").click()
    expect(page.get_by_role("button", name="SavedModel .zip")).to_be_visible(timeout=LONG)
    with page.expect_download(timeout=LONG) as download:
        page.get_by_role("button", name="Model .keras").click()
    assert download.value.suggested_filename == "model.keras"
