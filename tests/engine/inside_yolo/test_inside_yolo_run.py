"""The tensor against the Keras network itself, fitting, uploads, scenes with shipped runs, and the script alone."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.errors import InvalidData
from engine.inside_yolo import scenes
from engine.inside_yolo.experiment import UPLOAD, WIDE, Config, Result, keep, original, run, sizes
from engine.inside_yolo.fitting import FITS, LETTERBOX, STRETCH, fitted, place_of
from engine.inside_yolo.script import script
from engine.inside_yolo.story import story
from engine.inside_yolo.view import CHOSEN, FOUND, View, look
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext
from engine.runs.store import store
from engine.scenes import Scene
from engine.yolo.compose import MOST
from engine.yolo.experiment import RUN_FILE, SHIPPED_SHAPE, shipped_run
from engine.yolo.network import build
from engine.yolo.training import unflat


@pytest.fixture(scope="module")
def wide() -> Result:
    return run(Config(source=WIDE, things=6, seed=5), SilentContext())


def test_the_tensor_is_what_the_keras_network_says(wide: Result) -> None:
    model = build(SHIPPED_SHAPE, 0)
    pictures = wide.inputs[..., None].astype(np.float32) / 255
    for moment in (0, 5, 12):
        model.set_weights(unflat(shipped_run()["weights"][moment], model))
        assert wide.raw[:, moment] == pytest.approx(np.asarray(model(pictures)), abs=2e-3)
    assert wide.raw.shape == (2, 13, 8, 8, 23)
    assert wide.raw[0, 0].size == 8 * 8 * (2 * 5 + 13)


def test_a_result_survives_the_store(wide: Result) -> None:
    again, _ = decode(encode(wide, {}), Result)
    assert again.config == wide.config
    assert np.array_equal(again.raw, wide.raw)
    assert np.array_equal(again.boxes, wide.boxes)


def test_scenes_have_the_things_that_were_asked_for() -> None:
    for things in (1, 5, 30):
        picture, boxes, kinds = original(Config(things=things, seed=2))
        assert picture.shape == (128, 128)
        assert things * 0.9 <= len(boxes) <= things
        assert len(kinds) == len(boxes)
    picture, boxes, _ = original(Config(source=WIDE, things=7, seed=2))
    assert picture.shape == (128, 256)
    assert (boxes[:, 0] >= 128).sum() == 3
    assert sizes(MOST) == (28, 52)
    assert sizes(80)[1] < 20


@given(st.integers(8, 900), st.integers(8, 900), st.sampled_from(FITS))
def test_a_box_goes_into_the_square_and_back(width: int, height: int, fit: str) -> None:
    place = place_of(width, height, fit)
    whole = place.inward(np.array([[0, 0, width, height]], np.float32))[0]
    assert whole.min() >= -1e-3
    assert whole.max() <= 128.001
    assert max(whole[2] - whole[0], whole[3] - whole[1]) == pytest.approx(128, abs=1e-3)
    box = np.array([[1.5, 2, width / 2, height - 1]], np.float32)
    assert place.outward(place.inward(box)) == pytest.approx(box, abs=0.05)


def test_stretching_fills_the_square_and_bars_keep_the_shape() -> None:
    picture = np.full((50, 200), 200, np.uint8)
    assert (fitted(picture, STRETCH) == 200).all()
    square = fitted(picture, LETTERBOX)
    rows = np.flatnonzero((square == 200).all(axis=1))
    assert (rows[0], rows[-1]) == (48, 79)
    assert len(np.unique(square)) == 2
    assert place_of(200, 50, LETTERBOX).offset == (0.0, 48.0)


def test_an_upload_is_looked_at_without_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path))
    store.cache_clear()
    buffer = io.BytesIO()
    pixels = np.full((90, 60, 3), 250, np.uint8)
    pixels[20:70, 15:45] = 10
    Image.fromarray(pixels).save(buffer, "PNG")
    try:
        view = View(source=UPLOAD, upload=keep(buffer.getvalue()), negative=True, fit=LETTERBOX)
        result = run(view.run(), SilentContext())
        seen = look(result, view)
        assert (result.width, result.height) == (60, 90)
        assert seen.things == 0
        assert result.inputs[0, 64, 64] > 200, "the dark thing became bright"
        assert "ten kinds of clothes" in " ".join(story(result, view, seen))
        assert "THINGS = []" in script(result, view, seen)
        with pytest.raises(InvalidData):
            run(Config(source=UPLOAD, upload="0" * 64), SilentContext())
    finally:
        store.cache_clear()


def test_what_does_not_matter_is_not_in_the_key() -> None:
    assert View(upload="ab", negative=True, moment=3, edits="0 0 x1 1", row=2).run() == Config()
    assert View(source=UPLOAD, upload="ab", seed=9, things=3).run() == Config(source=UPLOAD, upload="ab")


@pytest.mark.parametrize("scene", scenes.SCENES, ids=lambda scene: scene.name)
def test_every_scene_is_shipped_and_its_answer_is_in_the_stored_tensor(scene: Scene) -> None:
    entry = store().find(scene.config.run())
    assert entry is not None
    assert entry.provenance.source == "shipped"
    right = {"Whose cell?": scenes.whose, "Two in one cell": scenes.named, "Untrained": scenes.stated,
             "Move one number": scenes.moved, "Wide picture": scenes.many}[scene.name](entry.result)  # fmt: skip
    assert right in scene.options
    for option in scene.options:
        answer = scene.answer(entry.result, option)
        assert answer.startswith("Right.") == (option == right)
    assert scenes.lesson(scene.config.changed(row=0, column=0, layer="loss", score=0.6)) == scene.config
    assert scenes.lesson(scene.config.changed(edits="0 0 x1 1")) != scene.config
    seen = look(entry.result, scene.config)
    assert len(story(entry.result, scene.config, seen)) >= 3


def test_answers_of_other_pictures_speak_of_them(wide: Result) -> None:
    for scene in scenes.SCENES:
        if scene.name != "Move one number":
            assert scene.answer(wide, scene.options[0])


def test_the_cell_looked_into_is_the_largest_thing_s() -> None:
    result = store().find(View().run()).result
    seen = look(result, View())
    wide_high = (result.boxes[:, 2:] - result.boxes[:, :2]).prod(axis=1)
    left, top, right, bottom = result.boxes[wide_high.argmax()]
    assert (seen.row, seen.column) == (int((top + bottom) / 32), int((left + right) / 32))
    assert look(result, View(row=2, column=CHOSEN)).row == seen.row
    assert (look(result, View(row=2, column=3)).row, look(result, View(row=2, column=3)).column) == (2, 3)
    moved = look(result, View(edits=f"{seen.row} {seen.column} c1 -9; {seen.row} {seen.column} x1 9"))
    assert (moved.row, moved.column, moved.box, moved.kind) == (seen.row, seen.column, seen.box, seen.kind)


@pytest.mark.parametrize(
    "view",
    [View(edits="6 6 w1 0.5; 2 2 Coat 4", layer=FOUND), View(source=WIDE, things=6, seed=5, fit=LETTERBOX, moment=9)],
    ids=["edited", "bars"],
)
def test_the_script_alone_gives_the_page_s_numbers(view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(view.run(), SilentContext())
    seen = look(result, view)
    source = script(result, view, seen)
    assert max(len(line) for line in source.splitlines()) <= 120
    Image.fromarray(original(result.config)[0]).save(tmp_path / "picture.png")
    (tmp_path / "run.npz").symlink_to(RUN_FILE)
    monkeypatch.chdir(tmp_path)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(source, "script", "exec"), {"__name__": "__main__"})
    printed = out.getvalue()
    assert "outputs: 1472" in printed
    words = dict(re.findall(r"(xy|wh|no object|object|class) ([\d.]+),", printed.split("loss:")[1]))
    total = seen.loss.parts.sum(axis=(0, 1))
    assert [float(words[name]) for name in ("xy", "wh", "object", "no object", "class")] == pytest.approx(
        total, rel=2e-3, abs=2e-4
    )
    confidences = [float(value) for value in re.findall(r"confidence ([\d.]+)", printed)]
    assert confidences == pytest.approx(seen.said.confidence[0, seen.row, seen.column], abs=5e-4)
    found = re.findall(r"found: \S+ ([\d.]+) at ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)", printed)
    assert [float(one[0]) for one in found] == pytest.approx(list(seen.found.score), abs=2e-3)
    assert np.array([one[1:] for one in found], float).reshape(-1, 4) == pytest.approx(seen.found.boxes, abs=0.2)
