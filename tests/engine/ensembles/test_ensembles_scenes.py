"""Scenes against their shipped runs, and sentences that say no more than their interval allows."""

from dataclasses import replace

import numpy as np
import pytest
from ensemble_builders import made

from engine.ensembles import scenes
from engine.ensembles.blend import combine
from engine.ensembles.pairs import pairs
from engine.ensembles.story import story, verdict
from engine.runs.store import store
from engine.validation.statistics import Summary


def shown(scene):
    entry = store().find(scene.config.run_config())
    assert entry is not None
    view = scene.config
    return combine(entry.result, view.members, view.strength, view.leak)


@pytest.mark.parametrize("scene", scenes.SCENES, ids=lambda scene: scene.name)
def test_exactly_one_option_of_each_scene_is_right(scene):
    blended = shown(scene)
    right = [option for option in scene.options if scene.answer(blended, option).startswith("Right.")]
    assert len(right) == 1


def test_the_lessons_are_what_the_shipped_runs_measured():
    by_name = {scene.name: shown(scene) for scene in scenes.SCENES}
    leak = by_name["The leak"]
    assert scenes.trusted(leak) == scenes.MEMORY[1]
    assert verdict(leak.against(leak.leaking.scores, leak.honest.scores)) == "worse"
    weak = by_name["A weak member"]
    assert scenes.dragged_down(weak) == scenes.DRAGGED[1]
    assert pairs(by_name["Twins"]).together < -0.2
    bagging = by_name["Bagging"].result
    assert bagging.bag_single[0].mean() < 0 < bagging.bag_mean[0, :, -1].mean()


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0.01, 0.2, "better"), (-0.2, -0.01, "worse"), (-0.1, 0.1, "unsettled")]
)
def test_the_interval_decides_what_is_said(low, high, expected):
    assert verdict(Summary(10, (low + high) / 2, 0.1, low, high)) == expected


@pytest.mark.parametrize("classes", [0, 2, 3])
@pytest.mark.parametrize("leak", [False, True])
def test_the_story_names_its_numbers(classes, leak):
    result = made(members=4, classes=classes)
    blended = combine(result, result.members, 1.0, leak)
    told = " ".join(story(blended))
    assert "95 % interval" in told
    assert ("**The leak:**" in told) == leak
    assert "nan" not in told
    score = blended.shown.scores.mean()
    assert (f"{100 * score:.1f} %" if classes else f"{score:.3f}".replace("-", "−")) in told


def test_a_stopped_run_says_so_and_answers_nothing():
    result = replace(made(members=2), stopped=True)
    blended = combine(result, result.members, 1.0, leak=False)
    assert "You stopped it" in story(blended)[-1]
    assert "stopped" in scenes.SCENES[0].answer(blended, scenes.AHEAD[0])


def test_pairs_gain_what_their_average_gains():
    result = made(members=3, classes=0)
    blended = combine(result, result.members, 1.0, leak=False)
    found = pairs(blended)
    assert found.members.tolist() == [[0, 1], [0, 2], [1, 2]]
    alone = combine(result, result.members[:2], 1.0, leak=False)
    assert found.gain[0] == pytest.approx(alone.average.mean() - blended.member_scores[:, :2].mean(axis=0).max())
    assert found.together == pytest.approx(np.corrcoef(found.alike, found.gain)[0, 1])
