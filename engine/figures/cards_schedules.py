"""The card of learning-rate schedules: the rates above, the training losses below, on one time axis."""

from __future__ import annotations

import numpy as np

from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _path, _svg
from engine.figures.schedules import STYLES
from engine.runs.store import store
from engine.schedules import curves
from engine.schedules.experiment import CONSTANT, COSINE, DROPS, SCHEDULES
from engine.schedules.scenes import NOISY

SHOWN = (CONSTANT, COSINE, DROPS)
TOP = 0.42  # share of the card that the rates have
EDGE = 8


def schedules_card(dark: bool) -> str:
    """Draw constant rate, cosine and step drops of the default's run."""
    palette = theme.DARK if dark else theme.LIGHT
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>']
    entry = store().find(NOISY)
    if entry is None:
        return _svg(*parts)
    middle = TOP * HEIGHT
    parts.append(f'<line x1="0" x2="{WIDTH}" y1="{middle:.0f}" y2="{middle:.0f}" stroke="{palette.border}"/>')
    losses = np.stack([entry.result.loss[1:, SCHEDULES.index(name)].mean(axis=1) for name in SHOWN])
    for name, loss in zip(SHOWN, losses, strict=True):
        rates = np.log(np.maximum(curves.rates(NOISY, name)[::10], 2e-4 * NOISY.learning_rate))
        levels = (rates - np.log(2e-4 * NOISY.learning_rate)) / -np.log(2e-4)
        parts.append(_drawn(levels, EDGE, middle - EDGE, name, dark))
        height = (np.log(loss) - np.log(losses.min())) / (np.log(losses.max()) - np.log(losses.min()))
        parts.append(_drawn(height, middle + EDGE, HEIGHT - EDGE, name, dark))
    return _svg(*parts)


def _drawn(share: np.ndarray, top: float, bottom: float, name: str, dark: bool) -> str:
    """Return a line across the card; share 0 lies at `bottom`, 1 at `top`."""
    x = np.linspace(EDGE, WIDTH - EDGE, len(share))
    return _path(np.stack([x, bottom - share * (bottom - top)], axis=1), STYLES[name], dark)
