"""The race stage in Chromium, from its real modules: what it decodes, draws, plays and answers to keys and pointer."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness import serving

pytestmark = pytest.mark.browser

STEPS = 60
Harness = Callable[..., Page]


def packed(array: np.ndarray, dtype: str = "float32") -> dict[str, Any]:
    values = np.ascontiguousarray(array, dtype=np.dtype(dtype).newbyteorder("<"))
    return {"dtype": dtype, "shape": list(values.shape), "base64": base64.b64encode(values.tobytes()).decode()}


def racer(name: str, rate: float, marker: str, color: str) -> dict[str, Any]:
    """Plain gradient descent on x² + y² from (−2, 1): after k steps (1 − 2 rate)ᵏ of the start, by algebra."""
    factor = (1 - 2 * rate) ** np.arange(STEPS + 1)
    diverged = np.flatnonzero(np.abs(factor) > 1000)
    diverged_at = int(diverged[0]) if diverged.size else None
    if diverged_at is not None:
        factor[diverged_at:] = factor[diverged_at - 1]
    path = factor[:, None] * np.array([-2.0, 1.0])
    loss = (path**2).sum(axis=1)
    valley = np.flatnonzero(loss >= 0.1)
    valley_at = None if diverged_at is not None or valley.size == STEPS + 1 else int(valley[-1]) + 1
    return {
        "id": name,
        "label": name.capitalize(),
        "style": {"light": color, "dark": color, "dash": [], "marker": marker, "width": 2.0},
        "path": packed(path),
        "loss": packed(loss),
        "gradient": packed(2 * path),
        "velocity": None,
        "square": packed(4 * path**2) if name == "slow" else None,
        "rate": packed(np.full((STEPS + 1, 2), rate)),
        "valley_at": valley_at,
        "left_at": None,
        "diverged_at": diverged_at,
        "length": 1.0,
    }


def bowl(**changes: Any) -> dict[str, Any]:
    """A race of three on the bowl x² + y² in [−3, 3] × [−2, 2], whose level L is the circle of radius √L."""
    x = np.linspace(-3, 3, 121)
    y = np.linspace(-2, 2, 81)
    payload = {
        "kind": "race",
        "revision": "bowl",
        "labels": {"x": "w₁", "y": "w₂"},
        "surface": {
            "name": "Bowl",
            "x": [-3, 3],
            "y": [-2, 2],
            "z": packed(x[None, :] ** 2 + y[:, None] ** 2),
            "levels": [0.25, 1.0, 2.25, 4.0, 6.25],
            "minima": [[0, 0, 0]],
            "exact": True,
        },
        "start": [-2, 1],
        "steps": STEPS,
        "valley": 0.1,
        "floor": 0.0,
        "racers": [
            racer("slow", 0.01, "disc", "#12161C"),
            racer("quick", 0.1, "square", "#1F84C6"),
            racer("wild", 1.5, "star", "#D05500"),
        ],
        "selected": "slow",
        "view": "2d",
        "overlays": {"gradient": True, "step": True, "velocity": False, "square": False},
        "read_only": False,
    }
    return payload | changes


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as url:
        yield url


@pytest.fixture
def harness(browser: Browser, address: str) -> Iterator[Harness]:
    """Return `open(payload, width, height, theme)`: a page with the race mounted; script errors fail the test."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_(
        payload: dict[str, Any] | None = None,
        width: int = 1280,
        height: int = 800,
        theme: str = "light",
        **context: Any,
    ) -> Page:
        page = browser.new_page(viewport={"width": width, "height": height}, **context)
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/harness.html?theme={theme}")
        page.wait_for_function("window.harness?.ready")
        page.evaluate("payload => harness.stage.update(payload)", payload or bowl())
        return page

    yield open_
    for page in pages:
        page.close()
    assert errors == []


def inspect(page: Page, expression: str) -> Any:
    return page.evaluate(f"(() => {{ const shown = harness.stage.inspect(); return {expression}; }})()")


def go_to(page: Page, step: float) -> None:
    page.evaluate("step => { harness.stage.transport.setPosition(step); harness.stage.drawNow(); }", step)


