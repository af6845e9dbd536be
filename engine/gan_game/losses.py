"""What generator and discriminator want, in five kinds; imported in the worker only where it is used.

What the learner should see: the discriminator wants high values for real points and low ones for fakes; the generator
wants high values for its fakes, and no real point stands in its formula.

Sources: Goodfellow et al. 2014 (minimax and non-saturating), Mao et al. 2017 (least squares), Gulrajani et al. 2017
(Wasserstein with gradient penalty), Lim and Ye 2017 (hinge).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

NON_SATURATING, MINIMAX, LEAST_SQUARES, WASSERSTEIN, HINGE = (
    "non-saturating",
    "minimax",
    "least squares",
    "wasserstein",
    "hinge",
)
LOSSES = (NON_SATURATING, MINIMAX, LEAST_SQUARES, WASSERSTEIN, HINGE)


def discriminator_loss(kind: str, real: Any, fake: Any) -> Any:
    """Return what the discriminator makes small, averaged over all axes but the first.

    Args:
        kind: One of LOSSES.
        real: What it says of real points, (S, N, 1), any number.
        fake: What it says of fakes, likewise.
    """
    import tensorflow as tf

    def mean(values: Any) -> Any:
        return tf.reduce_mean(values, axis=(-2, -1))

    if kind == LEAST_SQUARES:
        return 0.5 * (mean((real - 1.0) ** 2) + mean(fake**2))
    if kind == WASSERSTEIN:
        return mean(fake) - mean(real)
    if kind == HINGE:
        return mean(tf.nn.relu(1.0 - real)) + mean(tf.nn.relu(1.0 + fake))
    # Binary cross-entropy with target 1 for real points and 0 for fakes, halved: ln 2 when it cannot tell.
    return 0.5 * (mean(tf.nn.softplus(-real)) + mean(tf.nn.softplus(fake)))


def generator_loss(kind: str, fake: Any) -> Any:
    """Return what the generator makes small: its fakes shall be called real. Arguments as in `discriminator_loss`."""
    import tensorflow as tf

    def mean(values: Any) -> Any:
        return tf.reduce_mean(values, axis=(-2, -1))

    if kind == LEAST_SQUARES:
        return 0.5 * mean((fake - 1.0) ** 2)
    if kind in (WASSERSTEIN, HINGE):
        return -mean(fake)
    if kind == MINIMAX:
        return -mean(tf.nn.softplus(fake))
    # Binary cross-entropy with target 1, for fakes.
    return mean(tf.nn.softplus(-fake))


def gradient_penalty(critic: Callable[[Any], Any], real: Any, fake: Any, share: Any) -> Any:
    """Return the mean of (slope − 1)² at points between real ones and fakes, a number a replica.

    Args:
        critic: Points (S, N, 2) → values (S, N, 1).
        real, fake: (S, N, 2).
        share: (S, N, 1) in 0 … 1, how much of the real point each point between has.
    """
    import tensorflow as tf

    between = share * real + (1.0 - share) * fake
    with tf.GradientTape() as tape:
        tape.watch(between)
        values = critic(between)
    slope = tf.sqrt(tf.reduce_sum(tape.gradient(values, between) ** 2, axis=-1) + 1e-12)
    return tf.reduce_mean((slope - 1.0) ** 2, axis=-1)
