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


def letterbox(
    picture: np.ndarray | Image.Image, size: int, centred: bool, mean: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, Letterbox]:
    """Return (pixels − mean) / scale of the picture shrunk or enlarged to fit a black square, and where it lies.

    Args:
        picture: (height, width, 3) uint8, or the same as an image: a file's need not be copied on the way.
        size: Side of the square.
        centred: In the middle, or else at the upper left.
        mean: (3,) taken off red, green and blue.
        scale: (3,) what they are divided by.

    Returns:
        The network's input, a batch of one, (1, size, size, 3) float32; and the place.
    """
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    factor = size / max(image.size)
    wide, high = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    left, top = ((size - wide) // 2, (size - high) // 2) if centred else (0, 0)
    small = np.asarray(image.resize((wide, high), Image.Resampling.BILINEAR))
    # A row of pixels is one long row here: NumPy is slow where its last axis has three entries.
    rows = np.empty((size, 3 * size), np.float32)
    black = np.tile(-mean / scale, size).astype(np.float32)
    inside = slice(3 * left, 3 * (left + wide))
    rows[:top], rows[top + high :] = black, black
    middle = rows[top : top + high]
    middle[:, : inside.start], middle[:, inside.stop :] = black[: inside.start], black[inside.stop :]
    seen = middle[:, inside]
    np.multiply(small.reshape(high, 3 * wide), np.tile(1 / scale, wide).astype(np.float32), out=seen, dtype=np.float32)
    seen += black[inside]
    return rows.reshape(1, size, size, 3), Letterbox(factor, left, top, image.width, image.height)


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
