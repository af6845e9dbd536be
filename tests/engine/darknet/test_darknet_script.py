"""The script, run in a Python of its own with the weights and the picture beside it, prints the page's boxes."""

import os
import re

import pytest

from engine.darknet import cfg, experiment, samples
from engine.darknet.experiment import content, keep_cfg, keep_weights, run
from engine.darknet.plan import plan
from engine.darknet.samples import section
from engine.darknet.script import script
from engine.darknet.view import View, kept
from engine.detection.experiment import jpeg_of
from engine.runs.context import SilentContext
from tests.engine.darknet.nets import conv, net
from tests.engine.scripts import printed_by

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")


def of_all_kinds():
    """Return a small network with every kind of layer, uploaded."""
    text = net(32, 3) + conv(8) + conv(8, groups=8) + section("shortcut", **{"from": -2}, activation="linear")
    text += section("maxpool", size=3, stride=2) + section("reorg", stride=2) + conv(16, 1, "mish")
    text += section("dropout", probability=0.5) + conv(32, 1, "linear", 0)
    text += section("yolo", anchors="4,5, 9,8, 20,15, 30,31", mask="0,1,2,3", num=4, classes=3, scale_x_y=1.2)
    text += section("route", layers="5", groups=2, group_id=1) + section("upsample", stride=2, scale=0.5)
    text += section("route", layers="-1,3") + conv(24, 1, "linear", 0)
    text += section("region", anchors="1,2, 3,4, 2,2", num=3, classes=3, softmax=1)
    layout = plan(cfg.parse(text))
    return {
        "network": experiment.UPLOAD,
        "cfg": keep_cfg(text.encode()),
        "weights": keep_weights(samples.drawn(layout, 4)),
    }


@pytest.fixture(scope="module")
def views():
    return {
        "face": View(photograph="busy", score=0.2),
        "groups": View(network=samples.GROUPS, score=0.3, lost=5),
        "yolov3-tiny": View(network=samples.YOLO3, score=0.8, photograph="coffee", seed=3),
        "all kinds": View(**of_all_kinds(), photograph="coffee", score=0.45),
    }


@pytest.fixture(scope="module")
def printed(views, tmp_path_factory):
    jobs = []
    for view in views.values():
        folder = tmp_path_factory.mktemp("script")
        (folder / "picture.jpg").write_bytes(jpeg_of(view.photograph))
        (folder / "network.weights").write_bytes(content(view.run()))
        jobs.append((folder, script(view)))
    printed = printed_by(jobs)
    return dict(zip(views, printed, strict=True))


@pytest.mark.parametrize("name", ["face", "groups", "yolov3-tiny", "all kinds"])
def test_the_script_prints_the_boxes_of_the_page(name, views, printed):
    view = views[name]
    result = run(view.run(), SilentContext())
    stay = kept(result, view)
    lines = printed[name].splitlines()
    assert len(lines) == len(stay) > 0
    for line, number in zip(lines, stay, strict=True):
        kind, score, *sides = re.fullmatch(
            r"class (\d+): ([\d.]+) at ([\d.]+), ([\d.]+), ([\d.]+), ([\d.]+)", line
        ).groups()
        assert int(kind) == result.kind[number]
        assert float(score) == pytest.approx(result.score[number], abs=2e-4)
        assert [float(side) for side in sides] == pytest.approx(result.boxes[number], abs=0.2)


def test_the_scripts_need_nothing_of_ours_and_are_short(views):
    for view in views.values():
        source = script(view)
        assert "engine" not in source
        assert max(map(len, source.splitlines())) <= 120
        assert len(source.splitlines()) <= 160
