"""The enlarger and its critic: two small convolutional networks.

What the learner should see: the enlarger works on the small picture, where a convolution costs little, and only its
last layer says what the extra pixels are. It does not paint from nothing: it adds corrections to what bicubic
interpolation gives, so that before training it *is* bicubic interpolation.

Ledig et al., "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network" (SRGAN), 2017;
without batch normalization as in Lim et al., "Enhanced Deep Residual Networks" (EDSR), 2017; new pixels from channels:
Shi et al., "Real-Time Single Image and Video Super-Resolution" (ESPCN), 2016.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parents[2] / "assets" / "super-resolution"
SCALES = (2, 4)
PIXEL, ADVERSARIAL = "pixel", "adversarial"
LOSSES = (PIXEL, ADVERSARIAL)
WIDTH, BLOCKS = 32, 8
CRITIC_WIDTHS = (32, 64, 64, 128)
SLOPE = 0.2


def enlarger(scale: int, seed: int = 0) -> Any:
    """Return the network as a Keras model: (n, height, width, 3) → (n, scale·height, scale·width, 3), both in 0 … 1.

    It takes pictures of any size. The last convolution starts at zero, so an untrained network gives exactly what
    bicubic interpolation (Keys 1981, a = −0.5) gives; its output is not cut to 0 … 1.

    Args:
        scale: How many times wider and higher the picture becomes, e.g. 2 or 4.
        seed: Of the initial weights.
    """
    import keras
    from keras import layers

    initial = keras.initializers.HeNormal(seed=keras.random.SeedGenerator(seed))

    def convolution(x: Any, filters: int, name: str, active: bool = False) -> Any:
        activation = "relu" if active else None
        return layers.Conv2D(filters, 3, padding="same", activation=activation, kernel_initializer=initial, name=name)(
            x
        )

    small = keras.Input((None, None, 3), name="small")
    x = convolution(small, WIDTH, "first", active=True)
    for number in range(BLOCKS):
        y = convolution(x, WIDTH, f"block_{number}_first", active=True)
        x = layers.Add(name=f"block_{number}")([x, convolution(y, WIDTH, f"block_{number}_second")])
    channels = layers.Conv2D(3 * scale * scale, 3, padding="same", kernel_initializer="zeros", name="corrections")(x)
    corrections = _layers().PixelsFromChannels(scale, name="pixels")(channels)
    bicubic = _layers().Bicubic(scale, name="bicubic")(small)
    return keras.Model(small, layers.Add(name="large")([bicubic, corrections]), name=f"enlarger_{scale}")


def critic(seed: int = 0) -> Any:
    """Return the network that tells photographs from enlargements: (n, height, width, 3) → logits.

    It judges overlapping patches of pictures in 0 … 1, so it says something about texture only (Isola et al. 2017).
    """
    import keras
    from keras import layers

    initial = keras.initializers.HeNormal(seed=keras.random.SeedGenerator(seed))
    picture = keras.Input((None, None, 3), name="picture")
    x = layers.Rescaling(2.0, -1.0)(picture)
    for number, width in enumerate(CRITIC_WIDTHS):
        x = layers.Conv2D(width, 4, 2 if number < 3 else 1, "same", kernel_initializer=initial, name=f"look_{number}")(
            x
        )
        x = layers.LeakyReLU(SLOPE)(x)
    return keras.Model(picture, layers.Conv2D(1, 3, padding="same", name="logit")(x), name="critic")


def file_name(scale: int, loss: str) -> str:
    """Return the file in FOLDER that holds the weights, e.g. "x4-adversarial.npz"."""
    return f"x{scale}-{loss}.npz"


def shipped(scale: int, loss: str) -> Any:
    """Return a trained enlarger.

    Args:
        scale: One of SCALES.
        loss: PIXEL or ADVERSARIAL.
    """
    model = enlarger(scale)
    with np.load(FOLDER / file_name(scale, loss)) as stored:
        model.set_weights([stored[f"weight_{number}"].astype(np.float32) for number in range(len(model.weights))])
    return model


def _layers() -> Any:
    """Return the module of our own layers; it needs Keras, and is imported on first use."""
    from engine.super_resolution import layers

    return layers
