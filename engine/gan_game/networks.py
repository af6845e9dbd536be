"""Generator and discriminator as Keras models, and one game's updates; imported in the worker only.

What the learner should see: two turns. In each, one tape and one set of weights that may move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from engine.gan_game.losses import WASSERSTEIN, discriminator_loss, generator_loss, gradient_penalty

SLOTS = 64  # random draws of one step that have a number of their own


@dataclass(frozen=True)
class Shape:
    """What the two networks and their batches are like; the fields are the Config's."""

    noise_dimension: int
    noise: str
    width: int
    depth: int
    batch_size: int
    momentum: float
    seed: int
    seeds: int


@dataclass(frozen=True)
class Rules:
    """What a step does; the fields are the Config's."""

    loss: str
    who: str
    generator_updates: int
    discriminator_updates: int
    cheating: bool
    penalty: float


class SideBySide(keras.layers.Layer):
    """A dense layer for several games at once: game s has kernel[s] and bias[s] and sees only inputs[s]."""

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = units

    def build(self, shape: Any) -> None:
        """Make the weights for inputs (S, N, features)."""
        self.kernel = self.add_weight(name="kernel", shape=(shape[0], shape[-1], self.units))
        self.bias = self.add_weight(name="bias", shape=(shape[0], 1, self.units), initializer="zeros")

    def call(self, inputs: Any) -> Any:
        """Return (S, N, units)."""
        return tf.matmul(inputs, self.kernel) + self.bias


def network(seeds: int, inputs: int, outputs: int, width: int, depth: int, slope: float) -> keras.Model:
    """Return a Keras model: points (S, N, inputs) → (S, N, outputs), hidden layers leaky with that slope."""
    layers = [keras.Input(batch_shape=(seeds, None, inputs))]
    for _ in range(depth):
        layers += [SideBySide(width), keras.layers.LeakyReLU(negative_slope=slope)]
    return keras.Sequential([*layers, SideBySide(outputs)])


def start(model: keras.Model, seed: int, number: int) -> None:
    """Give a model its first weights: Glorot uniform from seed + s for game s, biases zero."""
    seeds = model.weights[0].shape[0]
    generators = [np.random.default_rng((seed + s, number)) for s in range(seeds)]
    for weight in model.weights:
        _, rows, columns = weight.shape
        if weight.name == "kernel":
            limit = np.sqrt(6 / (rows + columns))
            weight.assign(np.stack([one.uniform(-limit, limit, (rows, columns)) for one in generators]))


class Game:
    """Two networks, two optimizers, and what a step does with them.

    Attributes:
        generator, discriminator: The Keras models.
        optimizers: Adam of the discriminator and of the generator.
    """

    def __init__(self, shape: Shape, skeleton: np.ndarray, sigma: float) -> None:
        """Build the networks with their first weights.

        Args:
            shape: What they are like.
            skeleton: (K, 2), where real points come from.
            sigma: Deviation of the noise round them.
        """
        self.shape = shape
        self._skeleton, self._sigma = tf.constant(skeleton), sigma
        self.generator = network(shape.seeds, shape.noise_dimension, 2, shape.width, shape.depth, 0.0)
        self.discriminator = network(shape.seeds, 2, 1, shape.width, shape.depth, 0.2)
        start(self.generator, shape.seed, 0)
        start(self.discriminator, shape.seed, 1)
        self.optimizers = tuple(keras.optimizers.Adam(0.001, beta_1=shape.momentum) for _ in range(2))
        self.optimizers[0].build(self.discriminator.trainable_variables)
        self.optimizers[1].build(self.generator.trainable_variables)

    def draw(self, kind: str, step: Any, slot: int, *size: int) -> Any:
        """Return random numbers (S, *size) of a step: "uniform" in 0 … 1, "normal", or "place" in the skeleton."""
        parts = []
        for s in range(self.shape.seeds):
            seed = tf.stack([self.shape.seed + s, step * SLOTS + slot])
            if kind == "place":
                count = len(self._skeleton)
                parts.append(tf.random.stateless_uniform(size, seed, maxval=count, dtype=tf.int32))
            else:
                make = tf.random.stateless_normal if kind == "normal" else tf.random.stateless_uniform
                parts.append(make(size, seed))
        return tf.stack(parts)

    def noise(self, step: Any, slot: int) -> Any:
        """Return a batch of noise, (S, N, D)."""
        size = (self.shape.batch_size, self.shape.noise_dimension)
        if self.shape.noise == "normal":
            return self.draw("normal", step, slot, *size)
        return 2.0 * self.draw("uniform", step, slot, *size) - 1.0

    def real(self, step: Any, slot: int) -> Any:
        """Return a batch of real points, (S, N, 2)."""
        size = self.shape.batch_size
        places = self.draw("place", step, slot, size)
        return tf.gather(self._skeleton, places) + self._sigma * self.draw("normal", step, slot + 1, size, 2)

    def discriminator_turn(self, rules: Rules, step: Any, turn: int) -> None:
        """Let the discriminator learn: real points up, fakes down. Only its own weights move."""
        real, noise = self.real(step, 5 * turn), self.noise(step, 5 * turn + 2)
        fakes = self.generator(noise)
        with tf.GradientTape() as tape:
            loss = discriminator_loss(rules.loss, self.discriminator(real), self.discriminator(fakes))
            if rules.loss == WASSERSTEIN:
                share = self.draw("uniform", step, 5 * turn + 3, self.shape.batch_size, 1)
                loss += rules.penalty * gradient_penalty(self.discriminator, real, fakes, share)
        weights = self.discriminator.trainable_variables
        self.optimizers[0].apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))

    def generator_turn(self, rules: Rules, step: Any, turn: int) -> None:
        """Let the generator learn: no real point, target always 1. Only its own weights move, unless it cheats."""
        noise = self.noise(step, 5 * turn + 4)
        with tf.GradientTape() as tape:
            loss = generator_loss(rules.loss, self.discriminator(self.generator(noise)))
        moving = [self.generator, self.discriminator] if rules.cheating else [self.generator]  # the rule of the game
        slopes = tape.gradient(loss, [network.trainable_variables for network in moving])
        for network, slope in zip(moving, slopes, strict=True):
            optimizer = self.optimizers[0 if network is self.discriminator else 1]
            optimizer.apply_gradients(zip(slope, network.trainable_variables, strict=True))

    def state(self) -> list[np.ndarray]:
        """Return every number that the game goes on from: weights, and the optimizers' moments and counts."""
        return [np.array(variable.numpy()) for variable in self._variables()]

    def restore(self, state: list[np.ndarray]) -> None:
        """Put the numbers of `state` back."""
        for variable, value in zip(self._variables(), state, strict=True):
            variable.assign(value)

    def _variables(self) -> list[Any]:
        found = [*self.discriminator.variables, *self.generator.variables]
        for optimizer in self.optimizers:
            found += [one for one in optimizer.variables if one is not optimizer.learning_rate]
        return found
