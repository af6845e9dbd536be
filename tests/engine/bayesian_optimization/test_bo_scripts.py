"""Scripts run in a Python of their own, where nothing of the engine is at hand, and print the page's numbers."""

import json
import os
import re

import numpy as np
import pytest

from engine.bayesian_optimization import one_dimension, scenes, script, tuning, two_dimensions
from engine.runs.context import SilentContext
from tests.engine.scripts import printed_by

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

SEARCHES = {
    "default": scenes.FIRST,
    "noisy": one_dimension.Config(
        acquisition="ei", length=0.0, noise=0.1, kernel="matern52", function="cliff", steps=6
    ),
    "probability": one_dimension.Config(acquisition="pi", kernel="matern32", function="waves", xi=0.05, steps=6),
    "surface": two_dimensions.Config(length=2.0, steps=6),
    "forbidden": scenes.FORBIDDEN.changed(steps=8),
}
TUNED = tuning.Config(
    dataset="wine", methods=("bayesian",), searches=1, init_points=2, n_iter=2, splits=2, epochs=5, most_weights=9000
)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    sources = [*(script.script(config) for config in SEARCHES.values()), script.tuning_script(TUNED)]
    folder = tmp_path_factory.mktemp("script")
    printed = printed_by([(folder, source) for source in sources], OPENBLAS_NUM_THREADS="1")
    assert len(json.loads((folder / "state.json").read_text())["target"]) == 4
    return dict(zip([*SEARCHES, "tuned"], printed, strict=True))


@pytest.mark.parametrize("name", SEARCHES)
def test_the_script_prints_the_samples_of_the_page(name, printed):
    config = SEARCHES[name]
    run = one_dimension.run if isinstance(config, one_dimension.Config) else two_dimensions.run
    result = run(config)
    places = [list(map(float, re.findall(r"[\d.]+", words))) for words in re.findall(r"at \[(.*?)\]", printed[name])]
    chosen = np.vstack([result.sample[config.first :], result.following[-1:]]) if result.sample.ndim > 1 else None
    if chosen is None:
        chosen = np.append(result.sample[config.first :], result.following[-1])[:, None]
    assert np.array(places) == pytest.approx(chosen, abs=1e-6)


def test_the_tuning_script_prints_the_scores_of_the_page(printed):
    result = tuning.run(TUNED, SilentContext())
    scores = [float(word) for word in re.findall(r"score ([\d.]+)", printed["tuned"])]
    assert scores == pytest.approx(result.score, abs=1e-4)


def test_scripts_need_nothing_of_ours_and_are_short():
    for source in (*map(script.script, SEARCHES.values()), script.tuning_script(TUNED)):
        assert "engine" not in source
        assert "keras" in source
        assert len(source.splitlines()) < 112
        assert max(map(len, source.splitlines())) <= 120
