"""The trained networks, against plain Keras, tf.GradientTape, counts by hand and the exported scripts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.activations import scenes, story
from engine.activations.experiment import (
    BIAS,
    COMPARISON,
    DEPTH,
    MODEL_FILE,
    NETWORK,
    RATE,
    SWEPT,
    TRAINED,
    Config,
    Result,
    data,
    partial,
    run,
)
from engine.activations.functions import NAMES
from engine.activations.networks import measure, stack_of
from engine.activations.script import script
from engine.activations.stack import Stack, passes
from engine.config import key
from engine.errors import InvalidSetting
from engine.figures.activations_depth import comparison_board, depth_board
from engine.figures.activations_network import network_board
from engine.runs.context import SilentContext
from engine.runs.store import store
from tests.engine.scripts import printed_by

UNITS = Config(task=NETWORK, epochs=2, seeds=3, depth=2, width=8, batch_size=256, bias=-0.2, learning_rate=0.5, seed=4)
DEEP = Config(task=DEPTH, epochs=2, seeds=3, depth=4, width=8, batch_size=256, initializer="he_normal")
COMPARED = Config(task=COMPARISON, epochs=2, seeds=3, depth=1, width=8, batch_size=256, slope=0.1)


@pytest.fixture(scope="module")
def trained() -> dict[str, Result]:
    return {config.task: run(config, SilentContext()) for config in (UNITS, DEEP)}


@pytest.mark.parametrize("name", NAMES)
def test_one_pass_says_what_keras_and_the_tape_say(name: str) -> None:
    stack = Stack(64, 3, 8, 10, name, "he_normal", 0.3)
    rows = data(Config())
    x, y = rows.x[:50], rows.y[:50]
    start = stack.start([3, 5], -0.1)
    seen = passes(stack, start, x, y)
    model = stack.build(5)
    made = [array[1] for array in stack.split(stack.start([3, 5], 0.0))]
    for ours, theirs in zip(made, model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    model.set_weights([array[1] for array in stack.split(start)])
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    assert all((layer.bias.numpy() == np.float32(-0.1)).all() for layer in dense[:-1])
    assert (dense[-1].bias.numpy() == 0).all()
    hidden = keras.Model(model.inputs, [layer.output for layer in model.layers[1:-1:2]])(x)
    for ours, theirs in zip(seen.hidden, hidden, strict=True):
        np.testing.assert_allclose(ours[1], theirs, rtol=2e-5, atol=2e-6)
    with tf.GradientTape() as tape:
        output = model(x)
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, output))
    gradient = tape.gradient(loss, [layer.kernel.value for layer in dense])
    np.testing.assert_allclose(seen.output[1], output, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(seen.gradient[1], [np.linalg.norm(one) for one in gradient], rtol=1e-3)


def test_dead_units_and_zeros_are_counted_by_hand() -> None:
    stack = Stack(2, 1, 3, 2, "relu")
    # Unit 0 is above 0 for one of two rows, unit 1 for none, unit 2 for both.
    first = np.array([[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]])
    weights = np.concatenate([first.ravel(), np.zeros(3), np.ones(6), np.zeros(2)])[None].astype(np.float32)
    rows = data(Config())
    rows = type(rows)(np.array([[1, 0], [0, 1]], np.float32), np.array([0, 1]), rows.held_x, rows.held_y)
    found = measure(stack, weights, rows)
    assert found["dead"] == pytest.approx(np.array([[1 / 3]]))
    assert found["zeros"] == pytest.approx(np.array([[3 / 6]]))
    assert found["active"] == pytest.approx(np.array([[0.5, 0, 1]]))


def test_a_dead_unit_has_no_gradient_and_stays_as_it_is() -> None:
    config = UNITS.changed(bias=-5.0, epochs=2)
    result = run(config.changed(learning_rate=0.01), SilentContext())
    relu = result.names.index("relu")
    assert (result.dead[:, relu] == 1).all()
    assert (result.gradient[:, relu, :, :-1] == 0).all()
    leaky = result.names.index("leaky_relu")
    assert (result.dead[:, leaky] == 0).all()
    assert (result.gradient[:, leaky] > 0).all()


def test_networks_are_trained_as_keras_trains_them(trained: dict[str, Result]) -> None:
    result = trained[NETWORK]
    rows = data(UNITS)
    for activation in ("relu", "prelu"):
        place, stack = result.names.index(activation), stack_of(UNITS, activation)
        seed = UNITS.seed + 1
        model = stack.build(seed)
        model.set_weights([array[0] for array in stack.split(stack.start([seed], UNITS.bias))])
        model.compile(
            keras.optimizers.SGD(UNITS.learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"]
        )
        for epoch in (1, 2):
            order = np.random.default_rng((seed, epoch)).permutation(len(rows.x))
            for first in range(0, len(order), UNITS.batch_size):
                batch = order[first : first + UNITS.batch_size]
                model.train_on_batch(rows.x[batch], rows.y[batch])
        right = model.evaluate(rows.held_x, rows.held_y, verbose=0)[1]
        assert right == pytest.approx(float(result.accuracy[-1, place, 1]), abs=1.5 / len(rows.held_y))
        if activation == "prelu":
            slopes = [layer.alpha.numpy() for layer in model.layers if isinstance(layer, keras.layers.PReLU)]
            for layer, learned in enumerate(slopes):
                expected = [learned.min(), learned.mean(), learned.max()]
                np.testing.assert_allclose(result.slopes[-1, 1, layer], expected, atol=1e-4)
            np.testing.assert_allclose(result.slopes[0], UNITS.slope, rtol=1e-6)


def test_all_begin_with_the_same_weights() -> None:
    for seed in (0, 7):
        kernels = {
            name: [array for array in stack_of(UNITS, name).initial_weights(seed) if array.ndim == 2] for name in NAMES
        }
        for name in NAMES:
            for ours, theirs in zip(kernels[name], kernels["relu"], strict=True):
                np.testing.assert_array_equal(ours, theirs)


def test_the_sweep_ends_like_the_run_of_its_value(trained: dict[str, Result]) -> None:
    alone = run(UNITS.changed(learning_rate=SWEPT[RATE][2]), SilentContext())
    np.testing.assert_allclose(trained[NETWORK].swept_dead[2, 0], alone.dead[-1, 0].mean(axis=1), atol=1e-6)
    np.testing.assert_allclose(trained[NETWORK].swept_accuracy[2], alone.accuracy[-1, :2], atol=1e-6)


def test_sigmoid_loses_the_gradient_on_its_way_and_relu_does_not(trained: dict[str, Result]) -> None:
    ratio = trained[DEPTH].ratio.mean(axis=2)
    sigmoid, relu = (TRAINED[DEPTH].index(name) for name in ("sigmoid", "relu"))
    assert ratio[-1, sigmoid] < 1e-3 * ratio[0, sigmoid]
    assert ratio[-1, relu] > 0.01


class Impatient(SilentContext):
    """Stops at the second question."""

    asked = 0

    def stop_requested(self) -> bool:
        self.asked += 1
        return self.asked > 2


def test_stop_keeps_what_there_is() -> None:
    context = Impatient()
    result = run(COMPARED.changed(epochs=30), context)
    assert result.stopped
    assert np.isfinite(result.loss[0, 0]).all()
    assert np.isnan(result.loss[:, 1]).all()
    assert "You stopped it" in story.story(result)
    json.dumps(comparison_board(result, "relu", running=True), allow_nan=False)
    assert partial(result.config, {}) is None


def test_too_much_is_refused_with_a_remedy() -> None:
    with pytest.raises(InvalidSetting, match="steps") as caught:
        Config(task=COMPARISON, depth=20, epochs=40, seeds=10, batch_size=16)
    assert "fewer" in caught.value.advice


def test_what_a_training_does_not_look_at_is_not_in_its_key() -> None:
    moved = scenes.ALL.changed(x=2.0, function="tanh", temperature=3.0, bias=-1.0, vary=BIAS)
    assert key(moved.bare()) == key(scenes.ALL)
    assert all(scene.config == scene.config.bare() for scene in scenes.SCENES)


def test_a_model_is_kept_beside_the_result(tmp_path: Path) -> None:
    context = SilentContext()
    result = run(DEEP.changed(depth=1), context)
    (tmp_path / "relu.keras").write_bytes(context.files[MODEL_FILE])
    model = keras.models.load_model(tmp_path / "relu.keras")
    rows = data(DEEP)
    right = float((model.predict(rows.held_x, verbose=0).argmax(axis=1) == rows.held_y).mean())
    assert right == pytest.approx(float(result.accuracy[-1, result.names.index("relu"), 0]), abs=1e-6)


def test_the_scripts_print_the_pages_numbers(tmp_path: Path, trained: dict[str, Result]) -> None:
    function = Config(function="prelu", beside="gelu", x=-0.7, slope=0.15)
    hot = Config(function="softmax", temperature=2.0)
    compared = run(COMPARED, SilentContext())
    configs = (UNITS, DEEP, COMPARED, function, hot)
    units, deep, all_, curve, probabilities = printed_by((tmp_path, script(config)) for config in configs)
    for config, result, printed in ((UNITS, trained[NETWORK], units), (DEEP, trained[DEPTH], deep)):
        for place, name in enumerate(result.names):
            for seed in range(config.seeds):
                match = re.search(rf"^{name} {config.seed + seed} right ([\d.]+) (.*)$", printed, re.MULTILINE)
                assert match is not None
                assert float(match[1]) == pytest.approx(float(result.accuracy[-1, place, seed]), abs=0.004)
                numbers = [float(one) for one in re.findall(r"\d[\d.e+-]*", match[2])]
                if config is UNITS:
                    assert numbers[0] == pytest.approx(float(result.dead[-1, place, seed].mean()), abs=0.002)
                    assert numbers[1] == pytest.approx(float(result.zeros[-1, place, seed].mean()), abs=0.002)
                else:
                    np.testing.assert_allclose(numbers, result.gradient[-1, place, seed], rtol=0.02)
    for place, name in enumerate(NAMES):
        match = re.search(rf"^{name} 0 right ([\d.]+)", all_, re.MULTILINE)
        assert match is not None
        assert float(match[1]) == pytest.approx(float(compared.accuracy[-1, place, 0]), abs=0.004)
    assert "prelu: f = -0.10500, derivative 0.15000" in curve
    found = re.search(r"p: ([\d. ]+)", probabilities)
    assert found is not None
    weights = np.exp(np.array(hot.numbers) / 2)
    np.testing.assert_allclose([float(one) for one in found[1].split()], weights / weights.sum(), atol=1e-5)


@pytest.fixture(scope="module")
def shipped() -> dict[str, Result]:
    return {scene.name: store().find(scene.config).result for scene in scenes.SCENES[1:]}


def test_every_scene_answers_from_its_run(shipped: dict[str, Result]) -> None:
    right = {
        "Saturation": scenes.LEFT[2],
        "Dead ReLUs": scenes.DEAD[2],
        "Rescued": scenes.RESCUE[3],
        "Ten layers": scenes.SHARE[2],
    }
    for scene in scenes.SCENES:
        asked = shipped.get(scene.name, scene.config)
        assert scenes.fits(scene.config, asked)
        if scene.name in right:
            assert scene.answer(asked, right[scene.name]).startswith("Right.")
        assert scene.answer(asked, "something else").startswith("You said")


def test_the_pictures_and_stories_of_the_shipped_runs(shipped: dict[str, Result]) -> None:
    boards = {NETWORK: network_board, DEPTH: depth_board}
    for result in shipped.values():
        task = result.config.task
        made = boards[task](result, "r") if task in boards else comparison_board(result, "gelu", "r")
        sent = json.loads(json.dumps(made, allow_nan=False))
        assert sent["frames"] == result.config.epochs + 1
        assert "nan" not in story.story(result)
    dead = shipped["Dead ReLUs"]
    assert f"{100 * dead.dead[-1, 0].mean():.1f} ±" in story.story(dead)
    assert "–" not in story.story(shipped["All trained"])
