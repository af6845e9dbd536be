"""The training: every seed in lock-step, whole epochs as one compiled function, two networks on the same labels.

What the learner should see: both networks get the same labelled pictures in the same order from the same initial
weights. One also has to tell real pictures from made-up ones; that is all the difference.

Shapes: R seeds, T steps of an epoch, B pictures of a batch, P pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.semi_supervised.experiment import MATCHING, Config
from engine.semi_supervised.network import discriminator, generator, put_weights, real_logit, side_by_side
from engine.semi_supervised.pictures import CLASSES, Pictures

if TYPE_CHECKING:
    import keras

BETA = 0.5  # Adam's first, as GANs are trained since Radford et al. 2015


class Epoch(NamedTuple):
    """What one seed's epoch is made of."""

    labelled: np.ndarray  # int64 (T, B), places in the pool
    unlabelled: np.ndarray  # int64 (T, B)
    noise: np.ndarray  # float32 (T, 3 B, P), added to labelled, unlabelled and made-up pictures
    latent: np.ndarray  # float32 (T, B, L), what pictures are made from


def drawn(
    generator: np.random.Generator, labelled: np.ndarray, unlabelled: np.ndarray, batch: int, pixels: int, latent: int
) -> Epoch:
    """Draw an epoch: the unlabelled pictures once, the labelled ones as often as that takes.

    Args:
        generator: Of one seed; every epoch goes on with it.
        labelled, unlabelled: Places in the pool, (m,) and (n,) with n ≥ batch.
        batch: B.
        pixels: P.
        latent: L, random numbers that a picture is made from.
    """
    steps = len(unlabelled) // batch
    rounds = -(-steps * batch // len(labelled))
    again = np.concatenate([generator.permutation(labelled) for _ in range(rounds)])[: steps * batch]
    once = generator.permutation(unlabelled)[: steps * batch]
    noise = generator.standard_normal((steps, 3 * batch, pixels), np.float32)
    made_from = generator.standard_normal((steps, batch, latent), np.float32)
    return Epoch(again.reshape(steps, batch), once.reshape(steps, batch), noise, made_from)


@dataclass
class Trio:
    """The three networks of all seeds: discriminator, generator, and the network that has the labels alone."""

    kept: Any
    thrown_away: Any
    alone: Any
    optimizers: tuple[Any, Any, Any]
    epoch: Any


def lone(config: Config, pixels: int, seed: int) -> tuple[keras.Model, keras.Model]:
    """Return the discriminator and the generator of one seed, untrained."""
    return (
        discriminator(pixels, config.width, config.depth, config.form, seed),
        generator(config.latent, config.width, pixels, seed),
    )


def start(trio: Trio, pairs: list[tuple[keras.Model, keras.Model]]) -> None:
    """Put all networks at their initial weights, the two discriminators at the same, and forget the optimizers."""
    put_weights(trio.kept, [pair[0].get_weights() for pair in pairs])
    put_weights(trio.alone, [pair[0].get_weights() for pair in pairs])
    put_weights(trio.thrown_away, [pair[1].get_weights() for pair in pairs])
    for optimizer in trio.optimizers:
        for variable in optimizer.variables:
            if variable is not optimizer._learning_rate:
                variable.assign(np.zeros(variable.shape, variable.dtype))


def compiled(config: Config, pairs: list[tuple[keras.Model, keras.Model]], pool: Pictures) -> Trio:
    """Build the networks of all seeds and the function that trains them for an epoch.

    `Trio.epoch` takes the fields of Epoch with the seeds as second axis from the end (T, B, R, …) and returns float32
    (4,): the mean losses of labels, of real or made up, of the generator, and of the labels alone.

    Args:
        config: Sizes, rates, weight and noise.
        pairs: The networks of `lone`, one pair a seed.
        pool: The pictures.
    """
    import keras
    import tensorflow as tf

    kept, alone = (side_by_side([pair[0] for pair in pairs]) for _ in range(2))
    maker = side_by_side([pair[1] for pair in pairs])
    rates = (config.learning_rate, config.generator_rate, config.learning_rate)
    optimizers = tuple(keras.optimizers.Adam(rate, beta_1=BETA) for rate in rates)
    for optimizer, model in zip(optimizers, (kept, maker, alone), strict=True):
        optimizer.build(model.trainable_variables)
    x, y = tf.constant(pool.x), tf.constant(pool.y)
    batch = config.batch_size

    def of_labels(outputs: Any, kinds: Any) -> Any:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(kinds, outputs[..., :CLASSES])
        return tf.reduce_sum(tf.reduce_mean(losses, axis=0))  # summed over seeds, which do not share a weight

    def mean(values: Any) -> Any:
        return tf.reduce_sum(tf.reduce_mean(values, axis=0))

    def apply(tape: Any, loss: Any, place: int, model: Any) -> None:
        variables = model.trainable_variables
        optimizers[place].apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

    def step(labelled: Any, unlabelled: Any, noise: Any, latent: Any) -> Any:
        noise = config.noise * noise
        kinds = tf.gather(y, labelled)
        known = tf.gather(x, labelled) + noise[:batch]
        real = tf.gather(x, unlabelled) + noise[batch : 2 * batch]
        with tf.GradientTape() as tape_of_maker:
            made = maker(latent, training=True) + noise[2 * batch :]
            with tf.GradientTape() as tape:
                outputs, _ = kept(tf.concat([known, real, tf.stop_gradient(made)], axis=0), training=True)
                logit = real_logit(outputs[batch:], config.form)
                supervised = of_labels(outputs[:batch], kinds)
                real_or_made = 0.5 * (mean(tf.nn.softplus(-logit[:batch])) + mean(tf.nn.softplus(logit[batch:])))
                loss = supervised + config.weight * real_or_made
            apply(tape, loss, 0, kept)
            outputs, features = kept(tf.concat([tf.stop_gradient(real), made], axis=0), training=True)
            if config.loss == MATCHING:
                apart = tf.reduce_mean(features[:batch], axis=0) - tf.reduce_mean(features[batch:], axis=0)
                of_maker = tf.reduce_sum(tf.reduce_mean(tf.square(apart), axis=-1))
            else:
                of_maker = mean(tf.nn.softplus(-real_logit(outputs[batch:], config.form)))
        apply(tape_of_maker, of_maker, 1, maker)
        with tf.GradientTape() as tape:
            lonely = of_labels(alone(known, training=True)[0], kinds)
        apply(tape, lonely, 2, alone)
        return tf.stack([supervised, real_or_made, of_maker, lonely]) / len(pairs)

    @tf.function(autograph=False, reduce_retracing=True)
    def epoch(labelled: Any, unlabelled: Any, noise: Any, latent: Any) -> Any:
        steps = tf.shape(labelled)[0]

        def body(place: Any, total: Any) -> Any:
            return place + 1, total + step(labelled[place], unlabelled[place], noise[place], latent[place])

        zero = (tf.constant(0), tf.zeros(4))
        _, total = tf.while_loop(lambda place, _: place < steps, body, zero, parallel_iterations=1)
        return total / tf.cast(steps, tf.float32)

    return Trio(kept, maker, alone, optimizers, epoch)
