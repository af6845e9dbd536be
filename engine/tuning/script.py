"""`evaluate_network` as plain Keras and scikit-learn source: what every search's script begins with.

What the learner should see: an evaluation is a loop of five fits, fifty lines that can be copied.
"""

from __future__ import annotations

from engine.data.tabular import UPLOAD, Rows, rows
from engine.models.mlp import LEAKY_SLOPE, MLP, dropout_seed, kernel_seed
from engine.training.optimizers import Optimizer
from engine.tuning.network import (
    FEWEST_NEURONS,
    MOST_LAYERS,
    MOST_NEURONS,
    MOST_ROWS,
    SEEDS_APART,
    WORST_SCORE,
    Task,
    network,
    table,
)
from engine.validation.script import read_table

PYRAMID = f'''def pyramid(neuron_share, neuron_shrink):
    """Return the units of each layer: a share of {MOST_NEURONS}, each layer narrower than the one before."""
    units = [max(1, round(neuron_share * {MOST_NEURONS}))]
    while len(units) < {MOST_LAYERS}:
        width = round(neuron_share * {MOST_NEURONS} * neuron_shrink ** len(units))
        if width < {FEWEST_NEURONS}:
            break
        units.append(width)
    return units'''

EVALUATE = '''def evaluate_network(dropout, learning_rate, neuron_share, neuron_shrink, seed={seed}):
    """Return the {what} on held-back rows, mean over {splits} splits."""
    scores = []
    for place, (train, held) in enumerate({splitter}({splits}, test_size={share}, random_state=seed).split(x, y)):
        scaler = StandardScaler().fit(x[train])
        train_x, held_x = scaler.transform(x[train]), scaler.transform(x[held])
{targets}
        own_seed = {apart} * seed + place
        model = build(own_seed, dropout, learning_rate, pyramid(neuron_share, neuron_shrink))
        history = model.fit(
            batches(own_seed, train_x, train_y), steps_per_epoch=-(-len(train) // {batch}), epochs={epochs}, verbose=0,
            validation_data=(held_x, held_y), validation_batch_size=len(held),
            callbacks={callbacks},
        ).history
        output = model.predict(held_x, batch_size=len(held), verbose=0)
        scores.append({score} if np.isfinite(history["loss"]).all() else {worst})
    return float(np.mean(scores))'''

IMPORTS = """import keras
import numpy as np
from keras import layers
from keras.initializers import GlorotUniform
from sklearn.model_selection import {splitter}
from sklearn.preprocessing import StandardScaler"""


def evaluate_source(task: Task) -> str:
    """Return source that reads the table and defines `evaluate_network`, `pyramid` and `build`, imports included.

    Raises:
        InvalidData: An upload is not in the store any more.
    """
    used = table(task.dataset, task.upload)
    parts = (
        IMPORTS.format(splitter=splitter_name(used)),
        table_source(task),
        PYRAMID,
        build_source(task, used),
        batches_source(task),
        _evaluation(task, used),
    )
    return "\n\n\n".join(part.strip("\n") for part in parts)


def splitter_name(used: Rows) -> str:
    """Return the name of the scikit-learn splitter of a table."""
    return "StratifiedShuffleSplit" if used.classification else "ShuffleSplit"


def table_source(task: Task) -> str:
    """Return source that makes `x` and `y`, a sample of them where the page takes one."""
    whole = rows(task.dataset, task.upload)
    source = read_table(whole)
    if task.dataset == UPLOAD and len(whole.y) > MOST_ROWS:
        source += (
            "\n# An evaluation has to be short: a sample of the rows.\n"
            f"kept = np.sort(np.random.default_rng(0).permutation(len(y))[:{MOST_ROWS}])\nx, y = x[kept], y[kept]"
        )
    return source


def build_source(task: Task, used: Rows) -> str:
    """Return source of `build(seed, dropout, learning_rate, units)`: the compiled network."""
    settings = network((0.0, 0.001, 1.0, 1.0), task)
    architecture: MLP = settings.architecture(used)
    optimizer = Optimizer(task.optimizer, settings.momentum)
    arguments = "".join(f", {name}={value}" for name, value in optimizer.arguments().items())
    penalized = task.l1 > 0 or task.l2 > 0
    named = f"    penalty = keras.regularizers.L1L2({task.l1}, {task.l2})\n" if penalized else ""
    penalty = ", kernel_regularizer=penalty" if penalized else ""
    bend = {
        "prelu": "        model.add(layers.PReLU())\n",
        "leaky_relu": f"        model.add(layers.LeakyReLU(negative_slope={LEAKY_SLOPE}))\n",
        "linear": "",
    }.get(task.activation, f'        model.add(layers.Activation("{task.activation}"))\n')
    first, apart = dropout_seed(0, 0), kernel_seed(1, 0)
    return (
        "def build(seed, dropout, learning_rate, units):\n"
        '    """Return the compiled network; each kernel has a seed: these are the page\'s initial weights."""\n'
        f"{named}"
        f"    model = keras.Sequential([keras.Input(({architecture.inputs},))])\n"
        "    for place, width in enumerate(units):\n"
        f"        kernel = GlorotUniform({apart} * seed + place)\n"
        f"        model.add(layers.Dense(width, kernel_initializer=kernel{penalty}))\n"
        f"{bend}"
        "        if dropout:\n"
        f"            model.add(layers.Dropout(dropout, seed={apart} * seed + {first} + place))\n"
        f"    kernel = GlorotUniform({apart} * seed + len(units))\n"
        f'    model.add(layers.Dense({architecture.outputs}, "{architecture.output_activation}", '
        f"kernel_initializer=kernel{penalty}))\n"
        f"    optimizer = keras.optimizers.{optimizer.class_name}(learning_rate{arguments})\n"
        f'    model.compile(optimizer, "{settings.loss(used)}")\n'
        "    return model"
    )


def batches_source(task: Task) -> str:
    """Return source of `batches(seed, x, y)`: batches without end, each epoch in an order of its own."""
    size = task.batch_size
    return (
        "def batches(seed, x, y):\n"
        '    """Give batches without end; each epoch has an order of its own."""\n'
        "    epoch = 0\n"
        "    while True:\n"
        "        epoch += 1\n"
        "        order = np.random.default_rng((seed, epoch)).permutation(len(x))\n"
        f"        for first in range(0, len(x), {size}):\n"
        f"            yield x[order[first : first + {size}]], y[order[first : first + {size}]]"
    )


def _evaluation(task: Task, used: Rows) -> str:
    worst = WORST_SCORE[used.classification]
    if used.classification:
        targets = "        train_y, held_y = y[train], y[held]"
        score = "np.mean(output.argmax(axis=1) == held_y)"
        if used.classes == 2:
            score = "np.mean((output[:, 0] > 0.5) == held_y)"
    else:
        targets = (
            "        middle, spread = y[train].mean(), y[train].std()\n"
            "        train_y, held_y = (y[train] - middle) / spread, (y[held] - middle) / spread"
        )
        score = f"max({worst}, 1 - np.mean((held_y - output[:, 0]) ** 2) / held_y.var())"
    stopping = f"[keras.callbacks.EarlyStopping(patience={task.patience}, restore_best_weights=True)]"
    return EVALUATE.format(
        seed=task.seed,
        what="accuracy" if used.classification else "R²",
        splits=task.splits,
        splitter=splitter_name(used),
        share=task.held_share,
        targets=targets,
        apart=SEEDS_APART,
        batch=task.batch_size,
        epochs=task.epochs,
        callbacks=stopping if task.patience else "[]",
        worst=worst,
        score=score,
    )
