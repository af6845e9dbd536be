"""Backpropagation by hand, against tf.GradientTape, finite differences, Keras' SGD and its own exported script."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as some

from engine.backpropagation import scenes, story
from engine.backpropagation.experiment import (
    ACTIVATIONS,
    BATCHES,
    CROSS_ENTROPY,
    FULL,
    LOSSES,
    MINI,
    MODEL_FILE,
    PARAMETERS,
    RELU,
    SIGMOID,
    SQUARED,
    Config,
    Result,
    data,
    run,
)
from engine.backpropagation.script import script
from engine.backpropagation.steps import BACKWARD, FORWARD, UPDATE, said, steps
from engine.backpropagation.walk import activate, backwards, walk
from engine.errors import InvalidSetting
from engine.figures import backpropagation as figures
from engine.figures.cards import CARDS
from engine.runs.context import SilentContext
from engine.runs.store import store
from tests.engine.scripts import printed_by

SETTINGS = tuple(
    Config(activation=activation, loss=loss, batch=BATCHES[k % 3], updates=2 * (k % 3), learning_rate=0.2, target=0.8)
    for k, (activation, loss) in enumerate(itertools.product(ACTIVATIONS, LOSSES))
)
named = pytest.mark.parametrize("config", SETTINGS, ids=lambda one: f"{one.activation}, {one.loss}, {one.batch}")


def reference(config: Config, weights: np.ndarray, rows: slice) -> tuple[float, np.ndarray]:
    """Return mean loss and gradient of some rows by a tape over plain TensorFlow, independent of the engine's model."""
    x, t = data(config)
    w = tf.Variable(weights)
    bend = {"sigmoid": tf.sigmoid, "tanh": tf.tanh, "relu": tf.nn.relu}
    with tf.GradientTape() as tape:
        h1 = bend[config.activation](w[0] * x[rows, 0] + w[1] * x[rows, 1] + w[2])
        h2 = bend[config.activation](w[3] * x[rows, 0] + w[4] * x[rows, 1] + w[5])
        z = w[6] * h1 + w[7] * h2 + w[8]
        if config.loss == CROSS_ENTROPY:
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(t[rows], z))
        else:
            loss = tf.reduce_mean((bend[config.activation](z) - t[rows]) ** 2)
    return float(loss), tape.gradient(loss, w).numpy()


@named
def test_every_product_is_what_the_tape_says(config: Config) -> None:
    result, mine = run(config, SilentContext()), walk(config)
    for name in story.COMPARED:
        np.testing.assert_allclose(getattr(mine, name), getattr(result, name), rtol=1e-10, atol=1e-14, err_msg=name)
    for row in range(config.rows):
        loss, gradient = reference(config, mine.weights, slice(row, row + 1))
        assert mine.loss[row] == pytest.approx(loss, rel=1e-10)
        np.testing.assert_allclose(mine.rows[row], gradient, rtol=1e-9, atol=1e-14)
    _, gradient = reference(config, mine.weights, slice(0, config.batch_rows))
    np.testing.assert_allclose(mine.batch, gradient, rtol=1e-9, atol=1e-14)


@named
def test_gradients_are_finite_differences(config: Config) -> None:
    x, t = data(config)
    weights, tiny = config.start, 1e-6
    gradient = backwards(config, weights, x, t)["rows"]
    for index in range(9):
        push = tiny * np.eye(9)[index]
        above, below = (backwards(config, weights + sign * push, x, t)["loss"] for sign in (1, -1))
        np.testing.assert_allclose(gradient[:, index], (above - below) / (2 * tiny), rtol=1e-6, atol=1e-9)


@given(some.lists(some.floats(-2, 2), min_size=9, max_size=9), some.sampled_from((SIGMOID, "tanh")))
@trials(max_examples=40, deadline=None)
def test_any_smooth_network_has_the_gradient_of_finite_differences(numbers: list[float], activation: str) -> None:
    config = Config(activation=activation, **dict(zip(PARAMETERS, numbers, strict=True)))
    x, t = data(config)
    direction = np.random.default_rng(1).standard_normal(9)
    above, below = (backwards(config, config.start + sign * 1e-6 * direction, x, t)["loss"] for sign in (1, -1))
    slope = backwards(config, config.start, x, t)["rows"] @ direction
    np.testing.assert_allclose(slope, (above - below) / 2e-6, rtol=1e-5, atol=1e-8)


