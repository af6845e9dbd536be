"""The acquisition against `bayes_opt.acquisition`, and the chance to be allowed against its `ConstraintModel`."""

import numpy as np
import pytest
from bayes_opt import acquisition as package
from bayes_opt.constraint import ConstraintModel
from hypothesis import given
from hypothesis import strategies as some

from engine.bayesian_optimization.acquisition import CLASSES, feasible, worth

numbers = some.floats(-5, 5)


@given(numbers, some.floats(0.001, 3), numbers, some.floats(0, 10), some.floats(0, 1))
def test_the_three_rules_are_those_of_the_package(mean, deviation, best, kappa, xi):
    for name, class_name in CLASSES.items():
        theirs = getattr(package, class_name)(**({"kappa": kappa} if name == "ucb" else {"xi": xi}))
        theirs.y_max = best
        mean_at, deviation_at = np.array([mean, 0.0]), np.array([deviation, 1.0])
        ours = worth(name, mean_at, deviation_at, best, kappa, xi)
        assert ours == pytest.approx(theirs.base_acq(mean_at, deviation_at), abs=1e-12)


def test_where_nothing_is_unsure_only_the_gain_counts():
    mean = np.array([0.5, 2.0])
    assert worth("ei", mean, np.zeros(2), 1.0, 0, 0) == pytest.approx([0.0, 1.0])
    assert worth("pi", mean, np.zeros(2), 1.0, 0, 0) == pytest.approx([0.0, 1.0])


def test_the_chance_to_be_allowed_is_that_of_the_package():
    generator = np.random.default_rng(0)
    places, values, at = generator.random((12, 2)), generator.normal(size=12), generator.random((30, 2))
    model = ConstraintModel(None, -np.inf, 0.0, random_state=0)
    model.fit(places, values)
    mean, deviation = model.model[0].predict(at, return_std=True)
    assert feasible(mean, deviation) == pytest.approx(model.predict(at), abs=1e-10)
