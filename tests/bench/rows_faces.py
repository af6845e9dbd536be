"""What the training of the face networks must be: quicker than the same networks trained as the Keras guide does."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from tests.bench.harness import Row, at_least

BATCH, STEPS, ROUNDS = 16, 12, 5


def _plain_gan(channels: int) -> Any:
    """The same networks under `fit`, trained as keras.io's example of a GAN does, with the same loss and rates."""
    import keras
    import tensorflow as tf

    from engine.faces.network import LATENT, discriminator, generator

    class Plain(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.own, self.judge = generator(channels), discriminator(channels)

        def compile(self, **options: Any) -> None:
            super().compile(**options)
            self.optimizers = [keras.optimizers.Adam(5e-4, 0.0, 0.99) for _ in range(2)]
            for optimizer, model in zip(self.optimizers, (self.own, self.judge), strict=True):
                optimizer.build(model.trainable_variables)

        def train_step(self, real: Any) -> dict[str, Any]:
            real = tf.cast(real, tf.float32) / 127.5 - 1
            count = tf.shape(real)[0]
            fake = self.own(tf.random.normal((count, LATENT)))
            with tf.GradientTape() as tape:
                judging = tf.reduce_mean(tf.nn.softplus(self.judge(fake, training=True)))
                judging += tf.reduce_mean(tf.nn.softplus(-self.judge(real, training=True)))
            variables = self.judge.trainable_variables
            self.optimizers[1].apply(tape.gradient(judging, variables), variables)
            latents = tf.random.normal((count, LATENT))
            with tf.GradientTape() as tape:
                fooled = self.judge(self.own(latents, training=True), training=True)
                making = tf.reduce_mean(tf.nn.softplus(-fooled))
            variables = self.own.trainable_variables
            self.optimizers[0].apply(tape.gradient(making, variables), variables)
            return {"making": making, "judging": judging}

    model = Plain()
    model.compile()
    return model


def faces_training_step() -> Row:
    """G+D steps of both ways, alternately, in processor seconds: other work on the machine does not count."""
    from engine.faces.drawing import draw
    from engine.faces.training import Settings, Trainer, precision

    pictures = draw(BATCH * STEPS, 0).pictures
    plain = _plain_gan(3)
    ours = Trainer(3, 0, Settings(batch_size=BATCH, augment=False, penalty=0))
    whole = Trainer(3, 0, Settings(batch_size=BATCH))

    def steps(trainer: Trainer) -> None:
        for step in range(STEPS):
            trainer.step(pictures[step * BATCH : (step + 1) * BATCH])

    sides = (
        lambda: plain.fit(pictures, batch_size=BATCH, epochs=1, shuffle=False, verbose=0),
        lambda: steps(ours),
        lambda: steps(whole),
    )
    times: list[list[float]] = []
    for number in range(ROUNDS + 1):
        row = []
        for side in sides:
            start = time.process_time()
            side()
            row.append((time.process_time() - start) / STEPS)
        if number:  # the first round compiles
            times.append(row)
    guide, own, all_of_it = 1000 * np.median(times, axis=0)
    note = (
        f"{guide:.0f} ms under fit, {own:.0f} ms in one step ({precision()}), processor time, batches of {BATCH}; "
        f"{all_of_it:.0f} ms with augmentation and R1, which the plain way leaves out"
    )
    return at_least("faces: G+D step", float(guide / own), 1.5, "× keras.io", note)
