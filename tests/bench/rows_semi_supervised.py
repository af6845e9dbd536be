"""The semi-supervised GAN's lock-step against the keras.io way: a `train_step` override under `fit`, seed after seed.

Both sides train the same networks on the same number of batches of the same size, compiling included, in one process,
alternating; ratios are of processor seconds, all threads counted. The plain side's labels-alone network is an ordinary
`fit` of its own, as one would write it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from tests.bench.harness import Row, at_least, at_most

ROUNDS = 3
SEEDS, EPOCHS = 3, 20


def _measure(function: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return processor seconds, wall seconds and what the function returned."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = function()
    return time.process_time() - cpu, time.perf_counter() - wall, result


def _plain(config: Any) -> list[tuple[float, float]]:
    """Return both accuracies of each seed by a Keras model with a `train_step` of its own, and by a plain `fit`."""
    import keras
    import tensorflow as tf

    from engine.semi_supervised.network import real_logit
    from engine.semi_supervised.pictures import CLASSES, chosen, pictures
    from engine.semi_supervised.training import BETA, lone

    class SemiSupervised(keras.Model):
        """Discriminator and generator; data come as (labelled picture, class, unlabelled picture)."""

        def __init__(self, kept: Any, maker: Any) -> None:
            super().__init__()
            self.kept, self.maker = kept, maker
            self.maker_optimizer = keras.optimizers.Adam(config.generator_rate, beta_1=BETA)

        def noisy(self, x: Any) -> Any:
            return x + config.noise * tf.random.normal(tf.shape(x))

        def train_step(self, data: Any) -> dict[str, Any]:
            known, kinds, real = data
            known, real = self.noisy(known), self.noisy(real)
            latent = tf.random.normal((config.batch_size, config.latent))
            made = self.maker(latent, training=True)
            with tf.GradientTape() as tape:
                outputs, _ = self.kept(known, training=True)
                loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(kinds, outputs[:, :CLASSES]))
                of_real = real_logit(self.kept(real, training=True)[0], config.form)
                of_made = real_logit(self.kept(self.noisy(made), training=True)[0], config.form)
                loss += 0.5 * tf.reduce_mean(tf.nn.softplus(-of_real)) + 0.5 * tf.reduce_mean(tf.nn.softplus(of_made))
            variables = self.kept.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            with tf.GradientTape() as tape:
                features = self.kept(self.noisy(self.maker(latent, training=True)), training=True)[1]
                wanted = self.kept(real, training=True)[1]
                apart = tf.reduce_mean(wanted, axis=0) - tf.reduce_mean(features, axis=0)
                of_maker = tf.reduce_mean(tf.square(apart))
            variables = self.maker.trainable_variables
            self.maker_optimizer.apply_gradients(zip(tape.gradient(of_maker, variables), variables, strict=True))
            return {"loss": loss, "of_maker": of_maker}

    pool, found = pictures(config.data), []
    for seed in range(config.seeds):
        keras.utils.set_random_seed(seed)
        labelled, unlabelled = chosen(pool.y, config.labels, config.looked_at(config.labels), seed)
        kept, maker = lone(config, pool.x.shape[1], seed)
        steps, random = len(unlabelled) // config.batch_size, np.random.default_rng(seed)

        def batches() -> Any:
            again = tf.data.Dataset.from_tensor_slices((pool.x[labelled], pool.y[labelled]))  # noqa: B023
            again = again.shuffle(len(labelled)).repeat().batch(config.batch_size)  # noqa: B023
            once = tf.data.Dataset.from_tensor_slices(pool.x[unlabelled])  # noqa: B023
            once = once.shuffle(len(unlabelled)).repeat().batch(config.batch_size)  # noqa: B023
            return tf.data.Dataset.zip((again, once)).map(lambda pair, real: (*pair, real))

        model = SemiSupervised(kept, maker)
        model.compile(optimizer=keras.optimizers.Adam(config.learning_rate, beta_1=BETA))
        model.fit(batches(), steps_per_epoch=steps, epochs=config.epochs, verbose=0)
        body = lone(config, pool.x.shape[1], seed)[0]
        alone = keras.Model(body.inputs[0], body.outputs[0])
        alone.compile(
            keras.optimizers.Adam(config.learning_rate, beta_1=BETA),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        places = random.choice(labelled, steps * config.batch_size)
        for_fit = pool.x[places] + config.noise * random.standard_normal((len(places), pool.x.shape[1]), np.float32)
        alone.fit(for_fit, pool.y[places], batch_size=config.batch_size, epochs=config.epochs, verbose=0)
        said = (kept.predict(pool.test_x, verbose=0)[0], alone.predict(pool.test_x, verbose=0))
        found.append(tuple(float(np.mean(one[:, :CLASSES].argmax(axis=1) == pool.test_y)) for one in said))
    return found  # type: ignore[return-value]


def semi_supervised_lock_step() -> list[Row]:
    """Three seeds in lock-step as the page trains them, looks at the tests included, against the keras.io way."""
    from engine.runs.context import SilentContext
    from engine.semi_supervised.experiment import Config, run

    config = Config(seeds=SEEDS, epochs=EPOCHS)
    run(config.changed(epochs=1), SilentContext())  # libraries loaded, data read
    rounds = [(_measure(lambda: run(config, SilentContext())), _measure(lambda: _plain(config))) for _ in range(ROUNDS)]
    ours = [one[0] for one in rounds]
    plain = [one[1] for one in rounds]
    cpu = median(b[0] / a[0] for a, b in rounds)
    wall = median(b[1] / a[1] for a, b in rounds)
    accuracies = np.mean(plain[0][2], axis=0)
    note = (
        f"{SEEDS} seeds × {EPOCHS} epochs; processor {median(one[0] for one in ours):.1f} against "
        f"{median(one[0] for one in plain):.1f} s, wall {median(one[1] for one in ours):.1f} against "
        f"{median(one[1] for one in plain):.1f} s ({wall:.1f}×); accuracy with and alone "
        f"{ours[0][2].accuracy[-1].mean(axis=1).round(3).tolist()} against {accuracies.round(3).tolist()}"
    )
    return [
        at_least("semi-supervised: lock-step, processor time", cpu, 1.5, "× train_step", note),
        at_least("semi-supervised: lock-step, by the clock", wall, 1.5, "× train_step"),
    ]


def semi_supervised_live_run() -> Row:
    """What a visitor waits for: one count of labels, three seeds, the page's epochs, by processor time."""
    from engine.runs.context import SilentContext
    from engine.semi_supervised.experiment import Config, run

    config = Config(seeds=3)
    run(config.changed(epochs=1), SilentContext())
    spent, waited, result = _measure(lambda: run(config, SilentContext()))
    note = f"{waited:.1f} s by the clock; gain {100 * np.diff(result.accuracy[-1].mean(axis=1)[::-1])[0]:.1f} points"
    return at_most("semi-supervised: a live run of three seeds", waited, 30, "s", f"{note}; processor {spent:.1f} s")
