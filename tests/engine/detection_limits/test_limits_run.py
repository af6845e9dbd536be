"""A tiny real measurement, Stop, the store, the scripts' numbers, scenes, story and the pictures."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from engine.data import fashion
from engine.detection.experiment import FILES, NANODET, WEIGHTS, jpeg_of
from engine.detection_limits import experiment, scenes, tiles
from engine.detection_limits.factors import COUNT, CUT, FACTORS, HIDDEN, SIZE
from engine.detection_limits.measure import FOUND, asked, curve, fates, place_of
from engine.detection_limits.script import script
from engine.detection_limits.sheets import kept, sizes
from engine.detection_limits.story import story
from engine.detection_limits.view import AT, TILED, View
from engine.errors import InvalidData, InvalidSetting
from engine.figures import detection_limits as figures
from engine.figures import detection_limits_tiles as sheets
from engine.figures.cards_detection_limits import detection_limits_card
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext
from engine.runs.store import store
from engine.yolo.experiment import RUN_FILE

TINY = View(factor=HIDDEN, scenes=20, things=2)
RUN = experiment.Config(factor=HIDDEN, scenes=20, things=2)


class StopsAfter(SilentContext):
    """Asks to stop at the n-th question."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self._left = questions

    def stop_requested(self) -> bool:
        self._left -= 1
        return self._left < 0


@pytest.fixture(scope="module")
def tiny() -> experiment.Result:
    return experiment.run(RUN, SilentContext())


@pytest.fixture
def two_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "TILES", (1, 2))


def test_a_measurement_survives_the_store(tiny: experiment.Result) -> None:
    assert tiny.named.shape == (10, 20, 4)
    again, _ = decode(encode(tiny, {}), experiment.Result)
    assert np.array_equal(again.named, tiny.named)
    told = curve(tiny, 0.25)
    assert told.fates.sum(axis=1) == pytest.approx(1)
    assert told.recall == pytest.approx(told.fates[:, FOUND])
    assert (told.low <= told.recall).all()
    assert (told.recall <= told.high).all()
    assert (told.most >= told.alone).all()
    assert told.recall[0] > told.recall[-1]
    assert len(story(tiny, TINY)) == 2


def test_recall_falls_with_the_score_asked_for(tiny: experiment.Result) -> None:
    recalls = [curve(tiny, score).recall for score in (0.05, 0.25, 0.5, 0.95)]
    assert all((first >= then).all() for first, then in itertools.pairwise(recalls))
    assert asked(0.25) == 5
    assert asked(0.26) == 6
    assert (fates(tiny, 0.25) >= 0).sum(axis=2).tolist() == [[2] * 20] * 10


def test_stop_keeps_whole_points_and_one_at_least() -> None:
    stopped = experiment.run(RUN, StopsAfter(3))
    assert stopped.stopped
    assert stopped.values.tolist() == [0, 10, 20, 30]
    assert experiment.run(RUN, StopsAfter(0)).values.tolist() == [0]
    assert figures.board(stopped, TINY.changed(at_hidden=90), "a")["frames"] == 12
    assert "Stopped" in story(stopped, TINY)[-1]


def test_settings_without_a_part_do_not_make_another_run() -> None:
    assert TINY.run() == RUN
    assert View(things=9).run() == View().run()
    assert View(factor=SIZE, size=40).run() == View(factor=SIZE).run()
    assert View(factor=CUT, at_cut=20, score=0.5, photograph="coffee").run() == View(factor=CUT).run()
    assert View(at_count=3, score=0.5).asked() == View()
    assert View(factor=TILED, at_tiles=8, seed=4).asked() == View(factor=TILED)
    with pytest.raises(InvalidSetting):
        View(at_count=81)
    with pytest.raises(InvalidSetting):
        View(size=4)


def test_a_view_looks_at_the_nearest_point(tiny: experiment.Result) -> None:
    assert place_of(tiny, 33) == 3
    assert FACTORS[COUNT].nearest(70) == 64
    assert set(AT) == set(FACTORS)


