"""The runnable script of exactly these settings: plain Keras, with the weights files and the picture beside it."""

from __future__ import annotations

from engine.super_resolution.experiment import Config, losses
from engine.super_resolution.network import BLOCKS, WIDTH, file_name
from engine.super_resolution.sources import FACE_SIDE, JUDGE, SHEET

_HEAD = '''"""Sharper pictures: a picture {scale} times wider and higher.

Needs picture.png, {files} beside it: all can be downloaded on the page.
"""
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops
from PIL import Image

SCALE, WIDTH, BLOCKS = {scale}, {width}, {blocks}
picture = Image.open("picture.png").convert("RGB")


class PixelsFromChannels(layers.Layer):
    """The channels of a place become a block of SCALE x SCALE pixels, colour by colour."""

    def call(self, channels):
        _, height, width, _ = ops.shape(channels)
        blocks = ops.reshape(channels, (-1, height, width, 3, SCALE, SCALE))
        return ops.reshape(ops.transpose(blocks, (0, 1, 4, 2, 5, 3)), (-1, height * SCALE, width * SCALE, 3))


class Bicubic(PixelsFromChannels):
    """Keys' bicubic interpolation is a convolution with fixed weights."""

    def call(self, small):
        d = np.abs(np.arange(-2, 3)[:, None] - ((np.arange(SCALE) + 0.5) / SCALE - 0.5))
        near, far = 1.5 * d**3 - 2.5 * d**2 + 1, -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2
        taps = np.where(d <= 1, near, np.where(d < 2, far, 0))
        kernel = np.einsum("yi,xj->yxij", taps, taps).reshape(5, 5, 1, -1).repeat(3, axis=2).astype("float32")
        around = ops.pad(small, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="symmetric")
        return super().call(ops.depthwise_conv(around, kernel, padding="valid"))


def enlarger(weights):
    convolution = lambda filters, active=None: layers.Conv2D(filters, 3, padding="same", activation=active)
    small = keras.Input((None, None, 3))
    x = convolution(WIDTH, "relu")(small)
    for _ in range(BLOCKS):
        x = layers.Add()([x, convolution(WIDTH)(convolution(WIDTH, "relu")(x))])
    corrections = PixelsFromChannels()(convolution(3 * SCALE**2)(x))
    model = keras.Model(small, layers.Add()([Bicubic()(small), corrections]))
    with np.load(weights) as stored:
        model.set_weights([stored[f"weight_{{i}}"].astype("float32") for i in range(len(model.weights))])
    return model


'''

_JUDGED = """# The picture is made smaller first, so that the truth is known.
truth = picture
small = truth.resize((truth.width // SCALE, truth.height // SCALE), Image.Resampling.BICUBIC)
pixels = np.asarray(small, "float32")[None] / 255
"""
_SHEET = """# Every piece of the sheet is made smaller, and enlarged, by itself.
truth = picture
across, down = truth.width // {side}, truth.height // {side}
boxes = [(x * {side}, y * {side}, (x + 1) * {side}, (y + 1) * {side}) for y in range(down) for x in range(across)]
small = [truth.crop(box).resize(({side} // SCALE,) * 2, Image.Resampling.BICUBIC) for box in boxes]
pixels = np.stack([np.asarray(piece, "float32") for piece in small]) / 255
"""
_AS_IT_IS = """# The picture is enlarged as it is: nobody knows the truth.
pixels = np.asarray(picture, "float32")[None] / 255
"""
_TAIL = """
models = {{"bicubic": Bicubic(), {models}}}
for name, model in models.items():
    large = np.clip(np.rint(ops.convert_to_numpy(model(pixels)){pick} * 255), 0, 255).astype("uint8")
{together}    Image.fromarray(large).save(f"{{name}}.png")
{last}"""
_MEASURED = """    right, made = np.asarray(truth)[None], large[None]
    psnr, ssim = tf.image.psnr(made, right, 255)[0], tf.image.ssim(made, right, 255)[0]
    print(f"{name}: PSNR {psnr:.3f} dB, SSIM {ssim:.4f}")
"""
_NOT_MEASURED = """    print(f"{name}: {large.shape[1]} x {large.shape[0]}, mean brightness {large.mean():.3f}")
"""


_TOGETHER = """    rows = [np.concatenate(large[y * across : (y + 1) * across], axis=1) for y in range(down)]
    large = np.concatenate(rows)
"""


def script(config: Config) -> str:
    """Return the script for a config; it prints a line and writes a PNG for each enlargement."""
    wanted = losses(config.scale)
    files = [file_name(config.scale, loss) for loss in wanted]
    head = _HEAD.format(scale=config.scale, width=WIDTH, blocks=BLOCKS, files=" and ".join(files))
    judged, sheet = config.mode == JUDGE, config.photograph == SHEET
    models = ", ".join(f'"{loss}": enlarger("{file}")' for loss, file in zip(wanted, files, strict=True))
    tail = _TAIL.format(
        models=models,
        pick="" if sheet else "[0]",
        together=_TOGETHER if sheet else "",
        last=_MEASURED if judged else _NOT_MEASURED,
    )
    middle = _SHEET.format(side=FACE_SIDE) if sheet else _JUDGED if judged else _AS_IT_IS
    source = head + middle + tail
    return source if judged else source.replace("import tensorflow as tf\n", "")
