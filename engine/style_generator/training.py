"""The training of a style-based generator: a contest in compiled steps, with what keeps it calm.

What the learner should see: besides the two losses there are three helpers. R1 keeps the discriminator's slope small
where the real pictures are. Style mixing gives a picture two styles now and then, so that layers do not lean on each
other. Adaptive augmentation hides the pictures' number: the more often the discriminator is sure of real pictures, the
more they are shifted, recoloured and cut, the generated ones likewise.

Karras et al. 2020 (StyleGAN2); R1: Mescheder et al. 2018, every 16th step only; Karras et al., "Training Generative
Adversarial Networks with Limited Data" (adaptive augmentation), 2020. Imported in workers only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from engine.style_generator.augment import augmented
from engine.style_generator.network import Shape, discriminator, mapping, synthesis

PENALTY_EVERY = 16  # steps
WATCHED_EVERY = 4  # steps between two changes of the share of augmented pictures
AVERAGE_STYLE = 0.995
HALF_LIFE = 10_000.0  # pictures after which the averaged weights have forgotten half
RAMP_UP = 0.05  # … at most this share of the pictures seen so far


@dataclass(frozen=True)
class Rules:
    """What the contest is played by.

    Attributes:
        batch: Pictures a step and side.
        rate: Learning rate of both.
        penalty: R1's γ.
        mixing: Share of pictures with two styles.
        target: How sure the discriminator may be of real pictures, E[sign D(real)], before more are augmented.
        adapting: Pictures in which the share of augmented ones may go from 0 to 1; 0 turns augmentation off.
    """

    batch: int = 16
    rate: float = 2.5e-3
    penalty: float = 0.1
    mixing: float = 0.5
    target: float = 0.6
    adapting: float = 100_000.0


class Contest:
    """Both networks, their optimizers and the averaged generator; `step` moves each once.

    Attributes:
        steps: Done so far.
        share: Of pictures that each augmentation touches, 0 … 1.
    """

    def __init__(self, shape: Shape, rules: Rules, seed: int) -> None:
        """Make everything anew from the seed."""
        self.shape, self.rules = shape, rules
        self.mapping, self.synthesis = mapping(shape, seed), synthesis(shape, seed)
        self.discriminator = discriminator(shape, seed)
        self._averaged = [tf.Variable(weight, trainable=False) for weight in self._generator()]
        self.average_style = tf.Variable(tf.zeros(shape.style), trainable=False)
        self._optimizers = [keras.optimizers.Adam(rules.rate, beta_1=0.0, beta_2=0.99, epsilon=1e-8) for _ in range(2)]
        self._optimizers[0].build(self._generator())
        self._optimizers[1].build(self.discriminator.trainable_variables)
        self.steps, self.share = 0, 0.0
        self._seed = seed
        self._sure: list[float] = []
        self._compiled = {penalized: self._compile(penalized) for penalized in (False, True)}

    def step(self, real: np.ndarray) -> np.ndarray:
        """Move both networks once.

        Args:
            real: Pictures uint8 (batch, side, side, channels).

        Returns:
            (3,): loss of the generator, loss of the discriminator, and E[sign D(real)], before the step.
        """
        penalized = self.steps % PENALTY_EVERY == 0
        seen = max(1, self.steps * self.rules.batch)
        keep = 0.5 ** (self.rules.batch / min(HALF_LIFE, max(seen * RAMP_UP, 1.0)))
        seed = tf.constant([self._seed, self.steps], tf.int32)
        values: np.ndarray = self._compiled[penalized](
            tf.constant(real), seed, tf.constant(self.share, tf.float32), tf.constant(keep, tf.float32)
        ).numpy()
        self.steps += 1
        self._adapt(float(values[2]))
        return values

    def generator_weights(self) -> list[np.ndarray]:
        """Return the averaged weights: of the mapping network, of the synthesis network, and the average style."""
        return [*(weight.numpy() for weight in self._averaged), self.average_style.numpy()]

    def state(self) -> dict[str, np.ndarray]:
        """Return everything that `restore` needs to go on as if there had been no pause."""
        parts = {
            "generator": self._generator(),
            "averaged": self._averaged,
            "discriminator": self.discriminator.trainable_variables,
            "adam_generator": self._optimizers[0].variables,
            "adam_discriminator": self._optimizers[1].variables,
            "style": [self.average_style],
        }
        arrays = {f"{name}_{k}": np.asarray(value) for name, values in parts.items() for k, value in enumerate(values)}
        return {**arrays, "counters": np.array([self.steps, self.share]), "sure": np.array(self._sure)}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take what `state` gave."""
        for name, values in (
            ("generator", self._generator()),
            ("averaged", self._averaged),
            ("discriminator", self.discriminator.trainable_variables),
            ("adam_generator", self._optimizers[0].variables),
            ("adam_discriminator", self._optimizers[1].variables),
            ("style", [self.average_style]),
        ):
            for k, value in enumerate(values):
                value.assign(state[f"{name}_{k}"])
        self.steps, self.share = int(state["counters"][0]), float(state["counters"][1])
        self._sure = list(state["sure"])

    def adopt(self, generator: list[np.ndarray], judge: list[np.ndarray]) -> None:
        """Start from another contest's networks: `generator_weights()` and the discriminator's weights."""
        for variables, weights in ((self._generator(), generator), (self._averaged, generator)):
            for variable, weight in zip(variables, weights[:-1], strict=True):
                variable.assign(weight)
        self.average_style.assign(generator[-1])
        self.discriminator.set_weights(judge)

    def _generator(self) -> list[Any]:
        return [*self.mapping.trainable_variables, *self.synthesis.trainable_variables]

    def _adapt(self, sure: float) -> None:
        if not self.rules.adapting:
            return
        self._sure.append(sure)
        if len(self._sure) == WATCHED_EVERY:
            move = WATCHED_EVERY * self.rules.batch / self.rules.adapting
            more = float(np.mean(self._sure)) > self.rules.target
            self.share = float(np.clip(self.share + (move if more else -move), 0.0, 1.0))
            self._sure.clear()

    def _styles(self, seed: Any) -> tuple[Any, Any]:
        """Return styles (batch, layers, style), some with two parents, and their mean before mixing."""
        batch, layers = self.rules.batch, self.shape.styles
        latents = tf.random.stateless_normal((2 * batch, self.shape.latent), seed)
        both = self.mapping(latents, training=True)
        mine, other = both[:batch], both[batch:]
        change = tf.random.stateless_uniform((batch, 1), seed + tf.constant((0, 1 << 20)), 1, layers, tf.int32)
        mixes = tf.random.stateless_uniform((batch, 1), seed + tf.constant((0, 2 << 20))) < self.rules.mixing
        second = (tf.range(layers)[None] >= change) & mixes
        return tf.where(second[..., None], other[:, None], mine[:, None]), tf.reduce_mean(both, axis=0)

    def _compile(self, penalized: bool) -> Any:
        rules, shape = self.rules, self.shape

        @tf.function(autograph=False)
        def step(pixels: Any, seed: Any, share: Any, keep: Any) -> Any:
            real = tf.cast(pixels, tf.float32) / 127.5 - 1.0
            noises = [
                tf.random.stateless_normal((rules.batch, side, side, 1), seed + tf.constant((1 + number, 3 << 20)))
                for number, side in enumerate(shape.noises)
            ]
            with tf.GradientTape(persistent=True) as tape:
                styles, mean_style = self._styles(seed)
                made = self.synthesis([styles, *noises], training=True)
                shown = augmented(real, share, seed + tf.constant((0, 4 << 20)))
                fake = self.discriminator(augmented(made, share, seed + tf.constant((0, 5 << 20))), training=True)
                if penalized:
                    with tf.GradientTape() as inner:
                        inner.watch(shown)
                        judged = self.discriminator(shown, training=True)
                    slope = inner.gradient(judged, shown)
                    penalty = tf.reduce_mean(tf.reduce_sum(tf.square(slope), axis=(1, 2, 3)))
                else:
                    judged = self.discriminator(shown, training=True)
                    penalty = 0.0
                generator_loss = tf.reduce_mean(tf.nn.softplus(-fake))
                judge_loss = tf.reduce_mean(tf.nn.softplus(fake)) + tf.reduce_mean(tf.nn.softplus(-judged))
                whole = judge_loss + rules.penalty / 2 * PENALTY_EVERY * penalty
            generator = self._generator()
            judge = self.discriminator.trainable_variables
            moves = tape.gradient(generator_loss, generator)
            judge_moves = tape.gradient(whole, judge)
            self._optimizers[0].apply(moves, generator)
            self._optimizers[1].apply(judge_moves, judge)
            for averaged, weight in zip(self._averaged, generator, strict=True):
                averaged.assign(weight + keep * (averaged - weight))
            self.average_style.assign(mean_style + AVERAGE_STYLE * (self.average_style - mean_style))
            return tf.stack([generator_loss, judge_loss, tf.reduce_mean(tf.sign(judged))])

        return step
