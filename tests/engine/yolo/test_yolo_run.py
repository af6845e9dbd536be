"""A short real training, Stop, the shipped run's moments, the script's numbers, story, scenes and figure."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import numpy as np
import pytest

from engine.data import fashion
from engine.errors import InvalidSetting
from engine.figures.yolo import LOOKS, View, board
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext
from engine.runs.store import store
from engine.yolo import scenes
from engine.yolo.compose import NAMES
from engine.yolo.evaluation import SHOWN
from engine.yolo.experiment import LAST, MODEL_FILE, RUN_FILE, SCRATCH, Config, Result, run, shipped_run
from engine.yolo.live import moments
from engine.yolo.script import script
from engine.yolo.story import LOWEST, class_blind, shared_cells, story

TINY = Config(start=SCRATCH, steps=8, batch_size=4, grid=4, boxes=1, depth=0)
ON = Config(steps=4, batch_size=4, checkpoint=8)


class StopsAfter(SilentContext):
    """Asks to stop at the n-th question."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self._left = questions

    def stop_requested(self) -> bool:
        self._left -= 1
        return self._left < 0


@pytest.fixture(scope="module")
def tiny() -> tuple[Result, SilentContext]:
    context = SilentContext()
    return run(TINY, context), context


def test_a_training_is_recorded_and_survives_the_store(tiny: tuple[Result, SilentContext]) -> None:
    result, context = tiny
    assert result.step.tolist() == moments(8)
    assert result.step[-1] == 8
    assert result.precision.shape == (len(result.step), len(NAMES))
    assert result.confidence.shape == (len(result.step), SHOWN, 4, 4)
    assert result.part_step.tolist() == [5, 8]
    assert np.isfinite(result.parts).all()
    assert not result.stopped
    assert not result.diverged
    assert MODEL_FILE in context.files
    again, _ = decode(encode(result, {}), Result)
    assert again.config == TINY
    assert np.array_equal(again.boxes, result.boxes)
    assert story(result)


def test_the_seed_decides_the_run(tiny: tuple[Result, SilentContext]) -> None:
    again = run(TINY, SilentContext())
    assert again.parts == pytest.approx(tiny[0].parts, rel=1e-4)


def test_stop_keeps_what_is_there_and_looks_once_more() -> None:
    result = run(TINY.changed(steps=100), StopsAfter(7))
    assert result.stopped
    assert result.step[-1] == 7


def test_steps_that_are_too_large_are_a_result() -> None:
    result = run(TINY.changed(steps=40, learning_rate=0.1, coordinates=20.0), SilentContext())
    assert result.step[0] == 0
    assert story(result)


def test_only_a_new_network_has_another_form() -> None:
    with pytest.raises(InvalidSetting, match="shipped weights"):
        Config(grid=4)


def test_settings_without_a_part_do_not_make_another_run() -> None:
    assert Config(checkpoint=3, learning_rate=0.01).settled() == Config()
    assert Config(steps=10, checkpoint=3).settled() == Config(steps=10, checkpoint=3)
    assert Config(start=SCRATCH, learning_rate=0.01, grid=4).settled() == Config(start=SCRATCH, grid=4)


def printed(config: Config, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the script alone prints, its files beside it."""
    for split in (fashion.TRAIN, fashion.TEST):
        (folder / f"{split}.npz").write_bytes((fashion.FOLDER / f"{split}.npz").read_bytes())
    (folder / "run.npz").write_bytes(RUN_FILE.read_bytes())
    monkeypatch.chdir(folder)
    source = script(config)
    assert max(map(len, source.splitlines())) <= 120
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(source, "script", "exec", dont_inherit=True), {"__name__": "__main__"})
    return output.getvalue().splitlines()


@pytest.mark.parametrize("config", [TINY, ON], ids=["new", "on"])
def test_the_script_prints_the_pages_numbers(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(config, SilentContext())
    lines = printed(config, tmp_path, monkeypatch)
    parts = [float(value) for value in lines[0].removeprefix("loss parts:").split()]
    assert parts == pytest.approx(result.parts[-1], rel=2e-3, abs=2e-4)
    found = result.found(len(result.step) - 1, 0, LOWEST)
    boxes = [re.match(r"(.+): ([\d.]+) at (.+)", line) for line in lines[1:]]
    assert len(boxes) == len(found.boxes)
    for line, kind, score in zip(boxes, found.kind, found.score, strict=True):
        assert line is not None
        assert line[1] == NAMES[kind]
        assert float(line[2]) == pytest.approx(score, abs=0.01)


def test_the_shipped_run_has_its_moments_and_gets_better() -> None:
    steps = shipped_run()["steps"]
    assert len(steps) == LAST + 1
    assert steps[0] == 0
    assert (np.diff(steps) > 0).all()
    entry = store().find(Config())
    assert entry is not None
    assert entry.result.mean_precision[0] < 0.05
    assert entry.result.mean_precision[-1] >= 0.9


def test_the_shipped_network_can_be_taken_home(tmp_path: Path) -> None:
    import keras

    from engine.yolo.evaluation import watched
    from engine.yolo.network import build
    from engine.yolo.training import unflat

    entry = store().find(Config())
    assert entry is not None
    content = store().file(entry, MODEL_FILE)
    assert content is not None
    assert len(content) < 1_000_000
    (tmp_path / MODEL_FILE).write_bytes(content)
    model, own = keras.models.load_model(tmp_path / MODEL_FILE), build(Config().shape(), 0)
    own.set_weights(unflat(shipped_run()["weights"][LAST], own))
    pictures = watched().pictures[:4, ..., None].astype(np.float32) / 255
    np.testing.assert_allclose(model(pictures), own(pictures), atol=1e-5)


def test_the_script_is_not_longer_than_it_must_be() -> None:
    assert max(len(script(config).splitlines()) for config in scenes.shipped()) < 300


def test_each_scene_has_its_run_and_an_answer_among_its_options() -> None:
    for scene in scenes.SCENES:
        entry = store().find(scene.config)
        assert entry is not None, scene.name
        answers = [scene.answer(entry.result, option) for option in scene.options]
        assert sum(answer.startswith("Right.") for answer in answers) == 1, scene.name


def test_counts_of_the_pictures_fit_together(tiny: tuple[Result, SilentContext]) -> None:
    total, boxed, named = class_blind(tiny[0], 0)
    assert total >= boxed >= named >= 0
    assert shared_cells(4)[1] > 0
    assert shared_cells(16)[1] == 0


@pytest.mark.parametrize("look", LOOKS)
def test_the_board_has_a_frame_for_each_moment(tiny: tuple[Result, SilentContext], look: str) -> None:
    result = tiny[0]
    drawn = board(result, View(0.05, look, 1), "one")
    assert drawn["frames"] == len(result.step)
    assert [panel["name"] for panel in drawn["panels"]][-3:] == ["precision", "loss", "classes"]
    assert all(panel["alt"] for panel in drawn["panels"])
