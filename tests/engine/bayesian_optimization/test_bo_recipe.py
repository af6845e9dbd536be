"""The four methods on a function that costs nothing: budgets, first points, the grid."""

import contextlib

import numpy as np
import pytest

from engine.bayesian_optimization import recipe, tuning

CONFIG = tuning.Config(init_points=4, n_iter=6)


def asked_by(name, budget=10, seed=0, config=CONFIG):
    points = []

    def ask(point, deciding=0.0):
        assert deciding >= 0
        if len(points) == budget:
            raise recipe.Spent
        points.append(np.array(point))
        return -float(np.sum(((point - recipe.LOW) / (recipe.HIGH - recipe.LOW) - 0.6) ** 2)), 3.0

    with contextlib.suppress(recipe.Spent):
        recipe.METHODS[name](ask, config, seed, budget)
    return np.array(points)


@pytest.mark.parametrize("name", recipe.METHODS)
def test_every_method_uses_the_whole_budget_inside_the_bounds(name):
    points = asked_by(name, 40 if name != "bayesian" else 10)
    assert len(points) == (40 if name != "bayesian" else 10)
    assert (points >= recipe.LOW - 1e-12).all()
    assert (points <= recipe.HIGH + 1e-12).all()


def test_bayesian_search_is_maximize_of_the_package():
    made = recipe.optimizer(CONFIG, 0)
    made._space.target_func = lambda **point: (
        -float(sum(((point[n] - lo) / (hi - lo) - 0.6) ** 2 for n, (lo, hi) in recipe.PBOUNDS.items()))
    )
    made.maximize(init_points=4, n_iter=6)
    assert asked_by("bayesian") == pytest.approx(made.space.params, abs=1e-6)


def test_methods_of_a_seed_share_their_first_points():
    bayesian, rival, simplex = (asked_by(name) for name in ("bayesian", "random", "nelder-mead"))
    assert bayesian[:4] == pytest.approx(rival[:4])
    assert simplex[0] == pytest.approx(rival[0])
    assert asked_by("random", seed=1)[0] != pytest.approx(rival[0])


@pytest.mark.parametrize(
    ("budget", "levels"), [(40, (2, 5, 2, 2)), (16, (2, 2, 2, 2)), (81, (3, 3, 3, 3)), (3, (1, 3, 1, 1))]
)
def test_the_grid_gives_what_is_left_to_the_learning_rate(budget, levels):
    assert recipe.levels(budget) == levels


def test_nelder_mead_gets_near_the_top():
    points = asked_by("nelder-mead", 60)
    best = np.abs((points - recipe.LOW) / (recipe.HIGH - recipe.LOW) - 0.6).max(axis=1).min()
    assert best < 0.1


def test_weights_are_counted_as_keras_counts_them():
    assert recipe.weights_of((8, 4), 30, 1) == (30 + 1) * 8 + (8 + 1) * 4 + (4 + 1)
