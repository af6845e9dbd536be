"""Scripts run in a Python of their own, where nothing of the engine is at hand, and print the page's numbers."""

import re

import numpy as np
import pytest

from engine.bootstrapping import judgement
from engine.bootstrapping.draws import REPLACEMENT, SHUFFLE
from engine.bootstrapping.experiment import OWN, SEED, UPLOAD, Config, run
from engine.bootstrapping.script import script
from engine.data.table_upload import encode, preview, read
from engine.runs.context import SilentContext
from engine.runs.store import store
from tests.engine.scripts import printed_by

SHORT = {"splits": 2, "epochs": 5, "patience": 2, "layers": (6,), "learning_rate": 0.02, "batch_size": 64}
CONFIGS = {
    "two classes, dropout": Config(differs="dropout", other_dropout=0.4, held_out=0.4, **SHORT),
    "three classes, samples, own rows say when to stop": Config(
        dataset="wine", method=REPLACEMENT, stopping=OWN, differs=SEED, seed=3, **SHORT
    ),
    "a value, batch size": Config(dataset="diabetes", differs="batch_size", other_batch_size=16, l2=0.01, **SHORT),
}
CSV = "width,height,kind\n" + "\n".join(f"{i % 9},{i * 5 % 7},{('a', 'b')[(i % 9) // 5]}" for i in range(80)) + "\n"


@pytest.fixture(scope="module")
def configs():
    digest = store().put_blob(encode(read(preview(CSV.encode()), "kind")))
    own = Config(dataset=UPLOAD, upload=digest, method=SHUFFLE, differs="activation", **SHORT)
    return {**CONFIGS, "upload": own}


@pytest.fixture(scope="module")
def printed(tmp_path_factory, configs):
    folder = tmp_path_factory.mktemp("script")
    (folder / "upload.csv").write_text(CSV)
    printed = printed_by((folder, script(config)) for config in configs.values())
    return dict(zip(configs, printed, strict=True))


@pytest.mark.parametrize("name", [*CONFIGS, "upload"])
def test_the_script_prints_the_page_s_numbers(name, printed, configs):
    result = run(configs[name], SilentContext())
    each = re.findall(r"split (\d+), ([AB]): (-?[\d.]+), best after (\d+) epochs", printed[name])
    assert len(each) == 2 * result.config.splits
    for split, letter, score, best in each:
        place = ("AB".index(letter), int(split) - 1)
        # One row may fall on the other side by rounding.
        assert float(score) == pytest.approx(result.score[place], abs=1e-3 + 1.0 / result.held[int(split) - 1])
        assert int(best) == result.best_epoch[place]
    mean, half = re.search(r"B - A: (-?[\d.]+), corrected 95 % interval \+- ([\d.]+)", printed[name]).groups()
    found = judgement.verdict(result)
    assert float(mean) == pytest.approx(found.plain.mean, abs=2.0 / result.held.min())
    if np.allclose([float(one[2]) for one in each], result.score.T.ravel(), atol=1e-4):
        assert float(half) == pytest.approx(found.corrected.high - found.corrected.mean, abs=2e-3)


def test_the_script_needs_nothing_of_ours_and_is_short(configs):
    layers = {**SHORT, "layers": (32, 16, 8), "dropout": 0.2, "l2": 0.01}
    longest = Config(dataset="diabetes", stopping=OWN, differs="optimizer", **layers)
    for config in (*configs.values(), longest):
        source = script(config)
        assert "engine" not in source
        assert len(source.splitlines()) < 115
        assert max(map(len, source.splitlines())) <= 120
