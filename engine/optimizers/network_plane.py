"""The Keras side of the network's surface: trains small networks and evaluates thousands of their blends in few calls.

Only for workers: imports TensorFlow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from engine.runs.context import Context

if TYPE_CHECKING:
    from engine.optimizers.network_surface import Config

NETWORKS = 3
MARGIN = 0.45  # how far the picture reaches beyond the networks, in parts of their spread
RANDOM_REACH = 1.2


def load(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return standardised features (n, f) float32 and classes (n,) int32 of a scikit-learn data set."""
    from sklearn import datasets

    features, classes = getattr(datasets, f"load_{name}")(return_X_y=True)
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    return features.astype(np.float32), classes.astype(np.int32)


def build(inputs: int, units: int, classes: int, penalty: float, seed: int) -> keras.Model:
    """Return the network: one hidden tanh layer, softmax, L2 penalty on all weights."""

    def dense(width: int, activation: str, number: int) -> keras.layers.Dense:
        return keras.layers.Dense(
            width,
            activation,
            kernel_initializer=keras.initializers.GlorotNormal(1000 * seed + number),
            kernel_regularizer=keras.regularizers.L2(penalty),
            bias_regularizer=keras.regularizers.L2(penalty),
        )

    return keras.Sequential(
        [keras.Input((inputs,)), dense(units, "tanh", 0), dense(classes, "softmax", 1)], name="network"
    )


class Plane:
    """Networks of one architecture on one data set, and planes through their weights."""

    def __init__(self, config: Config) -> None:
        """Load the data and build the network."""
        self.config = config
        self.features, self.classes = load(config.data)
        self.outputs = int(self.classes.max()) + 1
        self.model = build(self.features.shape[1], config.units, self.outputs, config.penalty, config.seed)
        self._shapes = [tuple(weight.shape) for weight in self.model.trainable_variables]
        self._sizes = [int(np.prod(shape)) for shape in self._shapes]
        self._losses = tf.function(
            lambda many: tf.vectorized_map(self._loss, many),
            input_signature=[tf.TensorSpec((None, sum(self._sizes)), tf.float32)],
        )

    def _loss(self, flat: Any) -> Any:
        parts = tf.split(flat, self._sizes)
        weights = [tf.reshape(part, shape) for part, shape in zip(parts, self._shapes, strict=True)]
        predictions, _, penalties = self.model.stateless_call(weights, [], self.features, return_losses=True)
        entropy = keras.losses.sparse_categorical_crossentropy(self.classes, predictions)
        return tf.reduce_mean(entropy) + tf.add_n(penalties)

    def losses(self, weights: np.ndarray) -> np.ndarray:
        """Return the losses (k,) of networks given by their weights (k, P)."""
        return self._losses(tf.constant(weights, tf.float32)).numpy()

    def train(self, steps: int, rate: float, context: Context) -> tuple[np.ndarray, np.ndarray]:
        """Train NETWORKS networks on the whole batch with Adam.

        Returns:
            Weights (NETWORKS, P) and accuracies (NETWORKS,).
        """
        trained, accuracies = [], []
        for number in range(NETWORKS):
            fresh = build(
                self.features.shape[1],
                self.config.units,
                self.outputs,
                self.config.penalty,
                self.config.seed + number,
            )
            variable = tf.Variable(np.concatenate([weight.ravel() for weight in fresh.get_weights()]))
            optimizer = keras.optimizers.Adam(rate)
            optimizer.build([variable])

            @tf.function
            def descend(variable: Any = variable, optimizer: Any = optimizer) -> None:
                for _ in tf.range(steps):
                    with tf.GradientTape() as tape:
                        loss = self._loss(variable)
                    optimizer.apply([tape.gradient(loss, variable)], [variable])

            descend()
            flat = variable.numpy()
            self.set_weights(flat)
            predicted = self.model(self.features).numpy().argmax(axis=1)
            trained.append(flat)
            accuracies.append(float(np.mean(predicted == self.classes)))
            context.report(number + 1, NETWORKS, "training")
        return np.array(trained, dtype=np.float64), np.array(accuracies)

    def set_weights(self, flat: np.ndarray) -> None:
        """Put weights (P,) into the model."""
        parts = np.split(np.asarray(flat, dtype=np.float32), np.cumsum(self._sizes)[:-1])
        self.model.set_weights([part.reshape(shape) for part, shape in zip(parts, self._shapes, strict=True)])

    def directions(self, trained: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return origin (P,), the two directions (P,), and where the trained networks lie in their plane (k, 2)."""
        if self.config.directions == "random":
            first, second = (self._random_direction(trained[0], number) for number in (0, 1))
            return trained[0], first, second, np.zeros((1, 2))
        origin = trained.mean(axis=0)
        first = trained[1] - trained[0]
        length = np.linalg.norm(first)
        rest = trained[2] - trained[0]
        rest = rest - first * (rest @ first) / length**2
        # One unit is the same length of weights along both directions: angles in the picture are real.
        first, second = first / length, rest / np.linalg.norm(rest)
        centred = trained - origin
        return origin, first, second, np.column_stack([centred @ first, centred @ second])

    def _random_direction(self, weights: np.ndarray, number: int) -> np.ndarray:
        """Return a random direction scaled, neuron by neuron, to the size of that neuron's weights (Li, section 4)."""
        generator = np.random.default_rng((self.config.seed, 2, number))
        parts = np.split(weights, np.cumsum(self._sizes)[:-1])
        scaled = []
        for part, shape in zip(parts, self._shapes, strict=True):
            direction = generator.normal(size=shape)
            own = part.reshape(shape)
            # A filter is what feeds one neuron: a column of the kernel; a bias vector counts as one.
            sizes = np.linalg.norm(own, axis=0, keepdims=True) / np.linalg.norm(direction, axis=0, keepdims=True)
            scaled.append((direction * sizes).ravel())
        return np.concatenate(scaled)

    def axes(self, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the grid's coordinates along both directions, some margin around the networks."""
        points = self.config.points
        if self.config.directions == "random":
            axis = np.linspace(-RANDOM_REACH, RANDOM_REACH, points)
            return axis, axis
        low, high = centres.min(axis=0), centres.max(axis=0)
        margin = MARGIN * (high - low).max()
        x = np.linspace(low[0] - margin, high[0] + margin, points)
        return x, np.linspace(low[1] - margin, high[1] + margin, points)
