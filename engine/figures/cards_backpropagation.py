"""The card of backpropagation: the network with its numbers, and what flows back in orange."""

from __future__ import annotations

from engine.backpropagation.experiment import PARAMETERS, Config, Result
from engine.backpropagation.steps import said
from engine.figures import theme
from engine.figures.backpropagation import GRADIENT, LINKS, NODES
from engine.figures.cards import HEIGHT, WIDTH, _svg
from engine.runs.store import store


def backpropagation_card(dark: bool) -> str:
    """Draw the default network: each link as wide as the first row's gradient of its weight is large."""
    palette = theme.DARK if dark else theme.LIGHT
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    entry = store().find(Config())
    if entry is None:
        return _svg(ground)
    result: Result = entry.result
    back = GRADIENT.color(dark)
    largest = max(abs(result.rows[0, PARAMETERS.index(name)]) for name in LINKS)
    lines = []
    for name, (one, other) in LINKS.items():
        (x0, y0), (x1, y1) = _place(one), _place(other)
        width = 1 + 7 * abs(float(result.rows[0, PARAMETERS.index(name)])) / largest
        lines.append(
            f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="{back}" stroke-width="{width:.1f}" '
            f'stroke-opacity="0.75"/>'
        )
    (x0, y0), (x1, y1) = _place("y"), _place("L")
    lines.append(
        f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="{back}" stroke-width="8" stroke-opacity="0.75"/>'
    )
    values = {"x1": result.config.x1, "x2": result.config.x2, "h1": result.a[0, 0], "h2": result.a[0, 1]}
    values |= {"y": result.a[0, 2], "L": result.loss[0]}
    nodes = []
    for name, value in values.items():
        x, y = _place(name)
        nodes.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="18" fill="{palette.background}" stroke="{palette.ink}"/>'
            f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-family="{theme.FONT}" font-size="12" '
            f'font-weight="600" fill="{palette.ink}">{said(round(float(value), 2))}</text>'
        )
    return _svg(ground, *lines, *nodes)


def _place(name: str) -> tuple[float, float]:
    x, y = NODES[name]
    return 14 + x * (WIDTH - 28), HEIGHT * (1.06 - 1.12 * y)
