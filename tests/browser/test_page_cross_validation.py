"""The K-fold page in a real browser on the real server: run, stop, scenes, clicks on folds, objections, upload."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import (
    LONG,
    board_drawn,
    finished,
    has_horizontal_scroll,
    playhead,
    press_run,
    take_picture,
    wait_idle,
)

pytestmark = pytest.mark.browser
QUICK = "/cross-validation?dataset=Wine&folds=3&repeats=1&epochs=5&learning_rate=0.02&seed=9"
CSV = "width,height,kind\n" + "\n".join(
    f"{i % 17 / 2},{i % 13},{'yes' if (i % 17) > 8 else 'no'}" for i in range(120)
)  # fmt: skip


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_the_shipped_folds(open_page, width, dark):
    page = open_page("/cross-validation", width=width, dark=dark)
    board_drawn(page)
    take_picture(page, f"cross-validation-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert "5 / 5" in playhead(page)
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_run_goes_to_its_end_and_its_numbers_can_be_taken_home(open_page):
    page = open_page(QUICK)
    expect(page.get_by_text("Press Run").first).to_be_visible()
    press_run(page)
    finished(page)
    assert "3 / 3" in playhead(page)
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("One model in the end", exact=False).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("what,repeat,fold,rows")
    assert len(lines) == 1 + 3 + 4
    assert not page.complaints


def test_curves_stream_and_stop_keeps_the_folds_so_far(open_page):
    page = open_page("/cross-validation?epochs=300&patience=0&repeats=10&folds=20&seed=77&batch_size=4")
    press_run(page)
    page.wait_for_function("() => /epoch [1-9]\\d* of 300/.test(document.body.innerText)", timeout=LONG)
    expect(page.locator(".stage")).to_contain_text("to come", timeout=LONG)
    assert "20 / 20" in playhead(page)
    take_picture(page, "cross-validation-running")
    page.get_by_role("button", name="Stop training").click()
    finished(page)
    expect(page.get_by_text("You stopped it", exact=False).first).to_be_visible()
    take_picture(page, "cross-validation-stopped")


def test_a_click_on_a_fold_looks_into_it(open_page):
    page = open_page("/cross-validation")
    board_drawn(page)
    expect(page.get_by_role("heading", name="Odd rows of fold 5")).to_be_visible()
    box = page.locator('[data-panel="folds"] .board-canvas').last.bounding_box()
    # Five rows between the caption and the axis; the second lies near 0.35 of the canvas's height.
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.35 * box["height"])
    expect(page.get_by_role("heading", name="Odd rows of fold 2")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("rows held out are wrong", exact=False).first).to_be_visible()
    page.wait_for_function("() => location.search.includes('fold=2')", timeout=20_000)
    take_picture(page, "cross-validation-fold", full=True)


def test_playback_goes_fold_by_fold_with_the_keyboard(open_page):
    page = open_page("/cross-validation")
    board_drawn(page)
    page.locator(".transport").get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    assert "1 / 5" in playhead(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert "2 / 5" in playhead(page)


def test_a_scene_sets_every_control_and_answers_the_guess(open_page):
    page = open_page("/cross-validation")
    page.get_by_text("Sorted file", exact=True).click()
    wait_idle(page)
    for part in ("dataset=Wine", "folds=3", "shuffle=false", "patience=0"):
        assert part in page.url
    page.get_by_text("About 95 %", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("never seen", exact=False).first).to_be_visible()
    take_picture(page, "cross-validation-sorted")


def test_the_scene_of_the_writers_lays_each_writer_s_rows_together(open_page):
    page = open_page("/cross-validation")
    page.get_by_text("Same writers", exact=True).click()
    wait_idle(page)
    assert "columns=By%20group" in page.url.replace("+", "%20")
    take_picture(page, "cross-validation-writers")


def test_a_link_opened_cold_shows_what_was_sent(open_page):
    page = open_page("/cross-validation?folds=8&repeats=2&metric=F1&columns=By%20class&fold=3&seed=12&minority=0.1")
    for part in ("folds=8", "repeats=2", "metric=F1", "fold=3", "seed=12", "minority=0.1"):
        assert part in page.url
    assert not page.locator('[data-testid="stAlert"]').count()


def test_what_cannot_be_run_is_said_and_mended_by_one_button(open_page):
    page = open_page("/cross-validation?dataset=Diabetes%20(a%20value)")
    expect(page.get_by_text("this target is a value", exact=False).first).to_be_visible()
    assert page.get_by_role("button", name="Run", exact=True).is_disabled()
    take_picture(page, "cross-validation-objection")
    page.get_by_role("button", name="Use plain folds").click()
    wait_idle(page)
    assert page.get_by_role("button", name="Run", exact=True).is_enabled()
    assert not page.locator('[data-testid="stAlertContentError"]').count()
    alone = quote("Leave one out")
    page = open_page(f"/cross-validation?dataset=Digits&splitter={alone}")
    expect(page.get_by_text("1,382 networks", exact=False).first).to_be_visible()


def test_an_uploaded_table_is_cross_validated(open_page):
    page = open_page("/cross-validation?dataset=Your%20own%20CSV&folds=3&repeats=1&epochs=5&learning_rate=0.02")
    chooser = page.locator('input[type="file"]')
    chooser.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": b"a,b,label\n1,x\n2,3,y\n"})
    wait_idle(page)
    expect(page.locator('[data-testid="stAlert"]').first).to_be_visible()
    chooser.set_input_files({"name": "good.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
    wait_idle(page)
    assert "upload=" in page.url
    press_run(page)
    finished(page)
    expect(page.get_by_text("One model in the end", exact=False).first).to_be_visible(timeout=LONG)
    assert not page.locator('[data-testid="stAlertContentError"]').count()
    take_picture(page, "cross-validation-upload")