@pytest.mark.parametrize("factor", FACTORS)
def test_each_factor_has_a_board_that_can_be_sent(factor: str) -> None:
    entry = store().find(View(factor=factor).run())
    assert entry is not None
    payload = figures.board(entry.result, View(factor=factor), "a")
    assert len(json.dumps(payload)) < 400_000
    assert payload["frames"] == figures.SHOWN


def printed(view: View, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the script alone prints, its files beside it."""
    (folder / "test.npz").write_bytes((fashion.FOLDER / "test.npz").read_bytes())
    (folder / "run.npz").write_bytes(RUN_FILE.read_bytes())
    (folder / FILES[NANODET]).write_bytes((WEIGHTS / FILES[NANODET]).read_bytes())
    (folder / "picture.jpg").write_bytes(jpeg_of(view.photograph))
    monkeypatch.chdir(folder)
    source = script(view)
    assert max(map(len, source.splitlines())) <= 120
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(source, "script", "exec", dont_inherit=True), {"__name__": "__main__"})
    return output.getvalue().splitlines()


def test_the_script_prints_the_pages_recall(
    tiny: experiment.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = curve(tiny, TINY.score)
    for line, value, recall, most in zip(
        printed(TINY, tmp_path, monkeypatch), tiny.values, told.recall, told.most, strict=True
    ):
        assert line == f"{value:g}: {recall:.4f} found, {most:.4f} at most"


@pytest.mark.usefixtures("two_sheets")
def test_a_photograph_and_its_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    view = View(factor=TILED, photograph="chelsea", input=320)
    result = tiles.run(tiles.Config(photograph="chelsea", input=320), SilentContext())
    told = kept(result, view.score)
    assert told.whole[0] == told.sliced[0] == 1
    assert sizes(result)[1] == pytest.approx(sizes(result)[0] / 2)
    assert result.looks.tolist() == [1, 9]
    again, _ = decode(encode(result, {}), tiles.Result)
    assert np.array_equal(again.sliced, result.sliced)
    lines = printed(view, tmp_path, monkeypatch)
    for line, count, whole, sliced, looks in zip(
        lines, result.tiles, told.whole, told.sliced, result.looks, strict=True
    ):
        assert line == f"{count}: {whole:.4f} at one look, {sliced:.4f} in {looks} slices"
    assert sheets.board(result, view.changed(at_tiles=8), "a")["frames"] == 2
    assert len(story(result, view)) == 3


@pytest.mark.usefixtures("two_sheets")
def test_stop_keeps_whole_sheets_and_nothing_found_is_named() -> None:
    stopped = tiles.run(tiles.Config(photograph="chelsea", input=320), StopsAfter(2))
    assert stopped.stopped
    assert stopped.tiles.tolist() == [1]
    with pytest.raises(InvalidData, match="finds nothing"):
        tiles.run(tiles.Config(photograph="china"), SilentContext())


def test_slices_cover_the_sheet_and_share_what_they_should() -> None:
    assert tiles.starts(100, 100, 0.25) == [0]
    assert tiles.starts(300, 100, 0.0) == [0, 100, 200]
    begun = tiles.starts(800, 100, 0.25)
    assert begun[0] == 0
    assert begun[-1] == 700
    assert max(np.diff(begun)) <= 75
    assert len(tiles.slices(tiles.Config(), 416, 312, 8)) == 121


def test_each_scene_has_its_run_and_an_answer_among_its_options() -> None:
    for scene in (*scenes.SCENES, *scenes.QUESTIONS):
        assert isinstance(scene.config, View)
        assert scenes.lesson(scene.config)[0] is scene
        assert scene.config.asked() == scene.config
        entry = store().find(scene.config.run())
        assert entry is not None, scene.name
        answers = [scene.answer(entry.result, option) for option in scene.options]
        assert sum(answer.startswith("Right.") for answer in answers) == 1, scene.name


def test_the_shipped_runs_teach_what_the_page_says() -> None:
    results = {name: store().find(View(factor=name).run()) for name in FACTORS}
    assert all(entry is not None for entry in results.values())
    flock = results[COUNT].result  # type: ignore[union-attr]
    told = curve(flock, 0.25)
    assert told.recall[0] > 0.8 > 0.2 > told.recall[-1]
    assert (told.most >= told.recall).all()
    assert "<image" in detection_limits_card(False)
