"""Surfaces against TensorFlow's gradients, SciPy's minima, and scikit-learn's linear regression."""

import numpy as np
import pytest
import tensorflow as tf
from keras import ops
from scipy.optimize import minimize
from sklearn.linear_model import LinearRegression

from engine.optimizers import race, surfaces
from engine.optimizers.catalogue import IDS
from engine.optimizers.made_surfaces import BATCH_SIZE, batch_data, batch_indices
from engine.optimizers.race import Config

NAMES = tuple(surfaces.BUILDERS)


def random_points(surface, count=40):
    generator = np.random.default_rng(1)
    return generator.uniform((surface.x[0], surface.y[0]), (surface.x[1], surface.y[1]), (count, 2))


@pytest.mark.parametrize("name", NAMES)
def test_value_code_and_gradient_agree_with_tensorflow(name):
    surface = surfaces.named(name)
    rows, targets = (tf.constant(values) for values in batch_data())
    for px, py in random_points(surface):
        x, y = tf.Variable(px, dtype=tf.float64), tf.Variable(py, dtype=tf.float64)
        with tf.GradientTape() as tape:
            loss = eval(surface.code, {"x": x, "y": y, "ops": ops, "rows": rows, "targets": targets})
        assert float(surface.value(px, py)) == pytest.approx(float(loss), rel=1e-6, abs=1e-6)
        slopes = [float(slope) for slope in tape.gradient(loss, [x, y])]
        np.testing.assert_allclose(surface.gradient(px, py), slopes, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_minima_are_minima_and_none_is_lower(name):
    surface = surfaces.named(name)
    for x, y, loss in surface.minima:
        assert surface.inside(x, y)
        assert float(surface.value(x, y)) == pytest.approx(loss, abs=1e-8)
        found = minimize(lambda w: float(surface.value(*w)), (x, y), method="Nelder-Mead", options={"xatol": 1e-8})
        assert found.fun >= loss - 1e-8
        np.testing.assert_allclose(found.x, (x, y), atol=1e-3)
    # From many starts SciPy finds nothing below the lowest known minimum.
    lowest = min(
        minimize(lambda w: float(surface.value(*w)), point, jac=lambda w: np.array(surface.gradient(*w))).fun
        for point in random_points(surface, 15)
    )
    assert lowest >= surface.floor - 1e-8


@pytest.mark.parametrize("name", NAMES)
def test_largest_curvature_is_given_for_quadratics_only(name):
    surface = surfaces.named(name)

    def hessian(x, y, width=1e-4):
        right, left = surface.gradient(x + width, y), surface.gradient(x - width, y)
        above, below = surface.gradient(x, y + width), surface.gradient(x, y - width)
        return np.array([np.subtract(right, left), np.subtract(above, below)]) / (2 * width)

    hessians = [hessian(x, y) for x, y in random_points(surface, 8)]
    constant = all(np.allclose(each, hessians[0], rtol=1e-6, atol=1e-6) for each in hessians)
    assert constant == (surface.largest_curvature is not None)
    if constant:
        assert np.linalg.eigvalsh(hessians[0])[-1] == pytest.approx(surface.largest_curvature, rel=1e-6)


def test_every_surface_can_be_raced_on_from_its_start():
    for name in NAMES:
        surface = surfaces.named(name)
        assert surface.inside(*surface.start)
        result = race.run(Config(surface=name, learning_rate=surface.rate, optimizers=IDS))
        came_down = [racer for racer in result.racers if racer.final_loss < racer.loss[0]]
        assert len(came_down) >= 8, name


def test_grid_has_its_first_row_at_the_low_end():
    surface = surfaces.named("rosenbrock")
    x, y, losses = surface.grid(31)
    assert losses.shape == (31, 31)
    assert losses[0, -1] == pytest.approx(float(surface.value(surface.x[1], surface.y[0])))
    assert (x[0], x[-1], y[0], y[-1]) == (*surface.x, *surface.y)


def test_batches_is_a_linear_regression():
    rows, targets = batch_data()
    fitted = LinearRegression(fit_intercept=False).fit(rows, targets)
    surface = surfaces.named("batches")
    np.testing.assert_allclose(surface.minima[0][:2], fitted.coef_, rtol=1e-10)
    residual = targets - fitted.predict(rows)
    assert surface.floor == pytest.approx(np.mean(residual**2) / 2)


def test_batch_noise_is_the_gradient_of_the_batch():
    rows, targets = batch_data()
    surface = surfaces.named("batches")
    draws = surface.draws(50, np.random.default_rng(5))
    chosen = batch_indices(50, np.random.default_rng(5))
    assert chosen.shape == (50, BATCH_SIZE)
    x, y = -1.0, 0.4
    for (a, b, d, c, e), batch in zip(draws, chosen, strict=True):
        error = rows[batch] @ [x, y] - targets[batch]
        expected = (rows[batch] * error[:, None]).mean(axis=0)
        gx, gy = surface.gradient(x, y)
        np.testing.assert_allclose([gx + a * x + b * y + c, gy + b * x + d * y + e], expected, atol=1e-12)
    # Over many draws the batches' gradient is the full one.
    many = np.mean(surface.draws(20_000, np.random.default_rng(6)), axis=0)
    np.testing.assert_allclose(many, 0, atol=0.03)


def test_adam_loses_to_sgd_on_the_cliff_from_every_start_at_every_rate():
    generator = np.random.default_rng(0)
    starts = np.column_stack([generator.uniform(-4.8, -2.5, 24), generator.uniform(-2.8, 2.8, 24)])
    for rate in (0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0):
        for start in starts.tolist():
            config = Config(
                surface="cliff", learning_rate=rate, start=tuple(start), steps=300, optimizers=("sgd", "adam")
            )
            sgd, adam = race.run(config).racers
            assert sgd.valley_at is not None
            assert adam.valley_at is None or adam.valley_at > sgd.valley_at


def test_adam_that_forgets_does_not_lose_that_way():
    averages = tuple(0.9 if name == "adam" else -1.0 for name in IDS)
    remembers = Config(surface="cliff", learning_rate=0.1, optimizers=("adam",))
    (adam,) = race.run(remembers).racers
    (forgets,) = race.run(remembers.changed(averages=averages)).racers
    assert adam.valley_at is None
    assert forgets.valley_at is not None
    assert forgets.valley_at < 120
