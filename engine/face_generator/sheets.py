"""Sheets: many small pictures in one WebP image, so that a moment of the training is one file of some ten kilobytes."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

QUALITY, FINE = 45, 80  # of WebP: where many sheets are shipped, and where a face is looked at closely


def sheet(pictures: np.ndarray, columns: int, quality: int = QUALITY) -> bytes:
    """Return pictures side by side, row by row, as one WebP image.

    Args:
        pictures: uint8 (n, side, side, 1 or 3).
        columns: Pictures a row; the last row may be short.
        quality: Of the compression, 1 … 100.
    """
    count, side = len(pictures), pictures.shape[1]
    rows = -(-count // columns)
    colour = np.broadcast_to(pictures, (*pictures.shape[:3], 3))
    whole = np.full((rows * columns, side, side, 3), 255, np.uint8)
    whole[:count] = colour
    joined = whole.reshape(rows, columns, side, side, 3).swapaxes(1, 2).reshape(rows * side, columns * side, 3)
    stream = io.BytesIO()
    Image.fromarray(joined).save(stream, "WEBP", quality=quality, method=4)
    return stream.getvalue()


def pictures_of(content: bytes, side: int, count: int) -> np.ndarray:
    """Return the first `count` pictures of a sheet again, uint8 (count, side, side, 3), as compression left them."""
    whole = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    rows, columns = whole.shape[0] // side, whole.shape[1] // side
    cut = whole.reshape(rows, side, columns, side, 3).swapaxes(1, 2).reshape(rows * columns, side, side, 3)
    return np.asarray(cut[:count])


def as_array(content: bytes) -> np.ndarray:
    """Return bytes as uint8 (n,), as results keep them."""
    return np.frombuffer(content, np.uint8)


def variety(pictures: np.ndarray) -> float:
    """Return how far two pictures lie apart on average: root of the mean squared difference, of pixels in 0…1."""
    values = pictures.reshape(len(pictures), -1).astype(np.float64) / 255
    count = len(values)
    return float(np.sqrt(2 * values.var(axis=0).mean() * count / max(1, count - 1)))
