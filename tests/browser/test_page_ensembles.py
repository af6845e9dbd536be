"""The ensemble page in a real browser on the real server: members in and out, the leak, runs, links, upload."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import (
    LONG,
    board_drawn,
    finished,
    has_horizontal_scroll,
    panel,
    press_run,
    take_picture,
    wait_idle,
)

pytestmark = pytest.mark.browser
QUICK = "/ensembles?dataset=Wine&folds=3&repeats=2&trees=10&epochs=5&bags=2"


def story(page: Page) -> str:
    return page.locator('[data-testid="stMain"]').inner_text()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_the_shipped_ensemble(open_page, width, dark):
    page = open_page("/ensembles", width=width, dark=dark)
    board_drawn(page)
    take_picture(page, f"ensembles-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert "The blend of 8 members" in story(page)
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_members_leave_by_pill_and_by_a_click_on_their_row(open_page):
    page = open_page("/ensembles")
    board_drawn(page)
    page.locator(".st-key-strip").get_by_role("button", name="Forest", exact=True).click()
    expect(page.get_by_text("The blend of 7 members", exact=False).first).to_be_visible(timeout=LONG)
    assert "members=Extra" in page.url
    assert "members=Forest" not in page.url
    wait_idle(page)
    box = panel(page, "scores").bounding_box()
    # The lowest row of the score panel: the member with the lowest mean, which is out. A click takes it in again.
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + box["height"] - 60)
    expect(page.get_by_text("The blend of 8 members", exact=False).first).to_be_visible(timeout=LONG)
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not page.complaints


def test_the_leak_is_a_switch_and_needs_no_run(open_page):
    page = open_page("/ensembles?dataset=Diabetes%20(a%20value)&members=Deep%20net&members=Linear%20net&strength=1")
    board_drawn(page)
    assert "The leak:" not in story(page)
    page.locator(".st-key-strip").get_by_text("Leak: fit on training rows").click()
    expect(page.get_by_text("The leaking blend of 2 members", exact=False).first).to_be_visible(timeout=LONG)
    assert "leak=true" in page.url
    assert "Press Run" not in story(page)
    expect(page.get_by_text('cv="prefit"', exact=False).first).to_be_attached()
    take_picture(page, "ensembles-leak")


def test_scenes_ask_and_answer_from_the_run(open_page):
    page = open_page("/ensembles")
    board_drawn(page)
    page.get_by_text("The leak", exact=True).first.click()
    wait_idle(page)
    page.get_by_text("Deep net, the worst", exact=True).click()
    expect(page.get_by_text("Right. Deep net has memorised", exact=False)).to_be_visible(timeout=LONG)
    take_picture(page, "ensembles-scene")
    assert not page.complaints


def test_a_run_goes_to_its_end_and_its_numbers_can_be_kept(open_page):
    page = open_page(QUICK)
    expect(page.get_by_text("Press Run").first).to_be_visible()
    press_run(page)
    finished(page)
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    assert re.search(r"mean of 2 splits", story(page))
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("split,Forest,Extra trees,")
    assert len(lines) == 3
    assert not page.complaints


def test_stop_keeps_the_members_that_were_finished(open_page):
    page = open_page("/ensembles?repeats=20&folds=10&trees=60&seed=77&epochs=200")
    press_run(page)
    page.wait_for_function("() => /part [1-9] of/.test(document.body.innerText)", timeout=2 * LONG)
    take_picture(page, "ensembles-running")
    page.get_by_role("button", name="Stop training").click()
    finished(page)
    expect(page.get_by_text("You stopped it when", exact=False).first).to_be_visible()
    assert not page.complaints


def test_a_link_opened_cold_shows_what_was_sent_and_refuses_what_is_not_possible(open_page):
    page = open_page("/ensembles?members=SVM&members=Wide%20net&strength=0.03&leak=true&folds=99")
    board_drawn(page)
    assert "The leaking blend of 2 members" in story(page)
    for part in ("strength=0.03", "leak=true", "members=SVM"):
        assert part in page.url
    expect(page.locator('[data-testid="stAlert"]').first).to_contain_text("Folds")


def test_the_board_answers_keys_and_the_pointer(open_page):
    page = open_page("/ensembles")
    board_drawn(page)
    page.locator(".transport").get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    assert "1 / 10" in re.sub(r"\s+", " ", page.locator(".transport").inner_text())
    panel(page, "scores").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)
    assert page.locator(".board-voice").inner_text()
    assert not page.complaints


def test_an_upload_with_a_target_is_learned_from_and_a_bad_one_is_named(open_page):
    page = open_page("/ensembles?dataset=Your%20own%20CSV&folds=3&repeats=2&trees=10&epochs=5&bags=0")
    chooser = page.locator('input[type="file"]')
    chooser.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": b"\x00\x01\x02"})
    wait_idle(page)
    expect(page.locator('[data-testid="stAlert"]').first).to_be_visible()
    rows = "\n".join(f"{i % 17 / 2},{i * 7 % 13},{'yes' if (i * 5 % 17) + i % 3 > 8 else 'no'}" for i in range(150))
    content = f"width,height,kind\n{rows}\n".encode()
    chooser.set_input_files({"name": "good.csv", "mimeType": "text/csv", "buffer": content})
    wait_idle(page)
    assert "upload=" in page.url
    press_run(page)
    finished(page)
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    take_picture(page, "ensembles-upload")
