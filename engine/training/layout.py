"""Where everything a training step changes lies: one vector of weights, and lists of other variables.

What the learner should see: nothing. Many small arrays as one vector make the optimizer one operation instead of
one for each array, and give every replica one row of a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from engine.training.step import Architecture


class State(NamedTuple):
    """All a step changes. Inside a replica's step without the leading axis R.

    Attributes:
        weights: float32 (R, T), the trainable weights.
        others: Moving statistics and the states of seed generators, (R, ...) each.
        slots: The optimizer's variables, (R, ...) each.
    """

    weights: Any
    others: list[Any]
    slots: list[Any]


class Layout:
    """The places of a model's variables in a State.

    Attributes:
        kernels: Positions of the kernels among the trainable arrays.
        sizes: Number of entries of each trainable array.
    """

    def __init__(self, model: Any, optimizer: Any, architecture: Architecture) -> None:
        """Read the places off a model and an optimizer that is built for one vector of all weights."""
        self._architecture = architecture
        self.optimizer_variables = optimizer.variables
        self.others = model.non_trainable_variables
        trainable = model.trainable_variables
        self.sizes = [int(np.prod(variable.shape)) for variable in trainable]
        self._shapes = [tuple(variable.shape) for variable in trainable]
        self.kernels = [index for index, variable in enumerate(trainable) if variable.name.endswith("kernel")]
        kept = {id(variable) for variable in model.weights}
        self._statistics = [index for index, variable in enumerate(self.others) if id(variable) in kept]
        place: dict[int, np.ndarray] = {}
        position = 0
        for variable in (*trainable, *(self.others[index] for index in self._statistics)):
            size = int(np.prod(variable.shape))
            place[id(variable)] = np.arange(position, position + size)
            position += size
        # For each number of `get_weights()` its place behind one another: trainable weights, moving statistics.
        self._order = np.concatenate([place[id(variable)] for variable in model.weights])

    def initial(self, weights: np.ndarray, seeds: Sequence[int]) -> State:
        """Return the state before the first step.

        Args:
            weights: float32 (R, P), all weights in the order of `get_weights()`.
            seeds: Each replica's seed, for its dropout masks.
        """
        import tensorflow as tf

        replicas, count = len(seeds), sum(self.sizes)
        packed = np.empty_like(weights)
        packed[:, self._order] = weights
        others: list[Any] = []
        position, drawn = count, 0
        for index, variable in enumerate(self.others):
            if index in self._statistics:
                size = int(np.prod(variable.shape))
                values = packed[:, position : position + size].reshape(replicas, *variable.shape)
                position += size
            else:
                values = np.array([[self._architecture.dropout_seeds(seed)[drawn], 0] for seed in seeds])
                drawn += 1
            others.append(tf.constant(values, dtype=variable.dtype))
        slots = [
            tf.constant(np.broadcast_to(np.asarray(variable), (replicas, *variable.shape)), dtype=variable.dtype)
            for variable in self.optimizer_variables
        ]
        return State(tf.constant(packed[:, :count]), others, slots)

    def from_arrays(self, arrays: Sequence[np.ndarray]) -> State:
        """Return the state whose arrays, weights first and slots last, `to_arrays` gave."""
        import tensorflow as tf

        tensors = [tf.constant(array) for array in arrays]
        border = 1 + len(self.others)
        return State(tensors[0], tensors[1:border], tensors[border:])

    def all_weights(self, state: State) -> np.ndarray:
        """Return float32 (R, P), each replica's weights in the order of `get_weights()`."""
        statistics = [np.asarray(state.others[index]).reshape(len(state.weights), -1) for index in self._statistics]
        return np.concatenate([np.asarray(state.weights), *statistics], axis=1)[:, self._order]

    def kernel_norms(self, state: State) -> np.ndarray:
        """Return float32 (R, L), the length of each kernel."""
        parts = np.split(np.asarray(state.weights), np.cumsum(self.sizes)[:-1], axis=1)
        return np.stack([np.linalg.norm(parts[index], axis=1) for index in self.kernels], axis=1)

    def unpack(self, weights: Any) -> list[Any]:
        """Return the trainable arrays of which the tensor `weights` (T,) is the concatenation."""
        import tensorflow as tf

        parts = tf.split(weights, self.sizes)
        return [tf.reshape(part, shape) for part, shape in zip(parts, self._shapes, strict=True)]

    def signature(self, replicas: int | None) -> State:
        """Return the TensorSpecs of a state of so many replicas (None: any number)."""
        import tensorflow as tf

        def specs(variables: Sequence[Any]) -> list[Any]:
            return [tf.TensorSpec([replicas, *variable.shape], variable.dtype) for variable in variables]

        weights = tf.TensorSpec([replicas, sum(self.sizes)], tf.float32)
        return State(weights, specs(self.others), specs(self.optimizer_variables))


def to_arrays(state: State) -> tuple[np.ndarray, ...]:
    """Return a state's arrays: weights, others, slots."""
    return tuple(np.asarray(tensor) for tensor in (state.weights, *state.others, *state.slots))
