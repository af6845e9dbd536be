"""The parts that scripts of the validation pages share, as plain Keras and scikit-learn source.

What the learner should see: reading the table, building the network, training it with early stopping: thirty lines
that can be copied, and give the page's numbers.
"""

from __future__ import annotations

from engine.data.tabular import REGRESSION, UPLOAD, Rows
from engine.models.mlp import LEAKY_SLOPE, MLP, dropout_seed, kernel_seed
from engine.training.optimizers import Optimizer
from engine.validation.network import Network

OPENING = """import itertools

import keras
import numpy as np
from keras import layers
from keras.initializers import GlorotUniform"""


def read_table(table: Rows) -> str:
    """Return source that makes `x` (n, d) and `y` (n,) of a table, imports included."""
    if table.name == UPLOAD:
        from engine.data.table_source import reading_source

        return reading_source(table)
    return f"from sklearn.datasets import load_{table.name}\n\nx, y = load_{table.name}(return_X_y=True)"


def build_network(network: Network, table: Rows) -> str:
    """Return source of `build(seed)`: the compiled network with the page's initial weights for that seed."""
    architecture = network.architecture(table)
    metric = "mean_squared_error" if table.task == REGRESSION else "accuracy"
    optimizer = Optimizer(network.optimizer, network.momentum)
    arguments = "".join(f", {name}={value}" for name, value in optimizer.arguments().items())
    return (
        "def build(seed):\n"
        '    """Return the compiled network; each kernel has a seed: these are the page\'s initial weights."""\n'
        f"{_layers(architecture)}"
        f"    optimizer = keras.optimizers.{optimizer.class_name}({network.learning_rate}{arguments})\n"
        f'    model.compile(optimizer, "{network.loss(table)}", metrics=["{metric}"])\n'
        "    return model"
    )


def _layers(architecture: MLP) -> str:
    penalized = architecture.l1 > 0 or architecture.l2 > 0
    penalty = f"    penalty = keras.regularizers.L1L2({architecture.l1}, {architecture.l2})\n" if penalized else ""
    regularizer = ", kernel_regularizer=penalty" if penalized else ""
    lines = [f"        keras.Input(({architecture.inputs},)),"]
    for index, layer in enumerate(architecture.hidden):
        initializer = f"kernel_initializer=GlorotUniform({_seed(kernel_seed(0, index))})"
        lines.append(f"        layers.Dense({layer.units}, {initializer}{regularizer}),")
        if layer.activation == "prelu":
            lines.append("        layers.PReLU(),")
        elif layer.activation == "leaky_relu":
            lines.append(f"        layers.LeakyReLU(negative_slope={LEAKY_SLOPE}),")
        elif layer.activation != "linear":
            lines.append(f'        layers.Activation("{layer.activation}"),')
        if layer.dropout:
            lines.append(f"        layers.Dropout({layer.dropout}, seed={_seed(dropout_seed(0, index))}),")
    initializer = f"kernel_initializer=GlorotUniform({_seed(kernel_seed(0, len(architecture.hidden)))})"
    lines.append(
        f'        layers.Dense({architecture.outputs}, "{architecture.output_activation}", {initializer}{regularizer}),'
    )
    return f"{penalty}    model = keras.Sequential([\n" + "\n".join(lines) + "\n    ])\n"


def _seed(offset: int) -> str:
    step = kernel_seed(1, 0)
    return f"{step} * seed + {offset}" if offset else f"{step} * seed"


def train_network(network: Network) -> str:
    """Return source of `train(seed, x, y, held_x, held_y)`: the trained model and its `History.history`.

    Inputs and targets are scaled already; the validation loss stops the training and brings the best weights back.
    """
    callbacks = (
        f"[keras.callbacks.EarlyStopping(patience={network.patience}, restore_best_weights=True)]"
        if network.patience
        else "[]"
    )
    size = network.batch_size
    return (
        "def batches(seed, x, y):\n"
        '    """Give batches without end; each epoch has an order of its own."""\n'
        "    for epoch in itertools.count(1):\n"
        "        order = np.random.default_rng((seed, epoch)).permutation(len(x))\n"
        f"        for first in range(0, len(x), {size}):\n"
        f"            yield x[order[first : first + {size}]], y[order[first : first + {size}]]\n\n\n"
        "def train(seed, x, y, held_x, held_y):\n"
        '    """Return the model trained on x, y, and what each epoch recorded; held_x, held_y say when to stop."""\n'
        "    model = build(seed)\n"
        "    history = model.fit(\n"
        f"        batches(seed, x, y), steps_per_epoch=-(-len(x) // {size}), epochs={network.epochs}, verbose=0,\n"
        "        validation_data=(held_x, held_y), validation_batch_size=len(held_x),\n"
        f"        callbacks={callbacks},\n"
        "    )\n"
        "    return model, history.history"
    )
