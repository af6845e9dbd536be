"""Every scene's run is shipped, its answer follows from it, and the surprises are really there."""

import pytest

from engine.cross_validation import scenes
from engine.cross_validation.scores import class_label, fold_scores, summaries, ways
from engine.cross_validation.story import story
from engine.runs.store import store


@pytest.fixture(scope="module")
def results():
    entries = {config: store().find(config) for config in scenes.shipped()}
    assert all(entry is not None and entry.provenance.source == "shipped" for entry in entries.values())
    return {config: entry.result for config, entry in entries.items()}


@pytest.mark.parametrize("scene", scenes.SCENES, ids=lambda scene: scene.name)
def test_exactly_one_guess_is_right(scene, results):
    answers = [scene.answer(results[scene.config], guess) for guess in scene.options]
    assert sum(answer.startswith("Right. ") for answer in answers) == 1


def test_the_surprises_are_measured(results):
    five = fold_scores(results[scenes.FIVE_FOLDS])[0]
    assert five.max() - five.min() > 0.04
    assert summaries(results[scenes.SORTED])[0].mean < 1 / 3 < 0.95 < ways(results[scenes.SORTED])[:, 2].mean()
    assert scenes.without(results[scenes.RARE]) == scenes.WITHOUT[1]
    assert scenes.worse(results[scenes.WRITERS])[1] > 2
    leak = results[scenes.LEAK]
    assert summaries(leak, leaky=True)[0].low > 0.5 > summaries(leak)[1].high


def test_group_folds_come_near_new_writers(results):
    apart, mixed = results[scenes.WRITERS_APART], results[scenes.WRITERS]
    new = ways(mixed)[:, 2].mean()
    assert abs(summaries(apart)[0].mean - new) < abs(summaries(mixed)[0].mean - new) / 2


def test_answers_say_what_they_are_held_against(results):
    rare, writers = (
        scene.answer(results[scene.config], "")
        for scene in scenes.SCENES
        if scene.config in (scenes.RARE, scenes.WRITERS)
    )
    assert "Always “benign” scores 96.0 %" in rare
    measured = summaries(results[scenes.WRITERS_APART])[0].mean
    assert f"Group folds say so: {100 * measured:.1f} %" in writers


def test_ways_that_print_the_same_score_share_the_first_place(results):
    sentence = story(results[scenes.FIVE_FOLDS])[-1]
    assert "the average of all fold models (96.7 ± 0.4 %) and a new model on all rows with the mean epoch" in sentence
    assert "over all 25 scores" in story(results[scenes.FIVE_FOLDS])[0]


def test_classes_are_called_by_what_they_are(results):
    assert class_label(results[scenes.SORTED], 2) == "cultivar 2"
    assert class_label(results[scenes.WRITERS], 8) == "digit 8"
    assert class_label(results[scenes.RARE], 0) == "malignant"
