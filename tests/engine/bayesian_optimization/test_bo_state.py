"""Saved searches: read like a stranger's file, and taken up by the package to the last digit."""

import json

import numpy as np
import pytest

from engine.bayesian_optimization import recipe, state, tuning
from engine.errors import InvalidData

CONFIG = tuning.Config(methods=("bayesian",), searches=1)


def score(point):
    return -float(np.sum((np.array([point[name] for name in recipe.NAMES]) - [0.2, -2.5, 0.5, 0.5]) ** 2))


def searched(count):
    made = recipe.optimizer(CONFIG, 3)
    for point in made.random_sample(3):
        made.register(point, score(point))
    for _ in range(count):
        point = made.suggest()
        made.register(point, score(point))
    return made


def test_a_search_goes_on_as_if_it_had_never_stopped():
    first = searched(2)
    content = state.read(state.saved(first, {"dataset": "wine"}))
    assert content[state.SETTINGS] == {"dataset": "wine"}
    again = recipe.optimizer(CONFIG, 99)
    state.put_into(again, state.read(state.text(content)), None)
    for _ in range(2):
        mine, other = first.suggest(), again.suggest()
        assert mine == pytest.approx(other)
        first.register(mine, score(mine))
        again.register(other, score(other))


def good():
    return json.loads(state.saved(searched(0), {}))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.pop("params"),
        lambda content: content.update(keys=["a", "b", "c", "d"]),
        lambda content: content.update(target=[1.0]),
        lambda content: content.update(params=[], target=[]),
        lambda content: content["params"][0].__setitem__(0, 7.0),
        lambda content: content["target"].__setitem__(0, float("nan")),
        lambda content: content.update(params="none"),
        lambda content: content.update(params=[[0.1, -2, 0.5, 0.5]] * 501, target=[0.0] * 501),
    ],
)
def test_a_bad_file_is_refused_by_name(spoil):
    content = good()
    spoil(content)
    with pytest.raises(InvalidData):
        state.read(json.dumps(content))


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 100_000, "x" * (state.LARGEST + 1)])
def test_what_is_no_search_is_refused(text):
    with pytest.raises(InvalidData):
        state.read(text)


def test_columns_in_another_order_are_put_right():
    content = good()
    order = [2, 0, 3, 1]
    turned = {
        **content,
        "keys": [recipe.NAMES[k] for k in order],
        "params": np.array(content["params"])[:, order].tolist(),
    }
    assert state.read(json.dumps(turned))["params"] == pytest.approx(np.array(content["params"]))


def test_a_damaged_random_state_is_left_out():
    content = good()
    content["random_state"]["state"] = [1, 2, 3]
    assert state.read(json.dumps(content))["random_state"] is None
