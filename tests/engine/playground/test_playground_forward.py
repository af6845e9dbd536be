import os

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix as reference_matrix

from engine.data.features import inputs
from engine.models.forward import decide, forward
from engine.models.mlp import MLP, Hidden, flatten
from engine.playground.experiment import ACTIVATIONS, Config
from engine.playground.forward import confusion_matrix, predict
from tests.engine.playground.builders import made_result

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")


def random_weights(architecture: MLP, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    # Variances must be positive, so everything is.
    return generator.uniform(0.1, 1.0, architecture.parameter_count()).astype(np.float32) * np.where(
        generator.random(architecture.parameter_count()) < 0.5, -1, 1
    ).astype(np.float32)


def keras_outputs(architecture: MLP, weights: np.ndarray, x: np.ndarray) -> np.ndarray:
    model = architecture.build(0)
    model.set_weights(architecture.split(weights))
    return np.asarray(model(x, training=False))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_that_of_keras(activation):
    architecture = MLP(2, (Hidden(5, activation), Hidden(3, activation)), 1, "linear")
    weights = random_weights(architecture, 1)
    x = np.random.default_rng(0).uniform(-6, 6, (40, 2)).astype(np.float32)
    ours = forward(weights, x, architecture)
    assert [layer.shape for layer in ours] == [(40, 5), (40, 3), (40, 1)]
    np.testing.assert_allclose(ours[-1], keras_outputs(architecture, weights, x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("outputs", "output"), [(1, "sigmoid"), (4, "softmax"), (1, "linear")])
def test_batch_normalization_prelu_dropout_and_outputs_are_those_of_keras(outputs, output):
    hidden = (Hidden(6, "prelu", 0.3, True), Hidden(4, "tanh", 0.3, True))
    architecture = MLP(3, hidden, outputs, output)
    arrays = architecture.split(random_weights(architecture, 2))
    weights = flatten([np.abs(array) if array.ndim == 1 else array for array in arrays])
    x = np.random.default_rng(1).uniform(-6, 6, (40, 3)).astype(np.float32)
    ours = forward(weights, x, architecture)[-1]
    np.testing.assert_allclose(ours, keras_outputs(architecture, weights, x), rtol=1e-5, atol=1e-5)


def test_no_hidden_layer_is_a_logistic_regression():
    architecture = MLP(2, (), 1, "sigmoid")
    x = np.array([[1.0, 2.0], [-3.0, 0.5]])
    weights = np.array([0.5, -1.0, 0.25], np.float32)
    np.testing.assert_allclose(forward(weights, x, architecture)[0][:, 0], 1 / (1 + np.exp(-(x @ [0.5, -1.0] + 0.25))))


def test_confusion_matrix_is_that_of_scikit_learn():
    config = Config(dataset="blobs", classes=4, points=200, layers=(3,), features=("x", "xy"), seeds=1)
    curve = np.linspace(1, 0.5, 6)[:, None]
    result = made_result(config, curve, curve, curve)
    held = result.validation
    model = result.architecture.build(0)
    model.set_weights(result.architecture.split(result.snapshots[3]))
    chosen = np.asarray(model(inputs(result.points[held], config.features))).argmax(axis=1)
    expected = reference_matrix(result.target[held], chosen, labels=range(4))
    np.testing.assert_array_equal(confusion_matrix(result, 3), expected)


def test_a_score_is_decided_at_zero_and_a_probability_at_a_half():
    output = np.array([[-0.2], [0.2], [0.7]])
    assert decide(output).tolist() == [0, 0, 1]
    assert decide(output, 0.0).tolist() == [0, 1, 1]


def test_between_recorded_epochs_the_one_before_counts():
    config = Config(points=40, layers=(2,), seeds=1)
    curve = np.linspace(1, 0.5, 70)[:, None]
    result = made_result(config, curve, curve, curve)
    assert 66 not in result.snapshot_epoch
    before = int(result.snapshot_epoch[result.snapshot_epoch <= 66].max())
    np.testing.assert_array_equal(predict(result, 66, result.points), predict(result, before, result.points))
