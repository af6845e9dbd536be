"""The card of cross-validation: the default run's folds, each with its score at the right."""

from __future__ import annotations

import itertools

import numpy as np

from engine.cross_validation.experiment import Config, Result
from engine.cross_validation.scores import fold_scores, summaries
from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _dot, _svg
from engine.figures.cross_validation_folds import ORDERS, cells, columns_in_order
from engine.runs.store import store

LEFT, RIGHT = 14, 176  # of the blocks, in pixels
SCORES = (200, WIDTH - 16)
ABOVE = 14


def cross_validation_card(dark: bool) -> str:
    """Draw the default run: what each fold holds out, its score, and the corrected interval of the mean."""
    palette = theme.DARK if dark else theme.LIGHT
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    entry = store().find(Config())
    if entry is None:
        return _svg(ground)
    result: Result = entry.result
    shade = cells(result, 0, columns_in_order(result, 0, ORDERS[0]))
    count, step = len(result.class_names), (HEIGHT - 2 * ABOVE) / result.folds
    width = (RIGHT - LEFT) / shade.shape[1]
    drawn = []
    for fold, row in enumerate(shade):
        edges = np.flatnonzero(np.diff(row, prepend=-2, append=-2))
        for start, end in itertools.pairwise(edges):
            held = row[start] >= count
            opacity = (1 if held else 0.45) * (1 if row[start] % count == 0 else 0.45)
            drawn.append(
                f'<rect x="{LEFT + start * width:.1f}" y="{ABOVE + fold * step + 2:.1f}" opacity="{opacity:.2f}" '
                f'width="{(end - start) * width - 1:.1f}" height="{step - 4:.1f}" '
                f'fill="{palette.positive if held else palette.muted}"/>'
            )
    scores = fold_scores(result)[0]
    mean = summaries(result)[1]
    ends = np.array([*scores, mean.low, min(1.0, mean.high)])
    low, high = ends.min(), ends.max()

    def place(score: float) -> float:
        return float(SCORES[0] + (score - low) / (high - low) * (SCORES[1] - SCORES[0]))

    left, right = place(mean.low), place(min(1.0, mean.high))
    drawn.append(
        f'<rect x="{left:.1f}" y="{ABOVE - 4}" width="{right - left:.1f}" height="{HEIGHT - 2 * ABOVE + 8}" '
        f'fill="{palette.positive}" opacity="0.14"/>'
        f'<rect x="{place(mean.mean):.1f}" y="{ABOVE - 4}" width="1.5" height="{HEIGHT - 2 * ABOVE + 8}" '
        f'fill="{palette.positive}"/>'
    )
    dots = (
        _dot(place(score), ABOVE + (fold + 0.5) * step, palette.ink, palette.panel, 4)
        for fold, score in enumerate(scores)
    )
    return _svg(ground, *drawn, *dots)
