"""Sentences and answers from made results, whose right answers are known by hand, and from the shipped runs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.config import key
from engine.hyperparameters import scenes
from engine.hyperparameters.experiment import Config, Result
from engine.hyperparameters.scenes import SCENES
from engine.hyperparameters.story import luck, scored, short, story
from engine.hyperparameters.surrogate import Surrogate
from engine.runs.store import store
from tests.engine.hyperparameters.made import made


def test_luck_by_hand():
    repeats = np.array([[0.8, 0.9], [0.9, 0.8], [0.5, 0.6]])
    found = luck(made(repeats=repeats))
    assert found is not None
    assert found.found == pytest.approx(0.85)
    assert found.claimed == pytest.approx(0.99)
    assert found.noise == pytest.approx(np.std([0.8, 0.9], ddof=1))
    assert found.others == 2
    assert found.ahead == 0
    # Second: differences −0.1 and 0.1. Third: 0.3 twice, no spread at all.
    assert found.alike == 1


def test_no_luck_without_two_whole_seeds():
    assert luck(made(repeats=np.zeros((0, 0)))) is None
    assert luck(made(repeats=np.array([[0.8, np.nan], [0.8, np.nan]]))) is None


def test_the_story_says_what_was_luck():
    text = " ".join(story(made(repeats=np.array([[0.8, 0.9], [0.9, 0.8], [0.8, 0.7]]))))
    assert "14.0 points less than in the search" in text
    assert "Any of the two runners-up** might as well have won" in text
    assert "**Point 1** won: 99.0 %" in text


def test_an_importance_nobody_can_trust_is_not_told():
    nothing = np.zeros((4, 3), dtype=np.float32)
    unsure = Surrogate(np.full((3, 4), 0.25, np.float32), nothing, nothing, np.zeros((6, 2, 2), np.float32), 0.05)
    text = " ".join(story(made(surrogate=unsure)))
    assert "cannot be said" in text
    assert "decided most" not in text


def test_numbers_are_written_as_people_read_them():
    result = made()
    assert scored(result, 0.9737) == "97.4 %"
    assert scored(dataclasses.replace(result, classification=False), -0.25) == "−0.25"
    assert [short(value) for value in (0.0, 0.2, 0.000926, 1e-5)] == ["0", "0.2", "0.000926", "1.0e−5"]


def stored(config: Config) -> Result:
    entry = store().find(config)
    assert entry is not None
    return entry.result


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_every_scene_is_shipped_and_answers_every_guess_once_right(scene):
    assert key(scene.config) in {key(config) for config in scenes.shipped()}
    result = stored(scene.config)
    answers = [scene.answer(result, option) for option in scene.options]
    assert sum(answer.startswith("Right.") for answer in answers) == 1


def test_the_answers_are_what_the_shipped_runs_say():
    random, halving = stored(scenes.RANDOM_SEARCH), stored(scenes.GIVE_UP_EARLY)
    assert scenes.finds(halving, random) == scenes.FINDS[0]
    assert halving.best == random.best
    assert halving.epochs.sum() < 0.6 * random.epochs.sum()
    assert scenes.decides(random) == "Learning rate"
    difference, p = scenes.winners(stored(scenes.GRID_SEARCH), random)
    assert difference < 0
    assert p > 0.05, "the grid's winner is behind, by no more than luck"
    one = stored(scenes.ONE_SPLIT)
    assert one.score[one.latest[one.best]] == 1
    assert one.repeats[0].mean() < 0.99


def test_comparisons_of_winners_need_the_same_seeds():
    first = made(repeats=np.array([[0.9, 0.8, 0.85]]))
    difference, p = scenes.winners(first, made(repeats=np.array([[0.8, 0.7, 0.75]])))
    assert difference == pytest.approx(0.1)
    assert p == pytest.approx(0, abs=1e-6)
