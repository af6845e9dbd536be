"""NanoDet-g: a real detector for 80 kinds of things, small enough to run while you watch.

What the learner should see: the network says something about every place of the picture, 3,549 places at 416 pixels,
on three grids: a fine one for small things, a coarse one for large ones. Each place names a class and how far the
four sides of its box are. Almost all of them are wrong, and know it: their score is near 0.

RangiLyu, "NanoDet", 2020 (Apache-2.0); the "g" variant has plain convolutions only. Boxes as distributions over
distances: Li et al., "Generalized Focal Loss", 2020.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from engine.detection.candidates import Candidates, Letterbox, letterbox

STRIDES = (8, 16, 32)
CLASS_COUNT = 80
BINS = 11  # a side's distance is an expectation over 0…10 cells
SLOPE = 0.1
FAR = -1e30  # pads the maximum: it never wins, while 0 would, since inputs may be negative
MEAN = np.array([123.675, 116.28, 103.53], np.float32)
SCALE = np.array([58.395, 57.12, 57.375], np.float32)


def build(size: int, weights: dict[str, np.ndarray]) -> Any:
    """Return the network as a Keras model, (1, size, size, 3) → three maps (1, n, n, 124), n = size / 8, 16, 32.

    Args:
        size: Side of the square input in pixels, a multiple of 32.
        weights: `kernel_k` and `bias_k` of the 34 convolutions, in the order in which they are made here.
    """
    import keras
    from keras import layers

    made = iter(range(len(weights) // 2))

    def convolution(x: Any, filters: int, kernel: int = 3, strides: int = 1, active: bool = True) -> Any:
        number = next(made)
        if strides == 2:  # a pixel on all four sides; "same" would leave out the upper and the left one
            x = layers.ZeroPadding2D(1, name=f"border_{number}")(x)
        padding = "valid" if strides == 2 else "same"
        x = layers.Conv2D(filters, kernel, strides, padding, name=f"convolution_{number}")(x)
        return layers.LeakyReLU(SLOPE, name=f"leaky_{number}")(x) if active else x

    def stage(x: Any, filters: int, blocks: int, strides: int) -> Any:
        """Cross-stage partial block: one half goes through `blocks` small blocks, the other around them."""
        around = through = convolution(x, filters, strides=strides)
        for _ in range(blocks):
            first = convolution(through, filters // 2)
            second = convolution(first, filters // 2)
            through = layers.Concatenate()([second, first])
        return layers.Concatenate()([convolution(through, filters), around])

    picture = keras.Input((size, size, 3), batch_size=1, name="picture")
    x = convolution(picture, 32, strides=2)
    x = keras.ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=FAR)
    x = layers.MaxPooling2D(3, 2)(x)
    c3 = stage(stage(x, 32, 1, 1), 64, 2, 2)
    c4 = stage(c3, 128, 2, 2)
    c5 = stage(c4, 256, 3, 2)
    p3, p4, p5 = (convolution(x, 128, 1, active=False) for x in (c3, c4, c5))
    up = layers.UpSampling2D(2, interpolation="bilinear")
    p4 = layers.Add()([p4, up(p5)])
    p3 = layers.Add()([p3, up(p4)])
    down = layers.AveragePooling2D(2)
    n4 = layers.Add()([p4, down(p3)])
    n5 = layers.Add()([p5, down(n4)])
    outputs = [convolution(convolution(x, 128), CLASS_COUNT + 4 * BINS, 1, active=False) for x in (p3, n4, n5)]
    model = keras.Model(picture, outputs, name="nanodet_g")
    for number in range(len(weights) // 2):
        layer = model.get_layer(f"convolution_{number}")
        kernel = weights[f"kernel_{number}"]
        # It was trained on blue, green, red: the first kernel is turned round once, instead of every picture.
        layer.set_weights([kernel if number else kernel[:, :, ::-1], weights[f"bias_{number}"]])
    return model


def prepared(picture: np.ndarray | Image.Image, size: int) -> tuple[np.ndarray, Letterbox]:
    """Return the network's input (1, size, size, 3) float32, and where the picture lies in it.

    The picture keeps its proportions, in the middle of a black square.
    """
    return letterbox(picture, size, True, MEAN, SCALE)


def decode(outputs: list[np.ndarray], place: Letterbox, least: float) -> Candidates:
    """Return every place whose best class has at least the score `least`, best first.

    Args:
        outputs: The three maps of `build`, as NumPy arrays.
        place: Where the picture lies in the input.
        least: Smallest score kept, between 0 and 1.
    """
    floor = float(np.log(least / (1 - least)))
    found, cells, strides = [], [], []
    for stride, output in zip(STRIDES, outputs, strict=True):
        side = output.shape[1]
        flat = output.reshape(side * side, CLASS_COUNT + 4 * BINS)
        kept = np.flatnonzero((flat[:, :CLASS_COUNT] >= floor).any(axis=1))
        found.append(flat[kept])
        cells.append(np.stack([kept % side, kept // side], axis=1))
        strides.append(np.full(len(kept), stride))
    said, spacing = np.concatenate(found), np.concatenate(strides)[:, None]
    kind = said[:, :CLASS_COUNT].argmax(axis=1)
    bins = said[:, CLASS_COUNT:].reshape(-1, 4, BINS)
    share = np.exp(bins - bins.max(axis=2, keepdims=True))
    distance = (share @ np.arange(BINS, dtype=np.float32)) / share.sum(axis=2) * spacing
    centre = (np.concatenate(cells) + 0.5) * spacing
    boxes = np.concatenate([centre - distance[:, :2], centre + distance[:, 2:]], axis=1)
    score = 1 / (1 + np.exp(-said[np.arange(len(said)), kind]))
    return Candidates.sorted(place.back(boxes), score, kind, spacing[:, 0])
