"""The card of the neuron: the data, and the lines with a bias and without."""

from __future__ import annotations

import numpy as np

from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _dot, _svg
from engine.neuron.experiment import Config, Result
from engine.runs.store import store

ABOVE, LEFT = 12, 26


def neuron_card(dark: bool) -> str:
    """Draw the default run's data and the two lines at its end; the origin is marked."""
    palette = theme.DARK if dark else theme.LIGHT
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    entry = store().find(Config())
    if entry is None:
        return _svg(ground)
    result: Result = entry.result
    x, y = result.x[:, 0], result.y
    top, right = float(y.max()) * 1.08, float(x.max()) * 1.05

    def place(across: float, up: float) -> tuple[float, float]:
        return (
            LEFT + across / right * (WIDTH - LEFT - 12),
            HEIGHT - ABOVE - up / top * (HEIGHT - 2 * ABOVE),
        )

    def line(slope: float, offset: float, series: theme.Series) -> str:
        ends = np.array([0.0, right])
        (x0, y0), (x1, y1) = (place(float(end), float(slope * end + offset)) for end in ends)
        dash = f' stroke-dasharray="{",".join(f"{part:g}" for part in series.dash)}"' if series.dash else ""
        return (
            f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="{series.color(dark)}" '
            f'stroke-width="3"{dash}/>'
        )

    dots = [
        _dot(*place(float(across), float(up)), palette.muted, palette.panel, 2.6)
        for across, up in zip(x[::2], y[::2], strict=True)
    ]
    lines = [
        line(float(result.without[-1, 0]), 0.0, theme.NEGATIVE),
        line(float(result.with_bias[-1, 0]), float(result.with_bias[-1, 1]), theme.POSITIVE),
    ]
    return _svg(ground, *dots, *lines, _dot(*place(0, 0), theme.NEGATIVE.color(dark), palette.panel, 5))
