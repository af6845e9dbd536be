"""Shipped runs: computed once, listed with what they are, dropped when no module asks for them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from engine.config import key
from engine.runs.build import build
from engine.runs.store import SUFFIX, Store
from engine.runs.tiers import ShippedTier
from tests.engine.runs.experiments import Config


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A manifest that lists a file of somebody else's."""
    file = tmp_path / "assets" / "MANIFEST.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"files": [{"path": "assets/fonts/a", "command": "python -m assets.scripts.fonts"}]}))
    return file


def test_shipped_runs_are_built_listed_and_found(manifest: Path) -> None:
    runs = manifest.parent / "runs"
    configs = [Config(steps=4), Config(behaviour="attach")]
    assert len(build(configs, runs, manifest)) == 3
    found = Store([ShippedTier(runs)]).find(configs[0])
    assert found.result.numbers.tolist() == [0, 1, 2, 3]
    assert found.provenance.source == "shipped"
    listed = json.loads(manifest.read_text())["files"]
    assert [entry["path"] for entry in listed] == sorted(entry["path"] for entry in listed)
    ours = [entry for entry in listed if entry["path"].startswith("assets/runs/")]
    assert len(ours) == 3
    assert len(listed) == 4
    for entry in ours:
        content = (manifest.parents[1] / entry["path"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["bytes"] == len(content)
        assert entry["source"] == "computed by tests.engine.runs.experiments"


def test_what_is_there_stays_unless_forced_and_what_nobody_wants_goes(manifest: Path) -> None:
    runs = manifest.parent / "runs"
    build([Config(steps=4), Config(steps=5)], runs, manifest)
    assert build([Config(steps=4)], runs, manifest) == []
    assert [file.name for file in runs.iterdir()] == [key(Config(steps=4)) + SUFFIX]
    assert len(json.loads(manifest.read_text())["files"]) == 2
    assert len(build([Config(steps=4)], runs, manifest, force=True)) == 1
    (runs / (key(Config(steps=4)) + SUFFIX)).write_bytes(b"damaged")
    assert len(build([Config(steps=4)], runs, manifest)) == 1
