"""The home page's picture of what a detector misses: a flock with the things found and missed, and recall falling."""

from __future__ import annotations

import numpy as np

from engine.detection_limits.measure import FOUND, curve, fates
from engine.detection_limits.view import View
from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _dot, _path, _svg
from engine.figures.detection_limits import FATE_STYLES, ON_PICTURE, scene_address, scene_of
from engine.runs.store import store
from engine.yolo.compose import SIDE

CROWD = 16.0  # things: both found and missed ones are to be seen


def detection_limits_card(dark: bool) -> str:
    """Draw one scene of sixteen things, and beside it recall over the number of things."""
    view, palette = View(), theme.DARK if dark else theme.LIGHT
    entry = store().find(view.run())
    if entry is None:
        return _svg(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>')
    result = entry.result
    place = int(np.abs(result.values - CROWD).argmin())
    one, fate = scene_of(result.config, CROWD, 0), fates(result, view.score)[place, 0]
    scale = HEIGHT / SIDE
    address = scene_address(result.config, CROWD, 0)
    parts = [f'<image width="{HEIGHT}" height="{HEIGHT}" href="{address}"/>']
    for box, kind in zip(one.boxes, fate, strict=False):
        style = ON_PICTURE[max(int(kind), 0)]
        left, top, right, bottom = (float(side) * scale for side in box)
        dash = "" if kind == FOUND else ' stroke-dasharray="4 3"'
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" fill="none" '
            f'stroke="{style.dark}" stroke-width="1.8"{dash}/>'
        )
    told = curve(result, view.score)
    left, right, top, bottom = HEIGHT + 16.0, WIDTH - 10.0, 12.0, HEIGHT - 12.0
    share = np.log(result.values / result.values[0]) / np.log(result.values[-1] / result.values[0])
    x = left + share * (right - left)
    limit, recall = (np.stack([x, bottom - (bottom - top) * values], axis=1) for values in (told.most, told.recall))
    parts.append(f'<path d="M{left} {bottom}H{right}" stroke="{palette.border}" stroke-width="1"/>')
    parts += [_path(limit, FATE_STYLES[3], dark), _path(recall, FATE_STYLES[FOUND], dark)]
    color = FATE_STYLES[FOUND].color(dark)
    parts += [_dot(float(across), float(down), color, palette.background) for across, down in recall]
    return _svg(*parts)
