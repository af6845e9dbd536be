"""The home page's picture of the small YOLO: two scenes, early in its training and at the end."""

from __future__ import annotations

import base64
import io

from PIL import Image

from engine.figures import theme
from engine.figures.yolo import RIGHT, WRONG, View, right
from engine.runs.store import store
from engine.yolo.compose import SIDE
from engine.yolo.evaluation import watched
from engine.yolo.experiment import Config, Result

WIDTH, HEIGHT = 288, 120
NUMBER = 4  # of the watched scenes
EARLY = 0.7  # of the final mAP


def yolo_card(dark: bool) -> str:
    """Draw one scene with the boxes of an early moment, and beside it with those of the last."""
    palette = theme.DARK if dark else theme.LIGHT
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{2 * WIDTH}" height="{2 * HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    entry = store().find(Config())
    if entry is None:
        return f"{head}{ground}</svg>"
    result: Result = entry.result
    mean = result.mean_precision
    early = int((mean >= EARLY * mean[-1]).argmax())
    data = _png()
    half = (WIDTH - 6) / 2
    parts = [
        f'<svg x="{x:.1f}" y="0" width="{half}" height="{HEIGHT}" viewBox="0 0 {half} {HEIGHT}">'
        f'<image width="{half}" height="{half}" y="{(HEIGHT - half) / 2}" href="data:image/png;base64,{data}"/>'
        f"{_boxes(result, place, half)}</svg>"
        for x, place in ((0.0, early), (half + 6, len(mean) - 1))
    ]
    return f"{head}{''.join(parts)}</svg>"


def _png() -> str:
    buffer = io.BytesIO()
    Image.fromarray(watched().pictures[NUMBER]).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def _boxes(result: Result, place: int, half: float) -> str:
    found = result.found(place, NUMBER, View().score)
    scale, down = half / SIDE, (HEIGHT - half) / 2
    drawn = []
    for box, good in zip(found.boxes, right(found, NUMBER), strict=True):
        left, top, wide, high = (float(side) * scale for side in (*box[:2], *(box[2:] - box[:2])))
        style = RIGHT if good else WRONG
        dash = "" if good else ' stroke-dasharray="5 3"'
        drawn.append(
            f'<rect x="{left:.1f}" y="{top + down:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="none" '
            f'stroke="{style.light}" stroke-width="2.2"{dash}/>'
        )
    return "".join(drawn)
