"""Sharper pictures in a real browser on the real server: drag, slide, press keys, choose, upload, share a link."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from engine.data.photographs import BY_NAME
from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 180_000  # milliseconds; a loaded machine with a cold worker is slow
FIND = """() => { for (const e of document.querySelectorAll('*')) {
    const found = e.shadowRoot?.querySelector('[data-lens]'); if (found) return found.dataset.lens; }
    return document.querySelector('[data-lens]')?.dataset.lens ?? ''; }"""


def lens(page: Page) -> tuple[int, ...]:
    return tuple(int(number) for number in page.evaluate(FIND).split(","))


def shown(page: Page) -> Page:
    page.wait_for_selector(".lens-view", timeout=LONG)
    page.wait_for_function(FIND, timeout=LONG)
    wait_idle(page, 120)
    return page


def inside(page: Page, view: str) -> str:
    return page.locator(f'[data-view="{view}"] .lens-number b').nth(1).inner_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_first_visit_shows_the_views_side_by_side(open_page, dark, width):
    page = shown(open_page("/super-resolution", width=width, dark=dark))
    take_picture(page, f"super-resolution-{width}-{'dark' if dark else 'light'}", full=width == 390)
    names = page.locator(".lens-cell .chart-title").all_inner_texts()
    assert names[0] == "The truth"
    assert {"Bicubic", "Pixel loss"} <= set(names)
    assert float(inside(page, "pixel")) > 20
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_the_lens_is_dragged_and_moved_by_keys_without_the_server(open_page):
    page = shown(open_page("/super-resolution", width=1440))
    canvas = page.locator(".lens-canvas")
    box = canvas.bounding_box()
    asked = len(page.asked)
    before = lens(page)
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 120, steps=5)
    page.mouse.up()
    page.wait_for_timeout(100)
    dragged = lens(page)
    assert dragged[0] > before[0]
    canvas.focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(100)
    assert lens(page)[:2] == (dragged[0] - 40, dragged[1] + 8)
    page.keyboard.press("+")
    page.wait_for_timeout(100)
    assert lens(page)[2] < dragged[2]
    assert "dB" in canvas.get_attribute("aria-label")
    page.keyboard.press("Home")
    page.wait_for_timeout(100)
    assert len(page.asked) == asked
    assert not page.complaints


def test_the_number_in_the_lens_is_that_of_the_pixels(open_page):
    """Decoded from the very pictures that the page shows, in Python."""
    page = shown(open_page("/super-resolution", width=1440))
    x, y, side = lens(page)
    views = page.evaluate(
        """() => { for (const e of document.querySelectorAll('*')) {
            const root = e.shadowRoot ?? document; const cells = root.querySelectorAll('[data-view=truth] canvas,'
                + '[data-view=pixel] canvas');
            if (cells.length) return [...cells].map((canvas) => canvas.toDataURL()); } return []; }"""
    )
    pictures = [np.asarray(Image.open(io.BytesIO(base64.b64decode(one.split(",")[1]))).convert("RGB")) for one in views]
    scale = pictures[0].shape[0] / side
    middle = ((np.arange(side) + 0.5) * scale).astype(int)
    truth, pixel = (pictures[index][np.ix_(middle, middle)].astype(float) for index in (0, 1))
    expected = 10 * math.log10(255**2 / ((truth - pixel) ** 2).mean())
    assert float(inside(page, "pixel")) == pytest.approx(expected, abs=0.06)
    assert x >= 0
    assert y >= 0


def test_the_line_slides_and_the_looks_change(open_page):
    page = shown(open_page("/super-resolution", width=1440))
    handle = page.locator(".lens-divider")
    handle.focus()
    page.keyboard.press("Home")
    expect(handle).to_have_attribute("aria-valuenow", "0")
    box = page.locator(".lens-canvas").bounding_box()
    at = handle.bounding_box()
    page.mouse.move(at["x"] + 13, at["y"] + at["height"] - 28)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], at["y"] + 40, steps=4)
    page.mouse.up()
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(80, abs=3)
    page.get_by_role("button", name="Difference").click()
    expect(page.locator(".lens-legend")).to_contain_text("too bright")
    take_picture(page, "super-resolution-difference")
    page.get_by_role("button", name="Added detail").click()
    expect(page.locator(".lens-legend")).to_contain_text("invented")
    expect(handle).to_be_hidden()
    take_picture(page, "super-resolution-detail")
    assert not page.complaints


def test_a_link_opened_cold_shows_what_was_sent(open_page):
    link = "/super-resolution?lens_x=0.8&lens_y=0.3&look=Difference"
    page = shown(open_page(link, width=1440))
    x, _, side = lens(page)
    assert x + side / 2 == pytest.approx(0.8 * 448, abs=2)
    expect(page.locator(".lens-legend")).to_contain_text("too bright")
    for part in ("lens_x=0.8", "look=Difference"):
        assert part in page.url
    page = shown(open_page("/super-resolution?scale=99&lens_x=7"))
    expect(page.get_by_text("The link asks for", exact=False).first).to_be_visible()


def test_an_old_picture_is_enlarged_and_a_bad_file_is_named(open_page):
    page = shown(open_page("/super-resolution?photograph=Your%20own%20picture&mode=Enlarge", width=1440))
    chooser = page.locator('.st-key-strip input[type="file"]')
    chooser.set_input_files({"name": "bad.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.get_by_text("not a picture file", exact=False)).to_be_visible(timeout=LONG)
    buffer = io.BytesIO()
    Image.open(BY_NAME["camera"].path).resize((90, 60)).save(buffer, "PNG")
    chooser.set_input_files({"name": "old.png", "mimeType": "image/png", "buffer": buffer.getvalue()})
    expect(page.locator(".lens-credit")).to_have_text("Your own picture", timeout=LONG)
    wait_idle(page, 120)
    assert page.locator(".lens-cell .chart-title").all_inner_texts()[0] == "As it is"
    expect(page.locator(".lens-given")).to_contain_text("90 × 60 pixels")
    expect(page.get_by_role("button", name="Difference")).to_be_hidden()
    assert "upload=" in page.url
    take_picture(page, "super-resolution-upload")
    assert not page.complaints
