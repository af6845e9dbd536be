"""The tiny face detector: YOLOv2's idea in 193,321 numbers.

What the learner should see: another way to say a box. Every cell of a 13×13 grid has five boxes of fixed shapes
(anchors), and the network says how to shift and stretch each, and how sure it is that a face is in it.

Vincent Mühler, face-api.js, 2018 (MIT), after Redmon and Farhadi, "YOLO9000: Better, Faster, Stronger", 2017.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from engine.detection.candidates import Candidates, Letterbox, letterbox

STRIDE = 32
MEAN = np.array([117.001, 114.697, 97.404], np.float32)
SCALE = np.full(3, 255, np.float32)
# Width and height of the five anchors, in cells.
ANCHORS = np.array(
    [
        (1.603231, 2.094468),
        (6.041143, 7.080126),
        (2.882459, 3.518061),
        (4.266906, 5.178857),
        (9.041765, 10.66308),
    ],
    np.float32,
)
SLOPE = 0.1
WIDTHS = (32, 64, 128, 256, 512)


def build(size: int, weights: dict[str, np.ndarray]) -> Any:
    """Return the network as a Keras model, (1, size, size, 3) → (1, n, n, 25), n = size / 32.

    Args:
        size: Side of the square input in pixels, a multiple of 32.
        weights: `kernel_k`, or `depthwise_k` and `pointwise_k`, and `bias_k` of the seven layers.
    """
    import keras
    from keras import layers

    picture = keras.Input((size, size, 3), batch_size=1, name="picture")
    x = layers.Conv2D(16, 3, padding="valid", name="convolution_0")(picture)
    x = layers.MaxPooling2D(2, 2, "same")(layers.LeakyReLU(SLOPE)(x))
    for number, width in enumerate(WIDTHS, 1):
        x = layers.SeparableConv2D(width, 3, padding="same", name=f"convolution_{number}")(x)
        x = layers.MaxPooling2D(2, 1 if number == len(WIDTHS) else 2, "same")(layers.LeakyReLU(SLOPE)(x))
    last = len(WIDTHS) + 1
    model = keras.Model(picture, layers.Conv2D(5 * len(ANCHORS), 1, name=f"convolution_{last}")(x), name="tiny_face")
    for number in range(last + 1):
        parts = ("kernel",) if number in (0, last) else ("depthwise", "pointwise")
        arrays = [weights[f"{part}_{number}"] for part in (*parts, "bias")]
        model.get_layer(f"convolution_{number}").set_weights(arrays)
    return model


def prepared(picture: np.ndarray | Image.Image, size: int) -> tuple[np.ndarray, Letterbox]:
    """Return the network's input (1, size, size, 3) float32, and where the picture lies in it: at its upper left."""
    return letterbox(picture, size, False, MEAN, SCALE)


def decode(outputs: list[np.ndarray], place: Letterbox, least: float) -> Candidates:
    """Return every anchor of every cell whose score is at least `least`, best first; the only class is 0, a face.

    Args:
        outputs: The map of `build`, as the only entry.
        place: Where the picture lies in the input.
        least: Smallest score kept.
    """
    side = outputs[0].shape[1]
    flat = outputs[0].reshape(side * side, len(ANCHORS), 5)
    score = _sigmoid(flat[..., 4])
    cell, anchor = np.nonzero(score >= least)
    across, down, wide, high, _ = flat[cell, anchor].T
    middle = np.stack([cell % side + _sigmoid(across), cell // side + _sigmoid(down)], axis=1)
    half = np.exp(np.stack([wide, high], axis=1)) * ANCHORS[anchor] / 2
    boxes = np.concatenate([middle - half, middle + half], axis=1) * STRIDE
    kind = np.zeros(len(cell), np.int16)
    return Candidates.sorted(place.back(boxes), score[cell, anchor], kind, np.full(len(cell), STRIDE))


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))
