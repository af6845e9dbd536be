"""The Keras script of exactly these settings: N networks, and the cures."""

from __future__ import annotations

import inspect

from engine.data import toy
from engine.data.toy import DATA_SETS
from engine.initialization.experiment import (
    EQUAL,
    HE,
    LARGE,
    LARGE_DEVIATION,
    MOMENTUM,
    MORE,
    ONE_VALUE,
    SMALL,
    SMALL_DEVIATION,
    TEST_ROWS,
    ZEROS,
    Config,
)
from engine.playground.script import _source
from engine.training.optimizers import Optimizer


def script(config: Config, together: int) -> str:
    """Return a runnable Python script that prints the mean and the deviation of the test errors of each group.

    Args:
        config: What is trained.
        together: How many networks answer together.
    """
    most = max(MORE.values())
    return f'''"""{config.runs} runs of one network from different first weights. Needs Keras with TensorFlow."""

import keras
import numpy as np
from keras import layers

{_data(config, most)}


def build(run, dropout):
    """Return the network; its first weights come from the number of the run, its dropout masks do not."""
    model = keras.Sequential([keras.Input((2,))])
    for place, units in enumerate({config.layers!r}):
        model.add(layers.Dense(units, kernel_initializer={_initializer(config, "place")}))
        model.add(layers.Activation("{config.activation}"))
        if dropout:
            model.add(layers.Dropout(dropout, seed={1000 * config.seed + 500} + place))
    last = {len(config.layers)}
    model.add(layers.Dense(1, "sigmoid", kernel_initializer={_initializer(config, "last")}))
    model.compile({_optimizer(config)}, "binary_crossentropy")
    return model


def train(run, rows, epochs, dropout=0.0):
    """Return what the trained network says of the test rows; all runs meet their rows in the same order."""
    model = build(run, dropout)
    for epoch in range(1, epochs + 1):
        order = rows[np.random.default_rng(({config.seed}, epoch)).permutation(len(rows))]
        for first in range(0, len(order), {config.batch_size}):
            batch = order[first : first + {config.batch_size}]
            model.train_on_batch(x[batch], y[batch, None])
    return model.predict_on_batch(test_x)[:, 0]


def tell(name, said):
    """Print the errors of networks, or of groups that answer together."""
    errors = ((said > 0.5) != (test_y > 0.5)).mean(axis=1)
    print(f"{{name}}: mean {{errors.mean():.4f}} deviation {{errors.std(ddof=1):.4f}} of {{len(errors)}}")


runs, rows = range({config.runs}), np.arange({config.points})
alone = np.array([train(run, rows, {config.epochs}) for run in runs])
tell("alone", alone)
{_cures(config, together) if config.cures else ""}'''


def _data(config: Config, most: int) -> str:
    draw = DATA_SETS[config.dataset].draw
    radius = f"RADIUS = {toy.RADIUS}\n\n\n" if "RADIUS" in inspect.getsource(draw) else ""
    return f"""{radius}{_source(draw)}


generator = np.random.default_rng(({config.seed}, 1))
x, y = {draw.__name__}({most * config.points}, 2, {config.noise!r}, generator)
order = generator.permutation(len(y))
x, y = x[order].astype("float32"), y[order].astype("float32")
test_x, test_y = {draw.__name__}({TEST_ROWS}, 2, {config.noise!r}, np.random.default_rng(({config.seed}, 2)))
test_x = test_x.astype("float32")"""


def _initializer(config: Config, layer: str) -> str:
    seed = f"seed=1000 * ({config.seed} + run) + {layer}"
    name = config.initializer
    if name == ZEROS:
        return '"zeros"'
    if name == EQUAL:
        return f"keras.initializers.Constant({ONE_VALUE})"
    if name in (SMALL, LARGE):
        return f"keras.initializers.RandomNormal(0.0, {SMALL_DEVIATION if name == SMALL else LARGE_DEVIATION}, {seed})"
    return f"keras.initializers.{'HeNormal' if name == HE else 'GlorotUniform'}({seed})"


def _optimizer(config: Config) -> str:
    optimizer = Optimizer(config.optimizer, MOMENTUM)
    arguments = "".join(f", {name}={value}" for name, value in optimizer.arguments().items())
    return f"keras.optimizers.{optimizer.class_name}({config.learning_rate!r}{arguments})"


def _cures(config: Config, together: int) -> str:
    twice, four = (f"train(run, np.arange({times * config.points}), {-(-config.epochs // times)})" for times in (2, 4))
    return f"""
# Bags of {together} that share no network.
chosen = np.random.default_rng(({config.seed}, 4)).permutation({config.runs})
bags = chosen[: len(chosen) // {together} * {together}].reshape(-1, {together})
tell("average of {together}", alone[bags].mean(axis=1))
generators = [np.random.default_rng(({config.seed}, 3, run)) for run in runs]
samples = [generator.integers(0, len(rows), len(rows)) for generator in generators]
sampled = np.array([train(run, sample, {config.epochs}) for run, sample in zip(runs, samples)])
tell("bag of {together}", sampled[bags].mean(axis=1))
tell("dropout", np.array([train(run, rows, {config.epochs}, {config.dropout!r}) for run in runs]))

# More rows, as many updates.
tell("2 x rows", np.array([{twice} for run in runs]))
tell("4 x rows", np.array([{four} for run in runs]))
"""
