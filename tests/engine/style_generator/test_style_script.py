"""The script, run alone in a folder with its weights, prints the numbers of the page; so does the reader's example."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.runs.context import SilentContext
from engine.style_generator import script
from engine.style_generator.experiment import MIXING, Config, run
from engine.style_generator.stored import CARS
from engine.style_generator.story import at_psi
from tests.engine.scripts import printed_by
from tests.engine.style_generator.test_style_published import generated

MIX = Config(view=MIXING, psi=0.5, start=2, end=6, seed=3)
LOOK = Config(domain=CARS)


def test_the_script_prints_the_variety_and_how_far_mixtures_go(tmp_path: Path) -> None:
    folders = []
    for name, config in (("mix", MIX), ("look", LOOK)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / script.WEIGHTS_FILE).write_bytes(script.weights_file(config))
        folders.append((folder, script.script(config)))
    told = [dict(line.split(": ") for line in text.strip().splitlines()) for text in printed_by(folders)]
    mixing = run(MIX, SilentContext()).mixing
    assert mixing is not None
    assert float(told[0]["taken"]) == pytest.approx(float(mixing.taken.mean()), rel=2e-3)
    for number, config in enumerate((MIX, LOOK)):
        look = run(Config(domain=config.domain, seed=config.seed), SilentContext()).truncation
        assert look is not None
        assert float(told[number]["variety"]) == pytest.approx(float(look.variety[at_psi(config.psi)]), rel=2e-3)
    with Image.open(tmp_path / "mix" / "mixtures.png") as image:
        assert image.size == (6 * 64, 5 * 64)


def test_the_script_is_narrow_and_fits_in_150_lines() -> None:
    lines = script.script(MIX).splitlines()
    assert len(lines) <= 150
    assert max(map(len, lines)) <= 120


def test_the_example_of_a_published_generator_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez(tmp_path / "generator.npz", allow_pickle=False, **generated())
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(script.PUBLISHED_CODE, "example", "exec"), names)
    picture = names["picture"]
    assert isinstance(picture, np.ndarray)
    assert picture.shape == (16, 16, 3)
