"""A network of dense layers: the description, and the real Keras model built from it.

What the learner should see: one block repeated, each time in the same order (Dense, then batch normalization, then
the bend, then dropout), and that with one seed the same network comes out, number for number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import InvalidSetting

if TYPE_CHECKING:
    import keras

ACTIVATIONS = (
    "linear",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "sigmoid",
    "tanh",
    "softplus",
    "softsign",
    "mish",
    "prelu",
)
OUTPUT_ACTIVATIONS = ("sigmoid", "softmax", "linear")
LEAKY_SLOPE = 0.2


def kernel_seed(seed: int, layer: int) -> int:
    """Return the seed of a layer's initial kernel; layer 0 is the first hidden one, the output layer comes last."""
    return 1000 * seed + layer


def dropout_seed(seed: int, layer: int) -> int:
    """Return the seed of a layer's dropout masks; layer 0 is the first hidden one."""
    return 1000 * seed + 500 + layer


@dataclass(frozen=True)
class Hidden:
    """One hidden layer: Dense → BatchNormalization → activation → Dropout.

    Attributes:
        units: Number of neurons, 1 or more.
        activation: One of ACTIVATIONS (leaky_relu has slope 0.2; prelu learns one slope a neuron, from 0 on).
        dropout: Share of outputs set to 0 in training, 0 ≤ dropout < 1 (Srivastava et al. 2014).
        batch_normalization: Whether to normalise before the activation (Ioffe & Szegedy 2015).
    """

    units: int
    activation: str = "relu"
    dropout: float = 0.0
    batch_normalization: bool = False

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise InvalidSetting(f"There is no activation “{self.activation}”.", f"Choose one of: {_listed()}.")
        if self.units < 1 or not 0 <= self.dropout < 1:
            raise InvalidSetting(
                f"A layer cannot have {self.units} units and dropout {self.dropout:g}.",
                "Take at least one unit, and a dropout from 0 to below 1.",
            )


def _listed() -> str:
    return ", ".join(ACTIVATIONS)


@dataclass(frozen=True)
class MLP:
    """A multilayer perceptron. Frozen and hashable: equal descriptions share their compiled training functions.

    Attributes:
        inputs: Number of input features.
        hidden: Hidden layers, first to last; none makes a (generalised) linear model.
        outputs: Number of outputs.
        output_activation: "sigmoid", "softmax" or "linear".
        l1: Weight of the sum of |w| over all kernels, added to the loss.
        l2: Weight of the sum of w² over all kernels, added to the loss (no factor ½, as in Keras).
        kernel_initializer: Keras name, e.g. "glorot_uniform" (Glorot & Bengio 2010), "he_normal" (He et al. 2015).
    """

    inputs: int
    hidden: tuple[Hidden, ...] = ()
    outputs: int = 1
    output_activation: str = "sigmoid"
    l1: float = 0.0
    l2: float = 0.0
    kernel_initializer: str = "glorot_uniform"

    def __post_init__(self) -> None:
        if self.output_activation not in OUTPUT_ACTIVATIONS:
            listed = ", ".join(OUTPUT_ACTIVATIONS)
            raise InvalidSetting(f"An output cannot be “{self.output_activation}”.", f"Choose one of: {listed}.")

    def build(self, seed: int) -> keras.Model:
        """Return the Keras model; the same seed gives the same weights and dropout masks, whatever ran before."""
        import keras

        model = keras.Sequential([keras.Input((self.inputs,))])
        for index, layer in enumerate(self.hidden):
            model.add(self._dense(layer.units, seed, index, "linear"))
            if layer.batch_normalization:
                model.add(keras.layers.BatchNormalization())
            if layer.activation == "prelu":
                model.add(keras.layers.PReLU())
            elif layer.activation == "leaky_relu":
                model.add(keras.layers.LeakyReLU(negative_slope=LEAKY_SLOPE))
            elif layer.activation != "linear":
                model.add(keras.layers.Activation(layer.activation))
            if layer.dropout:
                model.add(keras.layers.Dropout(layer.dropout, seed=dropout_seed(seed, index)))
        model.add(self._dense(self.outputs, seed, len(self.hidden), self.output_activation))
        return model

    def _dense(self, units: int, seed: int, index: int, activation: str) -> Any:
        import keras

        penalty = keras.regularizers.L1L2(self.l1, self.l2) if self.l1 or self.l2 else None
        initializer = self._initializer(seed, index)
        return keras.layers.Dense(units, activation, kernel_initializer=initializer, kernel_regularizer=penalty)

    def _initializer(self, seed: int, index: int) -> Any:
        import keras

        initializer = keras.initializers.get(self.kernel_initializer)
        return type(initializer).from_config({**initializer.get_config(), "seed": kernel_seed(seed, index)})

    def initial_weights(self, seed: int) -> list[np.ndarray]:
        """Return the weights a model built with `seed` starts from, as its `get_weights()`, without building it."""
        weights: list[np.ndarray] = []
        for index, (name, shape) in self._arrays():
            if name == "kernel":
                weights.append(np.asarray(self._initializer(seed, index)(shape)))
            else:
                start = np.ones if name in ("gamma", "moving_variance") else np.zeros
                weights.append(start(shape, dtype=np.float32))
        return weights

    def dropout_seeds(self, seed: int) -> tuple[int, ...]:
        """Return the seed of each Dropout layer of a model built with `seed`, first to last."""
        return tuple(dropout_seed(seed, index) for index, layer in enumerate(self.hidden) if layer.dropout)

    def _arrays(self) -> list[tuple[int, tuple[str, tuple[int, ...]]]]:
        """Return (layer index, (name, shape)) of every weight array in the order of `get_weights()`."""
        arrays: list[tuple[int, tuple[str, tuple[int, ...]]]] = []
        before = self.inputs
        for index, layer in enumerate((*self.hidden, Hidden(self.outputs, "linear"))):
            here = [("kernel", (before, layer.units)), ("bias", (layer.units,))]
            if layer.batch_normalization:
                here += [(name, (layer.units,)) for name in ("gamma", "beta", "moving_mean", "moving_variance")]
            if layer.activation == "prelu":
                here.append(("alpha", (layer.units,)))
            arrays += [(index, array) for array in here]
            before = layer.units
        return arrays

    def shapes(self) -> list[tuple[int, ...]]:
        """Return the shape of every weight array in the order of `get_weights()`."""
        return [shape for _, (_, shape) in self._arrays()]

    def parameter_count(self) -> int:
        """Return P, the number of weights, moving statistics of batch normalization included."""
        return sum(int(np.prod(shape)) for shape in self.shapes())

    def split(self, flat: np.ndarray) -> list[np.ndarray]:
        """Return the arrays, in the order of `get_weights()`, of which `flat` (P,) is the concatenation."""
        arrays, position = [], 0
        for shape in self.shapes():
            size = int(np.prod(shape))
            arrays.append(np.asarray(flat[position : position + size]).reshape(shape))
            position += size
        return arrays


def flatten(weights: list[np.ndarray]) -> np.ndarray:
    """Return the concatenation float32 (P,) of weight arrays, each row by row; the inverse of `MLP.split`."""
    return np.concatenate([np.ravel(array) for array in weights]).astype(np.float32)
