"""Boards and charts of Bayesian optimization: what is sent, how much, and what is hidden in a fair race."""

import json

import numpy as np
import pytest

from engine.bayesian_optimization import bandits, one_dimension, recipe, scenes, tuning, two_dimensions
from engine.figures import bayesian_optimization as one
from engine.figures import bayesian_optimization_charts as charts
from engine.figures import bayesian_optimization_tuning as board_of_tuning
from engine.figures import bayesian_optimization_two as two
from engine.figures.cards_bayesian_optimization import bayesian_optimization_card


def panel(payload, name):
    return next(one for one in payload["panels"] if one["name"] == name)


def kinds(payload, name):
    return [mark["kind"] for mark in panel(payload, name)["marks"]]


def tuned(methods=("bayesian", "random"), searches=2, count=6):
    generator = np.random.default_rng(0)
    rows = [
        (tuning.METHODS.index(method), search, generator.random(), 0.01, 300, 1.0, 0.2, 1.0, *place)
        for search in range(searches)
        for method in methods
        for place in recipe.LOW + generator.random((count, 4)) * (recipe.HIGH - recipe.LOW)
    ]
    config = tuning.Config(methods=methods, searches=searches)
    return tuning.partial(config, {"evaluation": np.array(rows)})


def test_the_board_of_one_setting_has_a_frame_a_step_and_is_light():
    payload = one.board(one_dimension.run(scenes.FIRST))
    assert payload["frames"] == scenes.FIRST.steps + 1
    assert len(json.dumps(payload)) < 400_000
    assert kinds(payload, "guess").count("line") == 2
    assert panel(payload, "guess")["pick"]
    assert "1.40 at 3.33" in panel(payload, "guess")["alt"]


def test_a_fair_race_hides_the_function_until_the_reader_has_as_many_samples():
    short = one_dimension.run(scenes.FIRST.changed(steps=0, mine=(1.0, 2.0)))
    hidden = one.board(short, fair=True)
    assert kinds(hidden, "guess") == ["points"]
    assert "line" not in kinds(hidden, "worth")
    whole = one_dimension.run(scenes.FIRST.changed(steps=0, mine=(1.0, 2.0, 3.0)))
    assert "line" in kinds(one.board(whole, fair=True), "guess")


def test_maps_have_a_frame_a_step_and_a_veil_only_with_forbidden_ground():
    free = two.board(two_dimensions.run(two_dimensions.Config(steps=3)))
    bound = two.board(two_dimensions.run(scenes.FORBIDDEN))
    assert kinds(free, "worth").count("heat") == 1
    assert kinds(bound, "worth").count("heat") == kinds(bound, "hidden").count("heat") == 2
    assert len(json.dumps(bound)) < 1_200_000


def test_the_tuning_board_tells_every_method_and_the_stored_ones():
    comparison = tuned(tuning.METHODS)
    payload = board_of_tuning.board(comparison, "a")
    labels = [mark["label"] for mark in panel(payload, "race")["marks"] if mark["kind"] == "line"]
    assert labels == ["Bayesian", "Random", "Grid", "Nelder–Mead"]
    alone = board_of_tuning.board(tuned(("bayesian",), 1, 3), "b", comparison, running=True)
    labels = [mark["label"] for mark in panel(alone, "race")["marks"] if mark["kind"] == "line"]
    assert labels == ["Bayesian", "Random, stored", "Grid, stored", "Nelder–Mead, stored"]
    assert alone["frames"] == 3


def test_a_run_where_nothing_is_allowed_yet_can_be_drawn():
    result = tuned(("bayesian",), 1, 3)
    nothing = tuning.partial(
        result.config, {"evaluation": np.array([[0, 0, 0.5, 0.1, 900, 0.0, 0.1, 1.0, 0.1, -2, 0.5, 0.5]])}
    )
    payload = board_of_tuning.board(nothing, "c")
    assert panel(payload, "winner")["lines"][0][0] == "None that is allowed yet"


@pytest.mark.parametrize("dark", [False, True])
def test_charts_and_card(dark):
    room = bandits.run((0.2, 0.8), pulls=60, seeds=4)
    assert "Pay lost after" in charts.regret(room, dark).alt
    assert "best machine" in charts.pulled(room, dark).alt
    for name in recipe.NAMES:
        assert charts.slices(tuned(), name, dark).alt.startswith("Score of 24 networks")
    assert bayesian_optimization_card(dark).count("<circle") == 6
