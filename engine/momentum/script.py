"""The Keras script of exactly these settings: keras.optimizers.SGD on the surface, or on the networks."""

from __future__ import annotations

from engine.data.tabular import rows
from engine.momentum.experiment import MOMENTA, NETWORK, Config, start_of
from engine.momentum.network import HELD_BACK, network
from engine.validation.script import OPENING, build_network, read_table, train_network


def script(config: Config) -> str:
    """Return a runnable Python script that prints where all three end, or the last losses of all networks."""
    return _networks(config) if config.task == NETWORK else _walk(config)


def _walk(config: Config) -> str:
    x, y = start_of(config)
    return f'''"""Plain descent, momentum and Nesterov from one start, by keras.optimizers.SGD. Needs TensorFlow."""

import keras
import tensorflow as tf

RACERS = {{
    "plain": keras.optimizers.SGD({config.learning_rate!r}),
    "momentum": keras.optimizers.SGD({config.learning_rate!r}, momentum={config.momentum!r}),
    "nesterov": keras.optimizers.SGD({config.learning_rate!r}, momentum={config.momentum!r}, nesterov=True),
}}


def loss(x, y):
    """Return the height of the surface."""
    return {config.surface().code}


for name, optimizer in RACERS.items():
    weights = keras.Variable([{x!r}, {y!r}], dtype="float32")
    optimizer.build([weights])
    for _ in range({config.steps}):
        with tf.GradientTape() as tape:
            height = loss(weights[0], weights[1])
        optimizer.apply([tape.gradient(height, weights.value)], [weights])
    x, y = weights.numpy()
    print(f"{{name}}: {{x:.6g}} {{y:.6g}} loss {{loss(x, y):.6g}}")
'''


def _networks(config: Config) -> str:
    table = rows(config.table)
    made = network(config, 0.0, False)
    built = build_network(made, table)
    built = built.replace("def build(seed):", "def build(seed, rate, momentum):").replace(
        f"SGD({made.learning_rate}, momentum=0.0, nesterov=False)", "SGD(rate, momentum=momentum)"
    )
    trained = (
        train_network(made)
        .replace("def train(seed, x, y, held_x, held_y):", "def train(seed, rate, momentum, x, y, held_x, held_y):")
        .replace("build(seed)", "build(seed, rate, momentum)")
    )
    return f'''"""Momentum in a real network: the same η for all, and η (1 − β). Needs Keras and scikit-learn."""

{OPENING}
from sklearn.preprocessing import StandardScaler

{read_table(table)}

order = np.random.default_rng({config.seed}).permutation(len(x))
held, kept = np.split(order, [round({HELD_BACK} * len(x))])
scaler = StandardScaler().fit(x[kept])
x = scaler.transform(x).astype("float32")


{built}


{trained}


for fair in (False, True):
    for momentum in {MOMENTA}:
        rate = {config.learning_rate!r} * (1 - momentum) if fair else {config.learning_rate!r}
        losses = []
        for seed in range({config.seed}, {config.seed + config.seeds}):
            _, history = train(seed, rate, momentum, x[kept], y[kept], x[held], y[held])
            losses.append(history["loss"][-1])
        name = "rate (1 - momentum)" if fair else "same rate"
        print(f"{{name}}, momentum {{momentum}}:", " ".join(f"{{loss:.5f}}" for loss in losses))
'''
