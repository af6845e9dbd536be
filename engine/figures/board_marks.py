"""The marks a panel of the board is drawn from: lines, bands, points, boxes, matrices, maps, pictures, rules, words.

What the learner should see of them is said in `engine/figures/board.py`, from where they are imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.figures.theme import INK, Series

Values = np.ndarray | Sequence[float]


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
class Image:
    """A coloured picture: a photograph under its boxes, a drawn face.

    Attributes:
        pictures: One address (see `engine.figures.packing.picture_address`); framed: one a frame.
        x0, x1, y0, y1: Where its left, right, top and bottom edges lie.
        opacity: 0 … 1.
        smooth: Whether enlarged pixels melt into each other; False keeps each a crisp square.
        framed: Whether there is one picture a frame.
    """

    pictures: tuple[str, ...]
    x0: float
    x1: float
    y0: float
    y1: float
    opacity: float = 1.0
    smooth: bool = True
    framed: bool = False
    kind: str = field(default="image", init=False)


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


Mark = Line | Band | Points | Segments | Rectangles | Cells | Heat | Image | Rule | Texts
