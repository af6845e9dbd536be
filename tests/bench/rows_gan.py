"""The game in 2-D: many steps in one compiled function against the plain way, a `train_step` override under `fit`."""

from __future__ import annotations

from typing import Any

from tests.bench.harness import Row, at_least, side_by_side

STEPS = 400


def gan_game_step() -> Row:
    """The same networks, batch and updates; both warm, one game."""
    import keras
    import numpy as np
    import tensorflow as tf

    from engine.gan_game.experiment import Config
    from engine.gan_game.live import Table
    from engine.gan_game.targets import drawn_from

    config = Config(seeds=1)
    table = Table(config)
    units = [config.width] * config.depth

    def dense(inputs: int, outputs: int, slope: float) -> Any:
        hidden = [one for unit in units for one in (keras.layers.Dense(unit), keras.layers.LeakyReLU(slope))]
        return keras.Sequential([keras.Input((inputs,)), *hidden, keras.layers.Dense(outputs)])

    class Plain(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.generator, self.discriminator = dense(config.noise_dimension, 2, 0.0), dense(2, 1, 0.2)
            self.adams = [keras.optimizers.Adam(0.001, beta_1=config.momentum) for _ in range(2)]
            self.entropy = keras.losses.BinaryCrossentropy(from_logits=True)

        def train_step(self, data: Any) -> dict[str, Any]:
            size = tf.shape(data)[0]
            noise = tf.random.uniform((size, config.noise_dimension), -1, 1)
            with tf.GradientTape() as tape:
                real, fake = self.discriminator(data), self.discriminator(self.generator(noise))
                loss = self.entropy(tf.ones_like(real), real) + self.entropy(tf.zeros_like(fake), fake)
            own = self.discriminator.trainable_variables
            self.adams[0].apply_gradients(zip(tape.gradient(loss, own), own, strict=True))
            noise = tf.random.uniform((size, config.noise_dimension), -1, 1)
            with tf.GradientTape() as tape:
                fake = self.discriminator(self.generator(noise))
                other = self.entropy(tf.ones_like(fake), fake)
            own = self.generator.trainable_variables
            self.adams[1].apply_gradients(zip(tape.gradient(other, own), own, strict=True))
            return {"d": loss, "g": other}

    points = drawn_from(config.target(), STEPS * config.batch_size, np.random.default_rng(0))
    plain = Plain()
    plain.compile()
    compiled, usual = side_by_side(
        lambda: table.advance(config.last(), 0, STEPS),
        lambda: plain.fit(points, batch_size=config.batch_size, epochs=1, verbose=0),
        repeats=3,
    )
    note = (
        f"{1000 * compiled / STEPS:.2f} against {1000 * usual / STEPS:.2f} ms a step of G and D, both compiled before"
    )
    return at_least("gan game: step against fit", usual / compiled, 1.5, "× plain fit", note)
