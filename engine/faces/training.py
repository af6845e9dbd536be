"""How the two face networks train: one compiled step for both, and a loop that can go on from any stored moment.

What the learner should see: two losses that pull against each other and never come to rest. Neither says how good the
faces are; the faces do.

Four things keep the contest fair and the step short:

- one forward pass of the generator serves both updates: the discriminator learns from the very fakes through which
  the generator learns;
- both see every picture through the same random shifts and holes (Zhao et al., "Differentiable Augmentation for
  Data-Efficient GAN Training", 2020), so that the discriminator cannot learn 400 pictures by heart;
- a penalty on the discriminator's slope at real pictures, R1, at every 16th step with 16 times the weight (Mescheder,
  Geiger and Nowozin, 2018; Karras et al., 2020);
- what is shown is made with an average of the generator's last thousand or so weights.

The loss is the non-saturating logistic one of Goodfellow et al., 2014.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.faces.network import FULL, LATENT, MIXED, SIDE, discriminator, generator

LOSSES = ("generator", "discriminator", "real", "fake")
SHIFT = SIDE // 8  # pixels
HOLE = SIDE // 2  # pixels a side


@dataclass(frozen=True)
class Settings:
    """How a training goes.

    Attributes:
        batch_size: Real pictures, and fakes, in a step; at least 2.
        learning_rate: Of both networks' Adam (beta 0 and 0.99), greater than 0.
        penalty: Weight gamma of R1, 0 or more.
        penalty_every: Steps from one penalty to the next.
        average: How much of the averaged weights stays at each step, below 1.
        augment: Whether both networks see pictures through random shifts and holes.
        mirror: Whether every second real picture is mirrored.
    """

    batch_size: int = 16
    learning_rate: float = 5e-4
    penalty: float = 1.0
    penalty_every: int = 16
    average: float = 0.999
    augment: bool = True
    mirror: bool = False


@cache
def precision() -> str:
    """Return MIXED where the processor multiplies bfloat16 numbers itself (a third sooner), else FULL."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return FULL
    return MIXED if "avx512_bf16" in flags or "amx_bf16" in flags else FULL


def augmented(pictures: Any, shifts: Any, holes: Any) -> Any:
    """Return pictures moved by whole pixels and with a square set to 0 (grey): differentiable, the same for all.

    Args:
        pictures: Tensor (n, 64, 64, c) in −1…1.
        shifts: Tensor int (n, 2): rows and columns, −SHIFT…SHIFT; what comes in at the edge is 0.
        holes: Tensor int (n, 2): row and column of the hole's centre, 0…64.
    """
    import tensorflow as tf

    offset = tf.cast(shifts, tf.float32) / (SIDE - 1)
    boxes = tf.concat([offset, offset + 1], axis=1)
    count = tf.shape(pictures)[0]
    moved = tf.image.crop_and_resize(pictures, boxes, tf.range(count), (SIDE, SIDE), extrapolation_value=0.0)
    inside = tf.abs(tf.range(SIDE)[None, None] - holes[:, :, None]) < HOLE // 2  # (n, 2, 64)
    hole = tf.logical_and(inside[:, 0, :, None], inside[:, 1, None, :])
    return moved * tf.cast(tf.logical_not(hole), tf.float32)[..., None]


