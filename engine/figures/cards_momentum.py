"""The card of momentum: one start on a long valley, and three ways down."""

from __future__ import annotations

import numpy as np

from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _dot, _svg
from engine.momentum.experiment import HIGH, RACERS, WIDE, walk
from engine.momentum.scenes import RIPPLES

STEPS = 30


def momentum_card(dark: bool) -> str:
    """Draw the default's paths: plain descent creeps, momentum swings, Nesterov swings less."""
    palette = theme.DARK if dark else theme.LIGHT
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>']
    result = walk(RIPPLES)

    def place(point: np.ndarray) -> tuple[float, float]:
        return (
            WIDTH / 2 + float(point[0]) / WIDE * (WIDTH / 2 - 6),
            HEIGHT / 2 - float(point[1]) / HIGH * (HEIGHT / 2 - 6),
        )

    middle = place(np.zeros(2))
    for height in (0.02, 0.08, 0.2, 0.45, 0.9, 1.8, 3.2):
        across, up = np.sqrt(2 * height * result.config.condition), np.sqrt(2 * height)
        x, y = place(np.array([across, up]))
        parts.append(
            f'<ellipse cx="{middle[0]:.1f}" cy="{middle[1]:.1f}" rx="{x - middle[0]:.1f}" ry="{middle[1] - y:.1f}" '
            f'fill="none" stroke="{palette.border}" stroke-width="1.5"/>'
        )
    for racer, path in zip(RACERS, result.path, strict=True):
        style = theme.SERIES[racer]
        points = " ".join("{:.1f},{:.1f}".format(*place(point)) for point in path[: STEPS + 1])
        dash = f' stroke-dasharray="{",".join(f"{part:g}" for part in style.dash)}"' if style.dash else ""
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{style.color(dark)}" stroke-width="2.5" '
            f'stroke-linejoin="round"{dash}/>'
        )
        parts.append(_dot(*place(path[STEPS]), style.color(dark), palette.panel, 4))
    parts.append(_dot(*place(result.path[0, 0]), palette.ink, palette.panel, 4.5))
    return _svg(*parts)
