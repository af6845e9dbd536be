"""The home page's picture of a search: every point a line, the best ones green, the winner orange."""

from __future__ import annotations

import numpy as np

from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _path, _svg
from engine.figures.hyperparameters_style import BEST, LOOKS, OPACITY, groups, latest_scores
from engine.hyperparameters.experiment import Config, Result
from engine.runs.store import store
from engine.tuning.space import to_unit

EDGE = 12


def hyperparameters_card(dark: bool) -> str:
    """Draw the default search as parallel coordinates: four parameters and the score.

    Args:
        dark: The appearance.
    """
    palette = theme.DARK if dark else theme.LIGHT
    entry = store().find(Config())
    if entry is None:
        return _svg(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>')
    result: Result = entry.result
    scores = latest_scores(result)
    span = np.nanmax(scores) - np.nanmin(scores) or 1.0
    heights = np.concatenate([to_unit(result.points), ((scores - np.nanmin(scores)) / span)[:, None]], axis=1)
    x = np.linspace(EDGE, WIDTH - EDGE, heights.shape[1])
    y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * heights
    fifth = groups(result)
    elements = [
        f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{EDGE}" y2="{HEIGHT - EDGE}" stroke="{palette.border}"/>' for at in x
    ]
    for trial in result.order[::-1]:
        best = trial == result.best
        path = _path(np.stack([x, y[trial]], axis=1), BEST if best else LOOKS[fifth[trial]], dark)
        elements.append(path if best else f'<g stroke-opacity="{OPACITY[fifth[trial]]}">{path}</g>')
    return _svg(*elements)
