"""Detect in a real browser on the real server: play, point, draw, zoom, choose, upload, share a link."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from engine.data.photographs import BY_NAME
from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 120_000  # milliseconds; a loaded machine with a cold worker is slow


def rows(page: Page) -> list[str]:
    return [text.split("\n")[0] for text in page.locator(".det-row").all_inner_texts()]


def shown(page: Page) -> Page:
    page.wait_for_selector(".det-canvas", timeout=LONG)
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')].some(e => e.shadowRoot?.querySelector('[data-step]')) "
        "|| document.querySelector('[data-step]')",
        timeout=LONG,
    )
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_first_visit_shows_the_shipped_run(open_page, dark, width):
    page = shown(open_page("/detection", width=width, dark=dark))
    page.wait_for_timeout(400)
    take_picture(page, f"detection-{width}-{'dark' if dark else 'light'}")
    assert rows(page) == ["person", "person", "chair", "cup", "dining table", "chair", "cat"]
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_suppression_plays_and_the_list_is_for_the_keyboard(open_page):
    page = shown(open_page("/detection"))
    track = page.locator(".tp-track")
    track.focus()
    page.keyboard.press("Home")
    expect(page.locator(".det-words")).to_contain_text("before any is dropped")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".det-words")).to_contain_text("dropped by person 0.78: IoU 0.9")
    assert rows(page) == ["person"]
    take_picture(page, "detection-step")
    page.keyboard.press("End")
    page.locator(".det-row").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".det-words")).to_contain_text("person 0.64")
    label = page.locator(".det-canvas").get_attribute("aria-label")
    assert label.startswith("Photograph with 7 boxes: person 0.78")
    page.locator(".det-canvas").focus()
    page.keyboard.press("+")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("0")
    assert not page.complaints


def test_a_true_box_is_drawn_judged_and_removed(open_page):
    page = shown(open_page("/detection", width=1440))
    page.get_by_role("button", name="Draw a true box").click()
    page.locator(".det-kind").select_option("cat")
    box = page.locator(".det-canvas").bounding_box()
    page.mouse.move(box["x"] + 0.51 * box["width"], box["y"] + 0.05 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.move(box["x"] + 0.955 * box["width"], box["y"] + 0.49 * box["height"])
    page.mouse.up()
    expect(page.locator(".det-metrics")).to_contain_text("recall", timeout=LONG)
    assert "truth=cat" in page.url
    assert "100 %" in page.locator(".det-metrics").inner_text()
    take_picture(page, "detection-truth")
    page.locator(".det-true button").first.click()
    expect(page.locator(".det-true")).to_have_count(0, timeout=LONG)


def test_a_link_opened_cold_shows_what_was_sent(open_page):
    link = "/detection?photograph=Photographer&score=0.3&overlap=0.4&only=person&agnostic=true&top=5"
    page = shown(open_page(link))
    assert rows(page) == ["person"]
    for part in ("score=0.3", "overlap=0.4", "only=person", "top=5"):
        assert part in page.url
    assert not page.locator('[data-testid="stAlert"]').count()
    page = shown(open_page("/detection?truth=unicorn+1+2+3+4&score=7"))
    expect(page.get_by_text("unicorn", exact=False).first).to_be_visible()


def test_another_size_runs_at_once_in_the_worker(open_page):
    page = shown(open_page("/detection?photograph=Cat&size=320"))
    expect(page.locator(".st-key-strip")).to_contain_text("320 × 320", timeout=LONG)
    expect(page.locator(".st-key-strip")).to_contain_text("just computed", timeout=LONG)
    wait_idle(page, 60)
    assert rows(page)[0] == "cat"


def test_uploads_are_named_when_bad_and_detected_when_good(open_page):
    page = shown(open_page("/detection?photograph=Your%20own%20picture"))
    chooser = page.locator('.st-key-strip input[type="file"]')
    chooser.set_input_files({"name": "bad.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.get_by_text("not a picture file", exact=False)).to_be_visible(timeout=LONG)
    buffer = io.BytesIO()
    Image.open(BY_NAME["astronaut"].path).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(buffer, "PNG")
    chooser.set_input_files({"name": "good.png", "mimeType": "image/png", "buffer": buffer.getvalue()})
    expect(page.locator(".det-credit")).to_have_text("Your own picture", timeout=LONG)
    wait_idle(page, 60)
    assert rows(page)[0] == "person"
    assert "upload=" in page.url
    take_picture(page, "detection-upload")


def test_a_batch_and_a_clip(open_page):
    page = shown(open_page("/detection?detector=Tiny%20face%20detector&size=224"))
    page.get_by_text("Clip", exact=True).click()
    wait_idle(page)
    face, none = (Image.open(BY_NAME[name].path).convert("RGB").resize((256, 256)) for name in ("astronaut", "flower"))
    buffer = io.BytesIO()
    none.save(
        buffer, "GIF", save_all=True, append_images=[none.rotate(1), face, face.rotate(1), face.rotate(2)], duration=200
    )
    chooser = page.locator('[data-testid="stFileUploader"] input').last
    chooser.set_input_files({"name": "clip.gif", "mimeType": "image/gif", "buffer": buffer.getvalue()})
    page.get_by_role("button", name="Detect in 5 pictures").click(timeout=LONG)
    expect(page.get_by_text("Act when it appears", exact=False).first).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    take_picture(page, "detection-clip", full=True)
    chooser.set_input_files({"name": "clip.mp4", "mimeType": "video/mp4", "buffer": b"\0\0\0\x18ftypmp42" + b"\0" * 64})
    expect(page.get_by_text("Video files", exact=False)).to_be_visible(timeout=LONG)
