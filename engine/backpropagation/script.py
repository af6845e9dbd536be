"""The Keras script of exactly these settings: by hand with NumPy, then GradientTape, then Keras' SGD."""

from __future__ import annotations

from engine.backpropagation.experiment import CROSS_ENTROPY, RELU, SIGMOID, Config, data
from engine.backpropagation.walk import output_activation

_FUNCTIONS = {
    SIGMOID: ("1 / (1 + np.exp(-z))", "a * (1 - a)"),
    "tanh": ("np.tanh(z)", "1 - a**2"),
    RELU: ("np.maximum(z, 0)", "(a > 0) * 1.0"),
}


def script(config: Config) -> str:
    """Return a runnable Python script that prints each gradient by hand and by GradientTape, and the update."""
    x, t = data(config)
    hidden, output = config.activation, output_activation(config)
    logits = config.loss == CROSS_ENTROPY
    loss = 'BinaryCrossentropy(from_logits=True, dtype="float64")' if logits else 'MeanSquaredError(dtype="float64")'
    last = (
        "back_z3 = y - t  # the loss's slope times the sigmoid's: what cancels is left out"
        if logits
        else f"a = y\nback_z3 = 2 * (y - t) * ({_FUNCTIONS[output][1]})"
    )
    return f'''"""Backpropagation by hand, beside tf.GradientTape and Keras' SGD. Needs Keras with TensorFlow."""

import keras
import numpy as np
import tensorflow as tf

x = np.array({x.tolist()})
t = np.array({t.tolist()})[:, None]
batch = slice(0, {config.batch_rows})  # {config.batch}: the rows whose gradients are averaged
learning_rate, momentum, updates = {config.learning_rate!r}, {config.momentum!r}, {config.updates}

# Keras' way: column 0 of the kernel leads to h1, column 1 to h2.
start = [
    np.array([[{config.w11!r}, {config.w21!r}], [{config.w12!r}, {config.w22!r}]]),
    np.array([{config.b1!r}, {config.b2!r}]),
    np.array([[{config.v1!r}], [{config.v2!r}]]),
    np.array([{config.b3!r}]),
]
model = keras.Sequential(
    [
        keras.Input((2,), dtype="float64"),
        keras.layers.Dense(2, activation="{hidden}", dtype="float64"),
        keras.layers.Dense(1, {"" if logits else f'activation="{output}", '}dtype="float64"),
    ]
)
model.set_weights(start)
loss_of = keras.losses.{loss}


def hidden_activation(z):
    return {_FUNCTIONS[hidden][0]}


def output_activation(z):
    return {_FUNCTIONS[output][0]}


def by_hand(weights, x, t):
    """Return the mean gradient of these rows, in Keras' four arrays."""
    kernel, bias, last, final = weights
    a = h = hidden_activation(x @ kernel + bias)
    hidden_slope = {_FUNCTIONS[hidden][1]}
    y = output_activation(h @ last + final)
    {last.replace(chr(10), chr(10) + "    ")}
    back_h = back_z3 @ last.T
    back_z = back_h * hidden_slope
    rows = len(x)  # x.T @ back_z sums over the rows; dividing makes the mean
    return [x.T @ back_z / rows, back_z.mean(axis=0), h.T @ back_z3 / rows, back_z3.mean(axis=0)]


def by_tape(x, t):
    """Return the same from TensorFlow."""
    with tf.GradientTape() as tape:
        loss = loss_of(t, model(x))
    return tape.gradient(loss, model.trainable_variables)


optimizer = keras.optimizers.SGD(learning_rate, momentum=momentum)
for _ in range(updates):
    optimizer.apply(by_tape(x[batch], t[batch]), model.trainable_variables)


def flat(arrays):
    """Return w11 w12 b1 w21 w22 b2 v1 v2 b3."""
    kernel, bias, last, final = (np.asarray(array) for array in arrays)
    return np.concatenate([kernel[:, 0], bias[:1], kernel[:, 1], bias[1:], last[:, 0], final])


def show(name, values):
    print(f"{{name}}:", " ".join(f"{{value:.6f}}" for value in values))


show("weights", flat(model.get_weights()))
for row in range(len(x)):
    show(f"row {{row + 1}}", flat(by_hand(model.get_weights(), x[row : row + 1], t[row : row + 1])))
mine, tape = by_hand(model.get_weights(), x[batch], t[batch]), by_tape(x[batch], t[batch])
show("batch by hand", flat(mine))
show("batch by tape", flat(tape))
print(f"largest difference: {{np.abs(flat(mine) - flat(tape)).max():.1e}}")
optimizer.apply(tape, model.trainable_variables)
show("next weights", flat(model.get_weights()))
'''
