"""Networks that come with the page: a real face detector as Darknet files, and two famous layouts.

What the learner should see: the same detector in two spellings, one with eight times the numbers, and layouts whose
weights are drawn from a seed: a network that is all shape and no knowledge.

The face detector: Vincent Mühler, face-api.js, 2018 (MIT), written as .cfg and .weights by our own writer. The layouts:
J. Redmon, yolov2-tiny (2017) and yolov3-tiny (2018), in our own words.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from engine.darknet import cfg, weights
from engine.darknet.layers import Plan
from engine.darknet.plan import plan
from engine.detection import experiment as detection
from engine.detection import tiny_face

FACE, GROUPS, YOLO2, YOLO3 = "face", "face-groups", "yolov2-tiny", "yolov3-tiny"
SAMPLES = (FACE, GROUPS, YOLO2, YOLO3)
LABELS = {
    FACE: "Tiny face detector",
    GROUPS: "The same, in groups",
    YOLO2: "YOLOv2-tiny, untrained",
    YOLO3: "YOLOv3-tiny, untrained",
}


def section(name: str, **options: object) -> str:
    """Return a section of a .cfg."""
    return "\n".join([f"[{name}]", *(f"{key}={value}" for key, value in options.items())]) + "\n"


def _net(size: int = 416) -> str:
    return section("net", batch=1, width=size, height=size, channels=3)


def _convolution(filters: int, size: int = 3, activation: str = "leaky", normal: bool = True, **more: object) -> str:
    first = {"batch_normalize": 1} if normal else {}
    return section(
        "convolutional", **first, filters=filters, size=size, stride=1, **{"pad": 1, **more}, activation=activation
    )


def _pool(stride: int = 2) -> str:
    return section("maxpool", size=2, stride=stride)


def _numbers(values: object) -> str:
    return ", ".join(f"{value:g}" for value in np.ravel(np.asarray(values)))


def _face(groups: bool) -> str:
    parts = [_net(), _convolution(16, normal=False, pad=0), _pool()]
    before = 16
    for number, width in enumerate(tiny_face.WIDTHS, 1):
        if groups:
            parts.append(_convolution(before, activation="linear", normal=False, groups=before))
        parts.append(_convolution(width, 1 if groups else 3, normal=False))
        parts.append(_pool(1 if number == len(tiny_face.WIDTHS) else 2))
        before = width
    count = len(tiny_face.ANCHORS)
    parts.append(_convolution(6 * count, 1, "linear", False))
    parts.append(
        section(
            "region",
            anchors=", ".join(f"{side:.6f}" for side in tiny_face.ANCHORS.ravel()),
            num=count,
            classes=1,
            coords=4,
            softmax=1,
        )
    )
    return "\n".join(parts)


def _tiny2() -> str:
    parts = [_net()]
    for width in (16, 32, 64, 128, 256, 512):
        parts += [_convolution(width), _pool(1 if width == 512 else 2)]
    parts += [_convolution(1024), _convolution(512), _convolution(425, 1, "linear", False)]
    anchors = (0.57273, 0.677385, 1.87446, 2.06253, 3.33843, 5.47434, 7.88282, 3.52778, 9.77052, 9.16828)
    parts.append(section("region", anchors=_numbers(anchors), num=5, classes=80, coords=4, softmax=1))
    return "\n".join(parts)


def _tiny3() -> str:
    anchors = _numbers((10, 14, 23, 27, 37, 58, 81, 82, 135, 169, 344, 319))
    parts = [_net()]
    for width in (16, 32, 64, 128, 256, 512):
        parts += [_convolution(width), _pool(1 if width == 512 else 2)]
    parts += [_convolution(1024), _convolution(256, 1), _convolution(512), _convolution(255, 1, "linear", False)]
    parts.append(section("yolo", mask="3,4,5", anchors=anchors, classes=80, num=6))
    parts += [section("route", layers=-4), _convolution(128, 1), section("upsample", stride=2)]
    parts += [section("route", layers="-1, 8"), _convolution(256), _convolution(255, 1, "linear", False)]
    parts.append(section("yolo", mask="0,1,2", anchors=anchors, classes=80, num=6))
    return "\n".join(parts)


@cache
def cfg_text(name: str) -> str:
    """Return the .cfg of a sample."""
    return {FACE: lambda: _face(False), GROUPS: lambda: _face(True), YOLO2: _tiny2, YOLO3: _tiny3}[name]()


def content(name: str, seed: int) -> bytes:
    """Return the .weights of a sample.

    Args:
        name: One of SAMPLES.
        seed: For the untrained layouts.
    """
    layout = plan(cfg.parse(cfg_text(name)))
    return weights.written(face(name == GROUPS), layout, 32) if name in (FACE, GROUPS) else drawn(layout, seed)


def face(groups: bool) -> list[weights.Arrays]:
    """Return the face detector's arrays in Darknet's order.

    Three things are folded, all exactly: a depthwise and a pointwise convolution into one; the picture's mean into the
    first biases (that layer has no rim, so no padding is touched); and a class score for the one class, always 0,
    whose softmax is 1.
    """
    own = {name: array.astype(np.float64) for name, array in detection.weights(detection.FACE).items()}
    kernel = own["kernel_0"]
    shift = (kernel * (tiny_face.MEAN / 255)[:, None]).sum(axis=(0, 1, 2))
    found: list[weights.Arrays] = [_plain(kernel, own["bias_0"] - shift), {}]
    for number in range(1, len(tiny_face.WIDTHS) + 1):
        depth, point = own[f"depthwise_{number}"], own[f"pointwise_{number}"]
        if groups:
            found.append(_plain(depth.transpose(0, 1, 3, 2), np.zeros(depth.shape[2])))
            found.append(_plain(point, own[f"bias_{number}"]))
        else:
            found.append(_plain(depth * point, own[f"bias_{number}"]))
        found.append({})
    count, last = len(tiny_face.ANCHORS), len(tiny_face.WIDTHS) + 1
    kernel, bias = own[f"kernel_{last}"], own[f"bias_{last}"]
    kernel = np.pad(kernel.reshape(-1, count, 5), ((0, 0), (0, 0), (0, 1)))
    bias = np.pad(bias.reshape(count, 5), ((0, 0), (0, 1)))
    return [*found, _plain(kernel.reshape(1, 1, -1, 6 * count), bias.ravel()), {}]


def _plain(kernel: np.ndarray, bias: np.ndarray) -> weights.Arrays:
    """Return a convolution's arrays from Keras' kernel (rows, columns, channels, filters)."""
    return {"biases": bias.astype(np.float32), "kernel": kernel.transpose(3, 2, 0, 1).astype(np.float32)}


def drawn(layout: Plan, seed: int) -> bytes:
    """Return weights drawn from a seed: He's normal kernels, biases near 0, batch normalization near the identity."""
    random = np.random.default_rng(seed)
    layers: list[weights.Arrays] = []
    for layer in layout.layers:
        own: dict[str, Any] = {}
        for name, shape in weights.parts(layer):
            values: Any = random.standard_normal(shape, np.float32)
            if name == "kernel":
                values *= np.float32(np.sqrt(2 / np.prod(shape[1:])))
            elif name in ("scales", "variances"):
                values = 1 + 0.1 * np.abs(values)
            else:
                values *= np.float32(0.1)
            own[name] = values
        layers.append(own)
    return weights.written(layers, layout)
