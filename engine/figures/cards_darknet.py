"""The home page's picture of Darknet files: the blocks of the face detector, and what each holds below."""

from __future__ import annotations

from engine.darknet.view import View
from engine.figures import darknet, theme
from engine.figures.cards import HEIGHT, WIDTH, _svg
from engine.runs.store import store

RIM, FLOOR, TALLEST = 12, 82, 68


def darknet_card(dark: bool) -> str:
    """Draw the layers of the default network over bars of their parameters."""
    palette = theme.DARK if dark else theme.LIGHT
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    entry = store().find(View().run())
    if entry is None:
        return _svg(ground)
    result = entry.result
    left, right = darknet.places(result)
    marks = [ground]
    most = result.parameters.max()
    for number, kind in enumerate(result.kinds):
        x = RIM + (WIDTH - 2 * RIM) * left[number]
        wide = (WIDTH - 2 * RIM) * (right[number] - left[number])
        tall = TALLEST * max(0.09, (result.shapes[number, 0] / result.input[0]) ** 0.5)
        color = darknet.STYLES.get(kind, theme.MUTED).color(dark)
        marks.append(
            f'<rect x="{x:.1f}" y="{FLOOR - 34 - tall / 2:.1f}" width="{wide:.1f}" height="{tall:.1f}" rx="1.5" '
            f'fill="{color}"/>'
        )
        bar = 24 * result.parameters[number] / most
        marks.append(
            f'<rect x="{x:.1f}" y="{HEIGHT - 8 - bar:.1f}" width="{wide:.1f}" height="{bar:.1f}" '
            f'fill="{theme.POSITIVE.color(dark)}" opacity="0.75"/>'
        )
    return _svg(*marks)
