"""The downloaded scripts, run alone in a process of their own, print the page's numbers."""

import re
import subprocess
import sys

import numpy as np
import pytest

from engine.optimizers import network_surface, race, race_script, sparse, sparse_script
from engine.optimizers.catalogue import IDS
from engine.optimizers.network_surface import Config as NetworkConfig
from engine.optimizers.race import Config
from engine.runs.context import SilentContext


def printed(source, folder):
    path = folder / "script.py"
    path.write_text(source, encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, cwd=folder, timeout=400)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def check_losses(config, output, surface=None, relative=2e-3):
    losses = dict(re.findall(r"^(.*?) +final loss (\S+) at", output, re.MULTILINE))
    result = race.run(config, surface=surface)
    assert set(losses) == {racer.label for racer in result.racers}
    for racer in result.racers:
        if racer.diverged_at is None:
            assert float(losses[racer.label]) == pytest.approx(racer.final_loss, rel=relative, abs=1e-4), racer.id


@pytest.mark.parametrize(
    "config",
    [
        Config(steps=25, surface="batches", noise=0.5, learning_rate=0.1, optimizers=IDS),
        Config(steps=30, surface="formula", formula="x^2 + 2y² + sin(3x)cos(y)", noise=0.2, optimizers=("sgd", "adam")),
    ],
    ids=["batches", "formula"],
)
def test_race_script_prints_the_pages_losses(config, tmp_path):
    check_losses(config, printed(race_script.script(config), tmp_path))


def test_network_script_trains_the_same_networks(tmp_path, monkeypatch):
    plane = NetworkConfig(points=65)
    surface = network_surface.surface_of(plane, network_surface.run(plane, SilentContext()))
    monkeypatch.setattr(network_surface, "shipped_surface", lambda data: surface)
    config = Config(steps=20, surface="network", learning_rate=0.1, optimizers=("momentum", "adam"))
    check_losses(config, printed(race_script.script(config), tmp_path), surface, relative=0.02)


def test_sparse_script_prints_the_pages_shares(tmp_path):
    config = sparse.Config(steps=200)
    output = printed(sparse_script.script(config), tmp_path)
    result = sparse.run(config, SilentContext())
    lines = re.findall(r"^(\w+) +after (\d+) steps: common words (\S+), rare words (\S+)", output, re.MULTILINE)
    assert len(lines) == 8
    for label, step, common, rare in lines:
        place = ["SGD", "Adagrad", "RMSprop", "Adadelta"].index(label)
        record = int(np.flatnonzero(result.step == int(step))[0])
        assert float(common) == pytest.approx(result.frequent[place, :, record].mean(), abs=2e-3)
        assert float(rare) == pytest.approx(result.rare[place, :, record].mean(), abs=2e-3)


@pytest.mark.parametrize("surface", ["ravine", "batches", "plateau", "saddle"])
def test_scripts_are_tidy_python(surface):
    source = race_script.script(Config(surface=surface, optimizers=IDS, noise=0.1))
    compile(source, "script", "exec")
    assert max(map(len, source.splitlines())) <= 120
    assert "\n\n\n\n" not in source
    assert "engine" not in source
