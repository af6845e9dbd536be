"""The stage of faces in a real Chromium: which face is shown, how two melt together, what a hand and a key do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.faces_page import (
    COLUMNS,
    PAGE,
    PLANE,
    color_at,
    grid_colors,
    inspect,
    large,
    payload,
    plane_colors,
    show,
)
from tests.browser.harness import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    file = Path(tmp_path_factory.mktemp("stage") / "faces.html")
    file.write_text(PAGE, encoding="utf-8")
    with serving({"/faces.html": file}) as found:
        yield f"{found}/faces.html"


@pytest.fixture
def open_faces(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    contexts, errors = [], []

    def open_(data: dict[str, Any], width: int = 1160, height: int = 860) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(address)
        page.wait_for_function("window.show !== undefined")
        show(page, data)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


def cell(page: Page, index: int) -> tuple[float, float]:
    """The middle of a face of the grid, from the canvas's corner."""
    layout = inspect(page)["layout"]
    return (
        layout["left"] + (index % COLUMNS + 0.5) * layout["cell"],
        layout["top"] + (index // COLUMNS + 0.5) * layout["cell"],
    )


def on_screen(page: Page, place: tuple[float, float]) -> tuple[float, float]:
    left, top = page.evaluate(
        "(() => { const box = find('.faces-canvas').getBoundingClientRect(); return [box.left, box.top]; })()"
    )
    return left + place[0], top + place[1]


def test_the_grid_opens_at_the_last_moment_and_scrubs_to_the_first(open_faces):
    page = open_faces(payload())
    for index in (4, 7, 11):
        np.testing.assert_allclose(color_at(page, *cell(page, index)), grid_colors(2)[index], atol=2)
    page.evaluate("faces().transport.seek(0)")
    np.testing.assert_allclose(color_at(page, *cell(page, 7)), grid_colors(0)[7], atol=2)


def test_between_two_moments_both_are_seen(open_faces):
    page = open_faces(payload())
    page.evaluate("faces().transport.setPosition(1.5)")
    wanted = (grid_colors(1)[7] + grid_colors(2)[7]) / 2
    np.testing.assert_allclose(color_at(page, *cell(page, 7)), wanted, atol=3)


def test_a_click_chooses_a_face_and_tells_the_moment(open_faces):
    page = open_faces(payload())
    page.evaluate("faces().transport.seek(1)")
    page.mouse.click(*on_screen(page, cell(page, 6)))
    assert inspect(page)["chosen"] == [6, 0, 1]
    assert page.evaluate("sent") == [["pick", {"index": 6, "moment": 1}]]
    np.testing.assert_allclose(large(page), grid_colors(1)[6], atol=2)


def test_keys_move_over_the_grid_and_choose(open_faces):
    page = open_faces(payload())
    page.evaluate("find('.faces-canvas').focus()")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert inspect(page)["chosen"][0] == 1 + COLUMNS


def test_new_data_of_the_same_run_keep_the_moment(open_faces):
    page = open_faces(payload())
    page.evaluate("faces().transport.seek(1)")
    show(page, payload(revision="two", faces=[5, 0, 1]))
    assert inspect(page)["step"] == 1
    assert inspect(page)["chosen"] == [5, 0, 1]


def test_a_running_training_is_followed_unless_somebody_looks_back(open_faces):
    page = open_faces(payload(running=True, series="run"))
    show(page, payload(revision="two", running=True, series="run"))
    assert inspect(page)["step"] == 2
    page.evaluate("faces().transport.seek(0)")
    show(page, payload(revision="three", running=True, series="run"))
    assert inspect(page)["step"] == 0


def test_the_plane_mixes_the_four_faces_around_the_hand(open_faces):
    page = open_faces(payload("plane"))
    layout = inspect(page)["layout"]
    place = (layout["left"] + 2.0 * layout["cell"], layout["top"] + 3.25 * layout["cell"])
    page.mouse.move(*on_screen(page, place))
    across, down = inspect(page)["at"]
    assert (across, down) == pytest.approx((1.5, 2.75), abs=0.02)
    colors = plane_colors().reshape(PLANE, PLANE, 3)
    wanted = (0.25 * (colors[2, 1] + colors[2, 2]) + 0.75 * (colors[3, 1] + colors[3, 2])) / 2
    np.testing.assert_allclose(large(page), wanted, atol=3)
    # 0, 0 is A, 1, 0 is B and 0, 1 is C: the plane runs from −0.5 to 1.5 over four steps.
    np.testing.assert_allclose(inspect(page)["coordinates"], (-0.5 + 1.5 / 2, 1.5 - 2.75 / 2), atol=0.02)


def test_the_plane_moves_by_keyboard_and_stops_at_its_edge(open_faces):
    page = open_faces(payload("plane"))
    page.evaluate("find('.faces-canvas').focus()")
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    assert inspect(page)["at"][0] == PLANE - 1


def test_the_walk_is_played_by_the_transport_and_its_stations(open_faces):
    page = open_faces(payload("walk"))
    middle = page.evaluate("[find('.faces-canvas').clientWidth / 2, find('.faces-canvas').clientHeight / 2 - 60]")
    assert inspect(page)["step"] == 0
    page.evaluate("faces().transport.seek(4)")
    np.testing.assert_allclose(color_at(page, *middle), [4 * 28] * 3, atol=2)
    page.evaluate("faces().transport.setPosition(4.5)")
    np.testing.assert_allclose(color_at(page, *middle), [4.5 * 28] * 3, atol=2)
    last = inspect(page)["stations"][-1]
    page.mouse.click(*on_screen(page, (last["x"] + 5, last["y"] + 5)))
    np.testing.assert_allclose(color_at(page, *middle), [8 * 28] * 3, atol=2)


def test_an_attribute_answers_at_once_and_tells_when_the_hand_lets_go(open_faces):
    page = open_faces(payload("attributes"))
    assert inspect(page)["places"] == [2, 3]
    slider = page.locator("input[data-attribute=Smile]")
    slider.focus()
    page.keyboard.press("End")
    assert page.evaluate("sent") == [["strengths", [0, 2]]]
    np.testing.assert_allclose(large(page), [9 * 25] * 3, atol=2)
    slider.evaluate("(element) => { element.value = 3.5; element.oninput(); }")
    np.testing.assert_allclose(large(page), [8.5 * 25] * 3, atol=2)
    assert len(page.evaluate("sent")) == 1


def test_the_quiz_keeps_score_says_what_was_what_and_goes_on(open_faces):
    page = open_faces(payload("quiz"))
    page.locator(".faces-card").nth(1).click()
    assert page.evaluate("sent") == [["score", {"right": 1, "total": 1}]]
    assert "Right" in page.locator(".faces-question").inner_text()
    page.locator(".faces-card").nth(0).click()
    assert len(page.evaluate("sent")) == 1, "a pair is answered once"
    page.get_by_role("button", name="Next pair").click()
    page.locator(".faces-quiz").press("ArrowRight")
    assert page.evaluate("sent").pop() == ["score", {"right": 1, "total": 2}]
    # One right of two: a coin gets one or two right with a probability of three quarters.
    expect(page.locator(".faces-words")).to_contain_text("75 %")
    page.get_by_role("button", name="Eyes").click()
    assert page.locator(".faces-ring").first.is_visible()


def test_neighbours_and_every_other_view_fit_a_phone(open_faces):
    for view in ("neighbours", "grid", "plane", "walk", "attributes", "quiz"):
        page = open_faces(payload(view), width=390, height=844)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".faces-card").count() == 2


def test_training_on_is_offered_on_the_grid_with_the_moment_shown(open_faces):
    page = open_faces(payload())
    page.evaluate("faces().transport.seek(1)")
    page.get_by_role("button", name="Train on from here").click()
    assert page.evaluate("sent") == [["on", 1]]
    show(page, payload("plane", "two"))
    assert page.get_by_role("button", name="Train on from here").count() == 0
