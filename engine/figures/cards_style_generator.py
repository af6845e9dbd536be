"""The home page's picture of the style-based generator: rows of the table of mixtures."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from engine.face_generator.sheets import pictures_of
from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _svg
from engine.runs.store import store
from engine.style_generator.experiment import SOURCES, TARGETS, Result
from engine.style_generator.scenes import COARSE

SIDE = 64
SHOWN_ROWS = 2  # of mixtures, beneath the columns' own pictures


def style_generator_card(dark: bool) -> str:
    """Draw the table of the scene with coarse styles: columns' pictures on top, rows' pictures at the left."""
    palette = theme.DARK if dark else theme.LIGHT
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    entry = store().find(COARSE.run())
    if entry is None:
        return _svg(ground)
    result: Result = entry.result
    if result.mixing is None:
        return _svg(ground)
    wide = TARGETS + 1
    all_pictures = pictures_of(result.mixing.sheet.tobytes(), SIDE, (SOURCES + 1) * wide).copy()
    all_pictures[0] = [int(palette.panel[place : place + 2], 16) for place in (1, 3, 5)]
    table = all_pictures.reshape(SOURCES + 1, wide, SIDE, SIDE, 3)[: SHOWN_ROWS + 1]
    joined = table.swapaxes(1, 2).reshape((SHOWN_ROWS + 1) * SIDE, wide * SIDE, 3)
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(joined)).save(stream, "WEBP", quality=80)
    data = base64.b64encode(stream.getvalue()).decode()
    high = WIDTH * (SHOWN_ROWS + 1) / wide
    return _svg(
        ground,
        f'<image width="{WIDTH}" height="{high:.1f}" y="{(HEIGHT - high) / 2:.1f}" '
        f'href="data:image/webp;base64,{data}"/>',
    )