@pytest.mark.parametrize("dtype", ["float32", "int32", "uint8"])
def test_arrays_arrive_as_they_were_sent(harness: Harness, dtype: str) -> None:
    values = np.array([[0, 1, 2], [250, 7, 9]]) * (1 if dtype == "uint8" else -1)
    page = harness()
    got = page.evaluate(
        "async packed => { const { decodeArray } = await import('/stage/base.js');"
        " const { data, shape } = decodeArray(packed); return { shape, values: [...data] }; }",
        packed(values, dtype),
    )
    assert got == {"shape": [2, 3], "values": values.ravel().tolist()}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0494, "−0.049"),
        (0.1, "0.10"),
        (9.994, "9.99"),
        (-31.25, "−31.3"),
        (1234.5, "1235"),
        (0.00012, "1.2e−4"),
        (-23456, "−2.3e4"),
    ],
)
def test_numbers_are_written_the_one_way(harness: Harness, value: float, text: str) -> None:
    page = harness()
    got = page.evaluate(
        "async value => (await import('/stage/numbers.js')).formatNumber(value)",
        value,
    )
    assert got == text


def test_contours_of_the_bowl_are_circles(harness: Harness) -> None:
    page = harness()
    contours = inspect(page, "shown.contours.map(({level, lines}) => ({level, lines: lines.map(line => [...line])}))")
    for contour in contours:
        radius = np.sqrt(contour["level"])
        points = np.concatenate([np.reshape(line, (-1, 2)) for line in contour["lines"]])
        distance = np.hypot(points[:, 0] / 20 - 3, points[:, 1] / 20 - 2)
        # Linear interpolation on cells of 0.05 is off by at most h²/8 · 2/(2r) = 0.0003/r.
        np.testing.assert_allclose(distance, radius, atol=0.0004 / radius)
        if radius < 2:
            assert len(contour["lines"]) == 1
            angles = np.unwrap(np.arctan2(points[:, 1] / 20 - 2, points[:, 0] / 20 - 3))
            assert abs(angles[-1] - angles[0]) == pytest.approx(2 * np.pi, abs=1e-6)


def test_contours_skip_what_is_not_finite_and_part_at_saddles(harness: Harness) -> None:
    page = harness()
    script = (
        "async ({z, nx, ny, level}) => (await import('/stage/contours.js'))"
        ".marchContours(z.map(v => v ?? NaN), nx, ny, level).length"
    )
    holed = [0, 0, 0, 0, None, 1, 0, 1, 1]
    assert page.evaluate(script, {"z": holed, "nx": 3, "ny": 3, "level": 0.5}) == 0
    saddle = [1, 0, 0, 1]
    assert page.evaluate(script, {"z": saddle, "nx": 2, "ny": 2, "level": 0.4}) == 2
    assert page.evaluate(script, {"z": saddle, "nx": 2, "ny": 2, "level": 0.6}) == 2


def test_the_picture_opens_at_the_end_and_says_who_is_not_there(harness: Harness) -> None:
    page = harness()
    assert inspect(page, "[shown.step, shown.playing]") == [STEPS, False]
    # 1.5 · 2 − 1 = 2: the wild one doubles every step, leaves [−3, 3] at once and exceeds 1000 times the start at 2¹⁰.
    assert "Wild diverged at step 10" in inspect(page, "shown.sentences.map(s => s.text)")
    assert inspect(page, "shown.order") == ["quick", "slow", "wild"]
    go_to(page, 5)
    assert "Wild left the picture at step 1" in inspect(page, "shown.sentences.map(s => s.text)")
    go_to(page, 0)
    assert not any("Wild" in text for text in inspect(page, "shown.sentences.map(s => s.text)"))
    label = page.locator(".picture-canvas").get_attribute("aria-label")
    assert label is not None
    assert label.startswith("Bowl, contour map. Step 0 of 60. Loss, lowest first: Slow 5.00")