class Trainer:
    """Both networks, their optimizers and the average; `step` trains them by one batch.

    Attributes:
        generator: The Keras model that is trained.
        discriminator: The Keras model that is trained.
        average: The Keras model with averaged weights, full precision; what is shown.
        steps: Steps done here.
    """

    def __init__(
        self,
        channels: int,
        seed: int,
        settings: Settings | None = None,
        generator_weights: list[np.ndarray] | None = None,
        discriminator_weights: list[np.ndarray] | None = None,
        precise: str | None = None,
    ) -> None:
        """Build both networks, new from the seed or with the weights of a stored moment.

        Args:
            channels: 3 or 1.
            seed: Of initial weights, latents and augmentation.
            settings: How the training goes.
            generator_weights: In the order of `generator.weights`; new ones without.
            discriminator_weights: In the order of `discriminator.weights`; new ones without.
            precise: FULL or MIXED; what suits this processor without.
        """
        import keras

        self.settings = settings or Settings()
        self.steps = 0
        kind = precise or precision()
        self.generator = generator(channels, seed, kind, fused=True)
        self.discriminator = discriminator(channels, seed, kind)
        self.average = generator(channels, seed)
        if generator_weights is not None:
            self.generator.set_weights(generator_weights)
        if discriminator_weights is not None:
            self.discriminator.set_weights(discriminator_weights)
        self.average.set_weights(self.generator.get_weights())
        self._random = np.random.default_rng(seed + 1)
        self._optimizers = [keras.optimizers.Adam(self.settings.learning_rate, 0.0, 0.99) for _ in range(2)]
        self._optimizers[0].build(self.generator.trainable_variables)
        self._optimizers[1].build(self.discriminator.trainable_variables)
        self._plain, self._penalized = self._compiled(False), self._compiled(True)

    def _compiled(self, penalized: bool) -> Callable[..., Any]:
        import tensorflow as tf

        settings, own, judge = self.settings, self.generator, self.discriminator

        def seen(pictures: Any, moves: Any) -> Any:
            return augmented(pictures, moves[:, :2], moves[:, 2:]) if settings.augment else pictures

        # XLA is not asked for: on processors its convolutions are slower than those of oneDNN.
        @tf.function(autograph=False, jit_compile=False)
        def step(real: Any, latents: Any, moves: Any, stay: Any) -> Any:
            real = seen(tf.cast(real, tf.float32) / 127.5 - 1, moves[0])
            with tf.GradientTape(persistent=True) as tape:
                fake = own(latents, training=True)
                fake_logit = judge(seen(fake, moves[1]), training=True)
                if penalized:
                    with tf.GradientTape() as slope:
                        slope.watch(real)
                        real_logit = judge(real, training=True)
                        total = tf.reduce_sum(real_logit)
                    steep = tf.reduce_mean(tf.reduce_sum(tf.square(slope.gradient(total, real)), axis=(1, 2, 3)))
                else:
                    real_logit = judge(real, training=True)
                    steep = tf.constant(0.0)
                making = tf.reduce_mean(tf.nn.softplus(-fake_logit))
                judging = tf.reduce_mean(tf.nn.softplus(fake_logit)) + tf.reduce_mean(tf.nn.softplus(-real_logit))
                judging_all = judging + settings.penalty / 2 * settings.penalty_every * steep
            for loss, model, optimizer in zip((making, judging_all), (own, judge), self._optimizers, strict=True):
                gradients = tape.gradient(loss, model.trainable_variables)
                optimizer.apply(gradients, model.trainable_variables)
            for mean, value in zip(self.average.weights, own.weights, strict=True):
                mean.assign(mean * stay + (1 - stay) * value)
            return tf.stack([making, judging, tf.reduce_mean(real_logit), tf.reduce_mean(fake_logit)])

        return step

    def step(self, real: np.ndarray) -> np.ndarray:
        """Train both networks on one batch of real pictures, uint8 (n, 64, 64, c); return the LOSSES float32 (4,).

        "real" and "fake" are the mean logits of the discriminator.
        """
        count = len(real)
        latents = self._random.standard_normal((count, LATENT), np.float32)
        shifts = self._random.integers(-SHIFT, SHIFT + 1, (2, count, 2))
        holes = self._random.integers(0, SIDE + 1, (2, count, 2))
        moves = np.concatenate([shifts, holes], axis=2).astype(np.int32)
        stay = np.float32(min(self.settings.average, (1 + self.steps) / (10 + self.steps)))
        penalized = self.settings.penalty > 0 and self.steps % self.settings.penalty_every == 0
        self.steps += 1
        return np.asarray((self._penalized if penalized else self._plain)(real, latents, moves, stay))

    def set_rate(self, rate: float) -> None:
        """Give both optimizers a learning rate."""
        for optimizer in self._optimizers:
            optimizer.learning_rate.assign(rate)

    def state(self) -> list[np.ndarray]:
        """Return everything that changes in training, for `restore`."""
        return [np.asarray(variable) for variable in self._variables()]

    def restore(self, state: list[np.ndarray], steps: int) -> None:
        """Go on where `state` was taken, after so many steps; latents and shifts are drawn anew from there."""
        for variable, value in zip(self._variables(), state, strict=True):
            variable.assign(value)
        self.steps = steps
        self._random = np.random.default_rng([int(self._random.integers(1 << 31)), steps])

    def _variables(self) -> list[Any]:
        models = (self.generator, self.discriminator, self.average)
        return [*(w for model in models for w in model.weights), *(v for o in self._optimizers for v in o.variables)]


def batches(pictures: np.ndarray, settings: Settings, seed: int) -> Iterator[np.ndarray]:
    """Give batches of real pictures without end, every picture once before any comes again.

    Args:
        pictures: uint8 (N, 64, 64, c), N ≥ batch size.
        settings: Their size, and whether they are mirrored.
        seed: Of the order.
    """
    generator = np.random.default_rng(seed)
    while True:
        order = generator.permutation(len(pictures))
        for first in range(0, len(order) - settings.batch_size + 1, settings.batch_size):
            batch = pictures[order[first : first + settings.batch_size]]
            if settings.mirror:
                turned = generator.random(len(batch)) < 0.5
                batch = np.where(turned[:, None, None, None], batch[:, :, ::-1], batch)
            yield batch
