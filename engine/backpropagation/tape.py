"""What TensorFlow says, in the worker: the same network as a Keras model, GradientTape and keras.optimizers.SGD."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.backpropagation.experiment import CROSS_ENTROPY, MODEL_FILE, Config, Result, data
from engine.backpropagation.walk import output_activation

if TYPE_CHECKING:
    from engine.runs.context import Context

CHUNK = 5  # updates between two looks at the Stop button


def network(config: Config) -> Any:
    """Return the Keras model, float64, with the config's weights; sums and activations are layers of their own."""
    import keras

    model = keras.Sequential(
        [
            keras.Input((2,), dtype="float64"),
            keras.layers.Dense(2, dtype="float64", name="hidden"),
            keras.layers.Activation(config.activation, dtype="float64", name="h"),
            keras.layers.Dense(1, dtype="float64", name="output"),
            keras.layers.Activation(output_activation(config), dtype="float64", name="y"),
        ]
    )
    model.set_weights(_shaped(config.start))
    return model


def _shaped(flat: np.ndarray) -> list[np.ndarray]:
    """Return Keras' four arrays of the nine weights."""
    return [np.stack([flat[0:2], flat[3:5]], axis=1), flat[[2, 5]], flat[6:8, None], flat[8:]]


def flattened(arrays: Any) -> np.ndarray:
    """Return nine numbers in the order of PARAMETERS from Keras' four arrays."""
    kernel, bias, last, final = (np.asarray(array, np.float64) for array in arrays)
    return np.concatenate([kernel[:, 0], bias[:1], kernel[:, 1], bias[1:], last[:, 0], final])


def ask(config: Config, context: Context) -> Result:
    """Make the updates so far with Keras' SGD, then read every activation and gradient off the tape."""
    import keras
    import tensorflow as tf

    x, t = data(config)
    model = network(config)
    hidden, activate, last, finish = model.layers
    optimizer = keras.optimizers.SGD(config.learning_rate, momentum=config.momentum)
    optimizer.build(model.trainable_variables)

    def parts(rows: np.ndarray) -> list[Any]:
        """Return z, a of the hidden layer and of the output."""
        z = hidden(tf.constant(rows))
        h = activate(z)
        z3 = last(h)
        return [z, h, z3, finish(z3)]

    def losses(z3: Any, y: Any, wanted: np.ndarray) -> Any:
        if config.loss == CROSS_ENTROPY:  # from the sum, as Keras advises: it stays exact where the sigmoid is 0 or 1
            return keras.losses.binary_crossentropy(wanted[:, None], z3, from_logits=True)
        return keras.losses.mean_squared_error(wanted[:, None], y)

    def batch_gradient() -> list[Any]:
        chosen = slice(0, config.batch_rows)
        with tf.GradientTape() as tape:
            *_, z3, y = parts(x[chosen])
            loss = tf.reduce_mean(losses(z3, y, t[chosen]))
        return list(tape.gradient(loss, model.trainable_variables))

    def update() -> None:
        optimizer.apply(batch_gradient(), model.trainable_variables)

    def velocity(earlier: np.ndarray) -> np.ndarray:
        """Return Keras' velocity; without momentum it keeps none, and the last step is what there is."""
        return flattened(optimizer.momentums) if config.momentum else flattened(model.get_weights()) - earlier

    made, stopped, earlier = 0, False, config.start
    while made < config.updates and not stopped:
        earlier = flattened(model.get_weights())
        update()
        made += 1
        if made % CHUNK == 0:
            context.report(made, config.updates + config.rows)
            stopped = made < config.updates and context.stop_requested()
    before, kept = flattened(model.get_weights()), velocity(earlier)

    found: dict[str, list[Any]] = {"z": [], "a": [], "loss": [], "to_activation": [], "to_sum": [], "rows": []}
    for row in range(config.rows):
        one = slice(row, row + 1)
        with tf.GradientTape(persistent=True) as tape:
            z, h, z3, y = parts(x[one])
            loss = losses(z3, y, t[one])[0]
            wanted = t[row]
            # Keras itself goes round the sigmoid, so that its tape knows no ∂L/∂ŷ: the textbook's formula has one.
            textbook = -(tf.math.xlogy(wanted, y) + tf.math.xlogy(1 - wanted, 1 - y))[0, 0]
            said = textbook if config.loss == CROSS_ENTROPY else loss
        found["z"].append(np.concatenate([z[0], z3[0]]))
        found["a"].append(np.concatenate([h[0], y[0]]))
        found["loss"].append(float(loss))
        found["to_activation"].append(np.concatenate([tape.gradient(loss, h)[0], tape.gradient(said, y)[0]]))
        found["to_sum"].append(np.concatenate([tape.gradient(loss, z)[0], tape.gradient(loss, z3)[0]]))
        found["rows"].append(flattened(tape.gradient(loss, model.trainable_variables)))
        del tape
        context.report(config.updates + row + 1, config.updates + config.rows)
    gradient = batch_gradient()
    context.attach(MODEL_FILE, _file(model))
    optimizer.apply(gradient, model.trainable_variables)
    after = flattened(model.get_weights())
    return Result(
        config=config,
        weights=before,
        velocity=kept,
        batch=flattened(gradient),
        next_velocity=velocity(before),
        next_weights=after,
        stopped=stopped,
        **{name: np.array(values, np.float64) for name, values in found.items()},
    )


def _file(model: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MODEL_FILE
        model.save(path)
        return path.read_bytes()
