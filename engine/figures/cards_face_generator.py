"""The home page's picture of the face generator: three faces, each at seven moments of the training."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from engine.face_generator.experiment import FACES, Config, Result
from engine.face_generator.sheets import pictures_of
from engine.faces.network import SIDE
from engine.figures import theme
from engine.runs.store import store

WIDTH, HEIGHT = 288, 120
MOMENTS, SHOWN = 7, (0, 1, 2)


def face_generator_card(dark: bool) -> str:
    """Draw the default run: a row a face, a column a moment, from fog at the left to the end at the right."""
    palette = theme.DARK if dark else theme.LIGHT
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{2 * WIDTH}" height="{2 * HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    head += f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    entry = store().find(Config())
    if entry is None:
        return f"{head}</svg>"
    result: Result = entry.result
    places = np.linspace(0, len(result.step) - 1, MOMENTS).round().astype(int)
    faces = np.stack([pictures_of(result.sheet_at(place), SIDE, FACES)[list(SHOWN)] for place in places], axis=1)
    rows = faces.swapaxes(1, 2)  # (shown, side, moments, side, 3)
    stream = io.BytesIO()
    Image.fromarray(rows.reshape(len(SHOWN) * SIDE, MOMENTS * SIDE, 3)).save(stream, "WEBP", quality=80)
    data = base64.b64encode(stream.getvalue()).decode()
    high = WIDTH * len(SHOWN) / MOMENTS
    return (
        f'{head}<image width="{WIDTH}" height="{high:.1f}" y="{(HEIGHT - high) / 2:.1f}" '
        f'href="data:image/webp;base64,{data}"/></svg>'
    )
