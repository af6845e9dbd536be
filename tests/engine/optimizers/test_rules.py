"""The rules against keras.optimizers itself: same gradients in, same weights and same memory out."""

from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.optimizers import catalogue
from engine.optimizers.keras_race import keras_optimizer
from engine.optimizers.race import Config, rule_of

STEPS = 100
START = (-1.3, 0.7)


@pytest.fixture
def double():
    """Keras in float64, so that rounding cannot hide or excuse a difference."""
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


def gradients(noise):
    """Gradients of ½(3x² + y²) along a fixed path, with noise: what a rule sees must not depend on the rule."""
    generator = np.random.default_rng(3)
    decay = np.exp(-np.arange(STEPS) / 30)[:, None] * np.array([[-3.9, 0.7]])
    return (decay + noise * generator.normal(size=(STEPS, 2))).tolist()


@cache
def keras_path(config, name):
    """Path (STEPS, 2, 2) and memory of Keras: all its rules work element by element, so one variable holds both
    the racer without noise (row 0) and the one with noise (row 1).
    """
    optimizer = keras_optimizer(config, name)
    variable = tf.Variable([START, START], dtype="float64")
    optimizer.build([variable])
    step = tf.function(lambda gradient: optimizer.apply([gradient], [variable]))
    path = []
    for gradient in tf.constant(list(zip(gradients(0.0), gradients(1.0), strict=True)), "float64"):
        step(gradient)
        path.append(variable.numpy())
    return np.array(path), {variable.path.split("/")[-1]: variable.numpy() for variable in optimizer.variables}


def own_path(config, name, seen):
    rule = rule_of(config, name, START)
    next(rule)
    states = [rule.send(tuple(gradient)) for gradient in seen]
    return np.array([state[:2] for state in states]), states[-1]


# Keras rounds parameters to float32 even in float64; these are numbers that survive it.
EXACT = Config(learning_rate=0.0625, momentum=0.875, betas=(0.875,) * 12, averages=(0.96875,) * 12, weight_decay=0.25)


@pytest.mark.parametrize("name", catalogue.IDS)
def test_rule_is_keras_rule(double, name):
    expected, _ = keras_path(EXACT, name)
    for row, noise in enumerate((0.0, 1.0)):
        path, _ = own_path(EXACT, name, gradients(noise))
        # Nadam's constant 0.96 is rounded inside Keras.
        np.testing.assert_allclose(path, expected[:, row], rtol=0, atol=1e-6 if name == "nadam" else 1e-9)


@pytest.mark.parametrize("name", catalogue.IDS)
def test_rule_is_keras_rule_with_keras_defaults(double, name):
    config = Config(learning_rate=0.05)
    expected, _ = keras_path(config, name)
    for row, noise in enumerate((0.0, 1.0)):
        path, _ = own_path(config, name, gradients(noise))
        np.testing.assert_allclose(path, expected[:, row], rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("name", [optimizer.id for optimizer in catalogue.OPTIMIZERS if optimizer.parameters])
def test_own_parameters_make_a_difference(name):
    index = catalogue.IDS.index(name)
    changed, shared = Config(learning_rate=0.05), Config(learning_rate=0.05)
    for field in ("betas", "averages"):
        entries = [-1.0] * 12
        entries[index] = 0.6
        changed = changed.changed(**{field: tuple(entries)})
    seen = gradients(1.0)
    assert np.abs(own_path(changed, name, seen)[0] - own_path(shared, name, seen)[0]).max() > 1e-3


def test_memory_is_keras_memory(double):
    config, seen = EXACT, gradients(1.0)
    for name, slot in (("momentum", "momentum"), ("nesterov", "momentum")):
        np.testing.assert_allclose(own_path(config, name, seen)[1][2:4], _slot(config, name, slot), atol=1e-12)
    for name, slot in (("adagrad", "accumulator"), ("rmsprop", "velocity"), ("adadelta", "accumulated_grad")):
        np.testing.assert_allclose(own_path(config, name, seen)[1][4:6], _slot(config, name, slot), rtol=1e-12)
    # Adam's kin: Keras keeps the averages uncorrected.
    for name in ("adam", "adamw"):
        state = own_path(config, name, seen)[1]
        np.testing.assert_allclose(np.negative(state[2:4]) * (1 - 0.875**STEPS), _slot(config, name, "momentum"))
        np.testing.assert_allclose(np.array(state[4:6]) * (1 - 0.96875**STEPS), _slot(config, name, "velocity"))
    np.testing.assert_allclose(np.sqrt(own_path(config, "adamax", seen)[1][4:6]), _slot(config, "adamax", "norm"))


def _slot(config, name, slot):
    found = [value for path, value in keras_path(config, name)[1].items() if path.endswith(slot)]
    assert len(found) == 1
    return found[0][1]


@pytest.mark.parametrize("name", ["sgd", "adagrad", "rmsprop", "adadelta"])
def test_effective_rate_times_gradient_is_the_step(name):
    seen = gradients(1.0)
    path, state = own_path(Config(learning_rate=0.05), name, seen)
    np.testing.assert_allclose(path[-1] - path[-2], -np.array(state[6:8]) * np.array(seen[-1]), rtol=1e-9)


@pytest.mark.parametrize("name", ["adam", "nadam", "adamax"])
def test_effective_rate_times_velocity_is_the_step(name):
    path, state = own_path(Config(learning_rate=0.05), name, gradients(1.0))
    np.testing.assert_allclose(path[-1] - path[-2], np.array(state[6:8]) * np.array(state[2:4]), rtol=1e-6)


def test_traps_of_keras():
    # Adagrad: accumulator from 0.1, epsilon inside the root. First step by hand.
    path, _ = own_path(Config(learning_rate=1.0), "adagrad", [[2.0, 0.0]])
    assert path[0, 0] == pytest.approx(START[0] - 2 / np.sqrt(0.1 + 4 + 1e-7), abs=1e-12)
    # Adam: the first step is η whatever the gradient, up to epsilon outside the root.
    path, _ = own_path(Config(learning_rate=0.5), "adam", [[1e-3, -7.0]])
    np.testing.assert_allclose(path[0] - START, [-0.5, 0.5], rtol=1e-2)
    # Lion: exactly η in either direction, nothing for a zero vote.
    path, _ = own_path(Config(learning_rate=0.5), "lion", [[1e-3, 0.0]])
    np.testing.assert_allclose(path[0] - START, [-0.5, 0.0], atol=1e-15)
