"""The hyperparameter page in a real browser on the real server: search, stop, take a point, evaluate it, share it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import LONG, finished, has_horizontal_scroll, panel, press_run, take_picture, wait_idle

pytestmark = pytest.mark.browser
QUICK = "/hyperparameters?dataset=Wine&points=16&epochs=4&splits=1&repeats=2&batch_size=64"


def drawn(page: Page) -> None:
    page.wait_for_selector('[data-panel="parallel"] .board-canvas', timeout=LONG)
    page.wait_for_timeout(500)


def text(page: Page) -> str:
    return page.locator('[data-testid="stMain"]').inner_text()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1280, True), (390, False)])
def test_the_first_visit_shows_the_shipped_search(open_page, width, dark):
    page = open_page("/hyperparameters", width=width, dark=dark)
    drawn(page)
    take_picture(page, f"hyperparameters-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert "Learning rate decided most" in text(page)
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_search_runs_to_its_end_and_its_numbers_and_model_can_be_kept(open_page):
    page = open_page(QUICK)
    expect(page.get_by_text("Press Run").first).to_be_visible()
    press_run(page)
    finished(page)
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)
    assert "Asked again with 2 other seeds" in text(page)
    assert "16" in page.locator(".transport").first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers .csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("point,dropout,learning_rate,neuron_share,neuron_shrink")
    assert len(lines) == 17
    with page.expect_download() as download:
        page.get_by_role("button", name="Model .keras").click()
    assert download.value.path().stat().st_size > 5_000
    assert not page.complaints


def test_stop_keeps_the_points_that_were_tried(open_page):
    page = open_page("/hyperparameters?seed=77&points=54")
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_function("() => /evaluation [2-9] of/.test(document.body.innerText)", timeout=2 * LONG)
    take_picture(page, "hyperparameters-running")
    page.get_by_role("button", name="Stop training").click()
    finished(page)
    expect(page.get_by_text("You stopped it after", exact=False).first).to_be_visible()
    take_picture(page, "hyperparameters-stopped")
    assert not page.complaints


def test_a_click_takes_a_point_and_its_network_is_drawn(open_page):
    page = open_page("/hyperparameters")
    drawn(page)
    before = panel(page, "network").get_attribute("aria-label")
    # The keyboard finds the points in order; Enter picks like a click.
    panel(page, "slice-dropout").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    row = page.locator('[data-panel="readout"] .board-row').first
    expect(row).to_contain_text(re.compile(r"№ \d+\D*№ \d+"), timeout=LONG)
    assert panel(page, "network").get_attribute("aria-label") != before
    assert "neuron_share=" in page.url
    wait_idle(page)
    expect(page.get_by_role("button", name="Your point is in the picture")).to_be_disabled()
    box = panel(page, "parallel").bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    expect(page.locator('[data-panel="parallel"] .board-tip').first).to_contain_text("Point")
    take_picture(page, "hyperparameters-taken")
    assert not page.complaints


def test_one_s_own_point_is_evaluated_and_drawn_among_the_others(open_page):
    page = open_page("/hyperparameters?neuron_share=0.1&neuron_shrink=0.3&learning_rate=0.02&dropout=0")
    drawn(page)
    assert "hidden layers of 13" in panel(page, "network").get_attribute("aria-label")
    expect(page.locator('[data-panel="readout"]').first).to_contain_text("not known")
    page.get_by_role("button", name="Evaluate your point").click()
    expect(page.get_by_role("button", name="Your point is in the picture")).to_be_visible(timeout=2 * LONG)
    wait_idle(page, 60)
    expect(page.locator('[data-panel="readout"]').first).not_to_contain_text("not known")
    take_picture(page, "hyperparameters-own")
    assert "shipped" in page.locator(".st-key-strip").inner_text(), "the search stays"
    assert not page.complaints


def test_scenes_ask_and_answer_from_the_run(open_page):
    page = open_page("/hyperparameters")
    drawn(page)
    page.get_by_text("One split", exact=True).first.click()
    wait_idle(page)
    page.get_by_text("Worse", exact=True).click()
    expect(page.get_by_text("Right. It got 100.0 % in the search", exact=False)).to_be_visible(timeout=LONG)
    take_picture(page, "hyperparameters-scene")
    assert "Press Run" not in text(page)
    assert not page.complaints


def test_a_link_opened_cold_shows_what_was_sent_and_refuses_what_is_not_possible(open_page):
    page = open_page("/hyperparameters?method=Halving&learning_rate=0.0123&points=36&splits=99")
    drawn(page)
    for part in ("method=Halving", "learning_rate=0.0123"):
        assert part in page.url
    expect(page.locator('[data-testid="stAlert"]').first).to_contain_text("Splits")
    assert "12 points trained for at most 9" in text(page)


def test_own_tables_are_searched_and_bad_ones_are_refused_by_name(open_page):
    page = open_page(QUICK.replace("dataset=Wine", "dataset=Your%20own%20CSV"))
    chooser = page.locator('input[type="file"]')
    chooser.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": b"a,b\n"})
    wait_idle(page)
    expect(page.locator('[data-testid="stAlert"]').first).to_be_visible()
    rows = "\n".join(f"{i % 17 / 2},{i % 13},{'yes' if (i % 17) > 8 else 'no'}" for i in range(120))
    chooser.set_input_files({"name": "good.csv", "mimeType": "text/csv", "buffer": f"a,b,kind\n{rows}\n".encode()})
    wait_idle(page)
    press_run(page)
    finished(page)
    assert re.search(r"Point \d+ won", text(page))
    take_picture(page, "hyperparameters-upload")