def test_one_number_by_hand() -> None:
    # z1 = 1 · 0.5 − 0.4 · 0.5 + 0.1 = 0.4, h1 = σ(0.4); z2 = 0.3 + 0.4 − 0.2 = 0.5, h2 = σ(0.5).
    mine = walk(Config())
    h1, h2 = 1 / (1 + np.exp(-0.4)), 1 / (1 + np.exp(-0.5))
    y = 1 / (1 + np.exp(-(0.7 * h1 - 0.6 * h2 + 0.2)))
    back = 2 * (y - 1) * y * (1 - y)
    np.testing.assert_allclose(mine.z[0, :2], [0.4, 0.5])
    assert mine.rows[0, 8] == pytest.approx(back)
    assert mine.rows[0, 0] == pytest.approx(back * 0.7 * h1 * (1 - h1) * 1)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_velocity_is_that_of_keras(momentum: float) -> None:
    config = Config(momentum=momentum, updates=6, learning_rate=0.3, batch=FULL)
    weights = tf.Variable(config.start)
    optimizer = keras.optimizers.SGD(0.3, momentum=momentum)
    for _ in range(6):
        _, gradient = reference(config, weights.numpy(), slice(0, config.rows))
        optimizer.apply([tf.constant(gradient)], [weights])
    mine = walk(config)
    np.testing.assert_allclose(mine.weights, weights.numpy(), rtol=1e-9)
    if momentum:
        np.testing.assert_allclose(mine.velocity, optimizer.momentums[0].numpy(), rtol=1e-8)
    _, gradient = reference(config, weights.numpy(), slice(0, config.rows))
    optimizer.apply([tf.constant(gradient)], [weights])
    np.testing.assert_allclose(mine.next_weights, weights.numpy(), rtol=1e-9)


