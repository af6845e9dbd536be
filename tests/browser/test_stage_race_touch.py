"""The race stage in Chromium, from its real modules: how it plays, and what it answers to keys and pointer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.browser.race_page import STEPS, Harness, bowl, canvas_point, go_to, inspect

pytestmark = pytest.mark.browser


def test_keys_play_step_and_stop(harness: Harness) -> None:
    page = harness()
    page.keyboard.press("ArrowLeft")
    assert inspect(page, "shown.step") == STEPS - 1
    track = page.get_by_role("slider")
    track.focus()
    page.keyboard.press("Home")
    assert track.get_attribute("aria-valuetext") == "step 0 of 60"
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    assert track.get_attribute("aria-valuenow") == "11"
    page.keyboard.press("Space")
    page.wait_for_function("harness.stage.inspect().position > 12")
    assert page.get_by_role("button", name="Pause").count() == 1
    page.keyboard.press("Space")
    stopped = inspect(page, "shown.position")
    assert stopped == int(stopped)
    assert inspect(page, "shown.playing") is False


def test_play_from_the_end_starts_over_and_ends_at_the_end(harness: Harness) -> None:
    page = harness()
    speed = page.get_by_role("button", name="Speed")
    for _ in range(2):
        speed.click()
    assert speed.inner_text() == "4×"
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("harness.stage.inspect().position < 30")
    page.wait_for_function("!harness.stage.inspect().playing", timeout=15000)
    assert inspect(page, "shown.position") == STEPS


def test_scrubbing_goes_where_the_pointer_is(harness: Harness) -> None:
    page = harness()
    box = page.get_by_role("slider").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    assert inspect(page, "shown.step") == 15
    page.mouse.up()
    chart = page.locator(".chart-canvas").bounding_box()
    assert chart is not None
    page.mouse.click(chart["x"] + 38 + (chart["width"] - 38 - 82) / 2, chart["y"] + 40)
    assert inspect(page, "shown.step") == 30


def test_a_click_on_the_surface_asks_for_a_start_there_and_draws_it_at_once(harness: Harness) -> None:
    page = harness()
    page.mouse.click(*canvas_point(page, 1.5, -1.0))
    events = page.evaluate("harness.events")
    assert [event[:2] for event in events] == [["trigger", "start"]]
    assert events[0][2] == pytest.approx([1.5, -1.0], abs=0.02)
    assert inspect(page, "shown.scene.pending") == pytest.approx(events[0][2], abs=1e-4)
    page.evaluate("payload => harness.stage.update(payload)", bowl(revision="answer", start=events[0][2]))
    assert inspect(page, "shown.scene.pending") is None


def test_the_start_is_dragged_and_moved_by_keys(harness: Harness) -> None:
    page = harness()
    page.mouse.move(*canvas_point(page, -2, 1))
    page.mouse.down()
    page.mouse.move(*canvas_point(page, -1, 1.5))
    assert inspect(page, "shown.scene.pending") == pytest.approx([-1, 1.5], abs=0.02)
    assert page.evaluate("harness.events.length") == 0
    page.mouse.up()
    assert page.evaluate("harness.events[0][2]") == pytest.approx([-1, 1.5], abs=0.02)
    page.evaluate("payload => { harness.events.length = 0; harness.stage.update(payload); }", bowl(revision="second"))
    page.locator(".start-handle").focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function("harness.events.length > 0")
    # A key moves by a fiftieth of the picture: 3 · 6/50 to the right, told once.
    assert page.evaluate("harness.events") == [["trigger", "start", pytest.approx([-1.64, 1.0])]]


def test_a_read_only_race_keeps_its_start(harness: Harness) -> None:
    page = harness(bowl(read_only=True))
    page.mouse.click(*canvas_point(page, 1.5, -1.0))
    assert page.evaluate("harness.events") == []
    assert page.locator(".start-handle").is_hidden()


def test_rows_choose_by_click_and_by_keys(harness: Harness) -> None:
    page = harness()
    page.locator('[data-racer="quick"]').click()
    assert inspect(page, "shown.selected") == "quick"
    page.keyboard.press("ArrowDown")
    assert inspect(page, "shown.selected") == "slow"
    assert page.evaluate("harness.events") == [["state", "selected", "quick"], ["state", "selected", "slow"]]
    assert page.locator('[data-racer="slow"]').get_attribute("aria-selected") == "true"


def test_chips_show_only_what_the_racer_has(harness: Harness) -> None:
    page = harness()
    chips = page.locator(".stage-chips .stage-chip")
    assert chips.all_inner_texts() == ["−Gradient", "Step", "√ squares", "Rate"]
    go_to(page, 4)
    assert inspect(page, "shown.overlays.map(o => o.id)") == ["gradient", "step"]
    chips.filter(has_text="Rate").click()
    go_to(page, 5)
    assert inspect(page, "shown.overlays.map(o => o.id)") == ["gradient", "step", "rate"]
    # What is not drawn at its own length says by how much: the step of 0.04 would be 5 px long.
    scale = next(text for text in inspect(page, "shown.sentences.map(s => s.text)") if text.startswith("Drawn"))
    assert "step × " in scale
    page.locator('[data-racer="quick"]').click()
    assert chips.all_inner_texts() == ["−Gradient", "Step", "Rate"]


def test_new_data_keep_the_mounted_picture_and_the_choice(harness: Harness) -> None:
    page = harness()
    page.evaluate("window.canvas = harness.shadow.querySelector('.picture-canvas')")
    page.locator('[data-racer="quick"]').click()
    go_to(page, 20)
    page.evaluate("payload => harness.stage.update(payload)", bowl(revision="another"))
    assert page.evaluate("window.canvas === harness.shadow.querySelector('.picture-canvas')")
    assert inspect(page, "[shown.selected, shown.step]") == ["quick", 20]
    page.evaluate("payload => harness.stage.update(payload)", bowl(revision="another", selected="wild"))
    assert inspect(page, "shown.selected") == "wild"


def test_a_late_answer_to_an_older_choice_undoes_nothing(harness: Harness) -> None:
    page = harness()
    page.locator('[data-racer="quick"]').click()
    page.locator('[data-racer="wild"]').click()
    page.evaluate("payload => harness.stage.update(payload)", bowl(selected="quick"))
    assert inspect(page, "shown.selected") == "wild"
    page.evaluate("payload => harness.stage.update(payload)", bowl(selected="wild"))
    assert inspect(page, "shown.selected") == "wild"


def test_the_picture_is_saved_opaque(harness: Harness, tmp_path: Path) -> None:

    page = harness()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the picture").click()
    assert download.value.suggested_filename == "race-step-60.png"
    download.value.save_as(tmp_path / "race.png")
    image = Image.open(tmp_path / "race.png").convert("RGBA")
    box = page.locator(".picture-canvas").bounding_box()
    assert box is not None
    assert image.width == round(box["width"])
    assert np.asarray(image)[..., 3].min() == 255
    assert len(np.unique(np.asarray(image).reshape(-1, 4), axis=0)) > 50


def test_rows_do_not_glide_for_people_who_want_no_motion(harness: Harness) -> None:
    page = harness(reduced_motion="reduce")
    assert page.locator(".rank-row").first.evaluate("row => getComputedStyle(row).transitionDuration") == "0s"
    moving = harness(reduced_motion="no-preference")
    assert moving.locator(".rank-row").first.evaluate("row => getComputedStyle(row).transitionDuration") == "0.28s"


def test_every_button_can_be_reached_and_is_named(harness: Harness) -> None:
    page = harness()
    for button in page.locator("button, [role=button], [role=slider]").all():
        name = button.get_attribute("aria-label") or button.inner_text()
        assert name.strip(), button.evaluate("element => element.outerHTML")
    seen = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("harness.shadow.activeElement?.className?.split(' ').pop() ?? ''"))
    assert {"tp-play", "tp-track", "tp-speed", "stage-chip", "start-handle", "rank-row", "stage-save"} <= seen
