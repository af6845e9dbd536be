"""What a detector says before anybody chooses: boxes with a score and a class, in the picture's own pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Letterbox:
    """Where a picture lies in the square a network looks at.

    Attributes:
        scale: Pixels of the square for one of the picture.
        left: Columns before it.
        top: Rows above it.
        width: Of the picture, in its own pixels.
        height: Of the picture.
    """

    scale: float
    left: float
    top: float
    width: int
    height: int

    def back(self, boxes: np.ndarray) -> np.ndarray:
        """Return boxes (N, 4) of the square in the picture's pixels, cut at its edges; float32."""
        moved = (boxes - np.array([self.left, self.top] * 2)) / self.scale
        return np.clip(moved, 0, [self.width, self.height] * 2).astype(np.float32)


def letterbox(picture: np.ndarray, size: int, centred: bool) -> tuple[np.ndarray, Letterbox]:
    """Return the picture shrunk or enlarged to fit a black square, and where it lies.

    Args:
        picture: (height, width, 3) uint8.
        size: Side of the square.
        centred: In the middle, or else at the upper left.

    Returns:
        (size, size, 3) uint8, and the place.
    """
    height, width = picture.shape[:2]
    scale = size / max(width, height)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    small = Image.fromarray(picture).resize((wide, high), Image.Resampling.BILINEAR)
    left, top = ((size - wide) // 2, (size - high) // 2) if centred else (0, 0)
    square = np.zeros((size, size, 3), np.uint8)
    square[top : top + high, left : left + wide] = np.asarray(small)
    return square, Letterbox(scale, left, top, width, height)


def scaled(square: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return (pixels − mean) / scale as a batch of one, (1, size, size, 3) float32.

    A row of pixels is one long row here: NumPy is slow where its last axis has three entries.
    """
    size = len(square)
    factor = np.tile(1 / scale, size).astype(np.float32)
    shift = np.tile(-mean / scale, size).astype(np.float32)
    rows = np.multiply(square.reshape(size, 3 * size), factor, dtype=np.float32)
    rows += shift
    return rows.reshape(1, size, size, 3)


@dataclass(frozen=True)
class Candidates:
    """N boxes, best score first.

    Attributes:
        boxes: (N, 4) float32: left, top, right, bottom, in pixels of the picture.
        score: (N,) float32 in 0…1.
        kind: (N,) int16 class numbers.
        stride: (N,) int16: pixels of the network's input between neighbours on the grid the box comes from.
    """

    boxes: np.ndarray
    score: np.ndarray
    kind: np.ndarray
    stride: np.ndarray

    @classmethod
    def sorted(cls, boxes: np.ndarray, score: np.ndarray, kind: np.ndarray, stride: np.ndarray) -> Self:
        """Return the candidates in falling order of score; equal scores keep their order on the grid."""
        order = np.argsort(-score, kind="stable")
        return cls(
            boxes[order].astype(np.float32),
            score[order].astype(np.float32),
            kind[order].astype(np.int16),
            stride[order].astype(np.int16),
        )

    def first(self, count: int) -> Self:
        """Return the best `count`."""
        return type(self)(self.boxes[:count], self.score[:count], self.kind[:count], self.stride[:count])
