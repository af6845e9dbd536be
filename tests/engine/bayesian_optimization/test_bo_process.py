"""The process against scikit-learn's own, number by number."""

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, Matern

from engine.bayesian_optimization import process

KERNELS = {
    "rbf": RBF,
    "matern52": lambda length: Matern(length, nu=2.5),
    "matern32": lambda length: Matern(length, nu=1.5),
}


def theirs(kernel, length, places, readings, noise):
    alpha = process.JITTER + (noise / readings.std()) ** 2
    made = GaussianProcessRegressor(KERNELS[kernel](length), alpha=alpha, optimizer=None, normalize_y=True)
    return made.fit(places, readings)


@pytest.mark.parametrize("kernel", process.KERNELS)
@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_mean_and_deviation_are_those_of_scikit_learn(kernel, dimensions, noise):
    generator = np.random.default_rng(3)
    places, readings = 10 * generator.random((4, 7, dimensions)), generator.normal(size=(4, 7))
    at = 10 * generator.random((50, dimensions))
    mean, deviation = process.fit(places, readings, kernel, 1.5, noise).predict(process.squares(places, at))
    for search in range(4):
        other = theirs(kernel, 1.5, places[search], readings[search], noise).predict(at, return_std=True)
        assert mean[search] == pytest.approx(other[0], abs=1e-7)
        assert deviation[search] == pytest.approx(other[1], abs=1e-6)


@pytest.mark.parametrize("kernel", process.KERNELS)
def test_the_fitted_length_is_the_likeliest_of_those_tried(kernel):
    generator = np.random.default_rng(4)
    places = 10 * generator.random((3, 9, 1))
    readings = np.sin(places[..., 0]) + 0.05 * generator.normal(size=(3, 9))
    found = process.fit(places, readings, kernel, process.FITTED, 0.05)
    for search in range(3):
        likely = [
            theirs(kernel, length, places[search], readings[search], 0.05).log_marginal_likelihood_value_
            for length in process.LENGTHS
        ]
        assert found.length[search] == process.LENGTHS[int(np.argmax(likely))]


def test_equal_readings_do_not_divide_by_nothing():
    places = np.array([[[1.0], [2.0], [2.0]]])
    mean, deviation = process.fit(places, np.ones((1, 3)), "rbf", 1.0).predict(process.squares(places, places[0]))
    assert mean == pytest.approx(np.ones((1, 3)))
    assert deviation.max() < 0.01
