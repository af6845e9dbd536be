"""The two networks of the face generator: one makes a picture of 64 numbers, the other says how real a picture looks.

What the learner should see: the generator is a classifier turned round. From 4 × 4 places it grows to 8, 16, 32 and
64 pixels a side, each time with fewer channels; the discriminator goes the same way back, to one number. Nothing in
either says what a face is.

Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
Networks", 2016. Changed after it: the last transposed convolution, whose kernels overlap unevenly and print a checkered
pattern (Odena, Dumoulin and Olah, 2016), is followed by a plain 3 × 3 convolution; the discriminator has no
normalization, and sees how much the pictures of a batch differ (Karras et al., "Progressive Growing of GANs", 2018).
Imported by pages, so Keras is imported in the functions only.
"""

from __future__ import annotations

from typing import Any

SIDE = 64  # pixels
LATENT = 64  # numbers a picture is made from
GENERATOR_WIDTHS = (96, 96, 96, 64, 32)  # channels at 4, 8, 16, 32 and 64 pixels
DISCRIMINATOR_WIDTHS = (32, 64, 96, 128)  # channels at 32, 16, 8 and 4 pixels
CHANNELS = {"drawn": 3, "portraits": 1}
MOMENTUM = 0.9
SLOPE = 0.2
FULL, MIXED = "float32", "mixed_bfloat16"


def generator(channels: int, seed: int = 0, precision: str = FULL, fused: bool = False) -> Any:
    """Return the Keras model that makes pictures: latents float (n, LATENT), standard normal → (n, 64, 64, channels).

    Args:
        channels: 3 for colour, 1 for grey.
        seed: Of the initial weights.
        precision: FULL, or MIXED for training on processors that multiply bfloat16 numbers. The weights are the same.
        fused: Whether batch normalization is one kernel, for training; it cannot be saved as a file then.

    Returns:
        A model whose pictures lie between −1 (black) and 1 (white).
    """
    import keras
    from keras import layers

    normalization = layers.BatchNormalization
    if fused:
        from engine.faces.layers import FusedBatchNormalization

        normalization = FusedBatchNormalization
    seeds = iter(range(1000 * seed, 1000 * seed + 1000))

    def start() -> Any:
        return keras.initializers.HeNormal(next(seeds))

    def active(x: Any) -> Any:
        return layers.ReLU(dtype=precision)(normalization(momentum=MOMENTUM, dtype=precision)(x))

    first, *others = GENERATOR_WIDTHS
    latent = keras.Input((LATENT,), name="latent")
    x = layers.Dense(4 * 4 * first, use_bias=False, kernel_initializer=start(), dtype=precision)(latent)
    x = active(layers.Reshape((4, 4, first), dtype=precision)(x))
    for width in others:
        x = layers.Conv2DTranspose(
            width,
            4,
            2,
            "same",
            use_bias=False,
            kernel_initializer=start(),
            dtype=precision,
            name=f"to_{2 * x.shape[1]}",
        )(x)
        x = active(x)
    small = keras.initializers.RandomNormal(0, 0.05, next(seeds))
    x = layers.Conv2D(channels, 3, 1, "same", kernel_initializer=small, dtype=precision, name="paint")(x)
    picture = layers.Activation("tanh", dtype=FULL, name="picture")(x)
    return keras.Model(latent, picture, name="generator")


def discriminator(channels: int, seed: int = 0, precision: str = FULL) -> Any:
    """Return the Keras model that judges pictures: (n, 64, 64, channels) in −1…1 → logits (n, 1), above 0 "real".

    Args:
        channels: 3 for colour, 1 for grey.
        seed: Of the initial weights.
        precision: FULL or MIXED, see `generator`.
    """
    import keras
    from keras import layers, ops

    seeds = iter(range(1000 * seed + 500, 1000 * seed + 1000))
    picture = keras.Input((SIDE, SIDE, channels), name="picture")
    x = picture
    for width in DISCRIMINATOR_WIDTHS:
        start = keras.initializers.HeNormal(next(seeds))
        side = x.shape[1] // 2
        x = layers.Conv2D(width, 4, 2, "same", kernel_initializer=start, dtype=precision, name=f"to_{side}")(x)
        x = layers.LeakyReLU(SLOPE, dtype=precision)(x)
    # How much the pictures of this batch differ, as one more channel: a generator that always makes one face is found.
    x = ops.cast(x, FULL)
    spread = ops.mean(ops.sqrt(ops.var(x, axis=0, keepdims=True) + 1e-6), axis=(1, 2, 3), keepdims=True)
    x = ops.concatenate([x, ops.zeros_like(x[..., :1]) + spread], axis=-1)
    x = layers.Flatten(dtype=FULL)(x)
    start = keras.initializers.HeNormal(next(seeds))
    logit = layers.Dense(1, kernel_initializer=start, dtype=FULL, name="logit")(x)
    return keras.Model(picture, logit, name="discriminator")
