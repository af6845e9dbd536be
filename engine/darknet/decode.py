"""What a head's numbers mean: boxes and scores, in shares of the picture the network looked at.

What the learner should see: three generations of YOLO differ in little arithmetic. The box is a shift within its cell,
and a factor on a fixed shape; v1 said width and height themselves.

J. Redmon and others, "You Only Look Once", 2016; "YOLO9000", 2017; "YOLOv3", 2018; A. Bochkovskiy, "YOLOv4", 2020.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.darknet.layers import Layer, Shape


def rows(layer: Layer, output: np.ndarray, picture: Shape) -> np.ndarray:
    """Return (N, 5 + classes) float32: middle across and down, width, height (shares of 1), objectness, class scores.

    A class score is objectness times the class's share. Order: row, column, then box, as in OpenCV.

    Args:
        layer: The head.
        output: Its numbers, (rows, columns, channels).
        picture: Shape of the network's input.
    """
    own = layer.settings
    with np.errstate(over="ignore", invalid="ignore"):
        if layer.kind == "detection":
            return _first(own, output)
        high, wide, _ = output.shape
        parts = output.reshape(high, wide, own["count"], 5 + own["classes"])
        anchors = np.array(own["anchors"], np.float32).reshape(-1, 2)
        anchors /= (picture[1], picture[0]) if layer.kind == "yolo" else (wide, high)
        place = np.stack(np.broadcast_arrays(np.arange(wide), np.arange(high)[:, None]), axis=-1)[:, :, None]
        if layer.kind == "yolo" and own["new"]:
            shift, size = parts[..., :2], (2 * parts[..., 2:4]) ** 2 * anchors
            sure, shares = parts[..., 4:5], parts[..., 5:]
        else:
            shift, size = _sigmoid(parts[..., :2]), np.exp(parts[..., 2:4]) * anchors
            sure = _sigmoid(parts[..., 4:5])
            shares = _softmax(parts[..., 5:]) if own.get("softmax") else _sigmoid(parts[..., 5:])
        spread = own.get("spread", 1.0)
        middle = (place + shift * spread - (spread - 1) / 2) / (wide, high)
        joined = np.concatenate([middle, size, sure, sure * shares], axis=-1)
        return joined.reshape(-1, joined.shape[-1]).astype(np.float32)


def _first(own: Mapping[str, Any], output: np.ndarray) -> np.ndarray:
    """Decode YOLOv1: all class shares, then all objectness, then all boxes."""
    side, count, classes = (int(own[name]) for name in ("side", "count", "classes"))
    flat, cells = output.reshape(-1), side * side
    shares = flat[: cells * classes].reshape(cells, 1, classes)
    if own["softmax"]:
        shares = _softmax(shares)
    sure = flat[cells * classes : cells * (classes + count)].reshape(cells, count, 1)
    boxes = flat[cells * (classes + count) :].reshape(cells, count, 4)
    cell = np.arange(cells)[:, None]
    place = np.stack([cell % side, cell // side], axis=-1)
    size = boxes[..., 2:] ** 2 if own["root"] else boxes[..., 2:]
    joined = np.concatenate([(place + boxes[..., :2]) / side, size, sure, sure * shares], axis=-1)
    return joined.reshape(-1, 5 + classes).astype(np.float32)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _softmax(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
