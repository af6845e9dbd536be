"""The card of the initialization page: all borders of the default run over its training rows."""

from __future__ import annotations

from engine.data.toy import DOMAIN
from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _dot, _svg
from engine.initialization.borders import borders
from engine.initialization.experiment import Config, Result, rows
from engine.runs.store import store


def initialization_card(dark: bool) -> str:
    """Draw the default run's borders at its end."""
    palette = theme.DARK if dark else theme.LIGHT
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    entry = store().find(Config())
    if entry is None:
        return _svg(ground)
    result: Result = entry.result
    scale = WIDTH / (DOMAIN[1] - DOMAIN[0])

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - DOMAIN[0]) * scale, HEIGHT / 2 - y * scale

    pieces, whose = borders(result)
    lines = " ".join(
        "M{:.1f},{:.1f}L{:.1f},{:.1f}".format(*place(float(x0), float(y0)), *place(float(x1), float(y1)))
        for (x0, y0, x1, y1), owner in zip(pieces[-1], whose[-1], strict=True)
        if owner >= 0 and abs(y0) * scale < HEIGHT / 2
    )
    data = rows(result.config)
    dots = [
        _dot(*place(float(x), float(y)), palette.positive if label else palette.negative, palette.panel)
        for (x, y), label in zip(data.x[: result.config.points], data.y[: result.config.points], strict=True)
        if abs(y) * scale < HEIGHT / 2
    ]
    borderlines = f'<path d="{lines}" fill="none" stroke="{palette.ink}" stroke-width="1" stroke-opacity="0.45"/>'
    return _svg(ground, borderlines, *dots)
