"""The race stage in Chromium, from its real modules: what it decodes and what it draws."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from tests.browser.race_page import STEPS, Harness, canvas_point, crowd, go_to, inspect, packed

pytestmark = pytest.mark.browser


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


def test_modules_share_no_names_and_are_whole() -> None:
    """One page loads all modules: each imports only what its sibling exports."""
    folder = Path(__file__).parents[2] / "pages" / "kit" / "stage"
    import re

    exported = {
        file.name: set(re.findall(r"^export (?:async )?(?:function|const) (\w+)", file.read_text(), re.M))
        for file in folder.glob("*.js")
    }
    for file in folder.glob("*.js"):
        for names, sibling in re.findall(r'^import \{ ([^}]+) \} from "\./([\w.]+)";', file.read_text(), re.M):
            missing = {name.strip() for name in names.split(",")} - exported[sibling]
            assert not missing, f"{file.name} asks {sibling} for {missing}"
            unused = [n.strip() for n in names.split(",") if len(re.findall(rf"\b{n.strip()}\b", file.read_text())) < 2]
            assert not unused, f"{file.name} imports {unused} for nothing"
    assert json.dumps(sorted(exported))
