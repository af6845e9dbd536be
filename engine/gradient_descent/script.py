"""The Keras script of exactly these settings: one `fit` a racer, only the batch size differs."""

from __future__ import annotations

from engine.gradient_descent.experiment import Config
from engine.neuron.experiment import SPAN


def script(config: Config) -> str:
    """Return a runnable Python script that prints where each racer ends, and its error."""
    if config.shuffle:
        orders = f"orders = [generator.permutation(len(x)) for _ in range({config.epochs})]"
    else:
        orders = f'orders = [np.argsort(x[:, 0], kind="stable")] * {config.epochs}  # never shuffled'
    return f'''"""Batch, mini-batch and online gradient descent of one line, seed {config.seed}. Needs Keras."""

import keras
import numpy as np

generator = np.random.default_rng({config.seed})
x = generator.uniform(0, {SPAN}, ({config.points}, 1))
y = {config.slope!r} * x[:, 0] + {config.offset!r} + {config.noise!r} * generator.standard_normal({config.points})
x, y = x.astype("float32"), y.astype("float32")

# The rows in the order of every epoch, the same for all three.
generator = np.random.default_rng(({config.seed}, 1))
{orders}


def descend(size):
    """Return the line after all epochs in batches of this size."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.set_weights([np.array([[{config.start_slope!r}]]), np.array([{config.start_offset!r}])])
    model.compile(keras.optimizers.SGD({config.learning_rate!r}), loss="mean_squared_error")
    for rows in orders:
        model.fit(x[rows], y[rows, None], batch_size=size, epochs=1, shuffle=False, verbose=0)
    return model


for name, size in (("all rows", len(x)), ("mini-batch", {config.batch_size}), ("one row", 1)):  # the only difference
    model = descend(size)
    slope, offset = (float(weight.ravel()[0]) for weight in model.get_weights())
    error = model.evaluate(x, y[:, None], batch_size=len(x), verbose=0)
    print(f"{{name}}: m {{slope:.4f}} c {{offset:.4f}} error {{error:.5f}}")
'''
