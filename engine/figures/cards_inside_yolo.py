"""The home page's picture of YOLO's inside: a scene under its grid, the confident cells, and one cell's numbers."""

from __future__ import annotations

import base64
import io

from PIL import Image

from engine.figures import theme
from engine.figures.inside_yolo import LOOKED
from engine.figures.yolo import CONFIDENT
from engine.inside_yolo.cells import CELL, LETTERS, box_of
from engine.inside_yolo.experiment import GRID
from engine.inside_yolo.view import View, look
from engine.runs.store import store
from engine.yolo.compose import SIDE

WIDTH, HEIGHT = 288, 120
LEFT = 14  # of the picture; the bars take the rest


def inside_yolo_card(dark: bool) -> str:
    """Draw the default scene with its grid, its confident cells and one decoded box; beside it the box's numbers."""
    palette = theme.DARK if dark else theme.LIGHT
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{2 * WIDTH}" height="{2 * HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>',
    ]
    entry = store().find(View().run())
    if entry is None:
        return "".join([*parts, "</svg>"])
    view = View()
    seen = look(entry.result, view)
    scale = HEIGHT / SIDE
    buffer = io.BytesIO()
    Image.fromarray(seen.truth.pictures[0]).save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    parts.append(f'<g transform="translate({LEFT} 0) scale({scale})">')
    parts.append(f'<image width="{SIDE}" height="{SIDE}" href="data:image/png;base64,{data}"/>')
    for place, sure in enumerate(seen.said.confidence[0].max(axis=-1).ravel()):
        row, column = divmod(place, GRID)
        parts.append(
            f'<rect x="{column * CELL}" y="{row * CELL}" width="{CELL}" height="{CELL}" fill="{CONFIDENT.light}" '
            f'fill-opacity="{0.62 * sure:.2f}" stroke="#FFFFFF" stroke-opacity="0.28" stroke-width="0.7"/>'
        )
    box = box_of(seen.raw, seen.row, seen.column, seen.box)
    left, top, right, bottom = box.sides
    parts.append(
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" fill="none" '
        f'stroke="{LOOKED.light}" stroke-width="3"/></g>'
    )
    first = LEFT + HEIGHT + 34
    wide = WIDTH - first - 18
    for place, (letter, value) in enumerate(zip(LETTERS, box.said, strict=True)):
        y = 11 + 20.5 * place
        parts.append(
            f'<text x="{first - 10}" y="{y + 10.5}" text-anchor="end" font-family="{theme.FONT}" font-size="13" '
            f'font-style="italic" fill="{palette.ink}">{letter}</text>'
            f'<rect x="{first}" y="{y + 1}" width="{wide}" height="11" rx="2" fill="{palette.border}"/>'
            f'<rect x="{first}" y="{y + 1}" width="{wide * value:.1f}" height="11" rx="2" fill="{LOOKED.color(dark)}"/>'
        )
    return "".join([*parts, "</svg>"])
