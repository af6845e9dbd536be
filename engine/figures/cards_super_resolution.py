"""The home page's picture of sharper pictures: the cat's eyes, bicubic at the left, the last network at the right."""

from __future__ import annotations

import numpy as np

from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _image, _svg
from engine.runs.store import store
from engine.super_resolution.experiment import BICUBIC, Config, enlargements, pair

LEFT, TOP = 130, 92  # of the part shown, half as large as the card


def super_resolution_card(dark: bool) -> str:
    """Draw a part of the default picture, one half from each method, and the line between them."""
    palette = theme.DARK if dark else theme.LIGHT
    entry = store().find(Config())
    if entry is None:
        return _svg(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>')
    pictures = enlargements(entry.result, pair(entry.result.config)[0])
    rows, middle = slice(TOP, TOP + HEIGHT // 2), LEFT + WIDTH // 4
    richest = pictures[entry.result.methods[-1]]
    halves = [pictures[BICUBIC][rows, LEFT:middle], richest[rows, middle : LEFT + WIDTH // 2]]
    pixels = np.concatenate(halves, axis=1).repeat(2, axis=0).repeat(2, axis=1)
    line = f'<path d="M{WIDTH / 2} 0V{HEIGHT}" stroke="#fff" stroke-width="2"/>'
    handle = (
        f'<circle cx="{WIDTH / 2}" cy="{HEIGHT - 20}" r="8" fill="{palette.accent}" stroke="#fff" stroke-width="2"/>'
    )
    return _svg(_image(pixels), line, handle)
