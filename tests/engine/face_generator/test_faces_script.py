"""The script, run alone in a folder with its files, prints the numbers of the page's result."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from engine.face_generator import script, source
from engine.face_generator.experiment import FACES, LAST, Config, Result, run
from engine.face_generator.noise import NOISES, ONE_HOT, latents
from engine.face_generator.sheets import variety
from engine.face_generator.source import PORTRAITS
from engine.runs.context import SilentContext
from tests.engine.scripts import printed_by

LOOKS = (Config(noise=ONE_HOT, truncation=0.5, seed=3), Config(kind=PORTRAITS))
TRAINING = Config(moment=6, steps=7, batch_size=4, seed=1)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What the scripts of both looks and of the training print, as numbers by name, and their folders."""
    folders = []
    for config in (*LOOKS, TRAINING):
        folder = tmp_path_factory.mktemp("script")
        (folder / script.WEIGHTS_FILE).write_bytes(script.weights_file(config))
        if config.steps:
            (folder / script.REAL_FILE).write_bytes(script.real_file(config))
        folders.append((folder, script.script(config)))
    told = []
    for output in printed_by(folders):
        lines = dict(line.split(":") for line in output.strip().splitlines())
        told.append({name: [float(number) for number in numbers.split()] for name, numbers in lines.items()})
    return told, [folder for folder, _ in folders]


@pytest.mark.parametrize("number", [0, 1], ids=["drawn", "grey"])
def test_a_look_prints_the_variety_of_the_last_moment(printed, number):
    config, (told, folders) = LOOKS[number], printed
    pictures = source.pictures(config.kind, LAST, latents(config.noise, FACES, config.seed, config.truncation))
    assert told[number]["variety"][0] == pytest.approx(variety(pictures), rel=2e-3)
    with Image.open(folders[number] / "faces.png") as image:
        assert image.size == (512, 512)


def test_a_training_prints_its_losses_and_the_variety_at_its_end(printed):
    result: Result = run(TRAINING, SilentContext())
    told = printed[0][2]
    np.testing.assert_allclose(told["last losses"], result.losses[-1], rtol=0.02, atol=0.01)
    assert told["variety"][0] == pytest.approx(float(result.variety[-1]), rel=0.02)


@pytest.mark.parametrize("noise", NOISES)
def test_every_script_is_short_and_narrow(noise):
    text = script.script(Config(noise=noise, steps=10))
    assert len(text.splitlines()) <= 110
    assert max(map(len, text.splitlines())) <= 120
