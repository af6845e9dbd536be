"""The shipped schedules: what each scene answers, what is told, and what the picture and the card hold."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.figures import cards_schedules
from engine.figures import schedules as figures
from engine.runs.store import store
from engine.schedules import compare, curves, range_test, scenes, story
from engine.schedules.experiment import CONSTANT, CYCLIC, DRAWN, DROPS, EXPONENTIAL, PLATEAU, SCHEDULES, Config, Result

RIGHT = {
    "Wrong labels": scenes.GAINS[2],
    "Clean labels": scenes.COUNTS[0],
    "Drops too early": scenes.WHERE[2],
    "Too small": "Constant",
    "Too large": scenes.COUNTS[0],
}


def shipped(config: Config) -> Result:
    found = store().find(config)
    assert found is not None
    result: Result = found.result
    return result


@pytest.mark.parametrize("scene", scenes.SCENES, ids=lambda scene: scene.name)
def test_every_scene_answers_from_its_run(scene: scenes.Scene) -> None:
    result = shipped(scene.config)
    assert scene.answer(result, RIGHT[scene.name]).startswith("Right.")
    assert scene.answer(result, "something else").startswith("You said")
    for focus in SCHEDULES:
        told = " ".join(story.story(result, focus))
        assert "nan" not in told
        assert figures.board(scene.config, result, focus, "r")
    sent = json.loads(json.dumps(figures.board(scene.config, result, DROPS, "r"), allow_nan=False))
    assert [panel["name"] for panel in sent["panels"]] == ["rate", "loss", "range", "epochs", "numbers"]
    assert sent["frames"] == scene.config.epochs + 1


def test_a_schedule_pays_where_labels_are_wrong_and_not_where_they_are_right() -> None:
    noisy, clean = shipped(scenes.NOISY), shipped(scenes.CLEAN)
    gains = {name: compare.difference(noisy.held_accuracy, name) for name in SCHEDULES[1:]}
    assert min(gap.mean for gap in gains.values()) > 0.04
    assert all(gap.sure for gap in gains.values())
    assert not compare.difference(clean.held_accuracy, EXPONENTIAL).sure
    # And a smaller constant rate does as well: the page says so.
    _, places = compare.constant_rates(noisy)
    best = compare.last(noisy.held_accuracy)[places].mean(axis=1).max()
    assert best > compare.last(noisy.held_accuracy)[1 : len(SCHEDULES)].mean(axis=1).max() - 0.02


def test_half_the_rate_takes_about_twice_the_epochs() -> None:
    epochs = compare.epochs_to_goal(shipped(scenes.NOISY)).mean(axis=1)
    ratios = epochs[:2] / epochs[1:3]
    np.testing.assert_allclose(ratios, 2, rtol=0.15)


def test_the_loss_falls_in_the_epoch_after_a_drop() -> None:
    result = shipped(scenes.NOISY)
    first = (curves.dropping(result.config)[0][0] + 1) // result.config.steps
    loss = result.loss[:, SCHEDULES.index(DROPS)].astype(float)
    falls = -np.diff(loss, axis=0)
    assert (falls[first] > 3 * np.abs(falls[first - 3 : first].mean(axis=0))).all()
    # Until the first drop the networks are those with a constant rate.
    np.testing.assert_allclose(loss[: first + 1], result.loss[: first + 1, SCHEDULES.index(CONSTANT)], rtol=1e-3)


def test_a_rate_beyond_the_range_tests_limit_is_lost_in_training_too() -> None:
    result = shipped(scenes.LARGE)
    reading = range_test.read(result)
    assert reading is not None
    assert reading.steepest < reading.lowest < reading.diverges < scenes.LARGE.learning_rate
    rates, places = compare.constant_rates(result)
    ends = compare.last(result.loss)[places].mean(axis=1)
    assert not np.isfinite(ends[rates > reading.diverges]).any()
    assert (ends[rates < reading.diverges] < result.loss[0, 0].mean()).all()


def test_the_picture_follows_the_controls_before_any_run() -> None:
    result = shipped(scenes.NOISY)
    moved = scenes.NOISY.changed(epochs=40, cycles=7, drawn="1 0.1")
    for focus in (CYCLIC, DRAWN, PLATEAU):
        sent = figures.board(moved, result, focus, "r")
        rate = sent["panels"][0]
        assert rate["x"]["high"] == 40
        assert ("press Run" in rate["note"]) == (focus == PLATEAU)
        assert "before" in sent["panels"][1]["title"]


def test_the_card_is_drawn() -> None:
    for dark in (False, True):
        assert cards_schedules.schedules_card(dark).count("<polyline") == 6
