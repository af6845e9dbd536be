"""The card of the semi-supervised GAN: accuracy against labels, with the unlabelled pictures and without."""

from __future__ import annotations

import numpy as np

from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _dot, _path, _svg
from engine.figures.semi_supervised import intervals
from engine.figures.semi_supervised_panels import ALONE_STYLE, WITH_STYLE
from engine.runs.store import store
from engine.semi_supervised.experiment import ALONE, WITH, Result
from engine.semi_supervised.scenes import CURVE

LEFT, RIGHT, TOP, BOTTOM = 20, WIDTH - 20, 14, HEIGHT - 16


def semi_supervised_card(dark: bool) -> str:
    """Draw accuracy against labels with and without the unlabelled pictures, bands included."""
    palette = theme.DARK if dark else theme.LIGHT
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    entry = store().find(CURVE)
    if entry is None:
        return _svg(ground)
    result: Result = entry.result
    counts = np.log10(result.frame_labels.astype(float))
    x = LEFT + (counts - counts[0]) / (counts[-1] - counts[0]) * (RIGHT - LEFT)
    low = float(result.accuracy.mean(axis=2).min()) - 0.06

    def height(values: np.ndarray) -> np.ndarray:
        return np.asarray(BOTTOM - (np.maximum(values, low) - low) / (1 - low) * (BOTTOM - TOP))

    drawn = []
    for place, style in ((ALONE, ALONE_STYLE), (WITH, WITH_STYLE)):
        mean, bottom, top = intervals(result.accuracy[:, place])
        edge = np.concatenate([np.stack([x, height(top)], 1), np.stack([x, height(bottom)], 1)[::-1]])
        corners = " ".join(f"{a:.1f},{b:.1f}" for a, b in edge)
        drawn.append(f'<polygon points="{corners}" fill="{style.color(dark)}" opacity="0.16"/>')
        drawn.append(_path(np.stack([x, height(mean)], 1), style, dark))
        drawn += [_dot(a, b, style.color(dark), palette.panel) for a, b in zip(x, height(mean), strict=True)]
    return _svg(ground, *drawn)
