"""The ensemble's card: test rows that somebody gets wrong, member by member, and below them the blend."""

from __future__ import annotations

from engine.ensembles.blend import combine
from engine.ensembles.experiment import View
from engine.figures import theme
from engine.figures.cards import HEIGHT, WIDTH, _svg
from engine.figures.ensembles import FAMILIES, order
from engine.figures.ensembles_panels import sorted_errors
from engine.runs.store import store

SIDE, ABOVE, GAP = 12.0, 10.0, 5.0  # pixels left free


def ensembles_card(dark: bool) -> str:
    """Draw the default ensemble's first split: a column a test row that is wrong somewhere, in each member's colour."""
    palette = theme.DARK if dark else theme.LIGHT
    view = View()
    entry = store().find(view.run_config())
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>'
    if entry is None:
        return _svg(ground)
    blended = combine(entry.result, view.members, view.strength, view.leak)
    positions = order(blended)
    wrong = sorted_errors(blended, positions)[0]
    names = ["", *(blended.result.members[position] for position in positions)]
    high = (HEIGHT - 2 * ABOVE - GAP) / len(wrong)
    wide = (WIDTH - 2 * SIDE) / max(1, wrong.shape[1])
    boxes = []
    for row, (name, cells) in enumerate(zip(names, wrong, strict=True)):
        color = FAMILIES[name].color(dark) if name else palette.ink
        top = ABOVE + row * high + (GAP if row else 0.0)
        boxes += [
            f'<rect x="{SIDE + column * wide:.1f}" y="{top:.1f}" width="{wide - 1:.1f}" height="{high - 1.5:.1f}" '
            f'fill="{color}" opacity="{0.85 if cell else 0.08}"/>'
            for column, cell in enumerate(cells)
        ]
    return _svg(ground, *boxes)
