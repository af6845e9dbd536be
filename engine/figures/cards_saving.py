"""The card of saving: the loss falls, the model is saved, and with the weights alone it jumps."""

from __future__ import annotations

import numpy as np

from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _dot, _path, _svg
from engine.figures.saving_curves import STYLES
from engine.runs.store import store
from engine.saving.experiment import FROM_WEIGHTS, NEVER, Config, Result

EDGE = 12
BEFORE = 4  # epochs shown before the save


def saving_card(dark: bool) -> str:
    """Draw the default run's mean loss before the save, and after it without a stop and with the weights alone."""
    palette = theme.DARK if dark else theme.LIGHT
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    entry = store().find(Config())
    if entry is None:
        return _svg(ground)
    result: Result = entry.result
    steps = BEFORE * result.config.steps
    past = np.log(result.before.mean(axis=0)[-steps - 1 :])
    after = np.log(result.after.mean(axis=1))
    low, high = min(past.min(), after.min()), max(past.max(), after.max())
    total = steps + after.shape[1] - 1

    def placed(values: np.ndarray, first: int) -> np.ndarray:
        across = EDGE + (first + np.arange(len(values))) / total * (WIDTH - 2 * EDGE)
        return np.stack([across, EDGE + (high - values) / (high - low) * (HEIGHT - 2 * EDGE)], axis=1)

    saved = placed(past[-1:], steps)[0]
    return _svg(
        ground,
        _path(placed(past, 0), STYLES[NEVER], dark),
        _path(placed(after[FROM_WEIGHTS], steps), STYLES[FROM_WEIGHTS], dark),
        _path(placed(after[NEVER], steps), STYLES[NEVER], dark),
        _dot(float(saved[0]), float(saved[1]), palette.accent, palette.panel, 5),
    )
