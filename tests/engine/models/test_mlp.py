import keras
import numpy as np
import pytest

from engine.errors import InvalidSetting
from engine.models.mlp import ACTIVATIONS, MLP, Hidden, flatten

NETWORK = MLP(2, (Hidden(4, "prelu", 0.3, True), Hidden(3, "tanh", 0.0, True), Hidden(5, "relu", 0.2)), 2, "softmax")


def test_layers_stand_in_the_stated_order():
    kinds = [type(layer).__name__ for layer in NETWORK.build(0).layers]
    assert kinds == [
        *("Dense", "BatchNormalization", "PReLU", "Dropout"),
        *("Dense", "BatchNormalization", "Activation"),
        *("Dense", "Activation", "Dropout"),
        "Dense",
    ]


def test_initial_weights_are_those_of_the_built_model():
    for own, built in zip(NETWORK.initial_weights(7), NETWORK.build(7).get_weights(), strict=True):
        np.testing.assert_array_equal(own, built)


def test_a_seed_makes_the_same_network_whatever_ran_before():
    first = flatten(NETWORK.build(3).get_weights())
    keras.utils.set_random_seed(123)
    keras.random.normal((10,))
    np.testing.assert_array_equal(flatten(NETWORK.build(3).get_weights()), first)
    assert not np.array_equal(flatten(NETWORK.build(4).get_weights()), first)


def test_dropout_seeds_are_those_of_the_layers():
    states = [
        layer.seed_generator.state for layer in NETWORK.build(6).layers if isinstance(layer, keras.layers.Dropout)
    ]
    assert tuple(int(state.numpy()[0]) for state in states) == NETWORK.dropout_seeds(6) == (6500, 6502)


def test_split_is_the_inverse_of_flatten():
    weights = NETWORK.build(1).get_weights()
    assert NETWORK.parameter_count() == NETWORK.build(1).count_params() == flatten(weights).size
    for own, built in zip(NETWORK.split(flatten(weights)), weights, strict=True):
        np.testing.assert_array_equal(own, built)


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("leaky_relu", lambda z: np.where(z > 0, z, 0.2 * z)),
        ("silu", lambda z: z / (1 + np.exp(-z))),
        ("softplus", lambda z: np.log1p(np.exp(z))),
        ("softsign", lambda z: z / (1 + np.abs(z))),
        ("mish", lambda z: z * np.tanh(np.log1p(np.exp(z)))),
        ("selu", lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(z))),
        ("prelu", lambda z: np.maximum(z, 0)),
    ],
)
def test_activations_are_their_formulas(name, formula):
    network = MLP(1, (Hidden(1, name),), 1, "linear")
    model = network.build(0)
    weights = model.get_weights()
    weights[0][...] = 1
    weights[-2][...] = 1
    model.set_weights(weights)
    z = np.linspace(-3, 3, 13, dtype=np.float32)[:, None]
    np.testing.assert_allclose(model(z).numpy(), formula(z), atol=1e-6)


def test_every_activation_builds():
    model = MLP(2, tuple(Hidden(2, name) for name in ACTIVATIONS)).build(0)
    assert np.isfinite(model(np.ones((1, 2), np.float32)).numpy()).all()


def test_penalties_are_the_sums_over_kernels():
    model = MLP(2, (Hidden(3),), 1, "linear", l1=0.5, l2=0.25).build(0)
    kernels = [weights for weights in model.get_weights() if weights.ndim == 2]
    expected = sum(0.5 * np.abs(kernel).sum() + 0.25 * np.square(kernel).sum() for kernel in kernels)
    assert float(sum(model.losses)) == pytest.approx(expected, rel=1e-6)


def test_wrong_layers_are_named():
    with pytest.raises(InvalidSetting, match="cosine"):
        Hidden(3, "cosine")
    with pytest.raises(InvalidSetting, match="dropout 1"):
        Hidden(3, "relu", 1.0)
    with pytest.raises(InvalidSetting, match="relu"):
        MLP(2, output_activation="relu")
