"""A network drawn as columns of neurons, with the links between those that are shown.

What the learner should see: what four numbers make: how wide it begins, how fast it narrows, how deep it gets.
"""

from __future__ import annotations

import numpy as np

from engine.figures.board import Panel, Points, Segments, Texts
from engine.figures.theme import INK, MUTED, SERIES, Series
from engine.hyperparameters.experiment import Result
from engine.tuning.network import MOST_NEURONS, table

MOST_SHOWN = 11  # neurons of one layer; a wider one ends in dots
HIDDEN = Series(SERIES["adagrad"].light, SERIES["adagrad"].dark)
TOP, BOTTOM = 0.98, 0.18


def shown_neurons(units: int, most: int = MOST_NEURONS) -> int:
    """Return how many neurons of a layer are drawn: all of a small one, more for a wider one, at most MOST_SHOWN."""
    if units <= 3:
        return units
    return min(units, 3 + round((MOST_SHOWN - 3) * (units - 3) / max(most - 3, 1)))


def network_panel(layers: tuple[int, ...], result: Result, row: int, column: int) -> Panel:
    """Return the panel of a network with these hidden layers.

    Args:
        layers: Units of each hidden layer.
        result: Says how many inputs and outputs there are.
        row: Of the board.
        column: Of the board.
    """
    rows = table(result.config.dataset, result.config.upload)
    inputs, outputs = rows.x.shape[1], rows.classes if rows.classes > 2 else 1
    widths = (inputs, *layers, outputs)
    drawn = [shown_neurons(units, max(MOST_NEURONS, inputs)) for units in widths]
    across = np.linspace(0.07, 0.93, len(widths))
    middle = (TOP + BOTTOM) / 2
    gap = (TOP - BOTTOM) / (MOST_SHOWN - 1)
    heights = [middle + gap * (np.arange(count) - (count - 1) / 2) for count in drawn]
    ends = [
        (across[place], low, across[place + 1], high)
        for place in range(len(widths) - 1)
        for low in heights[place]
        for high in heights[place + 1]
    ]
    x0, y0, x1, y1 = np.array(ends).T
    x = np.repeat(across, drawn)
    hidden = np.repeat([0, *[1] * len(layers), 0], drawn)
    return Panel(
        "network",
        "Your network",
        None,
        None,
        (
            Segments(x0, y0, x1, y1, MUTED, width=0.7, opacity=0.28),
            Points(x, np.concatenate(heights), styles=(MUTED, HIDDEN), style_of=hidden, size=3.6),
            Texts(across, np.full(len(widths), 0.06), tuple(str(units) for units in widths), INK, size=13),
        ),
        note=f"{len(layers)} {'layer' if len(layers) == 1 else 'layers'}",
        alt=f"{inputs} inputs, hidden layers of {', '.join(map(str, layers))}, {outputs} outputs.",
        row=row,
        column=column,
        high=200,
    )
