"""The network's surface against Keras itself: its loss, its gradient, its directions."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.optimizers import network_plane, network_surface, race
from engine.optimizers.network_surface import Config
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext


@pytest.fixture(scope="module")
def config():
    return Config(points=65)


@pytest.fixture(scope="module")
def result(config):
    return network_surface.run(config, SilentContext())


def evaluated(config, result, x, y):
    """Loss by `compile` and `evaluate`, on a fresh network: nothing of the plane's own code."""
    features, classes = network_plane.load(config.data)
    model = network_plane.build(features.shape[1], config.units, int(classes.max()) + 1, config.penalty, 99)
    flat = result.origin + x * result.first + y * result.second
    shapes = [weight.shape for weight in model.get_weights()]
    parts = np.split(flat, np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
    model.set_weights([part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)])
    model.compile(loss="sparse_categorical_crossentropy")
    return model.evaluate(features, classes, batch_size=len(features), verbose=0)


def test_surface_is_what_keras_evaluates(config, result):
    surface = network_surface.surface_of(config, result)
    generator = np.random.default_rng(4)
    for x, y in generator.uniform((surface.x[0], surface.y[0]), (surface.x[1], surface.y[1]), (8, 2)):
        assert float(surface.value(x, y)) == pytest.approx(evaluated(config, result, x, y), abs=2e-5)
    for x, y, loss in result.trained:
        assert loss == pytest.approx(evaluated(config, result, x, y), abs=1e-5)


def test_gradient_is_the_networks_gradient_along_the_plane(config, result):
    surface = network_surface.surface_of(config, result)
    plane = network_plane.Plane(config)
    directions = np.stack([result.first, result.second])
    for x, y in ((0.5, -1.0), surface.start):
        flat = tf.Variable(result.origin + x * result.first + y * result.second)
        with tf.GradientTape() as tape:
            loss = plane._loss(flat)
        expected = directions @ tape.gradient(loss, flat).numpy()
        np.testing.assert_allclose(surface.gradient(x, y), expected, atol=1e-4)


def test_error_of_the_spline_is_small_and_measured(result):
    assert 0 <= result.usual_error <= result.largest_error < 1e-4
    assert result.corners.shape == (4, 65, 65)
    back, _ = decode(encode(result, {}), network_surface.Result)
    assert back.largest_error == result.largest_error


def test_plane_goes_through_three_trained_networks(result):
    assert (result.accuracy > 0.95).all()
    assert np.linalg.norm(result.first) == pytest.approx(1, abs=1e-5)
    assert result.first @ result.second == pytest.approx(0, abs=1e-5)
    losses = result.corners[0]
    assert (result.trained[:, 2] < np.quantile(losses, 0.02)).all()
    distances = np.linalg.norm(result.trained[:, None, :2] - result.trained[None, :, :2], axis=2)
    assert distances[np.triu_indices(3, 1)].min() > 1


def test_there_is_a_ridge_between_the_valleys(config, result):
    surface = network_surface.surface_of(config, result)
    (x0, y0, loss0), (x1, y1, loss1) = result.trained[:2]
    between = surface.value(*np.linspace((x0, y0), (x1, y1), 50).T)
    assert between.max() > 2 * max(loss0, loss1)


def test_racers_part_on_it(config, result):
    surface = network_surface.surface_of(config, result)
    race_config = race.Config(surface="network", learning_rate=surface.rate)
    raced = race.run(race_config, surface=surface)
    assert {racer.valley_at is None for racer in raced.racers} == {True, False}
    assert not surface.exact


def test_random_directions_are_scaled_neuron_by_neuron():
    config = Config(directions="random", data="iris", points=33)
    plane = network_plane.Plane(config)
    weights = np.concatenate([weight.ravel() for weight in plane.model.get_weights()]).astype(float)
    origin, first, second, centres = plane.directions(np.array([weights] * 3))
    np.testing.assert_array_equal(origin, weights)
    kernel = weights[: 4 * config.units].reshape(4, config.units)
    for direction in (first, second):
        part = direction[: 4 * config.units].reshape(4, config.units)
        np.testing.assert_allclose(np.linalg.norm(part, axis=0), np.linalg.norm(kernel, axis=0))
    assert abs(first @ second) < 0.9 * np.linalg.norm(first) * np.linalg.norm(second)
    assert centres.shape == (1, 2)
    assert keras.backend.floatx() == "float32"


def test_every_data_set_is_shipped_and_a_race_on_it_has_its_key():
    assert {shipped.data for shipped in network_surface.shipped()} == set(network_surface.DATA)
    assert Config() in network_surface.shipped()
    digests = {race.Config(surface="network", network=data).digests() for data in network_surface.DATA}
    assert len(digests) == 3
    assert race.Config().digests() == ()
