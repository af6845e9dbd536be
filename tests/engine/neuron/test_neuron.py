"""A neuron with and without a bias, against scikit-learn, hand algebra, plain Keras and its own exported script."""

from __future__ import annotations

import json
import re
import statistics
from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error

from engine.errors import InvalidSetting
from engine.figures import neuron as figures
from engine.neuron import scenes, story, theory
from engine.neuron.experiment import BORDER, MODEL_FILE, Config, Result, data, orders, partial, run
from engine.neuron.script import script
from engine.runs.context import SilentContext
from engine.runs.store import store
from tests.engine.scripts import printed_by

LINE = Config(points=30, epochs=12, batch_size=8, learning_rate=0.03, seed=5, seeds=3)
CLASSES = Config(task=BORDER, points=40, epochs=8, batch_size=16, learning_rate=0.5, offset=2, seed=2, seeds=2)
CENTRED = Config(points=20, epochs=4, centred=True, noise=1.0, seeds=1)


@pytest.mark.parametrize("bias", [True, False])
def test_the_best_line_is_least_squares(bias: bool) -> None:
    x, y = data(Config(noise=1.5, seed=3))
    expected = LinearRegression(fit_intercept=bias).fit(x, y)
    best = theory.best_line(x[:, 0], y, bias)
    assert best.slope == pytest.approx(float(expected.coef_[0]), rel=1e-5)
    assert best.offset == pytest.approx(float(np.atleast_1d(expected.intercept_)[0]), abs=1e-5)
    assert best.loss == pytest.approx(mean_squared_error(y, expected.predict(x)), rel=1e-5)


def test_error_maps_are_the_losses_of_scikit_learn() -> None:
    x, y = data(LINE)
    grid = theory.squared_errors(x[:, 0], y, np.array([0.5, 1.0]), np.array([-1.0, 2.0]))
    assert grid[1, 0] == pytest.approx(mean_squared_error(y, 0.5 * x[:, 0] + 2), rel=1e-6)
    x, y = data(CLASSES)
    way = np.array([0.6, 0.8])
    grid = theory.log_losses(x, y, way, np.array([0.7]), np.array([-0.4]))
    assert grid[0, 0] == pytest.approx(log_loss(y, 1 / (1 + np.exp(-(0.7 * x @ way - 0.4)))), rel=1e-6)


def test_the_largest_rate_by_hand() -> None:
    # Inputs 0 and 2: the curvature is 2 (mean of squares 2, mean 1) = 2 [[2, 1], [1, 1]], without a bias 2 · 2.
    x = np.array([0.0, 2.0])
    assert theory.largest_rate(x, False) == pytest.approx(0.5)
    assert theory.largest_rate(x, True) == pytest.approx(2 / (3 + 5**0.5))


@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_descent_leaves_just_above_the_largest_rate(factor: float) -> None:
    config = Config(points=20, epochs=300, batch_size=32)
    limit = theory.largest_rate(data(config)[0][:, 0], True)
    result = run(config.changed(learning_rate=factor * limit), SilentContext())
    assert bool(result.loss[-1, 0] < result.loss[0, 0]) == (factor < 1)


@pytest.mark.parametrize("config", [LINE, CLASSES])
def test_both_neurons_are_trained_as_keras_trains_them(config: Config) -> None:
    result = run(config, SilentContext())
    x, y = data(config)
    for bias, found in ((True, result.with_bias), (False, result.without)):
        start = keras.initializers.GlorotUniform(seed=config.seed)
        active = "sigmoid" if config.task == BORDER else None
        layer = keras.layers.Dense(1, activation=active, use_bias=bias, kernel_initializer=start)
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        loss = "binary_crossentropy" if config.task == BORDER else "mean_squared_error"
        model.compile(keras.optimizers.SGD(config.learning_rate), loss=loss)
        np.testing.assert_allclose(np.concatenate([w.ravel() for w in model.get_weights()]), found[0], atol=1e-6)
        for batches in orders(config):
            for batch in batches:
                rows = batch[batch >= 0]
                model.train_on_batch(x[rows], y[rows, None])
        np.testing.assert_allclose(np.concatenate([w.ravel() for w in model.get_weights()]), found[-1], atol=2e-5)
        error = model.evaluate(x, y[:, None], batch_size=len(x), verbose=0)
        assert error == pytest.approx(float(result.loss[-1, 0 if bias else 1]), rel=1e-4)


def test_a_long_training_arrives_where_the_best_is() -> None:
    result = run(Config(epochs=400), SilentContext())
    best = theory.best_line(result.x[:, 0], result.y, True)
    np.testing.assert_allclose(result.with_bias[-1], [best.slope, best.offset], atol=0.01)
    border = run(CLASSES.changed(epochs=400, batch_size=64, learning_rate=2.0, points=100), SilentContext())
    expected = LogisticRegression(C=1e9, tol=1e-9).fit(border.x, border.y)
    assert theory.accuracy(border, -1)[0] == pytest.approx(expected.score(border.x, border.y), abs=0.03)


