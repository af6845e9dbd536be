"""A digit of eight by eight numbers as a picture."""

from __future__ import annotations

import numpy as np

from engine.figures import theme

DARKEST = 16.0
ENLARGED = 12


def digit_image(values: np.ndarray, dark: bool) -> np.ndarray:
    """Return uint8 (96, 96, 3): ink on the page's background.

    Args:
        values: (64,), 0 for nothing to 16 for full ink, row by row.
        dark: Whether for the dark appearance.
    """
    palette = theme.DARK if dark else theme.LIGHT
    ink, ground = (
        np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) for color in (palette.ink, palette.panel)
    )
    share = np.clip(values.reshape(8, 8, 1) / DARKEST, 0, 1)
    pixels = (ground + (ink - ground) * share).astype(np.uint8)
    return pixels.repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1)
