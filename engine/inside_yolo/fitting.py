"""Into the network's square: a picture of any shape is stretched, or kept in shape with bars beside it.

What the learner should see: the network has one input size. Stretching changes the shape of things, bars make them
smaller; either way they may come out as nothing that was ever trained on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from engine.yolo.compose import SIDE

STRETCH, LETTERBOX = "stretch", "letterbox"
FITS = (STRETCH, LETTERBOX)
BAR = 26  # grey of the bars, 0 to 255: as dark as the ground that the network was trained on


@dataclass(frozen=True)
class Place:
    """Where a picture lies in the input: input pixel = original pixel × scale + offset, across and down.

    Attributes:
        scale: Across and down.
        offset: Of the picture's left and top edge, in input pixels.
    """

    scale: tuple[float, float]
    offset: tuple[float, float]

    def inward(self, boxes: np.ndarray) -> np.ndarray:
        """Return boxes (N, 4) of the original picture in input pixels, float32."""
        return np.asarray(boxes * np.array(self.scale * 2) + np.array(self.offset * 2), np.float32)

    def outward(self, boxes: np.ndarray) -> np.ndarray:
        """Return boxes (N, 4) of the input in pixels of the original picture, float32."""
        return np.asarray((boxes - np.array(self.offset * 2)) / np.array(self.scale * 2), np.float32)


def place_of(width: int, height: int, fit: str) -> Place:
    """Return where a picture of this size lies in the input, STRETCH or LETTERBOX."""
    if fit == STRETCH:
        return Place((SIDE / width, SIDE / height), (0.0, 0.0))
    wide, high = _kept(width, height)
    # Whole pixels, as the picture is drawn: the scales may differ by a fraction of a pixel.
    return Place((wide / width, high / height), (float((SIDE - wide) // 2), float((SIDE - high) // 2)))


def fitted(picture: np.ndarray, fit: str) -> np.ndarray:
    """Return a grey picture, uint8 (height, width), as the network's input, uint8 (SIDE, SIDE); bilinear."""
    height, width = picture.shape
    wide, high = (SIDE, SIDE) if fit == STRETCH else _kept(width, height)
    small = np.asarray(Image.fromarray(picture).resize((wide, high), Image.Resampling.BILINEAR))
    square = np.full((SIDE, SIDE), BAR, np.uint8)
    left, top = (SIDE - wide) // 2, (SIDE - high) // 2
    square[top : top + high, left : left + wide] = small
    return square


def _kept(width: int, height: int) -> tuple[int, int]:
    """Return width and height of a picture whose longer side just fits."""
    longest = max(width, height)
    return max(1, round(width * SIDE / longest)), max(1, round(height * SIDE / longest))
