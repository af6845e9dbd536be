"""Sentences and answers say what the numbers say; the shipped runs answer the scenes as their questions suppose."""

import numpy as np
import pytest

from engine.bootstrapping import judgement, scenes, words
from engine.bootstrapping.experiment import SEED, Config
from engine.bootstrapping.story import story
from engine.runs.store import store
from tests.engine.bootstrapping.made import made_result

RANDOM = np.random.default_rng(1)
FIRST = 0.95 + 0.01 * RANDOM.normal(size=40)


def shipped(config):
    entry = store().find(config)
    assert entry is not None
    return entry.result


def test_real_luck_and_neither_are_said_as_such():
    real = " ".join(story(made_result(FIRST, FIRST + 0.1 + 0.01 * RANDOM.normal(size=40))))
    assert "**real**" in real
    assert "B wins 40" in real
    plainly = " ".join(story(made_result(FIRST, FIRST + 0.004 + 0.01 * RANDOM.normal(size=40))))
    assert "**it may be luck**" in plainly
    luck = " ".join(story(made_result(FIRST, RANDOM.permutation(FIRST), Config(splits=40, differs=SEED))))
    assert "**luck**" in luck
    assert "nothing else there is" in luck
    alarm = " ".join(story(made_result(FIRST, FIRST + 0.1, Config(splits=40, differs=SEED))))
    assert "**false alarm**" in alarm


def test_the_lead_is_the_difference_of_the_means_as_they_are_written():
    found = judgement.verdict(made_result([0.97034, 0.97024], [0.95080, 0.95088]))
    assert words.gap(found, "score") == pytest.approx(-1.95)  # 97.03 and 95.08; unrounded it is 1.945
    some = judgement.verdict(made_result([0.9, 0.8, 0.1], [0.8, 0.9, np.nan]))
    assert words.gap(some, "score") == pytest.approx(0), "of the pairs only"


def test_when_it_is_enough_is_what_the_intervals_say():
    result = made_result(FIRST, FIRST)
    reached = judgement.first_enough(FIRST, 0.005)
    assert f"that narrow from split {reached} on" in " ".join(story(result, precision=0.5))
    needed = judgement.enough(FIRST.std(ddof=1), 0.001)
    assert f"takes {needed} splits by the spread of all 40" in " ".join(story(result, precision=0.1))
    assert "no number of splits is enough" in " ".join(story(result, precision=0.1))


def test_too_few_splits_stops_and_divergence_are_told():
    assert "nothing can be compared" in story(made_result([0.9], [0.8], Config(splits=2)))[0]
    epochs = np.zeros((2, 40), np.int32)
    epochs[:, :12] = 5
    some = np.where(np.arange(40) < 12, FIRST, np.nan)
    told = story(made_result(some, some, epochs=epochs, stopped=True))
    assert "stopped it after 12 of 40" in told[-1]
    diverged = np.full((2, 40), -1, np.int32)
    diverged[1, :3] = 4
    assert "3 networks diverged, most of B" in story(made_result(FIRST, FIRST, diverged=diverged))[-1]


def test_numbers_are_written_with_a_real_minus_and_their_unit():
    assert words.signed(-0.421, "score") == "−0.42"
    assert words.signed(0.421, "score") == "+0.42"
    assert words.plain(float("nan"), "score") == "–"
    assert words.better_by(-1.0, "score") == "A ahead by 1.00 points"
    assert words.contestants(Config(differs="layers", other_layers=())) == ("layers 32 + 16", "layers none")
    assert words.interval(-0.0096, 0.018, "score") == "−0.96 … +1.80"


@pytest.mark.parametrize("scene", scenes.SCENES, ids=lambda scene: scene.name)
def test_every_scene_is_shipped_and_exactly_one_option_is_right(scene):
    result = shipped(scene.config)
    assert not result.stopped
    assert np.isfinite(result.score).all()
    right = [option for option in scene.options if scene.answer(result, option).startswith("Right.")]
    assert len(right) == 1
    assert len(scene.name.split()) <= 3


def test_what_the_questions_suppose_is_true_of_the_shipped_runs():
    same = shipped(scenes.SAME)
    lead = -100 * judgement.verdict(same, upto=3).plain.mean
    assert round(lead) == 5, "the question says that A led by 5 points after three splits"
    three = shipped(scenes.THREE)
    assert three.score == pytest.approx(same.score[:, :3], abs=2e-3), "three splits are the first three of fifty"
    fifty = judgement.verdict(shipped(scenes.FIFTY))
    assert fifty.plainly_real, "the default shows how the plain interval promises too much"
    assert not fifty.real
    assert judgement.verdict(shipped(scenes.REAL)).real
    bag = shipped(scenes.REPLACED)
    assert bag.mean_learned / bag.total_rows == pytest.approx(0.632, abs=0.01), "the question says 63 %"
