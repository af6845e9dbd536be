"""The card of Bayesian optimization: the default search after five samples, its doubt, and where it looks next."""

from __future__ import annotations

import numpy as np

from engine.bayesian_optimization import one_dimension
from engine.figures import theme
from engine.figures.bayesian_optimization_look import BAYESIAN, HIDDEN, NEXT
from engine.figures.cards import HEIGHT, WIDTH, _dot, _path, _svg

STEPS = 3  # choices made: some doubt is left to see
SURE = 1.96


def bayesian_optimization_card(dark: bool) -> str:
    """Draw the hidden function, the guess with its 95 % band, the samples, and the next place."""
    palette = theme.DARK if dark else theme.LIGHT
    result = one_dimension.run(one_dimension.Config(steps=STEPS))
    low, high = float(result.height.min()) - 0.35, float(result.height.max()) + 0.3
    x = result.x / 10 * WIDTH

    def down(values: np.ndarray) -> np.ndarray:
        return np.clip((high - values) / (high - low) * HEIGHT, -2, HEIGHT + 2)

    mean, doubt = result.mean[-1], SURE * result.deviation[-1]
    edge = np.concatenate([np.stack([x, down(mean + doubt)], 1), np.stack([x, down(mean - doubt)], 1)[::-1]])
    points = " ".join(f"{at:.1f},{y:.1f}" for at, y in edge)
    band = f'<polygon points="{points}" fill="{BAYESIAN.color(dark)}" opacity="0.18"/>'
    following = float(result.following[-1]) / 10 * WIDTH
    guess = theme.Series(BAYESIAN.light, BAYESIAN.dark, (), width=2.6)
    return _svg(
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>',
        band,
        _path(np.stack([x, down(result.height)], 1), HIDDEN, dark),
        _path(np.stack([x, down(mean)], 1), guess, dark),
        _path(np.array([[following, 0.0], [following, HEIGHT]]), NEXT, dark),
        *[
            _dot(float(at) / 10 * WIDTH, float(y), palette.ink, palette.panel, 3.6)
            for at, y in zip(result.sample, down(result.reading), strict=True)
        ],
    )
