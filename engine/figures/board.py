"""The board: a picture of several panels on the stage, put together from a few kinds of marks.

What the learner should see: everything of one experiment on one screen (fold blocks beside their scores, a Gaussian
process above its acquisition), drawn in one hand: direct labels instead of legends, hairlines, one accent. The browser
draws, plays, scrubs and answers the pointer; a figure function only says what there is. Redrawing with new data keeps
the canvas, so a run can stream into it without a flicker.

Time: a board has F frames (folds, splits, trials, steps). A mark whose `reveal` is given shows item i from frame
`reveal[i]` on; a mark with `framed=True` has arrays with a leading axis F and shows one entry a frame; every other mark
is always there. A board with one frame has no transport bar.

Colours are always a `theme.Series`, which knows both appearances; several styles in one mark are given by `styles` and
`style_of`.

In a framed mark whatever has one entry an item (`style_of`, `size`, `width`, `opacity`, `hover`, `labels`) may have a
leading axis of frames too, and `x` may go without one when it is the same in every frame.

Neighbours line up: panels of one row share the margins above and below the plot, panels of one column the left and
the right one if their x axes run over the same values. So `ticks=()` leaves the numbers to the neighbour; on a
phone, where panels stand below each other, the browser gives that panel the neighbour's ticks.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.figures.board_marks import (
    Band,
    Cells,
    Heat,
    Image,
    Line,
    Mark,
    Points,
    Rectangles,
    Rule,
    Segments,
    Texts,
    Values,
)
from engine.figures.packing import packed
from engine.figures.theme import Series

__all__ = [
    "Axis",
    "Band",
    "Board",
    "Cells",
    "Heat",
    "Image",
    "Line",
    "Mark",
    "Panel",
    "Points",
    "Readout",
    "Rectangles",
    "Rule",
    "Segments",
    "Texts",
    "Values",
    "payload",
]


@dataclass(frozen=True)
class Axis:
    """One axis of a panel.

    Attributes:
        low: Where it begins; for a downward axis give low > high.
        high: Where it ends.
        label: Its name, with the unit; empty for none.
        log: Whether it is logarithmic (base 10); both ends are above 0 then.
        ticks: Own ticks as (value, text), for categories; None lets the browser choose round ones, () draws none. The
            pointer then reads the texts instead of numbers.
        grid: Whether hairlines run through the panel at the ticks.
    """

    low: float
    high: float
    label: str = ""
    log: bool = False
    ticks: tuple[tuple[float, str], ...] | None = None
    grid: bool = False


@dataclass(frozen=True)
class Panel:
    """One picture with axes.

    Attributes:
        name: Its id on the board, also in what a click sends.
        title: Caption at the left, at most four words.
        x, y: The axes; None for a drawing without axes on 0 … 1 by 0 … 1, y upwards.
        marks: Drawn in this order (images first, then bands and heats, whatever the order).
        note: Caption at the right, muted: the unit or the scale.
        alt: What it shows, in one sentence with its numbers, for who cannot see it.
        row, column, rows, columns: Where it lies in the board's grid.
        pick: Whether a click anywhere sends `{"panel", "mark": "", "index": -1, "x", "y"}` to the page.
        labels: Pixels kept free at the right for the lines' labels; 0 for none.
        link: Panels with the same link share the pointer's x (a guide line in each).
        square: Whether both axes have one scale; the plot then keeps to the left and the top.
        high: Height on a phone, in pixels.
        designed: Width and height in pixels that the sizes of texts and points are for: in a larger one they grow, in
            a smaller one they shrink, and the drawing keeps its look. 0 leaves that side out; (0, 0) keeps sizes.
    """

    name: str
    title: str
    x: Axis | None
    y: Axis | None
    marks: tuple[Mark, ...]
    note: str = ""
    alt: str = ""
    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1
    pick: bool = False
    labels: float = 0.0
    link: str = ""
    square: bool = False
    high: int = 260
    designed: tuple[float, float] = (0, 0)
    kind: str = field(default="panel", init=False)


@dataclass(frozen=True)
class Readout:
    """Rows of numbers beside the pictures.

    Attributes:
        name, title, note, row, column, rows, columns: As in Panel.
        lines: One tuple (label, value) a row, or (label, value, value, …); framed: one such tuple of rows a frame.
        styles: One a row, drawn as a sample before the label; or empty.
        strong: Indices of the rows that are set in bold.
        framed: Whether `lines` has one entry a frame.
    """

    name: str
    title: str
    lines: tuple[Any, ...]
    note: str = ""
    styles: tuple[Series | None, ...] = ()
    strong: tuple[int, ...] = ()
    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1
    framed: bool = False
    kind: str = field(default="readout", init=False)


@dataclass(frozen=True)
class Board:
    """Panels in a grid, and the frames they play through.

    Attributes:
        panels: Panels and read-outs.
        columns: Relative widths of the grid's columns.
        rows: Relative heights of its rows.
        frames: F, 1 or more.
        unit: What a frame is, e.g. "fold"; stands at the transport bar.
        first_frame: Number shown for frame 0 there.
        events: (frame, style) ticks above the scrub track.
        revision: Changes with the content: the same revision keeps the playhead, a new one puts it at the last frame.
        running: Whether more is coming: then the playhead follows the last frame, unless a person stepped back.
    """

    panels: tuple[Panel | Readout, ...]
    columns: tuple[float, ...] = (1.0,)
    rows: tuple[float, ...] = (1.0,)
    frames: int = 1
    unit: str = "step"
    first_frame: int = 1
    events: tuple[tuple[int, Series], ...] = ()
    revision: str = ""
    running: bool = False
    kind: str = field(default="board", init=False)


_NUMBERS = frozenset(
    ("x", "y", "low", "high", "x0", "x1", "y0", "y1", "values", "at", "to", "size", "width", "opacity")
)
_WHOLE = frozenset(("reveal", "style_of", "index"))


def payload(board: Board) -> Mapping[str, Any]:
    """Return what the stage takes: the board as JSON, its arrays packed as little-endian bytes.

    Raises:
        ValueError: If two panels have one name, or there is no frame.
    """
    names = [panel.name for panel in board.panels]
    if len(set(names)) < len(names):
        raise ValueError(f"Each panel needs a name of its own, not {names}.")
    if board.frames < 1:
        raise ValueError("A board has at least one frame.")
    return _plain("", board)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, np.ndarray) or (name in _WHOLE and value is not None):
        return packed(value, "int32" if name in _WHOLE else "float32")
    if isinstance(value, Series):
        return {
            "light": value.light,
            "dark": value.dark,
            "dash": list(value.dash),
            "marker": value.marker,
            "width": value.width,
        }
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        if name in _NUMBERS and not isinstance(value, str):
            return packed(value, "float32")
        return [_plain("", entry) for entry in value]
    if isinstance(value, np.generic):
        value = value.item()
    # JSON has no word for what is not a number; the stage draws nothing there.
    return None if isinstance(value, float) and not math.isfinite(value) else value
