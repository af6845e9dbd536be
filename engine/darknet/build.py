"""The plan and its numbers as a Keras model, layer by layer, batch normalization kept.

What the learner should see: every section of the .cfg is one or a few Keras layers, and named after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.darknet.layers import HEADS, PICTURE, Layer, Plan
from engine.darknet.weights import Arrays

EPSILON = 1e-6  # beside the variances, as in Darknet's CPU code and OpenCV
SLOPE = 0.1
LOWEST = -1e30  # below everything, for the rim of a maximum


def build(plan: Plan, weights: Sequence[Arrays], every: bool = False) -> Any:
    """Return the network as a functional Keras model (batch, rows, columns, channels) → its outputs.

    Args:
        plan: The network.
        weights: Arrays of every layer, as `weights.arrays` gives them.
        every: Whether all layers are outputs; else the maps that the heads decode, or the last layer without heads.
    """
    import keras

    picture = keras.Input(plan.shape, name="picture")
    made: list[Any] = []
    for layer in plan.layers:
        inputs = [picture if source == PICTURE else made[source] for source in layer.sources]
        made.append(_MAKERS[layer.kind](layer, inputs, f"layer_{layer.number}"))
    ends = made if every else [made[head.number] for head in plan.heads] or [made[-1]]
    model = keras.Model(picture, ends, name="darknet")
    used = {layer.name for layer in model.layers}
    for layer, own in zip(plan.layers, weights, strict=True):
        if layer.parameters and f"layer_{layer.number}" in used:  # nothing may read a layer: then Keras leaves it out
            _fill(model, layer, own)
    return model


def _fill(model: Any, layer: Layer, own: Arrays) -> None:
    if layer.kind == "connected":
        kernel = own["kernel"].T
    else:
        kernel = own["kernel"].transpose(2, 3, 1, 0)  # (filters, channels, rows, columns) → Keras' order
        if _is_depthwise(layer):
            kernel = kernel.transpose(0, 1, 3, 2)
    target = model.get_layer(f"layer_{layer.number}")
    if layer.settings["normal"]:
        target.set_weights([kernel])
        values = [own[name] for name in ("scales", "biases", "means", "variances")]
        model.get_layer(f"layer_{layer.number}_normal").set_weights(values)
    else:
        target.set_weights([kernel, own["biases"]])


def _is_depthwise(layer: Layer) -> bool:
    return layer.kind == "convolutional" and layer.settings["groups"] == layer.given[2] == layer.shape[2] > 1


def _activated(x: Any, layer: Layer, name: str) -> Any:
    from keras import layers

    activation = layer.settings["activation"]
    if layer.settings.get("normal"):
        x = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_normal")(x)
    if activation == "linear":
        return x
    if activation == "leaky":
        return layers.LeakyReLU(SLOPE, name=f"{name}_leaky")(x)
    keras_name = {"logistic": "sigmoid", "swish": "silu"}.get(activation, activation)
    return layers.Activation(keras_name, name=f"{name}_{activation}")(x)


def _convolutional(layer: Layer, inputs: list[Any], name: str) -> Any:
    from keras import layers

    own, x = layer.settings, inputs[0]
    whole = own["stride"] == 1 and own["size"] % 2 and own["padding"] == own["size"] // 2 * own["dilation"]
    if own["padding"] and not whole:
        x = layers.ZeroPadding2D(own["padding"], name=f"{name}_rim")(x)
    common = {
        "strides": own["stride"],
        "padding": "same" if whole else "valid",
        "dilation_rate": own["dilation"],
        "use_bias": not own["normal"],
        "name": name,
    }
    if _is_depthwise(layer):
        x = layers.DepthwiseConv2D(own["size"], **common)(x)
    else:
        x = layers.Conv2D(layer.shape[2], own["size"], groups=own["groups"], **common)(x)
    return _activated(x, layer, name)


def _connected(layer: Layer, inputs: list[Any], name: str) -> Any:
    from keras import layers

    x = layers.Flatten(name=f"{name}_flat")(layers.Permute((3, 1, 2), name=f"{name}_channels_first")(inputs[0]))
    x = layers.Dense(layer.shape[2], use_bias=not layer.settings["normal"], name=name)(x)
    return layers.Reshape(layer.shape, name=f"{name}_map")(_activated(x, layer, name))


def _maxpool(layer: Layer, inputs: list[Any], name: str) -> Any:
    import keras

    own, x = layer.settings, inputs[0]
    before = own["padding"] // 2
    after = own["padding"] - before
    rims = [_same_rim(side, own["size"], own["stride"]) for side in layer.given[:2]]
    if own["padding"] == own["size"] - 1 and all(rim == before for rim in rims):
        return keras.layers.MaxPooling2D(own["size"], own["stride"], "same", name=name)(x)
    if own["padding"]:
        x = keras.ops.pad(x, ((0, 0), (before, after), (before, after), (0, 0)), constant_values=LOWEST)
    return keras.layers.MaxPooling2D(own["size"], own["stride"], "valid", name=name)(x)


def _same_rim(side: int, size: int, stride: int) -> int:
    """Return how many rows Keras' "same" puts before a map."""
    return max((-(-side // stride) - 1) * stride + size - side, 0) // 2


def _avgpool(_layer: Layer, inputs: list[Any], name: str) -> Any:
    from keras import layers

    return layers.GlobalAveragePooling2D(keepdims=True, name=name)(inputs[0])


def _dropout(_layer: Layer, inputs: list[Any], name: str) -> Any:
    from keras import layers

    return layers.Identity(name=name)(inputs[0])  # only training drops anything


def _softmax(layer: Layer, inputs: list[Any], name: str) -> Any:
    from keras import layers

    flat = layers.Flatten(name=f"{name}_flat")(layers.Permute((3, 1, 2), name=f"{name}_first")(inputs[0]))
    shape = (layer.shape[2], *layer.shape[:2])
    return layers.Permute((2, 3, 1), name=name)(layers.Reshape(shape, name=f"{name}_map")(layers.Softmax()(flat)))


def _route(layer: Layer, inputs: list[Any], name: str) -> Any:
    from keras import layers

    groups, group = layer.settings["groups"], layer.settings["group"]
    if groups > 1:
        cut = []
        for x in inputs:
            part = x.shape[3] // groups
            cut.append(x[..., group * part : (group + 1) * part])
        inputs = cut
    return layers.Identity(name=name)(inputs[0]) if len(inputs) == 1 else layers.Concatenate(name=name)(inputs)


def _shortcut(layer: Layer, inputs: list[Any], name: str) -> Any:
    from keras import layers

    return _activated(layers.Add(name=name)(inputs), layer, name)


def _upsample(layer: Layer, inputs: list[Any], name: str) -> Any:
    from keras import layers

    x = layers.UpSampling2D(layer.settings["stride"], name=name)(inputs[0])
    scale = layer.settings["scale"]
    return x if scale == 1 else layers.Rescaling(scale, name=f"{name}_scaled")(x)


def _reorg(layer: Layer, inputs: list[Any], name: str) -> Any:
    """Fold s × s places into channels, in the order of Darknet's code: it reads the map as if it were s times wider."""
    from keras import layers

    stride = layer.settings["stride"]
    high, wide, channels = layer.given
    x = layers.Permute((3, 1, 2), name=f"{name}_first")(inputs[0])
    x = layers.Reshape((channels // stride**2, high, stride, wide, stride), name=f"{name}_parted")(x)
    x = layers.Permute((3, 5, 1, 2, 4), name=f"{name}_turned")(x)
    x = layers.Reshape((layer.shape[2], *layer.shape[:2]), name=f"{name}_joined")(x)
    return layers.Permute((2, 3, 1), name=name)(x)


def _head(_layer: Layer, inputs: list[Any], name: str) -> Any:
    from keras import layers

    return layers.Identity(name=name)(inputs[0])


_MAKERS = {
    "convolutional": _convolutional,
    "connected": _connected,
    "maxpool": _maxpool,
    "avgpool": _avgpool,
    "dropout": _dropout,
    "softmax": _softmax,
    "route": _route,
    "shortcut": _shortcut,
    "upsample": _upsample,
    "reorg": _reorg,
    **dict.fromkeys(HEADS, _head),
}


def outputs(model: Any, batch: np.ndarray) -> list[np.ndarray]:
    """Return what the model gives for a batch, as a list of arrays however many outputs there are."""
    found = model(batch, training=False)
    return [np.asarray(one) for one in (found if isinstance(found, list | tuple) else [found])]
