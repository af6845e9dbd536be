"""Choosing among candidates, true boxes as text, story, scenes, exports, and events of a clip."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.detection import batch, export, scenes
from engine.detection.boxes import BEYOND, KEPT
from engine.detection.experiment import CLASSES, Config, Result
from engine.detection.story import story
from engine.detection.view import LOW, OTHER_CLASS, View, choose, judge, parse_truth, truth_text, without_truth
from engine.errors import InvalidSetting
from engine.runs.context import SilentContext
from engine.runs.store import store

CAT, DOG = CLASSES["nanodet"].index("cat"), CLASSES["nanodet"].index("dog")


def small() -> Result:
    """Two cats on one place, a dog there too, a cat elsewhere, and something faint."""
    boxes = [[0, 0, 10, 10], [0, 0, 10, 9], [0, 0, 10, 8], [20, 0, 30, 10], [40, 0, 50, 10]]
    return Result(
        Config(),
        60,
        20,
        3549,
        np.array(boxes, np.float32),
        np.array([0.9, 0.8, 0.7, 0.6, 0.2], np.float32),
        np.array([CAT, CAT, DOG, CAT, CAT], np.int16),
        np.full(5, 8, np.int16),
    )


def test_every_candidate_has_its_fate() -> None:
    result = small()
    assert choose(result, View()).fate.tolist() == [KEPT, 0, KEPT, KEPT, LOW]
    assert choose(result, View(agnostic=True)).fate.tolist() == [KEPT, 0, 0, KEPT, LOW]
    assert choose(result, View(only=("dog",))).fate.tolist() == [OTHER_CLASS, OTHER_CLASS, KEPT, OTHER_CLASS, LOW]
    assert choose(result, View(top=1)).fate.tolist() == [KEPT, 0, BEYOND, BEYOND, LOW]
    assert choose(result, View(overlap=0.95)).fate.tolist() == [KEPT, KEPT, KEPT, KEPT, LOW]
    choice = choose(result, View(score=0.1))
    assert choice.passed.tolist() == [0, 1, 2, 3, 4]
    assert choice.overlap[1] == pytest.approx(0.9)
    assert len(choose(result, View(score=0.99)).kept) == 0


def test_true_boxes_are_judged() -> None:
    result = small()
    view = View(truth="cat 0 0 10 10; cat 20 0 30 6; dog 45 0 55 10", right_from=0.5)
    judgement = judge(result, choose(result, view), view)
    assert judgement is not None
    assert (judgement.counts.right, judgement.counts.wrong, judgement.counts.missed) == (2, 1, 1)
    np.testing.assert_allclose(judgement.found_overlap, [1, 0.6, 0], atol=1e-6)
    # Cats: both found first; dog: its only box is wrong.
    assert judgement.average == pytest.approx(0.5)
    assert judge(result, choose(result, View()), View()) is None
    words = story(result, view, choose(result, view), judgement)
    assert "2 found, 1 wrong, 1 missed" in words[-1]
    assert "precision 67 %" in words[-1].lower()


@given(st.lists(st.tuples(st.sampled_from(CLASSES["nanodet"]), st.integers(0, 90), st.integers(0, 40)), max_size=8))
def test_true_boxes_survive_the_address_bar(boxes: list[tuple[str, int, int]]) -> None:
    text = ""
    for name, left, top in boxes:
        text = truth_text(name, (left, top, left + 5, top + 9), text)
    read = parse_truth(text, "nanodet", 100, 50)
    assert [CLASSES["nanodet"][kind] for kind in read.kind] == [name for name, _, _ in boxes]
    expected = [[left, top, left + 5, min(50, top + 9)] for _, left, top in boxes]
    assert read.boxes.tolist() == expected
    if boxes:
        assert len(parse_truth(without_truth(text, 0), "nanodet", 100, 50).boxes) == len(boxes) - 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("cat 1 2 3", "no true box"),
        ("unicorn 0 0 5 5", "no class"),
        ("cat 9 9 2 2", "no area"),
        ("cat 0 0 nan 5", "no area"),
    ],
)
def test_true_boxes_that_cannot_be_read_are_named(text: str, word: str) -> None:
    with pytest.raises(InvalidSetting, match=word):
        parse_truth(text, "nanodet", 100, 50)


def test_every_scene_is_answered_by_its_shipped_run() -> None:
    rights = {
        "Many boxes": scenes.how_many,
        "Too eager": scenes.share_right,
        "Context": scenes.best_class,
        "Unknown thing": scenes.seen_in_rocket,
        "Faces": scenes.faces_found,
    }
    surprises = {"Many boxes": "About 50", "Too eager": "Hardly any", "Context": "dining table", "Faces": "One of them"}
    for scene in scenes.SCENES:
        entry = store().find(scene.config.run())
        assert entry is not None, f"{scene.name} is not shipped"
        right = rights[scene.name](entry.result)
        assert right in scene.options
        assert surprises.get(scene.name, right) == right
        for option in scene.options:
            assert scene.answer(entry.result, option).startswith("Right." if option == right else "You said")


def test_coco_files_hold_the_kept_boxes() -> None:
    result = small()
    choice = choose(result, View())
    content = json.loads(export.coco_json([("a.jpg", result, choice), ("b.jpg", result, choice)]))
    assert [image["file_name"] for image in content["images"]] == ["a.jpg", "b.jpg"]
    assert len(content["annotations"]) == 6
    first = content["annotations"][0]
    assert (first["bbox"], first["category_id"], first["image_id"]) == ([0, 0, 10, 10], 17, 1)
    assert {one["id"]: one["name"] for one in content["categories"]}[90] == "toothbrush"
    rows = list(export.rows(result, choice, range(5)))
    assert [row[8] for row in rows] == ["kept", "suppressed", "kept", "kept", "score too low"]
    assert rows[1][9:] == (1, 0.9)
    assert all(len(row) == len(export.HEADER) for row in rows)


def test_a_batch_gives_what_single_runs_give() -> None:
    from engine.detection.experiment import run

    result = batch.run(batch.Config(pictures=("chelsea", "rocket"), size=224), SilentContext())
    assert not result.stopped
    single = run(Config(photograph="chelsea", size=224), SilentContext())
    np.testing.assert_array_equal(result.one(0).boxes, single.boxes[: len(result.found[0].boxes)])
    assert result.found[1].width == 640


def test_an_event_needs_two_frames() -> None:
    counts = [0, 1, 0, 1, 1, 1, 2, 2, 0, 0, 0]
    found = batch.events(counts, [0.1 * frame for frame in range(11)])
    assert [(event.frame, event.words) for event in found] == [(3, "appears"), (6, "from 1 to 2"), (8, "is gone")]
    assert [event.frame for event in batch.events(counts, list(range(11)), steady=1)] == [1, 2, 3, 6, 8]
    assert batch.events([], []) == []
