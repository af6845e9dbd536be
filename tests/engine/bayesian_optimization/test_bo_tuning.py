"""A tiny real tuning run: wine, two splits, five epochs."""

import json

import numpy as np
import pytest

from engine.bayesian_optimization import tuning, tuning_story
from engine.bayesian_optimization.evaluator import FRESH, count_weights
from engine.bayesian_optimization.tuning import METHODS, Config
from engine.config import key
from engine.errors import InvalidSetting
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext
from engine.runs.store import store
from engine.tuning.network import evaluate_network

TINY = Config(dataset="wine", init_points=2, n_iter=2, splits=2, epochs=5, searches=1)
ALONE = TINY.changed(methods=("bayesian",), searches=1)


class Stopping(SilentContext):
    """Asks to stop after some reports."""

    def __init__(self, after):
        super().__init__()
        self.after = after

    def report(self, done, total, message="", **arrays):
        self.after -= 1

    def stop_requested(self):
        return self.after <= 0


@pytest.fixture(scope="module")
def compared():
    context = SilentContext()
    return tuning.run(TINY, context), context


def test_every_method_gets_the_same_budget(compared):
    result, context = compared
    for method in METHODS:
        assert len(result.of(method, 0)) == 4
        assert result.curves(method).shape == (1, 4)
        assert (np.diff(result.curves(method), axis=1) >= 0).all()
        assert len(result.judged(method)) == 1
    assert context.files[tuning.STATE_FILE].decode() == result.state
    assert decode(encode(result, {}), tuning.Result)[0].config == TINY


def test_a_score_is_that_of_the_network_at_its_point(compared):
    result, _ = compared
    place = result.of("nelder-mead", 0)[3]
    dropout, power, share, shrink = result.point[place]
    again = evaluate_network(dropout, 10.0**power, share, shrink, task=TINY.task())
    assert again.score == pytest.approx(result.score[place], abs=1e-6)
    assert again.parameters == result.weights[place] == count_weights(TINY, result.point[place])


def test_the_winner_is_judged_on_splits_of_its_own(compared):
    result, _ = compared
    winner = result.winner("grid", 0)
    assert result.score[winner] == result.best("grid", 0)[-1]
    dropout, power, share, shrink = result.point[winner]
    fresh = [
        evaluate_network(dropout, 10.0**power, share, shrink, task=TINY.task(number)).score
        for number in range(1, FRESH + 1)
    ]
    assert result.judged("grid")[0] == pytest.approx(np.mean(fresh), abs=1e-6)


def test_the_story_tells_every_method_and_that_a_maximum_is_lucky(compared):
    text = " ".join(tuning_story.story(compared[0]))
    for word in ("Bayesian", "Random", "Grid", "Nelder–Mead", "other splits", "wanders", "deciding"):
        assert word in text


def test_a_stopped_search_goes_on_to_the_same_end(compared):
    whole, _ = compared
    stopped = tuning.run(ALONE, Stopping(3))
    assert stopped.stopped
    assert len(stopped.score) == 3
    digest = store().put_blob(stopped.state.encode())
    rest = tuning.run(ALONE.changed(n_iter=1, resumed=digest), SilentContext())
    mine = whole.of("bayesian", 0)
    assert rest.former == 3
    assert rest.point == pytest.approx(whole.point[mine], abs=1e-6)
    assert rest.score == pytest.approx(whole.score[mine], abs=1e-6)
    assert len(json.loads(rest.state)["target"]) == 4


def test_a_limit_on_the_weights_is_learned():
    limited = ALONE.changed(most_weights=1000, n_iter=2, init_points=3)
    result = tuning.run(limited, SilentContext())
    assert (result.allowed == (result.weights <= 1000)).all()
    assert limited.weighed == "ei"
    best = result.best("bayesian", 0)[-1]
    assert np.isnan(best) or best == result.score[result.allowed].max()


def test_settings_that_do_not_fit_together_are_refused():
    for values in ({"resumed": "a" * 64}, {"most_weights": 10}, {"dataset": "upload"}, {"methods": ("grid", "grid")}):
        with pytest.raises(InvalidSetting):
            Config(**values)
    assert key(TINY) != key(ALONE)
