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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.figures.packing import packed
from engine.figures.theme import INK, Series

Values = np.ndarray | Sequence[float]


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
class Line:
    """A curve; not-a-number breaks it.

    Attributes:
        x: (N,) or, framed, (F, N).
        y: Like x.
        style: Colour, dash and width.
        label: Written at its right end in its colour.
        emphasis: 1 is normal; 2 strong, with a casing; below 1 the line's opacity (a crowd of seeds at 0.35).
        reveal: (N,) first frame of each point, rising; the part to come is drawn at 22 % opacity if `ghost`.
        ghost: Whether the part to come is shown at all.
        framed: Whether x and y have a leading axis of frames.
        step: Whether the line goes in stairs (x first, then y), as a best-so-far does.
        hover: What the pointer reads beside the numbers, e.g. "fold 3".
    """

    x: Values
    y: Values
    style: Series = INK
    label: str = ""
    emphasis: float = 1.0
    reveal: Values | None = None
    ghost: bool = False
    framed: bool = False
    step: bool = False
    hover: str = ""
    kind: str = field(default="line", init=False)


@dataclass(frozen=True)
class Band:
    """An area between two curves, drawn behind all lines: x (N,), low (N,), high (N,); framed as in Line."""

    x: Values
    low: Values
    high: Values
    style: Series = INK
    opacity: float = 0.14
    reveal: Values | None = None
    framed: bool = False
    kind: str = field(default="band", init=False)


@dataclass(frozen=True)
class Points:
    """Markers.

    Attributes:
        x: (N,) or, framed, (F, N); not-a-number draws none.
        y: Like x.
        style: Colour and marker of all, unless `styles` is given.
        styles: Several looks.
        style_of: (N,) which of them each point has.
        size: Radius in pixels, one or (N,).
        opacity: 0 … 1.
        hollow: Whether the markers are open.
        hover: One text a point, shown at the pointer and read aloud; or empty.
        labels: One text a point, written beside it where there is room; or empty.
        reveal: (N,) first frame of each point.
        framed: Whether x and y have a leading axis of frames.
        name: If not empty, a click on a point sends `{"panel", "mark": name, "index", "x", "y"}` to the page.
        selected: Index of a point drawn with a ring in the accent, or −1.
    """

    x: Values
    y: Values
    style: Series = INK
    styles: tuple[Series, ...] = ()
    style_of: Values | None = None
    size: float | Values = 4.5
    opacity: float = 1.0
    hollow: bool = False
    hover: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    reveal: Values | None = None
    framed: bool = False
    name: str = ""
    selected: int = -1
    kind: str = field(default="points", init=False)


@dataclass(frozen=True)
class Segments:
    """Straight pieces: whiskers, links of a network, guides.

    Attributes:
        x0, y0, x1, y1: (N,) each; framed (F, N).
        style, styles, style_of: As in Points; the dash counts.
        width: Pixels, one or (N,).
        opacity: 0 … 1, one or (N,).
        reveal: (N,) first frame of each.
        framed: Whether the ends have a leading axis of frames.
    """

    x0: Values
    y0: Values
    x1: Values
    y1: Values
    style: Series = INK
    styles: tuple[Series, ...] = ()
    style_of: Values | None = None
    width: float | Values = 1.5
    opacity: float | Values = 1.0
    reveal: Values | None = None
    framed: bool = False
    kind: str = field(default="segments", init=False)


@dataclass(frozen=True)
class Rectangles:
    """Filled boxes: bars, histograms, blocks of rows.

    Attributes:
        x0, x1, y0, y1: (N,) each, any order of the ends; framed (F, N).
        style, styles, style_of: As in Points; the colour counts.
        opacity: 0 … 1, one or (N,).
        gap: Pixels left free at each side.
        hover: One text a box; or empty.
        labels: One text a box, written in its middle where it fits, in ink or background, whichever reads better.
        reveal: (N,) first frame of each.
        framed: Whether the ends have a leading axis of frames.
        name, selected: As in Points.
    """

    x0: Values
    x1: Values
    y0: Values
    y1: Values
    style: Series = INK
    styles: tuple[Series, ...] = ()
    style_of: Values | None = None
    opacity: float | Values = 1.0
    gap: float = 0.0
    hover: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    reveal: Values | None = None
    framed: bool = False
    name: str = ""
    selected: int = -1
    kind: str = field(default="rectangles", init=False)


