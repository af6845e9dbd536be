"""Mapping, synthesis and discriminator of StyleGAN2, small enough for 64 × 64 pixels on a processor.

What the learner should see: random numbers first become a style; the style then speaks to every layer, and the layers
may be given styles of different faces. Coarse layers (4 and 8 pixels) decide the pose, middle ones the features, fine
ones (32 and 64) colours.

Karras et al. 2020 (StyleGAN2): skip generator, residual discriminator; Karras et al. 2019 (StyleGAN): truncation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

MAPPING_RATE = 0.01


@dataclass(frozen=True)
class Shape:
    """Sizes of the networks.

    Attributes:
        latent: Random numbers a picture starts from.
        style: Numbers in a style.
        mapping: Dense layers between them.
        widths: Channels at 4, 8, 16 … pixels; the last entry belongs to the picture's own size.
        channels: 3 for colour, 1 for grey.
    """

    latent: int = 64
    style: int = 64
    mapping: int = 4
    widths: tuple[int, ...] = (96, 96, 64, 48, 24)
    channels: int = 3

    @property
    def sizes(self) -> tuple[int, ...]:
        """Return the sides of the pictures inside, in pixels."""
        return tuple(4 * 2**level for level in range(len(self.widths)))

    @property
    def styles(self) -> int:
        """Return how many layers take a style: every convolution, and the last layer of colours."""
        return 2 * len(self.widths)

    @property
    def noises(self) -> tuple[int, ...]:
        """Return the side of each layer's noise, in pixels: one at 4 pixels, two at every other size."""
        return tuple(size for size in self.sizes for _ in range(1 if size == 4 else 2))


def mapping(shape: Shape, seed: int = 0) -> Any:
    """Return the mapping network as a Keras model: latents (n, latent) → styles (n, style)."""
    import keras

    from engine.style_generator.layers import EqualDense, normalized

    latent = keras.Input((shape.latent,), name="latent")
    x = normalized(latent)
    for number in range(shape.mapping):
        x = EqualDense(shape.style, active=True, rate=MAPPING_RATE, seed=100 * seed + number, name=f"fc{number}")(x)
    return keras.Model(latent, x, name="mapping")


def synthesis(shape: Shape, seed: int = 0) -> Any:
    """Return the synthesis network: [styles (n, layers, style), noise of each layer (n, side, side, 1)] → pictures.

    Pictures are (n, side, side, channels), about −1 … 1. Every block adds its colours to the enlarged colours of the
    block before it. The colours of one block share their style with the first convolution of the next one.
    """
    import keras

    from engine.style_generator.layers import Constant, ModulatedConvolution, doubled

    styles = keras.Input((shape.styles, shape.style), name="styles")
    noises = [keras.Input((side, side, 1), name=f"noise_{number}") for number, side in enumerate(shape.noises)]
    waiting = iter(noises)
    number, seeds = 0, iter(range(10_000 * (seed + 1), 10_000 * (seed + 2), 10))
    x = Constant(shape.widths[0], seed=next(seeds), name="b4_const")(styles[:, 0])
    picture = None
    for size, width in zip(shape.sizes, shape.widths, strict=True):
        if size > 4:
            first = ModulatedConvolution(width, doubles=True, seed=next(seeds), name=f"b{size}_conv0")
            x = first([x, styles[:, number], next(waiting)])
            number += 1
        second = ModulatedConvolution(width, seed=next(seeds), name=f"b{size}_conv1")
        x = second([x, styles[:, number], next(waiting)])
        number += 1
        colours = ModulatedConvolution(shape.channels, 1, colours=True, seed=next(seeds), name=f"b{size}_torgb")
        own = colours([x, styles[:, number]])
        picture = own if picture is None else doubled(picture) + own
    return keras.Model([styles, *noises], picture, name="synthesis")


def discriminator(shape: Shape, seed: int = 0) -> Any:
    """Return the discriminator: pictures (n, side, side, channels) → logits (n, 1), above 0 for "real"."""
    import keras

    from engine.style_generator.layers import EqualConvolution, EqualDense, Spread

    seeds = iter(range(10_000 * (seed + 5), 10_000 * (seed + 6)))
    side = shape.sizes[-1]
    picture = keras.Input((side, side, shape.channels), name="picture")
    x = EqualConvolution(shape.widths[-1], 1, seed=next(seeds), name=f"b{side}_fromrgb")(picture)
    for level in range(len(shape.widths) - 1, 0, -1):
        size, wider = shape.sizes[level], shape.widths[level - 1]
        around = EqualConvolution(wider, 1, halves=True, active=False, seed=next(seeds), name=f"b{size}_skip")(x)
        x = EqualConvolution(shape.widths[level], seed=next(seeds), name=f"b{size}_conv0")(x)
        x = EqualConvolution(wider, halves=True, seed=next(seeds), name=f"b{size}_conv1")(x)
        x = keras.layers.Rescaling(0.5**0.5, name=f"b{size}_sum")(x + around)
    x = EqualConvolution(shape.widths[0], seed=next(seeds), name="b4_conv")(Spread(name="b4_spread")(x))
    x = EqualDense(shape.widths[0], active=True, seed=next(seeds), name="b4_fc")(keras.layers.Flatten()(x))
    return keras.Model(picture, EqualDense(1, seed=next(seeds), name="b4_out")(x), name="discriminator")


def truncated(styles: np.ndarray, average: np.ndarray, psi: float) -> np.ndarray:
    """Return styles (n, style) pulled towards the average style: w̄ + ψ (w − w̄); ψ = 1 leaves them as they are."""
    return average + psi * (styles - average)


def mixed(first: np.ndarray, second: np.ndarray, start: int, end: int, layers: int) -> np.ndarray:
    """Return styles (n, layers, style): those of `second` in the layers start … end − 1, of `first` in all others.

    Args:
        first: (n, style).
        second: (n, style).
        start: First layer that listens to `second`, from 0.
        end: Layer after the last such one.
        layers: How many there are, `Shape.styles`.
    """
    styles = np.repeat(first[:, None], layers, axis=1)
    styles[:, start:end] = second[:, None]
    return styles


def noise(shape: Shape, count: int, seed: int) -> list[np.ndarray]:
    """Return standard normal noise for every layer, float32 (count, side, side, 1) each."""
    generator = np.random.default_rng(seed)
    return [generator.standard_normal((count, side, side, 1), np.float32) for side in shape.noises]
