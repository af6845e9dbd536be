"""Searches: the place looked at next is the acquisition's peak, and the whole is a plain loop with the packages."""

import numpy as np
import pytest
from bayes_opt import acquisition as package
from hypothesis import given
from hypothesis import strategies as some
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

from engine.bayesian_optimization import one_dimension, search, two_dimensions
from engine.bayesian_optimization.functions import ONE, TWO, grid
from engine.errors import InvalidSetting


def test_a_search_is_the_plain_loop_of_the_packages():
    config = one_dimension.Config(
        function="waves", acquisition="ei", xi=0.02, kernel="matern52", length=1.2, noise=0.1, steps=6, seed=5
    )
    result = one_dimension.run(config)
    x = np.linspace(0, 10, one_dimension.PLACES)
    height = 0.6 * np.sin(x) + 0.6 * np.sin(10 * x / 3)
    generator = np.random.default_rng((5, 0))
    taken = list(generator.choice(len(x), 3, replace=False))
    noise = 0.1 * generator.standard_normal(3 + search.MOST_STEPS)
    for _ in range(6):
        readings = height[taken] + noise[: len(taken)]
        alpha = 1e-6 + (0.1 / readings.std()) ** 2
        made = GaussianProcessRegressor(Matern(1.2, nu=2.5), alpha=alpha, optimizer=None, normalize_y=True)
        rule = package.ExpectedImprovement(xi=0.02)
        rule.y_max = readings.max()
        taken.append(int(rule.base_acq(*made.fit(x[taken, None], readings).predict(x[:, None], True)).argmax()))
    assert result.sample == pytest.approx(x[taken])
    assert result.reading == pytest.approx(height[taken] + noise[: len(taken)])


@pytest.mark.parametrize("rule", ["ucb", "ei", "pi"])
def test_the_next_place_is_the_peak_and_is_sampled_next(rule):
    result = one_dimension.run(one_dimension.Config(acquisition=rule, function="cliff", length=0.0, seed=2))
    assert result.following == pytest.approx(result.x[result.worth.argmax(axis=1)], abs=1.0)
    peaks = np.array([np.interp(at, result.x, row) for at, row in zip(result.following, result.worth, strict=True)])
    assert peaks == pytest.approx(result.worth.max(axis=1), rel=1e-6, abs=1e-12)
    assert result.sample[result.config.first :] == pytest.approx(result.following[:-1])


def test_more_steps_go_on_from_the_same_samples():
    few, many = (one_dimension.run(one_dimension.Config(steps=steps, noise=0.2)) for steps in (4, 9))
    assert many.sample[: len(few.sample)] == pytest.approx(few.sample)
    assert many.rival[:, : few.rival.shape[1]] == pytest.approx(few.rival)
    assert few.following[-1] == many.sample[len(few.sample)]


def test_the_reader_reads_the_hidden_function():
    result = one_dimension.run(one_dimension.Config(function="one hill", mine=(6.3, 1.0, 5.0)))
    assert result.mine_reading == pytest.approx(np.exp(-((np.array([6.3, 1.0, 5.0]) - 6.3) ** 2) / 8))
    assert result.mine_found == pytest.approx([1.0, 1.0, 1.0])


def test_greed_stays_on_the_lower_hill_and_doubt_leaves_it():
    greedy = one_dimension.run(one_dimension.Config(kappa=0.0))
    assert greedy.top - greedy.found[0, -1] > 0.3
    assert np.ptp(greedy.sample[-5:]) < 0.1
    usual = one_dimension.run(one_dimension.Config())
    assert usual.top - usual.found[0, -1] < 0.01


@given(some.lists(some.tuples(some.floats(-3, 3), some.floats(-3, 3), some.booleans()), min_size=1, max_size=12))
def test_best_so_far_is_the_height_at_the_best_allowed_reading(samples):
    height, reading, allowed = (np.array(column) for column in zip(*samples, strict=True))
    found = search.best_so_far(height[None], reading[None], allowed[None])[0]
    for count in range(1, len(samples) + 1):
        inside = [place for place in range(count) if allowed[place]]
        if not inside:
            assert np.isnan(found[count - 1])
        else:
            best = max(reading[place] for place in inside)
            assert found[count - 1] in [height[place] for place in inside if reading[place] == best]


def test_places_that_are_equally_good_give_the_first():
    values = np.array([[0.0, 1.0, 1.0 - 1e-12, 1.0], [2.0, 2.0, 2.0, 2.0]])
    assert search.best_place(values).tolist() == [1, 0]


def test_two_settings_know_their_surface_and_keep_off_forbidden_ground():
    free = two_dimensions.run(two_dimensions.Config(surface="branin"))
    places = grid(two_dimensions.SIDE, 2)
    assert free.height.ravel() == pytest.approx(TWO["branin"].value(places))
    assert free.height[0, -1] == pytest.approx(TWO["branin"].value(np.array([[10.0, 0.0]]))[0])
    assert free.allowed.all()
    bound = two_dimensions.run(two_dimensions.Config(surface="hills", constrained=True, acquisition="ei", length=0.0))
    assert bound.chance.min() >= 0
    assert bound.chance.max() <= 1
    assert (~bound.allowed[bound.config.first :]).mean() < 0.35
    assert bound.top < bound.height.max()
    assert np.nanmean(bound.found[:, -1]) > np.nanmean(bound.rival[:, -1])


def test_ucb_is_replaced_where_ground_is_forbidden():
    assert two_dimensions.Config(constrained=True).weighed == "ei"
    assert two_dimensions.Config().weighed == "ucb"


@pytest.mark.parametrize("hidden", [*ONE.values(), *TWO.values()], ids=lambda one: one.label)
def test_the_source_of_a_function_is_the_function(hidden):
    two = hidden in TWO.values()
    places = grid(23, 2 if two else 1)
    names = {"np": np, "x": places[:, 0], "y": places[:, -1]}
    assert eval(f"({hidden.source})", names) == pytest.approx(hidden.value(places))


def test_a_length_that_the_grid_cannot_show_is_refused():
    with pytest.raises(InvalidSetting):
        one_dimension.Config(length=0.05)
