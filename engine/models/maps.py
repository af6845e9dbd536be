"""What every neuron of a network says on a grid of inputs, in one compiled call.

What the learner should see: each neuron's own picture of the plane, next to the boundary they make together.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from engine.models.mlp import MLP

MOST_KEPT = 16
_maps: OrderedDict[Any, Any] = OrderedDict()
_lock = threading.Lock()


def neuron_maps(architecture: MLP, weights: np.ndarray, grid: np.ndarray) -> list[np.ndarray]:
    """Return the outputs of every neuron, layer by layer, in inference mode.

    Args:
        architecture: The network.
        weights: float32 (P,), in the order of `MLP.split`.
        grid: float32 (m, inputs), one row a point, e.g. of a 100 × 100 picture.

    Returns:
        For each hidden layer its activations and last the output, float32 (m, units).
    """
    with _lock:
        if architecture not in _maps:
            _maps[architecture] = _compile(architecture)
        _maps.move_to_end(architecture)
        while len(_maps) > MOST_KEPT:
            _maps.popitem(last=False)
        function = _maps[architecture]
    return [np.asarray(output) for output in function(architecture.split(weights), np.asarray(grid, np.float32))]


def _compile(architecture: MLP) -> Any:
    import keras
    import tensorflow as tf

    model = architecture.build(0)
    outputs, before = [], None
    for layer in model.layers:
        # What a layer says is what stands before the next Dense: dropout does nothing here.
        if isinstance(layer, keras.layers.Dense) and before is not None:
            outputs.append(before.output)
        before = layer
    probe = keras.Model(model.inputs, [*outputs, model.outputs[0]])
    places = {id(variable): index for index, variable in enumerate(model.weights)}
    trainable = [places[id(variable)] for variable in probe.trainable_variables]
    others = probe.non_trainable_variables

    def forward(weights: list[Any], grid: Any) -> list[Any]:
        fixed = [weights[places[id(variable)]] if id(variable) in places else variable.value for variable in others]
        result, _ = probe.stateless_call([weights[index] for index in trainable], fixed, grid, training=False)
        return result if isinstance(result, list) else [result]

    specs = [tf.TensorSpec(shape, tf.float32) for shape in architecture.shapes()]
    return tf.function(forward, input_signature=[specs, tf.TensorSpec([None, architecture.inputs], tf.float32)])
