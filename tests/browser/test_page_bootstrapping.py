"""The benchmark page in a real browser on the real server: run, stop, scenes, links, playback, upload."""

import re

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
QUICK = "/bootstrapping?dataset=Wine&splits=12&epochs=10&patience=2&learning_rate=0.02"


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_the_shipped_benchmark(open_page, width, dark):
    page = open_page("/bootstrapping", width=width, dark=dark)
    board_drawn(page)
    take_picture(page, f"bootstrapping-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert "may be luck" in page.locator(".stage").first.inner_text()
    assert "50 / 50" in playhead(page)
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_run_goes_to_its_end_and_says_what_it_found(open_page):
    page = open_page(QUICK)
    expect(page.get_by_text("Press Run").first).to_be_visible()
    press_run(page)
    finished(page)
    assert "12 / 12" in playhead(page)
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("on 12 splits", exact=False).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("split,A score,A loss")
    assert len(lines) == 13
    assert not page.complaints


def test_stop_keeps_the_splits_that_were_done(open_page):
    page = open_page("/bootstrapping?dataset=Wine&splits=200&epochs=500&patience=50&seed=77")
    press_run(page)
    # The picture of this run is there as soon as its first group is done.
    track = page.get_by_role("slider", name="split shown")  # until then it is of the shipped run, of 50
    expect(track).to_have_attribute("aria-valuetext", re.compile(r"of (?!50)[1-9]0$"), timeout=LONG)
    take_picture(page, "bootstrapping-running")
    page.get_by_role("button", name="Stop training").click()
    finished(page)
    expect(page.get_by_text("You stopped it after", exact=False).first).to_be_visible()
    assert "200 / 200" not in playhead(page)
    take_picture(page, "bootstrapping-stopped")


def test_playback_changes_the_verdict_from_split_to_split(open_page):
    page = open_page("/bootstrapping")
    page.wait_for_selector(".board-canvas", timeout=LONG)
    page.locator(".transport").get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    assert "1 / 50" in playhead(page)
    assert "too early to say" in page.locator(".stage").first.inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert "3 / 50" in playhead(page)
    box = page.locator(".board-canvas").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 5)
    page.wait_for_timeout(300)
    take_picture(page, "bootstrapping-hover")
    assert not page.complaints


def test_scenes_set_every_control_and_answer_the_guess(open_page):
    page = open_page("/bootstrapping")
    page.get_by_text("A against A", exact=True).click()
    wait_idle(page)
    assert "differs=" in page.url
    assert "dataset=Diabetes" in page.url
    page.get_by_text("Still A", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("You said “Still A”", exact=False)).to_be_visible()
    page.get_by_text("For real", exact=True).click()
    wait_idle(page)
    page.wait_for_timeout(500)
    assert "A is better" in page.locator(".stage").first.inner_text()


def test_a_link_opened_cold_shows_what_was_sent_and_looking_trains_nothing(open_page):
    page = open_page("/bootstrapping?differs=L2%20penalty&measure=Loss&precision=1.5&held_out=0.25")
    for part in ("measure=Loss", "precision=1.5"):
        assert part in page.url
    board_drawn(page)
    assert "A’s mean to ±0.015" in page.locator(".stage").first.inner_text()
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not page.locator('[data-testid="stAlert"]').count()
    other = open_page("/bootstrapping?dataset=Wine&differs=Learning%20rate&other_learning_rate=0.05&splits=7&seed=3")
    for part in ("dataset=Wine", "other_learning_rate=0.05", "splits=7", "seed=3"):
        assert part in other.url
    expect(other.get_by_text("Press Run").first).to_be_visible()


@pytest.mark.parametrize("query", ["splits=9999", "method=Magic", "other_l2=NaN", "precision=-3", "layers=7%2B7"])
def test_a_hostile_link_falls_back_with_a_notice(open_page, query):
    page = open_page(f"/bootstrapping?{query}")
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    assert not page.locator('[data-testid="stException"]').count()


def test_an_upload_is_split_and_a_bad_one_is_refused_by_name(open_page):
    page = open_page("/bootstrapping?dataset=Your%20own%20CSV&splits=4&epochs=6&patience=2")
    chooser = page.locator('input[type="file"]')
    chooser.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": b"a,b,label\n1,2,x\n"})
    wait_idle(page)
    expect(page.locator('[data-testid="stAlert"]').first).to_be_visible()
    rows = "\n".join(f"{i % 17 / 2},{i % 13},{'yes' if (i % 17) > 8 else 'no'}" for i in range(120))
    chooser.set_input_files({"name": "good.csv", "mimeType": "text/csv", "buffer": f"a,b,label\n{rows}\n".encode()})
    wait_idle(page)
    assert "upload=" in page.url
    press_run(page)
    finished(page)
    assert "4 / 4" in playhead(page)
    assert not page.locator('[data-testid="stAlert"]').count()
    take_picture(page, "bootstrapping-upload")
