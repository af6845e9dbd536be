"""The layers that make a generator style-based: modulated convolutions and rates that are equal for all weights.

What the learner should see: a style does not enter as a picture at the bottom; it scales the channels of every layer.
Demodulation then brings each layer's output back to its usual size, so that a style says which channels matter and
not how loud the picture is.

Karras et al., "Analyzing and Improving the Image Quality of StyleGAN" (StyleGAN2), 2020; equalized rates: Karras et
al., "Progressive Growing of GANs", 2018. Imported in workers only, since it needs Keras.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras import ops

PACKAGE = "deep_learning_playground"
SLOPE = 0.2
GAIN = math.sqrt(2.0)  # brings the variance back that the leaky rectifier takes
SMALLEST = 1e-8
FILTER = np.array([1, 3, 3, 1], np.float32) / 8  # halves or doubles without jagged edges


def leaky(x: Any) -> Any:
    """Return the leaky rectifier of x, scaled to keep its size."""
    return ops.leaky_relu(x, SLOPE) * GAIN


def normalized(latent: Any) -> Any:
    """Return latents (n, size), each divided by its root mean square."""
    return latent * ops.rsqrt(ops.mean(ops.square(latent), axis=1, keepdims=True) + SMALLEST)


def filtered(x: Any, before: int, after: int, gain: float = 1.0) -> Any:
    """Return pictures (n, h, w, c) after the low-pass filter, with so many zeros around them before it.

    Args:
        x: The pictures.
        before: Zeros above and to the left.
        after: Zeros below and to the right.
        gain: What the filter's sum is; 4 after zeros were put between the pixels.
    """
    kernel = np.outer(FILTER, FILTER)[:, :, None, None] * gain
    weights = ops.convert_to_tensor(np.repeat(kernel, x.shape[-1], axis=2), dtype=x.dtype)
    around = ops.pad(x, ((0, 0), (before, after), (before, after), (0, 0)))
    return ops.depthwise_conv(around, weights, padding="valid")


def doubled(x: Any) -> Any:
    """Return pictures (n, h, w, c) with twice the height and width: zeros between the pixels, then the filter."""
    _, height, width, channels = x.shape
    spread = ops.pad(
        ops.reshape(x, (-1, height, 1, width, 1, channels)), ((0, 0), (0, 0), (0, 1), (0, 0), (0, 1), (0, 0))
    )
    return filtered(ops.reshape(spread, (-1, 2 * height, 2 * width, channels)), 2, 1, gain=4.0)


@keras.saving.register_keras_serializable(package=PACKAGE)
class EqualDense(keras.layers.Layer):
    """A dense layer whose stored weights all have variance 1 and are scaled when used, so one rate fits them all.

    Args:
        units: Outputs.
        active: Whether the leaky rectifier follows.
        rate: Factor on the learning rate of these weights.
        bias: Where the biases start.
    """

    def __init__(
        self, units: int, active: bool = False, rate: float = 1.0, bias: float = 0.0, seed: int = 0, **more: Any
    ):
        super().__init__(**more)
        self.settings = {"units": units, "active": active, "rate": rate, "bias": bias, "seed": seed}
        self.active, self.rate = active, rate

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make weights (inputs, units) and biases (units,)."""
        units, bias = self.settings["units"], self.settings["bias"]
        initial = keras.initializers.RandomNormal(0.0, 1.0 / self.rate, seed=int(self.settings["seed"]))
        self.weight = self.add_weight(shape=(input_shape[-1], units), initializer=initial, name="weight")
        self.bias = self.add_weight(shape=(units,), initializer=keras.initializers.Constant(bias), name="bias")
        self.scale = self.rate / math.sqrt(input_shape[-1] or 1)

    def call(self, x: Any) -> Any:
        """Return (n, units)."""
        y = ops.matmul(x, self.weight * self.scale) + self.bias * self.rate
        return leaky(y) if self.active else y

    def get_config(self) -> dict[str, Any]:
        """Return what `.keras` files keep."""
        return {**super().get_config(), **self.settings}


