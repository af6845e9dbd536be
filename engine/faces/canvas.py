"""Shapes with soft edges on many small pictures at once: what the face renderer paints with.

What the learner should see: nothing of this. A shape is a signed distance, below 0 inside; the share of a pixel that it
covers follows from the distance at its middle, which is what smooths the edges without drawing larger first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray
PIXEL = 2 / 64  # the picture reaches from −1 to 1 both ways, y downwards


def column(values: Any) -> Array:
    """Return one number a picture, (n,), so that it meets pixels: float32 (n, 1, 1)."""
    return np.asarray(values, np.float32).reshape(-1, 1, 1)


def covered(distance: Array, soft: float = 1.0) -> Array:
    """Return the share of each pixel inside a shape, 0…1, from signed distances; `soft` is the edge's width."""
    return np.clip(0.5 - distance * np.float32(1 / (PIXEL * soft)), 0, 1)


def ellipse(x: Array, y: Array, a: Array | float, b: Array | float) -> Array:
    """Return about the signed distance to the ellipse with half axes a and b round 0."""
    p, q = x / a, y / b
    p *= p
    q *= q
    length = np.sqrt(p + q)
    # Divided by the slope of `length`, so that the edge is equally soft all round.
    slope = np.sqrt(p / (a * a) + q / (b * b)) / np.maximum(length, 1e-4)
    return (length - 1) / np.maximum(slope, 1e-3)


def box(x: Array, y: Array, a: Array | float, b: Array | float, r: Array | float) -> Array:
    """Return the signed distance to the rectangle with half sides a and b and corners of radius r."""
    dx, dy = np.abs(x) - (a - r), np.abs(y) - (b - r)
    outside = np.sqrt(np.maximum(dx, 0) ** 2 + np.maximum(dy, 0) ** 2)
    return outside + np.minimum(np.maximum(dx, dy), 0) - r


def segment(x: Array, y: Array, x0: Any, y0: Any, x1: Any, y1: Any) -> Array:
    """Return the distance to the straight line between two points."""
    wide, high = x1 - x0, y1 - y0
    along = np.clip(((x - x0) * wide + (y - y0) * high) / np.maximum(wide * wide + high * high, 1e-6), 0, 1)
    return np.hypot(x - x0 - along * wide, y - y0 - along * high)


def blob(x: Array, y: Array, a: Array | float, b: Array | float) -> Array:
    """Return a soft hill, 1 in the middle: exp(−(x/a)² − (y/b)²)."""
    return np.exp(-((x / a) ** 2) - (y / b) ** 2)


def smooth(low: Any, high: Any, value: Array) -> Array:
    """Return 0 below `low`, 1 above `high`, and a smooth step between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


class Canvas:
    """n pictures being painted.

    Attributes:
        colour: float32 (3, n, 64, 64), red, green and blue in 0…1.
        x: float32 (n, 64, 64) and `y`: the middle of each pixel in −1…1, as the head sees it once it is tilted.
    """

    def __init__(self, count: int) -> None:
        self.colour = np.zeros((3, count, 64, 64), np.float32)
        middle = (np.arange(64, dtype=np.float32) + 0.5) * PIXEL - 1
        self.x = np.broadcast_to(middle, (count, 64, 64))
        self.y = np.broadcast_to(middle[:, None], (count, 64, 64))

    def over(self, mask: Array, colour: Array, rows: slice = slice(None)) -> None:
        """Paint a colour, (3, n, 1, 1) or (3, n, h, 64), where the mask (n, h, 64) says, on these rows."""
        part = self.colour[:, :, rows]
        part += mask * (colour - part)

    def shade(self, factor: Array, rows: slice = slice(None)) -> None:
        """Multiply all three colours with a factor (n, h, 64) on these rows."""
        self.colour[:, :, rows] *= factor

    def pixels(self) -> Array:
        """Return the pictures, uint8 (n, 64, 64, 3)."""
        return (np.clip(self.colour, 0, 1) * 255 + 0.5).astype(np.uint8).transpose(1, 2, 3, 0).copy()
