"""The picture of transfer learning: two trainings on cars, moment by moment, on the same seeds."""

from __future__ import annotations

import numpy as np

from engine.figures.board import Axis, Band, Board, Image, Line, Panel, Readout, Rule
from engine.figures.board_marks import Mark
from engine.figures.packing import webp_address
from engine.figures.theme import ACCENT, CATEGORICAL
from engine.style_generator.experiment import Transfer, piece

SHEET_COLUMNS, SHEET_ROWS = 6, 4
TRANSFERRED, FRESH_START = CATEGORICAL[0], CATEGORICAL[4]


def transfer(found: Transfer, revision: str) -> Board:
    """Return both trainings on cars, moment by moment, on the same seeds."""
    count = len(found.steps)
    kinds = (("From faces", TRANSFERRED), ("From scratch", FRESH_START))
    panels: list[Panel | Readout] = []
    for column, (title, _) in enumerate(kinds):
        sheets = tuple(webp_address(piece(found.sheets, found.size, column * count + place)) for place in range(count))
        panels.append(
            Panel(
                f"cars{column}",
                title,
                Axis(0, SHEET_COLUMNS, ticks=()),
                Axis(SHEET_ROWS, 0, ticks=()),
                (Image(sheets, 0, SHEET_COLUMNS, 0, SHEET_ROWS, framed=True),),
                note="same seeds",
                alt=f"{SHEET_COLUMNS * SHEET_ROWS} pictures of the training {title.lower()}; kernel distance at the "
                f"end {found.quality[column, -1]:.2f}.",
                column=column,
                square=True,
                high=240,
            )
        )
    reveal = np.arange(count)
    marks: list[Mark] = [Rule("x", found.steps.astype(float), style=ACCENT, framed=True)]
    for column, (title, style) in enumerate(kinds):
        mean, spread = found.quality[column], found.spread[column]
        marks.append(Band(found.steps, np.maximum(mean - spread, 0.01), mean + spread, style, reveal=reveal))
        marks.append(Line(found.steps, mean, style, label=title.lower(), reveal=reveal, ghost=True))
    low = float(max(0.02, (found.quality - found.spread).min()))
    panels.append(
        Panel(
            "quality",
            "Kernel distance",
            Axis(0, float(found.steps[-1]), "step"),
            Axis(0.9 * low, float(1.1 * (found.quality + found.spread).max()), log=True),
            tuple(marks),
            note="to cars that neither has seen, log",
            alt=f"Kernel distance to cars; at the end {found.quality[0, -1]:.2f} from faces and "
            f"{found.quality[1, -1]:.2f} from scratch.",
            row=1,
            labels=92,
        )
    )
    panels.append(
        Panel(
            "real",
            "Drawn cars",
            Axis(0, SHEET_COLUMNS, ticks=()),
            Axis(SHEET_ROWS, 0, ticks=()),
            (Image((webp_address(piece(found.sheets, found.size, 2 * count)),), 0, SHEET_COLUMNS, 0, SHEET_ROWS),),
            note="of the 600 both learn from",
            alt=f"{SHEET_COLUMNS * SHEET_ROWS} of the 600 drawn cars.",
            row=1,
            column=1,
            square=True,
            high=240,
        )
    )
    rows = tuple(
        (
            ("step", f"{found.steps[place]}", ""),
            ("", "faces", "scratch"),
            ("kernel distance", f"{found.quality[0, place]:.2f}", f"{found.quality[1, place]:.2f}"),
            ("± over subsets", f"{found.spread[0, place]:.2f}", f"{found.spread[1, place]:.2f}"),
            ("augmented", f"{100 * found.share[0, place]:.0f} %", f"{100 * found.share[1, place]:.0f} %"),
        )
        for place in range(count)
    )
    panels.append(Readout("numbers", "Both trainings", rows, column=2, rows=2, framed=True))
    return Board(
        tuple(panels),
        columns=(1.06, 1, 0.62),
        rows=(1, 1),
        frames=count,
        unit="moment",
        first_frame=0,
        revision=revision,
    )
