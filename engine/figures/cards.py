"""The home page's pictures: each is drawn from the concept's shipped (or instantly computed) default result."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from engine.figures import theme

WIDTH, HEIGHT = 288, 120


def _image(pixels: np.ndarray) -> str:
    """Return an SVG image element that fills the card with `pixels`, uint8 of shape (height, width, 3)."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", optimize=True)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<image width="{WIDTH}" height="{HEIGHT}" preserveAspectRatio="none" href="data:image/png;base64,{data}"/>'


def _svg(*elements: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{2 * WIDTH}" '
        f'height="{2 * HEIGHT}">{"".join(elements)}</svg>'
    )


def _rgb(color: str) -> np.ndarray:
    return np.array([int(color[position : position + 2], 16) for position in (1, 3, 5)], dtype=float)


def bands(values: np.ndarray, levels: Sequence[float], palette: theme.Palette) -> np.ndarray:
    """Colour a grid by the band its values fall in, deepest band last; row 0 of `values` is the bottom."""
    colors = np.array([_rgb(color) for color in palette.bands])
    index = np.minimum(np.searchsorted(np.asarray(levels), values[::-1]), len(colors) - 1)
    return colors[index].astype(np.uint8)


def diverging(values: np.ndarray, palette: theme.Palette) -> np.ndarray:
    """Colour a grid of values in −1…1 from orange through the page's background to blue; row 0 is the bottom."""
    share = np.clip(values[::-1, :, None], -1, 1)
    ground = _rgb(palette.background)
    end = np.where(share < 0, _rgb(palette.negative), _rgb(palette.positive))
    return (ground + (end - ground) * 0.72 * np.abs(share) ** 0.7).astype(np.uint8)


def _path(points: np.ndarray, series: theme.Series, dark: bool) -> str:
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = f' stroke-dasharray="{" ".join(f"{length:g}" for length in series.dash)}"' if series.dash else ""
    return (
        f'<polyline points="{steps}" fill="none" stroke="{series.color(dark)}" stroke-width="{series.width}" '
        f'stroke-linejoin="round"{dash}/>'
    )


def _dot(x: float, y: float, fill: str, stroke: str, radius: float = 3.0) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="1"/>'


CARDS: dict[str, Callable[[bool], str]] = {}