@keras.saving.register_keras_serializable(package=PACKAGE)
class EqualConvolution(keras.layers.Layer):
    """A convolution with equal rates, for the discriminator.

    Args:
        filters: Channels that come out.
        kernel: Its side.
        halves: Whether height and width are halved, after the low-pass filter.
        active: Whether biases and the leaky rectifier follow.
    """

    def __init__(
        self, filters: int, kernel: int = 3, halves: bool = False, active: bool = True, seed: int = 0, **more: Any
    ):
        super().__init__(**more)
        self.settings = {"filters": filters, "kernel": kernel, "halves": halves, "active": active, "seed": seed}
        self.kernel, self.halves, self.active = kernel, halves, active

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make weights (kernel, kernel, channels, filters) and, where active, biases (filters,)."""
        channels, filters = input_shape[-1] or 1, self.settings["filters"]
        initial = keras.initializers.RandomNormal(0.0, 1.0, seed=int(self.settings["seed"]))
        self.weight = self.add_weight(
            shape=(self.kernel, self.kernel, channels, filters), initializer=initial, name="weight"
        )
        self.scale = 1 / math.sqrt(channels * self.kernel**2)
        if self.active:
            self.bias = self.add_weight(shape=(filters,), initializer="zeros", name="bias")

    def call(self, x: Any) -> Any:
        """Return (n, h, w, filters), or half as high and wide."""
        weight = self.weight * self.scale
        if self.halves:
            border = self.kernel // 2 + 1
            y = ops.conv(filtered(x, border, border), weight, strides=2, padding="valid")
        else:
            y = ops.conv(x, weight, padding="same")
        return leaky(y + self.bias) if self.active else y

    def get_config(self) -> dict[str, Any]:
        """Return what `.keras` files keep."""
        return {**super().get_config(), **self.settings}


@keras.saving.register_keras_serializable(package=PACKAGE)
class ModulatedConvolution(keras.layers.Layer):
    """A convolution whose input channels are scaled by a style: [pictures, style, noise] → pictures.

    The weights of every picture differ, w′ = s·w / ‖s·w‖. Scaling the channels before the convolution with s and after
    it with 1/‖s·w‖ gives the same numbers and needs only one convolution for the whole batch.

    Args:
        filters: Channels that come out.
        kernel: Its side, 3, or 1 for the colours.
        doubles: Whether height and width are doubled.
        colours: Whether it makes colours: then there is no demodulation, no noise and no rectifier.
    """

    def __init__(
        self, filters: int, kernel: int = 3, doubles: bool = False, colours: bool = False, seed: int = 0, **more: Any
    ):
        super().__init__(**more)
        self.settings = {"filters": filters, "kernel": kernel, "doubles": doubles, "colours": colours, "seed": seed}
        self.filters, self.kernel, self.doubles, self.colours = filters, kernel, doubles, colours

    def build(self, input_shape: list[tuple[int | None, ...]]) -> None:
        """Make the style's dense layer, the weights, the noise's strength and the biases."""
        channels, size = input_shape[0][-1] or 1, input_shape[1]
        seed = int(self.settings["seed"])
        self.affine = EqualDense(channels, bias=1.0, seed=seed + 1, name="affine")
        self.affine.build(size)
        shape = (self.kernel, self.kernel, channels, self.filters)
        initial = keras.initializers.RandomNormal(0.0, 1.0, seed=seed)
        self.weight = self.add_weight(shape=shape, initializer=initial, name="weight")
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")
        self.scale = 1 / math.sqrt(channels * self.kernel**2)
        if not self.colours:
            self.strength = self.add_weight(shape=(), initializer="zeros", name="noise_strength")

    def call(self, inputs: list[Any]) -> Any:
        """Return (n, h, w, filters) of pictures (n, h, w, c), styles (n, size) and noise (n, h, w, 1)."""
        x, style = inputs[0], inputs[1]
        factor = self.affine(style)
        if self.colours:
            y = ops.conv(x * (factor * self.scale)[:, None, None, :], self.weight, padding="same")
            return y + self.bias
        size = ops.matmul(ops.square(factor), ops.sum(ops.square(self.weight), axis=(0, 1)))
        x = x * factor[:, None, None, :]
        if self.doubles:
            turned = ops.transpose(self.weight, (0, 1, 3, 2))
            y = filtered(ops.conv_transpose(x, turned, strides=2, padding="valid"), 1, 1, gain=4.0)
        else:
            y = ops.conv(x, self.weight, padding="same")
        y = y * ops.rsqrt(size + SMALLEST)[:, None, None, :]
        return leaky(y + inputs[2] * self.strength + self.bias)

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> tuple[int | None, ...]:
        """Return the shape of the pictures that come out."""
        n, height, width, _ = input_shape[0]
        factor = 2 if self.doubles else 1
        return n, (height or 0) * factor, (width or 0) * factor, self.filters

    def get_config(self) -> dict[str, Any]:
        """Return what `.keras` files keep."""
        return {**super().get_config(), **self.settings}


@keras.saving.register_keras_serializable(package=PACKAGE)
class Constant(keras.layers.Layer):
    """The learned 4 × 4 picture that every picture starts from: styles (n, size) → (n, 4, 4, channels)."""

    def __init__(self, channels: int, seed: int = 0, **more: Any):
        super().__init__(**more)
        self.settings = {"channels": channels, "seed": seed}

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the picture (4, 4, channels)."""
        del input_shape
        initial = keras.initializers.RandomNormal(0.0, 1.0, seed=int(self.settings["seed"]))
        self.picture = self.add_weight(shape=(4, 4, self.settings["channels"]), initializer=initial, name="picture")

    def call(self, style: Any) -> Any:
        """Return one copy for each style."""
        return ops.repeat(self.picture[None], ops.shape(style)[0], axis=0)

    def get_config(self) -> dict[str, Any]:
        """Return what `.keras` files keep."""
        return {**super().get_config(), **self.settings}


@keras.saving.register_keras_serializable(package=PACKAGE)
class Spread(keras.layers.Layer):
    """How much the pictures of a group differ, as one more channel, so that the discriminator sees sameness."""

    def __init__(self, group: int = 4, **more: Any):
        super().__init__(**more)
        self.group = group

    def call(self, x: Any) -> Any:
        """Return (n, h, w, c + 1); n is a multiple of the group's size, or smaller than it."""
        _, height, width, channels = x.shape
        size = ops.minimum(self.group, ops.shape(x)[0])
        groups = ops.reshape(x, (size, -1, height, width, channels))
        deviation = ops.sqrt(ops.var(groups, axis=0) + SMALLEST)
        one = ops.mean(deviation, axis=(1, 2, 3), keepdims=True)  # (n / size, 1, 1, 1)
        return ops.concatenate([x, ops.tile(one, (size, height, width, 1))], axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the input's shape with one more channel."""
        return (*input_shape[:-1], (input_shape[-1] or 0) + 1)

    def get_config(self) -> dict[str, Any]:
        """Return what `.keras` files keep."""
        return {**super().get_config(), "group": self.group}
