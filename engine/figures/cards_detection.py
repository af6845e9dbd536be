"""The home page's picture of object detection: the busy scene with the boxes that stay."""

from __future__ import annotations

import base64
import io

import numpy as np

from engine.detection.experiment import jpeg_of
from engine.detection.view import View, choose
from engine.figures import detection, theme
from engine.runs.store import store

WIDTH, HEIGHT = 288, 120
CUT = (0, 10, 800, 343)  # the upper half of the scene, in the card's proportions


def detection_card(dark: bool) -> str:
    """Draw the upper half of the default photograph and the kept boxes in it."""
    view = View()
    palette = theme.DARK if dark else theme.LIGHT
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{2 * WIDTH}" height="{2 * HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    entry = store().find(view.run())
    if entry is None:
        return f'{head}<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/></svg>'
    choice = choose(entry.result, view)
    shade = detection.colors(entry.result, choice)
    image = detection.annotated(jpeg_of(view.photograph), np.zeros((0, 4)), (), ()).crop(CUT)
    image.thumbnail((2 * WIDTH, 2 * HEIGHT))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82)
    data = base64.b64encode(buffer.getvalue()).decode()
    scale = WIDTH / (CUT[2] - CUT[0])
    boxes = []
    for number in choice.kept:
        left, top, right, bottom = (
            (float(side) - CUT[axis % 2]) * scale for axis, side in enumerate(entry.result.boxes[number])
        )
        top = max(1.0, top)
        if top < HEIGHT - 12:
            boxes.append(
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
                f'fill="none" stroke="{shade[int(entry.result.kind[number])]}" stroke-width="2.4"/>'
            )
    picture = (
        f'<image width="{WIDTH}" height="{HEIGHT}" preserveAspectRatio="none" href="data:image/jpeg;base64,{data}"/>'
    )
    return f"{head}{picture}{''.join(boxes)}</svg>"
