"""The Keras script of exactly these settings: two neurons, the same batches."""

from __future__ import annotations

import textwrap

from engine.neuron.experiment import APART, LINE, SPAN, SPREAD, Config


def script(config: Config) -> str:
    """Return a runnable Python script that prints both neurons' weights and errors."""
    line = config.task == LINE
    loss = "mean_squared_error" if line else "binary_crossentropy"
    activation = "" if line else 'activation="sigmoid", '
    return f'''"""A neuron with a bias and one without, on the same batches, from seed {config.seed} on. Needs Keras."""

import keras
import numpy as np


def data(seed):
    """Return inputs and targets."""
{textwrap.indent(_data(config), "    ")}


def train(bias, x, y, seed):
    """Return the trained neuron."""
    # The points of every batch, the same for both neurons.
    generator = np.random.default_rng((seed, 1))
    orders = [generator.permutation(len(x)) for _ in range({config.epochs})]
    start = keras.initializers.GlorotUniform(seed=seed)
    neuron = keras.layers.Dense(1, {activation}use_bias=bias, kernel_initializer=start)
    model = keras.Sequential([keras.Input((x.shape[1],)), neuron])
    model.compile(keras.optimizers.SGD({config.learning_rate!r}), loss="{loss}")
    for order in orders:
        for first in range(0, len(x), {config.batch_size}):
            rows = order[first : first + {config.batch_size}]
            model.train_on_batch(x[rows], y[rows, None])
    return model


for seed in range({config.seed}, {config.seed + config.seeds}):
    x, y = data(seed)
    for bias in (True, False):  # the only difference
        model = train(bias, x, y, seed)
        error = model.evaluate(x, y[:, None], batch_size=len(x), verbose=0)
        numbers = " ".join(f"{{value:.4f}}" for value in np.concatenate([w.ravel() for w in model.get_weights()]))
        print(f"seed {{seed}}", "with bias:" if bias else "without:", numbers, f"error {{error:.5f}}")
'''


def _data(config: Config) -> str:
    head = "generator = np.random.default_rng(seed)\n"
    if config.task == LINE:
        made = (
            f"x = generator.uniform(0, {SPAN}, ({config.points}, 1))\n"
            f"y = {config.slope!r} * x[:, 0] + {config.offset!r} + "
            f"{config.noise!r} * generator.standard_normal({config.points})\n"
        )
    else:
        made = (
            f"y = np.arange({config.points}) % 2.0\n"
            f"along = (2 * y - 1)[:, None] * {APART} * np.array([[1.0, 1.0]]) / np.sqrt(2)\n"
            f"spread = {SPREAD} * (1 + {config.noise!r} / 10) * generator.standard_normal(({config.points}, 2))\n"
            f"x = along + spread + {config.offset!r} / np.sqrt(2)\n"
        )
    if config.centred:
        made += "x = x - x.mean(axis=0)  # taking the mean off does what a bias would\n"
        made += "y = y - y.mean()\n" if config.task == LINE else ""
    return f'{head}{made}return x.astype("float32"), y.astype("float32")'
