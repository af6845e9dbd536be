"""Every scene's run is shipped, its answer follows from it, and the picture draws it."""

import json

import numpy as np
import pytest

from engine.figures.cards_semi_supervised import semi_supervised_card
from engine.figures.semi_supervised import LOOKS, View, board, intervals
from engine.figures.semi_supervised_panels import mosaic
from engine.runs.store import store
from engine.scenes import matching
from engine.semi_supervised import scenes
from engine.semi_supervised.experiment import ALONE, WITH
from engine.semi_supervised.pictures import DIGITS
from engine.semi_supervised.story import gain, is_sure, story


@pytest.fixture(scope="module")
def results():
    entries = {config: store().find(config) for config in scenes.shipped()}
    assert all(entry is not None and entry.provenance.source == "shipped" for entry in entries.values())
    return {config: entry.result for config, entry in entries.items()}


@pytest.mark.parametrize("scene", scenes.SCENES, ids=lambda scene: scene.name)
def test_exactly_one_guess_is_right(scene, results):
    answers = [scene.answer(results[scene.config], guess) for guess in scene.options]
    assert sum(answer.startswith("Right. ") for answer in answers) == 1


@pytest.mark.parametrize("scene", scenes.SCENES, ids=lambda scene: scene.name)
def test_a_scene_s_settings_are_settled(scene):
    assert scene.config.settled() == scene.config
    assert matching(scenes.SCENES, scene.config) is scene


def test_the_surprises_are_measured(results):
    found, chance = gain(results[scenes.TEN])
    assert found.low > 0.05
    assert chance < 0.01
    curve, clothes = results[scenes.CURVE], results[scenes.CLOTHES]
    assert gain(curve, 0)[0].mean > 10 * gain(curve)[0].mean > 0
    assert not is_sure(gain(clothes)[0])
    assert scenes.helped(clothes) == scenes.HELPED[2]
    assert scenes.better(results[scenes.CLASSIC], results[scenes.TEN]) == scenes.LOSSES[2]


def test_one_count_alone_and_in_the_curve_are_the_same_run(results):
    # The curve trains 1 label a class with the same seeds: the last frame is its first point.
    np.testing.assert_allclose(results[scenes.TEN].accuracy[-1], results[scenes.CURVE].accuracy[0], atol=1e-6)


def test_stories_say_how_sure_they_are(results):
    for result in results.values():
        assert "95 %" in " ".join(story(result)) or "interval" in " ".join(story(result))


@pytest.mark.parametrize("look", LOOKS)
def test_the_board_is_json_and_fades_what_is_thrown_away(results, look):
    for config, result in results.items():
        drawn = board(result, results[scenes.CURVES[config.data]], View(look), "1")
        assert json.loads(json.dumps(drawn))["frames"] == len(result.frame_epoch)
        kept = next(panel for panel in drawn["panels"] if panel["name"] == "kept")
        last = json.dumps(kept["marks"])
        assert "thrown away" in last
        assert "kept: a classifier" in last
    running = board(results[scenes.TEN], None, View(look), "2", running=True)
    kept = next(panel for panel in running["panels"] if panel["name"] == "kept")
    assert "thrown away" not in json.dumps(kept["marks"])


def test_intervals_stay_within_nought_and_one():
    mean, low, high = intervals(np.array([[0.99, 1.0, 0.91], [0.5, 0.5, 0.5]]))
    assert mean == pytest.approx([0.96667, 0.5], abs=1e-4)
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert (low[1], high[1]) == (0.5, 0.5)


def test_a_mosaic_keeps_its_pictures_apart():
    pictures = np.arange(3 * 4, dtype=np.uint8).reshape(3, 2, 2)
    whole = mosaic(pictures, 2)
    assert whole.shape == (2 * 11 - 3, 2 * 11 - 3, 4)
    assert np.array_equal(whole[0:8:4, 0:8:4, 0], pictures[0])
    assert np.array_equal(whole[11:19:4, 0:8:4, 0], pictures[2])
    assert whole[:, 8:11, 3].max() == 0  # the gap is clear
    assert whole[11:, 11:, 3].max() == 0  # and so is the place without a picture


@pytest.mark.parametrize("dark", [False, True])
def test_the_card_shows_both_curves(dark):
    card = semi_supervised_card(dark)
    assert card.count("<polyline") == 2
    assert card.count("<polygon") == 2
    assert scenes.CURVES[DIGITS].curve
    assert WITH != ALONE