@pytest.mark.parametrize("rows", [4, 5, 6])
def test_a_batch_is_the_mean_of_its_rows(rows: int) -> None:
    for batch, count in zip(BATCHES, (1, rows // 2, rows), strict=True):
        config = Config(batch=batch, rows=rows)
        mine = walk(config)
        assert config.batch_rows == count
        np.testing.assert_allclose(mine.batch, sum(mine.rows[:count]) / count, atol=1e-15)
        assert np.linalg.norm(mine.batch) <= np.linalg.norm(mine.rows[:count], axis=1).max() + 1e-15


def test_a_dead_relu_and_its_corner_let_nothing_back() -> None:
    value, slope = activate(RELU, np.array([-1.0, 0.0, 2.0]))
    assert list(value) == [0, 0, 2]
    assert list(slope) == [0, 0, 1]  # TensorFlow's slope at 0 too
    mine = walk(scenes.DEAD)
    assert not mine.rows[0, :3].any()
    assert mine.rows[0, 3:].any()


def test_saturation_stays_in_the_numbers_range() -> None:
    config = Config(activation=RELU, loss=CROSS_ENTROPY, w11=5, w12=5, w21=5, w22=5, v1=5, v2=5, b3=5, x1=3, x2=3)
    mine = walk(config.changed(target=0.0))
    assert mine.to_sum[0, 2] == pytest.approx(1)
    assert np.isfinite(mine.rows).all()
    result = run(config.changed(target=0.0), SilentContext())
    np.testing.assert_allclose(mine.rows, result.rows, rtol=1e-10, atol=1e-14)


def test_divergence_is_a_result() -> None:
    config = Config(activation=RELU, loss=SQUARED, learning_rate=10.0, updates=40, v1=5, v2=5, w11=5, w21=5, target=0.0)
    mine = walk(config)
    assert np.abs(mine.next_weights).max() > story.LEFT  # one giant step, and no ReLU is alive any more
    assert not mine.batch.any()
    result = run(config, SilentContext())
    np.testing.assert_allclose(mine.next_weights, result.next_weights, rtol=1e-9)
    assert "have left" in story.story(result)
    json.dumps(figures.board(config, result), allow_nan=False)


class Impatient(SilentContext):
    """Stops at the first question."""

    def stop_requested(self) -> bool:
        return True


def test_stop_keeps_what_there_is() -> None:
    context = Impatient()
    result = run(Config(updates=40), context)
    assert result.stopped
    np.testing.assert_allclose(result.weights, walk(Config(updates=5)).weights, rtol=1e-9)
    assert "You stopped it" in story.story(result)
    assert context.files[MODEL_FILE]


def test_bounds_are_refused_with_a_remedy() -> None:
    with pytest.raises(InvalidSetting, match="w11") as caught:
        Config(w11=50.0)
    assert "from -5 to 5" in caught.value.advice


@pytest.fixture(scope="module")
def shipped() -> dict[str, Result]:
    return {scene.name: store().find(scene.config).result for scene in scenes.SCENES}


def test_every_scene_answers_from_its_shipped_run(shipped: dict[str, Result]) -> None:
    right = {
        "All sigmoid": scenes.GROUPS[2],
        "Dead ReLU": scenes.FLOWS[0],
        "Saturated": scenes.LEFT[2],
        "A batch": scenes.SIZES[2],
        "Velocity": scenes.FASTER[2],
    }
    for scene in scenes.SCENES:
        assert scene.answer(shipped[scene.name], right[scene.name]).startswith("Right.")
        assert scene.answer(shipped[scene.name], "something else").startswith("You said")
        assert story.largest_difference(walk(scene.config), shipped[scene.name]) < 1e-12
    assert "let nothing back" in story.story(shipped["Dead ReLU"])
    assert "133 numbers were compared" in story.story(shipped["All sigmoid"])


@named
def test_each_step_puts_its_own_number_in(config: Config) -> None:
    mine = walk(config)
    told = steps(config, mine)
    assert [step.phase for step in told] == [FORWARD] * 8 + [BACKWARD] * 15 + [UPDATE] * 3
    assert sorted(step.item[1:] for step in told if step.item[1:] in PARAMETERS) == sorted(PARAMETERS)
    for step in told[1:]:
        assert step.where is not None
        field, index = step.where
        assert step.numbers.endswith(f"= {said(float(getattr(mine, field)[index]))}")


def test_numbers_as_people_read_them() -> None:
    assert [said(value) for value in (0.0, -0.25, 12.5, 0.00012, float("nan"))] == [
        "0",
        "−0.25",
        "12.5",
        "1.2·10⁻⁴",
        "gone",
    ]


def test_the_picture_says_checking_until_there_is_an_answer(shipped: dict[str, Result]) -> None:
    waiting = json.loads(json.dumps(figures.board(Config(), None), allow_nan=False))
    answered = figures.board(Config(), shipped["All sigmoid"])
    assert waiting["frames"] == answered["frames"] == 26
    check = next(panel for panel in waiting["panels"] if panel["name"] == "check")
    assert check["lines"][9][1] == ["GradientTape says", "checking…"]
    check = next(panel for panel in answered["panels"] if panel["name"] == "check")
    assert check["lines"][9][0][1] == check["lines"][9][1][1]
    table = next(panel for panel in answered["panels"] if panel["name"] == "table")["lines"]
    assert table[10][9][1] == "·"  # the output's bias comes later
    assert table[23][9][1:] == ["−0.216", "−0.18", "0.258", "0.267", "−0.216", "−0.216"]
    # What is computed now stands in the accent, once.
    network = next(panel for panel in answered["panels"] if panel["name"] == "network")
    texts = [mark for mark in network["marks"] if mark["kind"] == "texts" and mark["framed"]]
    now = [text for mark in texts if mark["size"] == 19 for text in mark["text"][14]]
    assert "∂z₁ −0.036" in now


@pytest.mark.parametrize("dark", [False, True])
def test_the_card_shows_the_default_network(dark: bool) -> None:
    card = CARDS["backpropagation"](dark)
    assert card.count("<circle") == 6
    assert ">0.56<" in card


def test_the_scripts_print_the_pages_numbers(tmp_path: Path) -> None:
    configs = (Config(updates=3, batch=MINI), *SETTINGS[1::2])
    for config, printed in zip(configs, printed_by((tmp_path, script(config)) for config in configs), strict=True):
        mine = walk(config)
        expected = {
            "weights": mine.weights,
            "row 1": mine.rows[0],
            f"row {config.rows}": mine.rows[-1],
            "batch by hand": mine.batch,
            "batch by tape": mine.batch,
            "next weights": mine.next_weights,
        }
        for name, values in expected.items():
            match = re.search(rf"^{name}: ([-\d. ]+)$", printed, re.MULTILINE)
            assert match is not None, name
            np.testing.assert_allclose([float(value) for value in match[1].split()], values, atol=2e-6, err_msg=name)
        difference = re.search(r"largest difference: ([-\de.+]+)", printed)
        assert difference is not None
        assert float(difference[1]) < 1e-9
        source = script(config)
        assert max(map(len, source.splitlines())) <= 120
        assert source.count("\n") < 110