def test_heads_stand_where_the_path_is(harness: Harness) -> None:
    page = harness()
    go_to(page, 7.5)
    head = inspect(page, "shown.heads.get('quick')")
    view = inspect(
        page, "({left: shown.view.left, right: shown.view.right, top: shown.view.top, bottom: shown.view.bottom})"
    )
    middle = (0.8**7 + 0.8**8) / 2  # halfway between two steps, as (1 − 2 · 0.1)ᵏ
    expected_x = view["left"] + (-2 * middle + 3) / 6 * (view["right"] - view["left"])
    expected_y = view["bottom"] - (1 * middle + 2) / 4 * (view["bottom"] - view["top"])
    assert head["x"] == pytest.approx(expected_x, abs=0.01)
    assert head["y"] == pytest.approx(expected_y, abs=0.01)


def test_read_outs_say_the_algebra(harness: Harness) -> None:
    page = harness()
    go_to(page, 3)
    rows = page.locator(".inside-row").all_inner_texts()
    values = {lines[0]: lines[1:] for lines in (row.split("\n") for row in rows)}
    position = 0.98**3 * np.array([-2, 1])
    assert page.locator(".reads-inside .chart-title").inner_text() == "Inside Slow at step 3"
    assert values["position"] == [f"−{-position[0]:.2f}", f"{position[1]:.2f}"]
    assert values["gradient"] == [f"−{-2 * position[0]:.2f}", f"{2 * position[1]:.2f}"]
    assert values["squared average"] == [f"{4 * position[0] ** 2:.1f}", f"{4 * position[1] ** 2:.2f}"]
    assert values["step taken"] == [f"{-0.02 * position[0]:.3f}", f"−{0.02 * position[1]:.3f}"]
    assert "velocity" not in values  # none of the three has one
    quick = page.locator('[data-racer="quick"]')
    assert "valley" not in quick.inner_text()
    # 5 · 0.8²ᵏ is below 0.1 from k = 9 on.
    go_to(page, 9)
    assert "in valley at 9" in quick.inner_text()
    go_to(page, 30)
    assert "diverged at 10" in page.locator('[data-racer="wild"]').inner_text()


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


def canvas_point(page: Page, x: float, y: float) -> tuple[float, float]:
    box = page.locator(".picture-canvas").bounding_box()
    assert box is not None
    px, py = inspect(page, f"shown.view.project({x}, {y})")
    return box["x"] + px, box["y"] + py


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


def crowd(count: int = 12) -> dict[str, Any]:
    """Twelve racers that all end close to the minimum, or wander: the worst case for labels."""
    markers = ["disc", "square", "star", "diamond", "ring", "cross"]
    generator = np.random.default_rng(3)
    racers = []
    for index in range(count):
        one = racer(f"racer {index}", 0.02 + 0.03 * index, markers[index % 6], "#12161C")
        path = np.outer(0.95 ** np.arange(STEPS + 1), [-2.0, 1.0]) + np.cumsum(
            generator.normal(0, 0.05, (STEPS + 1, 2)), axis=0
        )
        racers.append(one | {"path": packed(path), "label": f"Optimizer {index}"})
    return bowl(racers=racers, selected="racer 3", revision=f"crowd {count}")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 800), (390, 844)])
def test_labels_never_cover_each_other(harness: Harness, width: int, height: int) -> None:
    page = harness(crowd(), width, height)
    for step in (0, 3, 17.5, 40, STEPS):
        go_to(page, step)
        boxes = inspect(page, "shown.labels.map(l => l.box)")
        blocked = inspect(page, "shown.scene.blocked")
        assert len(boxes) >= (8 if width > 640 else 5)
        for index, box in enumerate(boxes):
            for other in boxes[index + 1 :] + blocked:
                apart_x = box["x"] + box["width"] <= other["x"] + 1 or other["x"] + other["width"] <= box["x"] + 1
                apart_y = box["y"] + box["height"] <= other["y"] + 1 or other["y"] + other["height"] <= box["y"] + 1
                assert apart_x or apart_y, f"step {step}: {box} covers {other}"


