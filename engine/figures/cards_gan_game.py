"""The home page's picture of the game in 2-D: the judge's map, the net of noise, real points and fakes."""

from __future__ import annotations

import numpy as np

from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _dot, _image, _svg, diverging
from engine.figures.gan_game import GENERATOR
from engine.gan_game.experiment import Config, Result
from engine.gan_game.targets import WINDOW, drawn_from
from engine.gan_game.verdict import judged
from engine.runs.store import store

SIDE = 1.18  # half the height of what is shown, in the picture's units


def gan_game_card(dark: bool) -> str:
    """Draw the default game early (left) and at its end (right)."""
    palette = theme.DARK if dark else theme.LIGHT
    entry = store().find(Config())
    if entry is None:
        return _svg(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>')
    result: Result = entry.result
    early = int(np.searchsorted(result.step, 300))
    return _svg(_image(_maps(result, (early, len(result.step) - 1), palette)), *_dots(result, early, palette, dark))


def _places() -> tuple[float, float]:
    return WIDTH / 4, 3 * WIDTH / 4


def _maps(result: Result, moments: tuple[int, int], palette: theme.Palette) -> np.ndarray:
    kept = np.array(moments)
    maps = 2 * judged(result, kept, result.heat[kept]) - 1
    size = maps.shape[-1]
    rows = np.linspace(-SIDE, SIDE, HEIGHT)
    columns = np.linspace(-SIDE, SIDE, WIDTH // 2) * (WIDTH / 2 / HEIGHT)
    at = [np.clip(np.round((one / WINDOW + 1) / 2 * (size - 1)), 0, size - 1).astype(int) for one in (rows, columns)]
    return diverging(np.concatenate([one[np.ix_(*at)] for one in maps], axis=1), palette)


def _dots(result: Result, early: int, palette: theme.Palette, dark: bool) -> list[str]:
    scale = HEIGHT / 2 / SIDE
    real = drawn_from(result.config.target(), 90, np.random.default_rng(1))
    dots = []
    for middle, moment in zip(_places(), (early, len(result.step) - 1), strict=True):
        for points, color, radius in ((real, palette.ink, 1.6), (result.fakes[moment], GENERATOR.color(dark), 2.4)):
            dots += [
                _dot(middle + x * scale, HEIGHT / 2 - y * scale, color, palette.background, radius)
                for x, y in points[:90].astype(float)
                if abs(x * scale) < WIDTH / 4 - 3
            ]
    return dots
