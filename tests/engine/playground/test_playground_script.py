"""Scripts run in a Python of their own, where nothing of the engine is at hand, and print the page's losses."""

import os
import re

import pytest

from engine.data.csv_upload import preview, read
from engine.playground.experiment import Config, run
from engine.playground.script import script
from engine.playground.setup import keep
from engine.runs.context import SilentContext
from tests.engine.scripts import printed_by

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

SHORT = {"epochs": 6, "seeds": 1, "batch_size": 16}
CONFIGS = {
    "binary": Config(points=120, **{**SHORT, "seeds": 2}),
    "many classes": Config(
        dataset="blobs",
        classes=4,
        points=101,
        features=("x", "y", "xy", "cos_x"),
        layers=(6, 5),
        loss="hinge",
        schedule="warm_up_cosine",
        **SHORT,
    ),
    "regression": Config(
        dataset="gaussians",
        points=150,
        layers=(6, 4, 3),
        activations=("prelu", "leaky_relu", "gelu"),
        regression_loss="huber",
        l1=0.001,
        l2=0.01,
        optimizer="nesterov",
        learning_rate=0.05,
        schedule="steps",
        seed=3,
        **SHORT,
    ),
    "dropout and batch normalization": Config(
        dataset="moons",
        points=130,
        dropout=0.3,
        batch_normalization=True,
        optimizer="adamw",
        loss="squared error",
        schedule="cosine_restarts",
        data_seed=5,
        **SHORT,
    ),
}
CSV = "width;height;kind\n" + "\n".join(f"{i % 9};{i * 5 % 7};{('a', 'b', 'c')[(i % 9) // 3]}" for i in range(60))


@pytest.fixture(scope="module")
def uploaded():
    table = preview(CSV.encode())
    return Config(dataset="upload", upload=keep(read(table, "width", "height", "kind")), layers=(4,), **SHORT)


@pytest.fixture(scope="module")
def printed(tmp_path_factory, uploaded):
    folder = tmp_path_factory.mktemp("script")
    (folder / "upload.csv").write_text(CSV)
    configs = [*CONFIGS.values(), uploaded]
    printed = printed_by((folder, script(config)) for config in configs)
    return dict(zip([*CONFIGS, "upload"], printed, strict=True))


@pytest.mark.parametrize("name", [*CONFIGS, "upload"])
def test_the_script_prints_the_losses_of_the_page(name, printed, uploaded):
    result = run(CONFIGS.get(name, uploaded), SilentContext())
    training, validation, metric = (float(value) for value in re.findall(r"[\d.]+(?=[,\n])", printed[name] + "\n"))
    assert training == pytest.approx(result.loss[-1, 0], abs=1e-4)
    assert validation == pytest.approx(result.validation_loss[-1, 0], abs=1e-4)
    assert metric == pytest.approx(result.validation_metric[-1, 0], abs=1e-4)


def test_the_script_needs_nothing_of_ours_and_is_short():
    for config in CONFIGS.values():
        source = script(config)
        assert "engine" not in source
        assert len(source.splitlines()) < 90
        assert max(map(len, source.splitlines())) <= 120
