"""The script, run in a Python of its own with the weights and the picture beside it, prints the page's boxes."""

import os
import re
import shutil

import pytest

from engine.detection.experiment import FACE, FILES, WEIGHTS, classes, jpeg_of, run
from engine.detection.script import script
from engine.detection.view import View, choose
from engine.runs.context import SilentContext
from tests.engine.scripts import printed_by

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

VIEWS = {
    "nanodet": View(score=0.2, size=320),
    "filtered": View(
        photograph="camera", score=0.15, only=("person", "car"), agnostic=True, overlap=0.3, top=4, size=320
    ),
    "face": View(photograph="astronaut", detector=FACE, score=0.3, size=320),
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    jobs = []
    for name, view in VIEWS.items():
        folder = tmp_path_factory.mktemp(name)
        shutil.copy(WEIGHTS / FILES[view.detector], folder)
        (folder / "picture.jpg").write_bytes(jpeg_of(view.photograph))
        jobs.append((folder, script(view)))
    printed = printed_by(jobs)
    return dict(zip(VIEWS, printed, strict=True))


@pytest.mark.parametrize("name", VIEWS)
def test_the_script_prints_the_boxes_of_the_page(name, printed):
    view = VIEWS[name]
    result = run(view.run(), SilentContext())
    kept = choose(result, view).kept
    lines = printed[name].splitlines()
    assert len(lines) == len(kept) > 0
    for line, number in zip(lines, kept, strict=True):
        label, score, *sides = re.fullmatch(r"(.+): ([\d.]+) at ([\d.]+), ([\d.]+), ([\d.]+), ([\d.]+)", line).groups()
        assert label == classes(view.detector)[result.kind[number]]
        assert float(score) == pytest.approx(result.score[number], abs=2e-4)
        assert [float(side) for side in sides] == pytest.approx(result.boxes[number], abs=0.1)


def test_the_script_needs_nothing_of_ours_and_is_short():
    for view in VIEWS.values():
        source = script(view)
        assert "engine" not in source
        assert len(source.splitlines()) <= 115
        assert max(map(len, source.splitlines())) <= 120
