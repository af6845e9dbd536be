"""The two ways to train an enlarger: towards the right pixels, and past a critic.

What the learner should see: the mean absolute error is smallest for the average of everything the small picture could
have been, and an average is blurred. A critic who has seen photographs knows that blur when it sees it.

Pixel loss: Zhao et al., "Loss Functions for Image Restoration with Neural Networks", 2017. Adversarial term: Ledig et
al. (SRGAN), 2017, relativistic as in Wang et al. (ESRGAN), 2018. Perceptual distance: Johnson et al., 2016.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.super_resolution.perceptual import distance

PIXEL_WEIGHT = 1.0
PERCEPTUAL_WEIGHT = 0.05
ADVERSARIAL_WEIGHT = 0.01


def pixel_step(model: Any, optimizer: Any) -> Callable[[Any, Any], Any]:
    """Return the compiled step: small and large pictures (n, h, w, 3) in 0 … 1 → mean absolute error."""
    import tensorflow as tf

    optimizer.build(model.trainable_variables)

    @tf.function(autograph=False)
    def step(small: Any, large: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.abs(model(small, training=True) - large))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    return step


def adversarial_step(
    model: Any, critic: Any, optimizer: Any, critic_optimizer: Any, features: Callable[[Any], list[Any]]
) -> Callable[[Any, Any], Any]:
    """Return the compiled step in which both networks move once, each with the other held still.

    The relativistic average loss asks whether a photograph looks more real than the average enlargement, and the other
    way round, so that the enlarger learns from both.

    Args:
        model: The enlarger.
        critic: Pictures → logits.
        optimizer: Of the enlarger.
        critic_optimizer: Of the critic.
        features: Pictures in 0 … 1 → the feature maps that the perceptual distance compares.

    Returns:
        Small and large pictures (n, h, w, 3) in 0 … 1 → (4,): pixel, perceptual and adversarial loss of the enlarger,
        loss of the critic, all before the step.
    """
    import tensorflow as tf

    optimizer.build(model.trainable_variables)
    critic_optimizer.build(critic.trainable_variables)

    def contest(better: Any, worse: Any) -> Any:
        """Loss of whoever wants `better` to look more real than `worse`."""
        up = tf.nn.softplus(-(better - tf.reduce_mean(worse)))
        down = tf.nn.softplus(worse - tf.reduce_mean(better))
        return 0.5 * (tf.reduce_mean(up) + tf.reduce_mean(down))

    @tf.function(autograph=False)
    def step(small: Any, large: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            made = model(small, training=True)
            real, fake = critic(large, training=True), critic(made, training=True)
            pixel = tf.reduce_mean(tf.abs(made - large))
            perceptual = distance(features(made), features(large))
            adversarial = contest(fake, real)
            critic_loss = contest(real, fake)
            loss = PIXEL_WEIGHT * pixel + PERCEPTUAL_WEIGHT * perceptual + ADVERSARIAL_WEIGHT * adversarial
        moves = tape.gradient(loss, model.trainable_variables)
        critic_moves = tape.gradient(critic_loss, critic.trainable_variables)
        optimizer.apply(moves, model.trainable_variables)
        critic_optimizer.apply(critic_moves, critic.trainable_variables)
        return tf.stack([pixel, perceptual, adversarial, critic_loss])

    return step
