"""The runnable script of exactly these settings in plain Keras: one seed after the other, one step after the other.

What the learner should see: the whole method in a hundred lines; the accuracies that it prints are the page's,
until a long game has amplified the rounding.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any

from engine.semi_supervised import network, pictures, training
from engine.semi_supervised.experiment import MATCHING, Config
from engine.semi_supervised.pictures import DIGITS, ORDER, POOLS, VALIDATION

_OPENING = '''"""{title}: K + 1 outputs (Salimans et al. 2016), beside the labels alone.

Needs NumPy, {needs} and Keras with TensorFlow. A game of two
networks amplifies rounding: after many epochs a seed may end a few points from the page, which trains all side by
side; the labels alone end where the page has them.
"""
from collections import namedtuple
from typing import Any

import keras
import numpy as np
import tensorflow as tf

STACKED, EXTRA, HEADS = "stacked", "K+1", "two heads"
CLASSES, SLOPE, BETA = {classes}, {slope}, {beta}
COUNTS, SEEDS, EPOCHS = {counts}, {seeds}, {epochs}
FORM, UNLABELLED, BATCH, LATENT = "{form}", {unlabelled}, {batch}, {latent}
WIDTH, DEPTH, NOISE, WEIGHT = {width}, {depth}, {noise}, {weight}
RATE, GENERATOR_RATE = {rate}, {generator_rate}
Epoch = namedtuple("Epoch", "labelled unlabelled noise latent")'''

_DIGITS = """from sklearn.datasets import load_digits

raw, kinds = load_digits(return_X_y=True)
order = np.random.default_rng({order}).permutation(len(raw))
x, y = (raw[order] / 8 - 1).astype(np.float32), kinds[order]
# The pictures between pool and test were for choosing the settings.
test_x, test_y, x, y = x[{test}:], y[{test}:], x[:{pool}], y[:{pool}]"""

_CLOTHES = """def clothes(name):
    stored = np.load(name)  # every 2 × 2 pixels become one
    small = stored["pictures"].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4), dtype=np.float32)
    return (small.reshape(len(small), -1) / 127.5 - 1).astype(np.float32), stored["kinds"].astype(int)


test_x, test_y = clothes("test.npz")
x, y = (part[:{pool}] for part in clothes("train.npz"))"""

_LOSSES = {
    True: """made_features, real_features = kept(made + noise[2])[1], kept(real)[1]
            apart = tf.reduce_mean(real_features, axis=0) - tf.reduce_mean(made_features, axis=0)
            loss = tf.reduce_mean(apart**2)  # feature matching""",
    False: """loss = tf.reduce_mean(tf.nn.softplus(-real_logit(kept(made + noise[2])[0], FORM)))""",
}

_TRAINING = """def of_labels(outputs, kinds):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(kinds, outputs[:, :CLASSES]))


def train(labels, seed):
    kept, alone = (discriminator(x.shape[1], WIDTH, DEPTH, FORM, seed) for _ in range(2))  # the same weights
    thrown_away = generator(LATENT, WIDTH, x.shape[1], seed)
    models = (kept, thrown_away, alone)
    optimizers = [keras.optimizers.Adam(rate, beta_1=BETA) for rate in (RATE, GENERATOR_RATE, RATE)]
    for optimizer, model in zip(optimizers, models):
        optimizer.build(model.trainable_variables)

    def apply(tape, loss, place):
        variables = models[place].trainable_variables
        optimizers[place].apply_gradients(zip(tape.gradient(loss, variables), variables))

    @tf.function(autograph=False)
    def step(known, kinds, real, noise, latent):
        noise = NOISE * tf.reshape(noise, (3, BATCH, -1))
        known, real = known + noise[0], real + noise[1]
        with tf.GradientTape() as tape_of_generator:
            made = thrown_away(latent, training=True)
            with tf.GradientTape() as tape:
                logits = [real_logit(kept(one)[0], FORM) for one in (real, tf.stop_gradient(made) + noise[2])]
                real_or_made = tf.reduce_mean(tf.nn.softplus(-logits[0])) + tf.reduce_mean(tf.nn.softplus(logits[1]))
                loss = of_labels(kept(known)[0], kinds) + WEIGHT * real_or_made / 2
            apply(tape, loss, 0)
            {loss}
        apply(tape_of_generator, loss, 1)
        with tf.GradientTape() as tape:
            loss = of_labels(alone(known)[0], kinds)
        apply(tape, loss, 2)

    labelled, unlabelled = chosen(y, labels, min(max(UNLABELLED, CLASSES * labels), len(y)), seed)
    random = np.random.default_rng(seed)
    for _ in range(EPOCHS):
        drawing = drawn(random, labelled, unlabelled, BATCH, x.shape[1], LATENT)
        for known, real, noise, latent in zip(*drawing):
            step(x[known], y[known], x[real], noise, latent)
    says = (keras.ops.convert_to_numpy(model(test_x)[0])[:, :CLASSES].argmax(axis=1) for model in (kept, alone))
    return [float(np.mean(said == test_y)) for said in says]


for labels in COUNTS:
    accuracy = np.array([train(labels, seed) for seed in SEEDS])
    gain = accuracy[:, 0] - accuracy[:, 1]
    print(f"{{labels}} labels a class: {{accuracy[:, 0].mean():.4f}}, alone {{accuracy[:, 1].mean():.4f}},",
          f"by seed {{', '.join(f'{{100 * one:+.1f}}' for one in gain)}} points")"""


def script(config: Config) -> str:
    """Return the script; it prints for each count of labels both mean accuracies and the gain of each seed."""
    config = config.settled()
    digits = config.data == DIGITS
    opening = _OPENING.format(
        title="A semi-supervised GAN on " + ("digits" if digits else "Fashion-MNIST"),
        needs="scikit-learn" if digits else "train.npz and test.npz (to download on the page)",
        classes=pictures.CLASSES,
        slope=network.SLOPE,
        beta=training.BETA,
        counts=config.counts(),
        seeds=f"range({config.seed}, {config.seed + config.seeds})",
        epochs=config.epochs,
        form=config.form,
        unlabelled=config.unlabelled,
        batch=config.batch_size,
        latent=config.latent,
        width=config.width,
        depth=config.depth,
        noise=config.noise,
        weight=config.weight,
        rate=config.learning_rate,
        generator_rate=config.generator_rate,
    )
    pool = POOLS[config.data]
    data = _DIGITS.format(order=ORDER, pool=pool, test=pool + VALIDATION[DIGITS]) if digits else None
    parts = [opening, data or _CLOTHES.format(pool=pool)]
    functions = (pictures.chosen, training.drawn, network.discriminator, network.generator, network.real_logit)
    parts += [_source(function) for function in functions]
    parts.append(_TRAINING.format(loss=_LOSSES[config.loss == MATCHING]))
    return "\n\n\n".join(parts) + "\n"


def _source(function: Callable[..., Any]) -> str:
    """Return a function's own source, its docstring cut to the first line, its blank lines and imports left out."""
    tree = ast.parse(inspect.getsource(function))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    text = ast.get_docstring(definition)
    lines = inspect.getsource(function).rstrip().splitlines()
    if text:
        docstring = definition.body[0]
        lines[docstring.lineno - 1 : docstring.end_lineno] = [f'    """{text.splitlines()[0]}"""']
    dropped = ("", "import keras", "import tensorflow as tf")
    return "\n".join(line for line in lines if line.strip() not in dropped)