def test_every_point_is_in_one_batch_an_epoch() -> None:
    order = orders(LINE)
    assert order.shape == (12, 4, 8)
    for epoch in order:
        assert sorted(epoch[epoch >= 0]) == list(range(30))


class Impatient(SilentContext):
    """Stops at the first question."""

    def stop_requested(self) -> bool:
        return True


def test_stop_keeps_what_there_is() -> None:
    context = Impatient()
    result = run(Config(epochs=400), context)
    assert result.stopped
    assert len(result.loss) == 11
    assert "You stopped it at epoch 10 of 400." in story.story(result)
    assert context.files[MODEL_FILE]
    series = {"loss": result.loss, "with_bias": result.with_bias, "without": result.without}
    assert partial(result.config, series) is not None
    assert partial(result.config, {}) is None


def test_too_many_steps_are_refused_with_a_remedy() -> None:
    with pytest.raises(InvalidSetting, match="steps") as caught:
        Config(points=400, batch_size=1, epochs=400)
    assert "larger batches" in caught.value.advice


@pytest.fixture(scope="module")
def shipped() -> dict[str, Result]:
    return {scene.name: store().find(scene.config).result for scene in scenes.SCENES}


def test_every_scene_answers_from_its_shipped_run(shipped: dict[str, Result]) -> None:
    right = {
        "An offset": scenes.SLOPES[1],
        "No offset": scenes.CLOSER[2],
        "Mean taken off": scenes.CLOSER[2],
        "Two classes": scenes.SIDES[2],
        "Too fast": scenes.LEAVES[1],
    }
    for scene in scenes.SCENES:
        assert scene.answer(shipped[scene.name], right[scene.name]).startswith("Right.")
        assert scene.answer(shipped[scene.name], "something else").startswith("You said")


def test_the_story_says_who_left_and_what_the_limit_is(shipped: dict[str, Result]) -> None:
    said = story.story(shipped["Too fast"])
    assert "with a bias it left for good" in said
    assert "0.160 with a bias and 0.182 without" in said
    assert "nothing left to do" in story.story(shipped["Mean taken off"])
    assert "holds the border" in story.story(shipped["Two classes"])


def test_the_story_gives_mean_and_deviation_over_the_seeds(shipped: dict[str, Result]) -> None:
    result = shipped["An offset"]
    assert len(result.ends_loss) == result.config.seeds
    slopes = [float(value) for value in result.ends_without[:, 0]]
    expected = f"{statistics.mean(slopes):.2f} ± {statistics.stdev(slopes):.2f} without"
    assert expected in story.story(result)
    classes = shipped["Two classes"]
    behind = []
    for place, (own, alone) in enumerate(zip(classes.ends_with, classes.ends_without, strict=True)):
        x, y = data(classes.config.changed(seed=classes.config.seed + place))
        right = [accuracy_score(y, x @ own[:2] + own[2] > 0), accuracy_score(y, x @ alone > 0)]
        behind.append(100 * (right[0] - right[1]))
    assert f"{statistics.mean(behind):.0f} ± {statistics.stdev(behind):.0f} points" in story.story(classes)


def test_the_picture_holds_both_paths_and_the_hand_drawn_line(shipped: dict[str, Result]) -> None:
    for result in shipped.values():
        view = figures.View(1.0, 2.0)
        sent = json.loads(json.dumps(figures.board(result, view, "r"), allow_nan=False))
        assert sent["frames"] == len(figures.frames(result)) <= figures.MOST_FRAMES
        kinds = [mark["kind"] for panel in sent["panels"] if panel["kind"] == "panel" for mark in panel["marks"]]
        assert "heat" in kinds
        assert "nan" not in json.dumps(sent["panels"][-1])
    line = shipped["An offset"]
    expected = mean_squared_error(line.y, line.x[:, 0] + 2)
    assert figures.yours(line, figures.View(1.0, 2.0)) == pytest.approx(expected, rel=1e-6)


def test_the_scripts_print_the_pages_numbers(tmp_path: Path) -> None:
    configs = (LINE, CLASSES, CENTRED)
    for config, printed in zip(configs, printed_by((tmp_path, script(config)) for config in configs), strict=True):
        result = run(config, SilentContext())
        np.testing.assert_array_equal(result.ends_with[0], result.with_bias[-1])
        for name, ends, column in (("with bias", result.ends_with, 0), ("without", result.ends_without, 1)):
            lines = re.findall(rf"seed (\d+) {name}: ([-\d. ]+) error ([\d.]+)", printed)
            assert [int(line[0]) for line in lines] == list(range(config.seed, config.seed + config.seeds))
            for line, end, loss in zip(lines, ends, result.ends_loss[:, column], strict=True):
                np.testing.assert_allclose([float(value) for value in line[1].split()], end, atol=2e-4)
                assert float(line[2]) == pytest.approx(float(loss), rel=1e-3, abs=2e-5)
