"""Runs with small random networks: no seams, Stop keeps what there is, the script prints the numbers of the page."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from engine.errors import InvalidData, InvalidSetting
from engine.runs.context import SilentContext
from engine.super_resolution import experiment, network, scenes, survey
from engine.super_resolution.experiment import BICUBIC, NEAREST, PSNR, SSIM, Config, enlargements, losses, pair, run
from engine.super_resolution.network import ADVERSARIAL, PIXEL
from engine.super_resolution.script import script
from engine.super_resolution.sources import CARD, ENLARGE, FACE_SCALE, FACES, SHEET, UPLOAD
from engine.super_resolution.story import story

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Networks whose corrections are small and random, one file each."""
    place = tmp_path_factory.mktemp("networks")
    random = np.random.default_rng(0)
    wanted = [(scale, loss) for scale in network.SCALES for loss in network.LOSSES] + [(FACE_SCALE, FACES)]
    for number, (scale, loss) in enumerate(wanted):
        weights = network.enlarger(scale, seed=number).get_weights()
        weights[-2] = random.normal(0, 0.004, weights[-2].shape)
        packed = {f"weight_{layer}": one.astype(np.float16) for layer, one in enumerate(weights)}
        np.savez(place / network.file_name(scale, loss), **packed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "FOLDER", place)
        experiment.compiled.cache_clear()
        yield place
    experiment.compiled.cache_clear()


@pytest.fixture(scope="module")
def result(folder):
    return run(Config(photograph=CARD), SilentContext())


def test_a_result_holds_every_enlargement_and_its_numbers(result):
    small, truth = pair(result.config)
    pictures = enlargements(result, small)
    assert tuple(pictures) == result.methods == (NEAREST, BICUBIC, PIXEL, ADVERSARIAL)
    for row, picture in enumerate(pictures.values()):
        assert picture.shape == truth.shape == (result.height, result.width, 3)
        error = ((picture.astype(float) - truth) ** 2).mean()
        assert result.measures[row, PSNR] == pytest.approx(10 * np.log10(255**2 / error))
    assert 0 <= result.invented <= 1
    assert not np.isnan(result.measures).any()


def test_tiles_are_seamless(folder, monkeypatch):
    small = np.random.default_rng(1).integers(0, 256, (50, 61, 3)).astype(np.uint8)
    whole = experiment._bytes(experiment.compiled(2, PIXEL)(experiment._floats(small)).numpy()[0])
    stitched = np.zeros_like(whole)
    for tile in experiment._tiles(small.shape, 24):
        experiment._put(stitched, small, tile, experiment.MARGIN, experiment.compiled(2, PIXEL))
    assert np.abs(stitched.astype(int) - whole).max() <= 1
    assert (stitched != whole).mean() < 0.001


def test_a_stopped_run_keeps_bicubic_where_no_network_was(folder):
    class Stopping(SilentContext):
        def stop_requested(self):
            return True

    stopped = run(Config(photograph=CARD, scale=2), Stopping())
    pictures = enlargements(stopped, pair(stopped.config)[0])
    assert stopped.stopped
    assert np.array_equal(pictures[PIXEL], pictures[BICUBIC])
    assert "stopped" in story(stopped, None)[-1]


def test_an_old_picture_has_no_truth(folder):
    old = run(Config(photograph=CARD, mode=ENLARGE, scale=2), SilentContext())
    assert np.isnan(old.measures).all()
    assert np.isnan(old.invented)
    assert (old.width, old.height) == (896, 640)
    assert "Nobody has the truth" in story(old, None)[0]


def test_the_sheet_has_its_own_network(folder):
    sheet = run(scenes.NO_FACE.run(), SilentContext())
    assert sheet.methods == (NEAREST, BICUBIC, FACES)
    assert scenes.on_things(sheet) in scenes.ON_THINGS
    assert story(sheet, None)
    with pytest.raises(InvalidSetting):
        Config(photograph=SHEET, scale=4)
    with pytest.raises(InvalidSetting):
        Config(photograph=CARD, scale=FACE_SCALE)


def test_a_lost_upload_is_said(folder):
    with pytest.raises(InvalidData):
        pair(Config(photograph=UPLOAD, upload="0" * 64))


def test_missing_networks_are_left_out(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(network, "FOLDER", tmp_path)
    assert losses(4) == ()
    (tmp_path / network.file_name(4, PIXEL)).write_bytes(b"x")
    assert losses(4) == (PIXEL,)
    assert experiment.scales() == (4,)


def test_answers_and_story_come_from_the_result(result):
    assert scenes.closest(result) in scenes.METHOD_NAMES.values()
    assert scenes.how_much(result) in scenes.GAINS
    assert 0 <= scenes.groups_back(result) <= 6
    text = " ".join(story(result, None))
    assert f"{result.measures[1, PSNR]:.1f} dB" in text
    for scene in scenes.SCENES:
        if scene.config.run() == result.config:
            assert scene.answer(result, scene.options[0])


def test_a_survey_measures_every_photograph(folder, monkeypatch):
    monkeypatch.setattr(survey, "configs", lambda scale: (Config(photograph="chelsea", scale=scale),))
    context = SilentContext()
    found = survey.run(survey.Config(2), context)
    assert found.names == ("Cat",)
    assert found.measures.shape == (1, 4, 4)
    assert set(context.files) == {"x2-pixel.keras", "x2-adversarial.keras"}


RUNNER = """
import contextlib, io, json, os, sys
printed = []
for folder, source in json.load(sys.stdin):
    os.chdir(folder)
    caught = io.StringIO()
    with contextlib.redirect_stdout(caught):
        exec(compile(source, "script", "exec"), {"__name__": "__main__"})
    printed.append(caught.getvalue())
assert not any(name.startswith(("engine", "pages", "streamlit")) for name in sys.modules)
json.dump(printed, sys.stdout)
"""


def test_the_script_run_alone_prints_the_page_s_numbers(folder, result, tmp_path):
    results = [result, run(scenes.NO_FACE.run(), SilentContext())]
    jobs = []
    for number, one in enumerate(results):
        place = tmp_path / str(number)
        place.mkdir()
        for loss in one.methods[2:]:
            name = network.file_name(one.config.scale, loss)
            (place / name).write_bytes((folder / name).read_bytes())
        Image.fromarray(experiment.source_part(one.config)[0]).save(place / "picture.png")
        jobs.append((str(place), script(one.config)))
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": ""},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for one, printed, (place, source) in zip(results, json.loads(done.stdout), jobs, strict=True):
        lines = re.findall(r"(\w+): PSNR ([\d.]+) dB, SSIM ([\d.]+)", printed)
        assert [name for name, _, _ in lines] == list(one.methods[1:])
        for row, (name, psnr, ssim) in enumerate(lines, 1):
            assert float(psnr) == pytest.approx(one.measures[row, PSNR], abs=0.01)
            assert float(ssim) == pytest.approx(one.measures[row, SSIM], abs=1e-3)
            written = np.asarray(Image.open(f"{place}/{name}.png")).astype(int)
            expected = enlargements(one, pair(one.config)[0])[name]
            assert np.abs(written - expected).max() <= 1
        assert max(map(len, source.splitlines())) <= 120
        assert len(source.splitlines()) < 110
