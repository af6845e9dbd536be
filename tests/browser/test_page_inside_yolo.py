"""Inside YOLO in a real browser on the real server: cells by click and key, numbers moved, layers, uploads, links."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 120_000  # milliseconds; a loaded machine with a cold worker is slow


def drawn(page: Page) -> Page:
    expect(page.locator(".st-key-strip")).to_contain_text("TensorFlow", timeout=LONG)
    page.wait_for_selector(".board-canvas", timeout=LONG)
    page.wait_for_timeout(500)
    return page


def canvas(page: Page, panel: str) -> Locator:
    return page.locator(f'[data-panel="{panel}"] .board-canvas')


def numbers(page: Page) -> Locator:
    return page.locator('[data-panel="numbers"]')


def asked(page: Page, text: str) -> None:
    page.wait_for_function(
        f"() => decodeURIComponent(location.search).replaceAll('+', ' ').includes({text!r})", timeout=30_000
    )


@pytest.mark.parametrize(("width", "height", "dark"), [(1440, 900, False), (1280, 800, True), (390, 844, False)])
def test_the_first_visit_shows_the_shipped_tensor(open_page, width, height, dark):
    page = drawn(open_page("/inside-yolo", width=width, height=height, dark=dark))
    take_picture(page, f"inside-yolo-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    expect(numbers(page)).to_contain_text("row 6, column 6")
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_cell_is_looked_into_by_click_and_by_key(open_page):
    page = drawn(open_page("/inside-yolo"))
    box = canvas(page, "input").bounding_box()
    page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    expect(numbers(page)).to_contain_text("row 3, column 3", timeout=30_000)
    asked(page, "row=3")
    canvas(page, "input").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator(".board-voice")).to_contain_text("confidence")
    page.keyboard.press("Enter")
    expect(numbers(page)).to_contain_text("row 2, column 4", timeout=30_000)
    asked(page, "column=4")
    assert not page.complaints


def test_a_number_is_moved_drawn_at_once_and_reset(open_page):
    page = drawn(open_page("/inside-yolo"))
    loss = page.locator('[data-panel="loss"]')
    before = loss.inner_text()
    slider = page.get_by_role("slider", name="t of x")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    asked(page, "6 6 x1")
    expect(numbers(page)).to_contain_text("*", timeout=30_000)
    expect(loss).not_to_have_text(before, use_inner_text=True, timeout=30_000)
    expect(page.get_by_text("set by hand:", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    expect(numbers(page)).not_to_contain_text("*", timeout=30_000)
    expect(loss).to_have_text(before, use_inner_text=True, timeout=30_000)
    assert not page.complaints


def test_a_class_is_chosen_by_its_bar(open_page):
    page = drawn(open_page("/inside-yolo"))
    box = canvas(page, "classes").bounding_box()
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 12)
    expect(page.get_by_role("slider", name="t of T-shirt")).to_be_visible(timeout=30_000)
    asked(page, "kind=T-shirt")


def test_scenes_set_everything_and_answer_the_guess(open_page):
    page = drawn(open_page("/inside-yolo"))
    for scene, guess, told in (
        ("Move one number", "Two cells on", "the cell ends at 112"),
        ("Two in one cell", "Both", "One of the two"),
        ("Untrained", "Near 0.5", "Right."),
        ("Wide picture", "3 or fewer", "2 with bars"),
    ):
        page.get_by_text(scene, exact=True).click()
        wait_idle(page)
        page.get_by_text(guess, exact=True).click()
        expect(page.locator(".st-key-prediction")).to_contain_text(told, timeout=30_000)
    page.get_by_text("Bars", exact=True).click()
    expect(page.locator('[data-panel="input"]')).to_contain_text("Bars beside it", timeout=30_000)
    take_picture(page, "inside-yolo-bars", full=True)
    assert not page.complaints


def test_another_picture_is_looked_at_without_a_button(open_page):
    page = drawn(open_page("/inside-yolo?things=60&seed=11&layer=Found"))
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("a cell answers for one thing", exact=False).first).to_be_visible()
    take_picture(page, "inside-yolo-many")
    assert not page.complaints


def test_an_own_picture_is_fitted_into_the_square_and_a_bad_one_named(open_page):
    page = drawn(open_page("/inside-yolo?source=Your+own+picture"))
    chooser = page.locator('input[type="file"]').first
    chooser.set_input_files({"name": "cut.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\nrest"})
    expect(page.locator(".st-key-strip").get_by_role("alert")).to_contain_text("picture", timeout=30_000)
    buffer = io.BytesIO()
    picture = Image.new("RGB", (200, 120), "white")
    picture.paste((20, 20, 20), (60, 30, 130, 100))
    picture.save(buffer, "PNG")
    chooser.set_input_files({"name": "mine.png", "mimeType": "image/png", "buffer": buffer.getvalue()})
    asked(page, "upload=")
    expect(page.locator('[data-panel="loss"]')).to_contain_text("Without true boxes", timeout=LONG)
    expect(page.locator('[data-panel="pixels"]')).to_contain_text("in the original")
    page.get_by_text("Negative", exact=True).click()
    wait_idle(page, 60)
    take_picture(page, "inside-yolo-upload")
    assert not page.complaints


def test_a_link_opens_cold_and_bad_values_are_named(open_page):
    page = drawn(open_page("/inside-yolo?moment=4&layer=Loss&row=2&column=2&edits=2+2+Coat+3&things=999"))
    expect(page.get_by_text("which is not possible here")).to_be_visible(timeout=LONG)
    expect(numbers(page)).to_contain_text("row 2, column 2")
    expect(page.get_by_text("1 number was set by hand", exact=False)).to_be_visible()
    page = drawn(open_page("/inside-yolo?edits=2+2+hat+3"))
    expect(page.get_by_text("is no change of a number", exact=False)).to_be_visible(timeout=LONG)
