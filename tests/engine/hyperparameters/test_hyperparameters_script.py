"""Scripts run in a Python of their own, where nothing of the engine is at hand, and print the page's scores.

Of each search the first two points only: a plain fit takes a second, and there would be hundreds.
"""

import re

import pytest

from engine.data.table_upload import encode, preview, read
from engine.hyperparameters.experiment import Config
from engine.hyperparameters.script import script
from engine.runs.store import store
from engine.tuning.network import evaluate_network
from tests.engine.scripts import printed_by

SHORT = {"points": 16, "epochs": 5, "patience": 2, "batch_size": 64}
CONFIGS = {
    "two classes, halving": Config(dataset="breast_cancer", method="halving", splits=1, repeats=2, seed=3, **SHORT),
    "a value, grid": Config(
        dataset="diabetes",
        method="grid",
        splits=2,
        repeats=0,
        l1=0.001,
        l2=0.01,
        optimizer="nesterov",
        activation="leaky_relu",
        **SHORT,
    ),
    "many classes": Config(dataset="wine", splits=2, repeats=0, held_share=0.4, activation="prelu", **SHORT),
}
CSV = "width,height,kind\n" + "\n".join(f"{i % 9},{i * 5 % 7},{('a', 'b')[(i % 9) // 5]}" for i in range(80)) + "\n"
SEARCH = "alive = list(range(len(points)))"
FEW = f"points = points[:2]\n{SEARCH}"


@pytest.fixture(scope="module")
def configs():
    digest = store().put_blob(encode(read(preview(CSV.encode()), "kind")))
    return {**CONFIGS, "upload": Config(dataset="upload", upload=digest, splits=1, repeats=0, **SHORT)}


@pytest.fixture(scope="module")
def printed(tmp_path_factory, configs):
    folder = tmp_path_factory.mktemp("script")
    (folder / "upload.csv").write_text(CSV)
    sources = [script(config) for config in configs.values()]
    assert all(source.count(SEARCH) == 1 for source in sources)
    printed = printed_by((folder, source.replace(SEARCH, FEW)) for source in sources)
    return dict(zip(configs, printed, strict=True))


@pytest.mark.parametrize("name", [*CONFIGS, "upload"])
def test_the_script_prints_the_scores_of_the_page(name, printed, configs):
    config = configs[name]
    lines = re.findall(r"point (\d+) of 16, (\d+) epochs: (-?[\d.]+)", printed[name])
    stages = config.rungs()
    assert len(lines) == 2 * len(stages)
    for number, epochs, score in lines:
        point = config.candidates()[int(number) - 1]
        expected = evaluate_network(*point, task=config.task(int(epochs)))
        # One row of a split may fall on the other side by rounding.
        assert float(score) == pytest.approx(expected.score, abs=0.008)
    assert {int(epochs) for _, epochs, _ in lines} == {stage.epochs for stage in stages}
    assert "best: {'dropout':" in printed[name]


def test_the_script_asks_the_best_again_with_the_seeds_of_the_page(printed):
    config = CONFIGS["two classes, halving"]
    lines = re.findall(r"point (\d+) with 2 other seeds: ([\d.]+), lowest ([\d.]+)", printed["two classes, halving"])
    assert lines
    for number, mean, lowest in lines:
        point = config.candidates()[int(number) - 1]
        scores = [evaluate_network(*point, task=config.task(seed=config.seed + k)).score for k in (1, 2)]
        assert float(mean) == pytest.approx(sum(scores) / 2, abs=0.008)
        assert float(lowest) == pytest.approx(min(scores), abs=0.008)


def test_the_script_needs_nothing_of_ours_and_is_short(configs):
    longest = Config(dataset="diabetes", method="grid", optimizer="nesterov", activation="leaky_relu", l1=0.1, l2=0.1)
    for config in (*configs.values(), longest, Config()):
        source = script(config)
        assert "engine" not in source
        assert len(source.splitlines()) <= 112
        assert max(map(len, source.splitlines())) <= 120


def test_every_point_of_the_script_is_the_page_s():
    """The lines that draw the points, executed alone, for every method."""
    for method in ("random", "grid", "halving"):
        config = Config(method=method, points=36, seed=5)
        parts = script(config).split("\n\n\n")
        chosen = [part for part in parts if part.startswith(("SPACE", "def point_at")) or "points = [" in part]
        space: dict[str, object] = {}
        exec("import itertools\nimport numpy as np\n" + "\n\n\n".join(chosen), space)
        assert tuple(tuple(point) for point in space["points"]) == config.candidates()
