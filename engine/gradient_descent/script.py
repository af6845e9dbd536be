"""The Keras script of exactly these settings: one `fit` a racer, only the batch size differs."""

from __future__ import annotations

from engine.gradient_descent.experiment import Config
from engine.neuron.experiment import SPAN


def script(config: Config) -> str:
    """Return a runnable Python script that prints where each racer ends, and its error."""
    if config.shuffle:
        orders = f"[generator.permutation(len(x)) for _ in range({config.epochs})]"
    else:
        orders = f'[np.argsort(x[:, 0], kind="stable")] * {config.epochs}  # never shuffled'
    return f'''"""Batch, mini-batch and online gradient descent of one line, from seed {config.seed} on. Needs Keras."""

import keras
import numpy as np


def data(seed):
    """Return inputs and targets."""
    generator = np.random.default_rng(seed)
    x = generator.uniform(0, {SPAN}, ({config.points}, 1))
    y = {config.slope!r} * x[:, 0] + {config.offset!r} + {config.noise!r} * generator.standard_normal({config.points})
    return x.astype("float32"), y.astype("float32")


def descend(x, y, seed, size):
    """Return the line after all epochs in batches of this size."""
    # The rows in the order of every epoch, the same for all three.
    generator = np.random.default_rng((seed, 1))
    orders = {orders}
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.set_weights([np.array([[{config.start_slope!r}]]), np.array([{config.start_offset!r}])])
    model.compile(keras.optimizers.SGD({config.learning_rate!r}), loss="mean_squared_error")
    for rows in orders:
        model.fit(x[rows], y[rows, None], batch_size=size, epochs=1, shuffle=False, verbose=0)
    return model


for seed in range({config.seed}, {config.seed + config.seeds}):
    x, y = data(seed)
    # The only difference:
    for name, size in (("all rows", len(x)), ("mini-batch", {config.batch_size}), ("one row", 1)):
        model = descend(x, y, seed, size)
        slope, offset = (float(weight.ravel()[0]) for weight in model.get_weights())
        error = model.evaluate(x, y[:, None], batch_size=len(x), verbose=0)
        print(f"seed {{seed}} {{name}}: m {{slope:.4f}} c {{offset:.4f}} error {{error:.5f}}")
'''
