"""The Optimizers page in a real browser on the real server: race, click, type a formula, let Keras check."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 120_000
EVERYBODY = "&".join(
    f"optimizers={name.replace(' ', '+')}"
    for name in (
        "Gradient descent", "SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "Nadam",
        "Adamax", "Lion",
    )
)  # fmt: skip


def stage_is_drawn(page: Page) -> None:
    page.wait_for_selector(".stage canvas", timeout=LONG)
    page.wait_for_timeout(600)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1280, 390])
def test_the_first_visit_shows_the_race(open_page, dark, width):
    page = open_page("/optimizers", width=width, dark=dark)
    stage_is_drawn(page)
    take_picture(page, f"optimizers-{width}-{'dark' if dark else 'light'}")
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_click_on_the_surface_starts_there_and_is_in_the_link(open_page):
    page = open_page("/optimizers", width=1440)
    stage_is_drawn(page)
    box = page.locator(".stage-picture canvas").first.bounding_box()
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.35 * box["height"])
    page.wait_for_function("() => location.search.includes('start=')", timeout=LONG)
    wait_idle(page)
    assert re.search(r"start=-?[\d.]+", page.url)
    again = open_page("/optimizers?" + page.url.split("?")[1])
    stage_is_drawn(again)
    assert not again.locator('[data-testid="stAlert"]').count()


def test_all_twelve_race(open_page):
    page = open_page(f"/optimizers?surface=Himmelblau&steps=300&{EVERYBODY}", width=1440)
    stage_is_drawn(page)
    take_picture(page, "optimizers-twelve")
    reads = page.locator(".stage-reads").inner_text()
    for name in ("SGD", "Nesterov", "Lion", "Adamax"):
        assert name in reads


def test_a_formula_is_drawn_and_a_wrong_one_says_what_is_wrong(open_page):
    page = open_page("/optimizers?surface=Your+formula&formula=x%5E2%2B4*y%5E2", width=1440)
    stage_is_drawn(page)
    assert not page.locator('[data-testid="stAlert"]').count()
    field = page.get_by_role("textbox", name="Loss, in x and y")
    field.fill("x^2 + spam(y)")
    field.press("Enter")
    expect(page.locator('[data-testid="stAlert"]').first).to_contain_text("spam", timeout=LONG)
    assert not page.get_by_text("Traceback").count()
    take_picture(page, "optimizers-wrong-formula")


def test_keras_runs_the_same_race(open_page):
    page = open_page("/optimizers?steps=50")
    page.get_by_role("button", name="Run with Keras").click()
    expect(page.get_by_text("the largest difference", exact=False).first).to_be_visible(timeout=LONG)
    take_picture(page, "optimizers-keras", full=True)


def test_a_real_network_s_surface_can_be_raced_on(open_page):
    page = open_page("/optimizers?surface=A+real+network", width=1440)
    stage_is_drawn(page)
    take_picture(page, "optimizers-network")
    assert page.get_by_text("Data of the network").count()
    assert not page.locator("[data-testid=stAlert]").count()


def test_a_scene_sets_the_controls_and_asks_its_own_question(open_page):
    page = open_page("/optimizers", width=1440)
    page.get_by_role("radio", name="Too large").or_(page.get_by_role("button", name="Too large")).first.click()
    page.wait_for_function("() => location.search.includes('learning_rate=')", timeout=LONG)
    wait_idle(page)
    assert "leaves the picture" in page.locator(".st-key-prediction").inner_text()
    stage_is_drawn(page)
    take_picture(page, "optimizers-too-large")