@dataclass(frozen=True)
class Cells:
    """A matrix of categories: which row is in which fold.

    Attributes:
        index: int (rows, columns), which of `styles` each cell has; −1 leaves it empty. Row 0 is drawn at y0.
        styles: Looks; the colour counts.
        opacities: One a style, 0 … 1.
        x0, x1, y0, y1: Where the matrix lies.
        gap: Pixels between two rows of cells.
        hover: One text a style, e.g. "held out, class B"; or empty.
        reveal: (rows,) first frame of each row of cells; rows to come are drawn at 22 % opacity.
    """

    index: np.ndarray
    styles: tuple[Series, ...]
    opacities: tuple[float, ...]
    x0: float
    x1: float
    y0: float
    y1: float
    gap: float = 2.0
    hover: tuple[str, ...] = ()
    reveal: Values | None = None
    kind: str = field(default="cells", init=False)


@dataclass(frozen=True)
class Heat:
    """A grid of values as colour, with contour lines.

    Attributes:
        values: (rows, columns) or, framed, (F, rows, columns); row 0 lies at y0, not-a-number is left empty.
        x0, x1, y0, y1: Centres of the first and last columns and rows; between them the centres are evenly spaced on
            the screen, on a log axis by ratio. The outer cells reach half a cell beyond.
        low, high: Values that have no colour and full colour.
        style: Full colour.
        below: With it the map diverges: `low` has this colour, the middle none.
        strength: Opacity of full colour, 0 … 1.
        contours: How many contour lines, 0 for none.
        smooth: Whether values are interpolated between the centres.
        hover: What the value is, e.g. "accuracy".
        framed: Whether values has a leading axis of frames.
        key: Whether the panel's caption shows the colours with `low` and `high` at their ends.
    """

    values: np.ndarray
    x0: float
    x1: float
    y0: float
    y1: float
    low: float
    high: float
    style: Series = INK
    below: Series | None = None
    strength: float = 0.7
    contours: int = 0
    smooth: bool = True
    hover: str = ""
    framed: bool = False
    key: bool = False
    kind: str = field(default="heat", init=False)


@dataclass(frozen=True)
class Rule:
    """A straight line through the whole panel, or a shaded strip across it.

    Attributes:
        axis: "x" for a vertical one at x = `at`, "y" for a horizontal one.
        at: Where, a number or, framed, (F,).
        to: If given, the strip from `at` to `to` is shaded instead.
        style: Colour and dash.
        label: Written at its end: above the plot, or at the right among the lines' labels.
        opacity: Of the line, or of the strip.
        framed: Whether `at` and `to` have one entry a frame.
    """

    axis: str
    at: float | Values
    to: float | Values | None = None
    style: Series = INK
    label: str = ""
    opacity: float = 1.0
    framed: bool = False
    kind: str = field(default="rule", init=False)


@dataclass(frozen=True)
class Texts:
    """Words at places.

    Attributes:
        x, y: (N,).
        text: One a place; framed: one tuple a frame.
        style: Colour.
        align: "left", "center" or "right" of the place.
        size: Pixels.
        bold: Whether in 600.
        reveal: (N,) first frame of each.
        framed: Whether `text` has one tuple a frame.
    """

    x: Values
    y: Values
    text: tuple[Any, ...]
    style: Series = INK
    align: str = "center"
    size: float = 13.0
    bold: bool = False
    reveal: Values | None = None
    framed: bool = False
    kind: str = field(default="texts", init=False)


Mark = Line | Band | Points | Segments | Rectangles | Cells | Heat | Rule | Texts


@dataclass(frozen=True)
class Panel:
    """One picture with axes.

    Attributes:
        name: Its id on the board, also in what a click sends.
        title: Caption at the left, at most four words.
        x, y: The axes; None for a drawing without axes on 0 … 1 by 0 … 1, y upwards.
        marks: Drawn in this order (bands and heats first, whatever the order).
        note: Caption at the right, muted: the unit or the scale.
        alt: What it shows, in one sentence with its numbers, for who cannot see it.
        row, column, rows, columns: Where it lies in the board's grid.
        pick: Whether a click anywhere sends `{"panel", "mark": "", "index": -1, "x", "y"}` to the page.
        labels: Pixels kept free at the right for the lines' labels; 0 for none.
        link: Panels with the same link share the pointer's x (a guide line in each).
        square: Whether both axes have one scale; the plot then keeps to the left and the top.
        high: Height on a phone, in pixels.
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
        running: Whether more is coming: then the playhead follows the last frame.
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
