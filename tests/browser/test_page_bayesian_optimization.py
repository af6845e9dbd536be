"""Bayesian optimization in a real browser: play, step, click to compete, maps, tune, stop, save and go on."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import LONG, finished, has_horizontal_scroll, press_run, take_picture, wait_idle

pytestmark = pytest.mark.browser
ADDRESS = "/bayesian-optimization"
SMALL = "look=Network&dataset=Wine&init_points=2&n_iter=3&splits=2&epochs=5&searches=1&methods=Bayesian"


def drawn(page: Page) -> None:
    page.wait_for_selector("canvas.board-canvas", timeout=LONG)
    wait_idle(page, 60)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1280, 390])
def test_the_three_looks_fit_the_window(open_page, dark, width):
    for look in ("1-D", "2-D", "Network"):
        page = open_page(f"{ADDRESS}?look={look}", width=width, dark=dark)
        drawn(page)
        take_picture(page, f"bayesian-{look}-{width}-{'dark' if dark else 'light'}")
        assert not has_horizontal_scroll(page)
        assert not page.complaints


def test_a_step_and_a_click_are_kept_in_the_address_bar(open_page):
    page = open_page(f"{ADDRESS}?steps=4&fair=true")
    drawn(page)
    expect(page.get_by_text("The race in numbers")).to_be_visible()
    for share in (0.3, 0.6):
        canvas = page.locator("canvas.board-canvas").first
        box = canvas.bounding_box()
        page.mouse.click(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
        wait_idle(page)
    assert page.url.count("%2C") + page.url.split("mine=")[1].split("&")[0].count(",") == 1
    take_picture(page, "bayesian-fair")
    page.get_by_role("button", name="Step", exact=True).click()
    wait_idle(page)
    assert "steps=5" in page.url
    expect(page.get_by_text("At 2 samples each you have", exact=False)).to_be_visible()
    page.locator(".st-key-take-back button").first.click()
    wait_idle(page)
    expect(page.get_by_text("At 1 sample each you have", exact=False)).to_be_visible()


def test_the_keyboard_plays_the_steps(open_page):
    page = open_page(ADDRESS)
    drawn(page)
    page.locator(".transport").get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    expect(page.get_by_text("At 3 samples", exact=True)).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    expect(page.get_by_text("At 4 samples", exact=True)).to_be_visible()


def test_scenes_ask_and_answer(open_page):
    page = open_page(ADDRESS)
    drawn(page)
    page.get_by_role("radio", name="Too greedy").click()
    wait_idle(page)
    page.get_by_role("radio", name="On the lower hill").click()
    wait_idle(page)
    expect(page.get_by_text("Right. It ends at", exact=False)).to_be_visible()
    page.get_by_role("radio", name="Forbidden ground").click()
    wait_idle(page, 60)
    assert "look=2-D" in page.url
    take_picture(page, "bayesian-forbidden")


def test_bad_links_are_told_and_not_followed(open_page):
    page = open_page(f"{ADDRESS}?kappa=99&mine=2,nonsense,77&length=-3")
    drawn(page)
    expect(page.locator('[data-testid="stAlert"]').first).to_be_visible()
    expect(page.get_by_text("At 1 sample each", exact=False)).to_be_visible()


def test_a_search_runs_is_stopped_saved_and_goes_on(open_page, tmp_path):
    page = open_page(f"{ADDRESS}?{SMALL}&seed=7".replace("n_iter=3", "n_iter=40"))
    press_run(page, "Tune")
    page.wait_for_function("() => /evaluation [3-9] of/.test(document.body.innerText)", timeout=LONG)
    take_picture(page, "bayesian-tuning")
    page.get_by_role("button", name="Stop training").click()
    finished(page, "Tune")
    expect(page.get_by_text("You stopped it after", exact=False).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Search .json").click()
    download.value.save_as(tmp_path / "state.json")
    count = len(json.loads((tmp_path / "state.json").read_text())["target"])
    assert count >= 3
    page.get_by_role("button", name="Go on with 10 more").click()
    expect(page.locator(".transport")).to_contain_text(f"/ {count + 10}", timeout=LONG)
    finished(page, "Tune")
    assert "resumed=" in page.url
    take_picture(page, "bayesian-resumed")


def test_a_file_that_is_no_saved_search_is_refused_by_name(open_page):
    page = open_page(f"{ADDRESS}?look=Network")
    drawn(page)
    page.get_by_test_id("stPopoverButton").click()
    page.locator('input[type="file"]').set_input_files(
        {"name": "state.json", "mimeType": "application/json", "buffer": b'{"keys": ["a"], "params": [], "target": []}'}
    )
    wait_idle(page)
    expect(page.get_by_text("searches other parameters", exact=False)).to_be_visible()
