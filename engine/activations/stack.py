"""A network of equal hidden layers whose activation is all that differs: Keras model, first weights, NumPy passes.

What the learner should see: with one seed, all activations start from the same weights. The passes here are the
network's own arithmetic: what every unit says for every row, and the gradient layer by layer, by the chain rule.

Shapes: S networks, n rows, L hidden layers of u units, K classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.activations.functions import ACTIVATIONS, LEAKY, LEARNED, Slope, softmax

if TYPE_CHECKING:
    import keras


def kernel_seed(seed: int, layer: int) -> int:
    """Return the seed of a layer's first kernel; layer 0 is the first hidden one, the output comes last."""
    return 1000 * seed + layer


@dataclass(frozen=True)
class Stack:
    """Frozen and hashable: equal descriptions share their compiled training.

    Attributes:
        inputs: Features of a row.
        depth: L.
        width: u.
        outputs: K.
        activation: Of every hidden layer; the output is a softmax.
        initializer: Keras name of the kernels' initializer.
        slope: Below 0: of leaky ReLU, and where PReLU begins to learn from.
    """

    inputs: int
    depth: int
    width: int
    outputs: int
    activation: str
    initializer: str = "glorot_uniform"
    slope: float = 0.2

    def build(self, seed: int) -> keras.Model:
        """Return the Keras model, its biases at 0."""
        import keras

        model = keras.Sequential([keras.Input((self.inputs,))])
        for layer in range(self.depth):
            model.add(keras.layers.Dense(self.width, kernel_initializer=self._initializer(seed, layer)))
            model.add(self._bend())
        last = self._initializer(seed, self.depth)
        model.add(keras.layers.Dense(self.outputs, activation="softmax", kernel_initializer=last))
        return model

    def _bend(self) -> Any:
        import keras

        if self.activation == LEARNED:
            return keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(self.slope))
        if self.activation == LEAKY:
            return keras.layers.LeakyReLU(negative_slope=self.slope)
        return keras.layers.Activation(self.activation)

    def _initializer(self, seed: int, layer: int) -> Any:
        import keras

        kind = type(keras.initializers.get(self.initializer))
        return kind(seed=kernel_seed(seed, layer))

    def initial_weights(self, seed: int) -> list[np.ndarray]:
        """Return what a model built with `seed` starts from, as its `get_weights()`, without building it."""
        weights: list[np.ndarray] = []
        for place, shape in enumerate(self.shapes()):
            if len(shape) == 2:
                layer = sum(len(before) == 2 for before in self.shapes()[:place])
                weights.append(np.asarray(self._initializer(seed, layer)(shape)))
            else:
                learned = self.activation == LEARNED and place % 3 == 2
                weights.append(np.full(shape, self.slope if learned else 0.0, np.float32))
        return weights

    def dropout_seeds(self, seed: int) -> tuple[int, ...]:
        """Return no seeds: nothing is dropped."""
        del seed
        return ()

    def shapes(self) -> list[tuple[int, ...]]:
        """Return the shape of every weight array in the order of `get_weights()`."""
        shapes: list[tuple[int, ...]] = []
        before = self.inputs
        for _ in range(self.depth):
            shapes += [(before, self.width), (self.width,)]
            shapes += [(self.width,)] if self.activation == LEARNED else []
            before = self.width
        return [*shapes, (before, self.outputs), (self.outputs,)]

    def start(self, seeds: Sequence[int], bias: float) -> np.ndarray:
        """Return float32 (S, P), the first weights of every seed with the hidden layers' biases at `bias`."""
        rows = []
        step = 3 if self.activation == LEARNED else 2
        for seed in seeds:
            arrays = self.initial_weights(seed)
            for layer in range(self.depth):
                arrays[step * layer + 1] = np.full(self.width, bias, np.float32)
            rows.append(np.concatenate([np.ravel(array) for array in arrays]))
        return np.stack(rows)

    def split(self, flat: np.ndarray) -> list[np.ndarray]:
        """Return the arrays (S, …), in the order of `get_weights()`, that `flat` (S, P) holds."""
        arrays, position = [], 0
        for shape in self.shapes():
            size = int(np.prod(shape))
            arrays.append(flat[:, position : position + size].reshape(len(flat), *shape))
            position += size
        return arrays


@dataclass(frozen=True)
class Pass:
    """What one pass forwards and backwards gave.

    Attributes:
        hidden: L arrays (S, n, u), what the units say.
        output: (S, n, K), probabilities.
        gradient: (S, L + 1), length of each kernel's gradient of the mean cross-entropy; the output's comes last.
    """

    hidden: list[np.ndarray]
    output: np.ndarray
    gradient: np.ndarray


def passes(stack: Stack, flat: np.ndarray, x: np.ndarray, y: np.ndarray) -> Pass:
    """Return activations and gradients of S networks on all rows.

    Args:
        stack: The network.
        flat: (S, P), weights.
        x: (n, inputs).
        y: int (n,), classes.
    """
    arrays = iter(stack.split(flat))
    bend = ACTIVATIONS[stack.activation]
    value = np.broadcast_to(x, (len(flat), *x.shape))
    kernels: list[np.ndarray] = []
    sums: list[np.ndarray] = []
    hidden: list[np.ndarray] = []
    slopes: list[Slope] = []
    for _ in range(stack.depth):
        kernels.append(next(arrays))
        sums.append(value @ kernels[-1] + next(arrays)[:, None])
        slopes.append(next(arrays)[:, None] if stack.activation == LEARNED else stack.slope)
        with np.errstate(all="ignore"):
            value = bend.value(sums[-1], slopes[-1])
        hidden.append(value)
    kernels.append(next(arrays))
    with np.errstate(all="ignore"):
        output = softmax(value @ kernels[-1] + next(arrays)[:, None])
    wrong = (output - np.eye(stack.outputs, dtype=x.dtype)[y]) / np.asarray(len(x), x.dtype)
    gradient = np.empty((len(flat), stack.depth + 1))
    with np.errstate(all="ignore"):
        for layer in range(stack.depth, -1, -1):
            before = hidden[layer - 1] if layer else np.broadcast_to(x, (len(flat), *x.shape))
            # Squares of what a deep sigmoid leaves are too small for single precision.
            own = (before.swapaxes(1, 2) @ wrong).astype(np.float64)
            gradient[:, layer] = np.linalg.norm(own, axis=(1, 2))
            if layer:
                steep = bend.derivative(sums[layer - 1], slopes[layer - 1])
                wrong = (wrong @ kernels[layer].swapaxes(1, 2)) * steep
    return Pass(hidden, output, gradient)
