"""The card of gradient descent: the three paths of the default run on its map."""

from __future__ import annotations

import numpy as np

from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _dot, _image, _svg, bands
from engine.figures.gradient_descent import STYLES
from engine.gradient_descent.experiment import RACERS, Config, Result
from engine.neuron.theory import best_line, squared_errors
from engine.runs.store import store


def gradient_descent_card(dark: bool) -> str:
    """Draw the default run's paths; the ring is the lowest place."""
    palette = theme.DARK if dark else theme.LIGHT
    entry = store().find(Config())
    if entry is None:
        return _svg(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>')
    result: Result = entry.result
    paths = [result.path(racer) for racer in RACERS]
    everything = np.concatenate(paths)
    (left, low), (right, high) = everything.min(axis=0) - 0.5, everything.max(axis=0) + 0.5
    height = np.log10(squared_errors(result.x, result.y, np.linspace(left, right, 96), np.linspace(low, high, 40)))
    levels = np.linspace(height.min(), height.max(), 6)[1:-1]

    def place(point: np.ndarray) -> tuple[float, float]:
        return (
            float((point[0] - left) / (right - left) * WIDTH),
            float(HEIGHT - (point[1] - low) / (high - low) * HEIGHT),
        )

    drawn = [_image(bands(-height, list(-levels[::-1]), palette))]
    for racer, path in reversed(list(zip(RACERS, paths, strict=True))):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, path[:200]))
        width = 1.4 if racer == "online" else 2.6
        drawn.append(
            f'<polyline points="{points}" fill="none" stroke="{STYLES[racer].color(dark)}" stroke-width="{width}"/>'
        )
    best = best_line(result.x, result.y, True)
    drawn.append(_dot(*place(np.array([best.slope, best.offset])), palette.ink, palette.panel, 4))
    return _svg(*drawn)
