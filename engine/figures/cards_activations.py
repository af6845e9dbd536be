"""The card of activations: sigmoid with its saturation zones, and ReLU."""

from __future__ import annotations

import numpy as np

from engine.activations.functions import ACTIVATIONS, zones
from engine.activations.scenes import FLAT
from engine.figures import theme
from engine.figures.activations import STYLES
from engine.figures.cards import HEIGHT, WIDTH, _dot, _path, _svg

REACH, LOW, HIGH = 6.0, -0.25, 1.35


def activations_card(dark: bool) -> str:
    """Draw the default's two functions; where the first one is flat, the ground is shaded."""
    palette = theme.DARK if dark else theme.LIGHT
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>']
    scale = WIDTH / (2 * REACH)
    for start, end in zones(FLAT.function, FLAT.slope, FLAT.share, -REACH, REACH):
        left, wide = (start + REACH) * scale, (end - start) * scale
        parts.append(f'<rect x="{left:.1f}" width="{wide:.1f}" height="{HEIGHT}" fill="{palette.border}"/>')

    def place(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.stack([(x + REACH) * scale, HEIGHT * (1 - (y - LOW) / (HIGH - LOW))], axis=1)

    x = np.linspace(-REACH, REACH, 181)
    for name in (FLAT.beside, FLAT.function):
        y = ACTIVATIONS[name].value(x, FLAT.slope)
        parts.append(_path(place(x, y)[y < HIGH + 0.1], STYLES[name], dark))
    at = np.array([FLAT.x])
    across, up = place(at, ACTIVATIONS[FLAT.function].value(at, FLAT.slope))[0]
    return _svg(*parts, _dot(across, up, palette.ink, palette.panel, 4.5))