def test_end_labels_of_the_chart_stand_apart(harness: Harness) -> None:
    page = harness(crowd(), 1280, 800)
    labels = sorted(inspect(page, "shown.endLabels"), key=lambda one: one["y"])
    assert len(labels) >= 6
    for above, below in itertools.pairwise(labels):
        assert below["y"] - above["y"] >= above["height"] - 1


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 746)])
def test_twelve_rows_fit_without_scrolling(harness: Harness, width: int, height: int) -> None:
    page = harness(crowd(), width, height)
    reads = page.locator(".stage-reads").bounding_box()
    inside = page.locator(".reads-inside").bounding_box()
    assert reads is not None
    assert inside is not None
    assert inside["y"] + inside["height"] <= reads["y"] + reads["height"] + 0.5
    assert inspect(page, "shown.rowHeight") >= 16


def test_the_bench_keeps_the_height_it_promises(harness: Harness) -> None:
    for height, expected in ((900, 694), (600, 540), (1300, 840)):
        page = harness(height=height)
        box = page.locator(".stage-grid").bounding_box()
        assert box is not None
        assert box["height"] == pytest.approx(expected)


def test_the_relief_shows_the_same_step_and_turns(harness: Harness) -> None:
    page = harness()
    go_to(page, 12)
    page.get_by_role("button", name="3-D").click()
    page.wait_for_function("!harness.stage.inspect().flat && harness.stage.inspect().view.yaw !== undefined")
    assert page.evaluate("harness.events") == [["state", "view", "3d"]]
    assert inspect(page, "shown.step") == 12
    # The bowl's bottom is its lowest point on the screen along the line through it towards the viewer.
    bottom, rim = inspect(page, "[shown.view.project(0, 0)[1], shown.view.project(2.9, 1.9)[1]]")
    assert bottom > rim or inspect(page, "shown.view.hidden(0, 0)")
    yaw = inspect(page, "shown.view.yaw")
    x, y = canvas_point(page, 0.5, 0.5)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 100, y)
    page.mouse.up()
    page.wait_for_timeout(60)
    assert inspect(page, "shown.view.yaw") == pytest.approx(yaw + 0.9)
    assert page.evaluate("harness.events.length") == 1  # turning starts nothing
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_role("button", name="2-D").click()
    page.wait_for_function("harness.stage.inspect().flat")


def test_heights_of_a_steep_surface_are_on_a_log_scale(harness: Harness) -> None:
    page = harness()
    script = (
        "async values => { const scale = (await import('/stage/relief.js')).heightScale(values);"
        " return { log: scale.log, middle: scale.of([...values].sort((a, b) => a - b)[values.length >> 1]) }; }"
    )
    flat = page.evaluate(script, np.linspace(0, 1, 1001).tolist())
    assert flat == {"log": False, "middle": pytest.approx(0.5 / 0.985, abs=0.002)}
    steep = page.evaluate(script, (np.linspace(0, 1, 1001) ** 8).tolist())
    assert steep == {"log": True, "middle": pytest.approx(0.45, abs=0.002)}


def test_the_theme_is_followed_at_once(harness: Harness) -> None:
    page = harness()
    assert inspect(page, "shown.scene.theme.dark") is False
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function("harness.stage.inspect().scene.theme.dark")


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
    from PIL import Image

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


def test_modules_share_no_names_and_are_whole() -> None:
    """One page loads all modules: each imports only what its sibling exports."""
    folder = Path(__file__).parents[2] / "pages" / "kit" / "stage"
    import re

    exported = {
        file.name: set(re.findall(r"^export (?:function|const) (\w+)", file.read_text(), re.M))
        for file in folder.glob("*.js")
    }
    for file in folder.glob("*.js"):
        for names, sibling in re.findall(r'^import \{ ([^}]+) \} from "\./([\w.]+)";', file.read_text(), re.M):
            missing = {name.strip() for name in names.split(",")} - exported[sibling]
            assert not missing, f"{file.name} asks {sibling} for {missing}"
            unused = [n.strip() for n in names.split(",") if len(re.findall(rf"\b{n.strip()}\b", file.read_text())) < 2]
            assert not unused, f"{file.name} imports {unused} for nothing"
    assert json.dumps(sorted(exported))
