import keras
import numpy as np

from engine.models.maps import neuron_maps
from engine.models.mlp import MLP, Hidden, flatten

GRID = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)


def test_each_layer_says_what_the_keras_layers_say_one_after_another():
    network = MLP(2, (Hidden(4, "prelu", 0.5, True), Hidden(3, "linear"), Hidden(2, "gelu", 0.1)), 3, "softmax")
    model = network.build(2)
    random = np.random.default_rng(1)
    model.set_weights([np.abs(random.normal(size=weights.shape)) for weights in model.get_weights()])
    value, expected = GRID, []
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense) and value is not GRID:
            expected.append(np.asarray(value))
        value = layer(value, training=False) if isinstance(layer, keras.layers.Dropout) else layer(value)
    maps = neuron_maps(network, flatten(model.get_weights()), GRID)
    assert [one.shape for one in maps] == [(50, 4), (50, 3), (50, 2), (50, 3)]
    for own, theirs in zip(maps, [*expected, np.asarray(value)], strict=True):
        np.testing.assert_allclose(own, theirs, atol=1e-6)


def test_a_network_without_hidden_layers_has_its_output_only():
    network = MLP(2)
    weights = flatten(network.initial_weights(0))
    [output] = neuron_maps(network, weights, GRID)
    np.testing.assert_allclose(output[:, 0], 1 / (1 + np.exp(-GRID @ weights[:2] - weights[2])), atol=1e-6)
