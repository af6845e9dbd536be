"""A small YOLO: one look at the picture, and every cell of a grid says what is centred in it, and where.

What the learner should see: no sliding window and no proposals. The picture shrinks to S by S cells; each says B boxes
with a confidence, and one set of class probabilities. Everything after that is reading it off.

Redmon, Divvala, Girshick and Farhadi, "You Only Look Once", 2016; classes here by softmax, as in its successors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.detection.boxes import suppress
from engine.detection.metrics import MOST_BOXES, Marked
from engine.yolo.compose import NAMES, SIDE

GRIDS = (4, 8, 16)
CLASSES = len(NAMES)
LEAST_SCORE = 0.01
MOST_CANDIDATES = 200  # of a picture, before suppression
SUPPRESSION = 0.5


@dataclass(frozen=True)
class Shape:
    """The form of a network: grid S of GRIDS, boxes B of a cell, and how many residual blocks end its trunk."""

    grid: int = 8
    boxes: int = 2
    depth: int = 2

    @property
    def outputs(self) -> int:
        """Return the numbers that each cell says: 5 a box, one a class."""
        return 5 * self.boxes + CLASSES


def build(shape: Shape, seed: int) -> Any:
    """Return the Keras model: pictures float (N, SIDE, SIDE, 1) in 0…1 → raw numbers (N, S, S, 5 B + C)."""
    import keras

    seeds = iter(range(1000 * seed, 1000 * seed + 1000))

    def convolved(x: Any, filters: int, kernel: int, stride: int = 1) -> Any:
        start = keras.initializers.HeNormal(next(seeds))
        x = keras.layers.Conv2D(filters, kernel, stride, "same", use_bias=False, kernel_initializer=start)(x)
        x = keras.layers.BatchNormalization(momentum=0.95)(x)
        return keras.layers.LeakyReLU(0.1)(x)

    inputs = keras.Input((SIDE, SIDE, 1))
    x = convolved(inputs, 24, 5, 2)
    x = convolved(x, 48, 3, 2)
    x = convolved(x, 80, 3, 2)
    x = keras.layers.Add()([x, convolved(x, 80, 3)])
    if shape.grid < 16:
        x = convolved(x, 128, 3, 2)
    if shape.grid < 8:
        x = convolved(x, 128, 3, 2)
    for _ in range(shape.depth):
        inner = convolved(x, 64, 1)
        inner = convolved(inner, 128 if shape.grid < 16 else 80, 3)
        x = keras.layers.Add()([x, inner])
    last = keras.initializers.RandomNormal(0, 0.01, next(seeds))
    return keras.Model(inputs, keras.layers.Conv2D(shape.outputs, 1, kernel_initializer=last)(x))


@dataclass(frozen=True)
class Said:
    """What the cells of N pictures say.

    Attributes:
        boxes: float32 (N, S, S, B, 4) left, top, right, bottom in pixels.
        confidence: float32 (N, S, S, B), the IoU that the box expects of itself, 0 where nothing is.
        classes: float32 (N, S, S, C) probabilities of what is centred in the cell, if anything is.
    """

    boxes: np.ndarray
    confidence: np.ndarray
    classes: np.ndarray


def read(raw: np.ndarray, boxes: int) -> Said:
    """Return the raw numbers (N, S, S, 5 B + C) as boxes, confidences and class probabilities."""
    count, grid = raw.shape[:2]
    own = _sigmoid(raw[..., : 5 * boxes]).reshape(count, grid, grid, boxes, 5)
    x = (np.arange(grid, dtype=np.float32)[:, None] + own[..., 0]) * (SIDE / grid)
    y = (np.arange(grid, dtype=np.float32)[:, None, None] + own[..., 1]) * (SIDE / grid)
    half_width, half_height = own[..., 2] * (SIDE / 2), own[..., 3] * (SIDE / 2)
    corners = np.stack([x - half_width, y - half_height, x + half_width, y + half_height], axis=-1)
    logits = raw[..., 5 * boxes :]
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return Said(np.clip(corners, 0, SIDE), own[..., 4], powers / powers.sum(axis=-1, keepdims=True))


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(values, -30, 30)))


def decode(
    said: Said, least: float = LEAST_SCORE, most: int = MOST_BOXES, overlap: float = SUPPRESSION
) -> list[Marked]:
    """Return the boxes found in each picture, best first: score = confidence × class probability, suppressed by class.

    As in YOLOv1 a box may be reported as several classes, each with its own score.

    Args:
        said: What the cells say.
        least: Score from which a box counts.
        most: How many boxes of a picture may stay.
        overlap: Largest IoU of two boxes of a class that stay, 0 to 1.
    """
    found = []
    for corners, confidence, classes in zip(said.boxes, said.confidence, said.classes, strict=True):
        score = confidence[..., None] * classes[:, :, None, :]
        places = np.nonzero(score >= least)
        order = np.argsort(-score[places], kind="stable")[:MOST_CANDIDATES]
        row, column, box, kind = (place[order] for place in places)
        boxes = corners[row, column, box]
        kept = suppress(boxes, overlap, kind, most).kept
        found.append(Marked(boxes[kept], kind[kept], score[places][order][kept]))
    return found
