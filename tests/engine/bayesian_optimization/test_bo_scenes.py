"""Scenes: every answer is one of the options, and is what the run shows."""

import numpy as np
import pytest

from engine.bayesian_optimization import one_dimension, scenes, tuning, two_dimensions
from engine.bayesian_optimization.scenes import SCENES
from engine.runs.store import store


def result_of(config):
    if isinstance(config, one_dimension.Config):
        return one_dimension.run(config)
    if isinstance(config, two_dimensions.Config):
        return two_dimensions.run(config)
    entry = store().find(config)
    return entry.result if entry is not None else pytest.skip("computed by python -m engine.runs.build")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_exactly_one_option_is_right(scene):
    result = result_of(scene.config)
    answers = [scene.answer(result, option) for option in scene.options]
    assert sum(answer.startswith("Right.") for answer in answers) == 1


def test_the_first_scene_counts_searches_that_reach_the_top():
    result = result_of(scenes.FIRST)
    reached = np.mean(result.top - result.rival[:, -1] < 0.01 * np.ptp(result.height))
    assert f"{100 * reached:.0f} % of 50 random searches" in SCENES[0].answer(result, scenes.SHARES[0])


def test_the_comparison_that_ships_has_four_methods_and_equal_budgets():
    result = result_of(scenes.REAL)
    for method in tuning.METHODS:
        assert [len(result.of(method, search)) for search in range(3)] == [40, 40, 40]
    assert tuple(scenes.shipped()) == (tuning.Config(),)
