"""The benchmark's card: the scores of the default run, and two means that settle as splits come in."""

from __future__ import annotations

import numpy as np

from engine.bootstrapping.experiment import Config, Result
from engine.figures import theme
from engine.figures.bootstrapping_view import STYLES
from engine.figures.cards import HEIGHT, WIDTH, _dot, _path, _svg
from engine.runs.store import store
from engine.validation.statistics import running, summary

SIDE, ABOVE = 14, 10  # pixels left free


def bootstrapping_card(dark: bool) -> str:
    """Draw the default benchmark: dots of A and B, the means so far, and the corrected interval of A's mean."""
    palette = theme.DARK if dark else theme.LIGHT
    entry = store().find(Config())
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    if entry is None:
        return _svg(ground)
    result: Result = entry.result
    low, high = float(np.nanmin(result.score)), float(np.nanmax(result.score))
    x = np.linspace(SIDE, WIDTH - SIDE, result.score.shape[1])

    def height(values: np.ndarray) -> np.ndarray:
        return ABOVE + (high - values) / (high - low) * (HEIGHT - 2 * ABOVE)

    whole = summary(result.score[0], share=result.share)
    top, bottom = height(np.clip(np.array([whole.high, whole.low]), low, high))
    drawn = [
        f'<rect x="0" y="{top:.1f}" width="{WIDTH}" height="{bottom - top:.1f}" fill="{palette.muted}" opacity="0.14"/>'
    ]
    for scores, style in zip(result.score, STYLES, strict=True):
        color = style.color(dark)
        dots = [_dot(at, y, color, palette.panel, 2.6) for at, y in zip(x, height(scores), strict=True)]
        drawn.append(f'<g opacity="0.55">{"".join(dots)}</g>')
    for scores, style in zip(result.score, STYLES, strict=True):
        drawn.append(_path(np.stack([x, height(running(scores)[0])], axis=1), style, dark))
    return _svg(ground, *drawn)
