"""The one place where colours, dashes, markers and chart styling are decided.

Okabe–Ito hues, adjusted so that every series has at least 4:1 contrast on its page; colour is never alone:
each series has its own dash and marker, and keeps all three on every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FONT = "IBM Plex Sans, sans-serif"


@dataclass(frozen=True)
class Palette:
    """Page colours of one appearance, as in `.streamlit/config.toml` (a test keeps the two equal)."""

    background: str
    panel: str
    ink: str
    muted: str
    border: str
    accent: str
    positive: str
    negative: str
    bands: tuple[str, ...]


LIGHT = Palette(
    "#FFFFFF",
    "#F4F6F8",
    "#12161C",
    "#55606E",
    "#DCE1E7",
    "#0067A8",
    "#0072B2",
    "#D98300",
    ("#F7F9FB", "#EAEEF2", "#DFE5EB", "#D3DAE2"),
)
DARK = Palette(
    "#0D1117",
    "#161B22",
    "#E8ECF1",
    "#9AA7B5",
    "#2A323C",
    "#2F8FD6",
    "#4A9BDA",
    "#F0A530",
    ("#141A21", "#1A212A", "#212A34", "#28323E"),
)


@dataclass(frozen=True)
class Series:
    """How one series looks: colour in either appearance, dash pattern in pixels, marker, line width."""

    light: str
    dark: str
    dash: tuple[float, ...] = ()
    marker: str = "disc"
    width: float = 2.0

    def color(self, dark: bool) -> str:
        """Return the colour for the dark or the light appearance."""
        return self.dark if dark else self.light

    def plotly_line(self, dark: bool) -> dict[str, Any]:
        """Return Plotly's `line` dictionary."""
        dash = ",".join(f"{length:g}px" for length in self.dash) or "solid"
        return {"color": self.color(dark), "dash": dash, "width": self.width}


SERIES = {
    "gradient_descent": Series("#5B6675", "#A3B0BF", (1.5, 3), "ring"),
    "sgd": Series("#12161C", "#E8ECF1", (), "disc"),
    "momentum": Series("#1F84C6", "#66BDF2", (7, 4), "square"),
    "nesterov": Series("#4B5BC4", "#9AA5F5", (7, 3, 2, 3), "square_open"),
    "adagrad": Series("#AD4F87", "#DE93BF", (2, 3.5), "triangle_up"),
    "rmsprop": Series("#008059", "#22C398", (10, 3, 2, 3), "diamond"),
    "adadelta": Series("#B07000", "#F0B02E", (4, 3), "triangle_down"),
    "adam": Series("#D05500", "#FF8A3D", (), "star", 2.4),
    "adamw": Series("#94400B", "#FFB68C", (5, 3), "star_open"),
    "nadam": Series("#C0304A", "#FF8098", (9, 4), "cross"),
    "adamax": Series("#75620A", "#D9C65C", (3, 2), "hexagon"),
    "lion": Series("#007A85", "#3CCFDB", (12, 4), "pentagon"),
}
INK = Series(LIGHT.ink, DARK.ink)
MUTED = Series(LIGHT.muted, DARK.muted)
ACCENT = Series(LIGHT.accent, DARK.accent)
POSITIVE = Series(LIGHT.positive, DARK.positive)
NEGATIVE = Series(LIGHT.negative, DARK.negative, (6, 3), "square")
TRAINING = Series(LIGHT.ink, DARK.ink, (), "disc")
VALIDATION = Series("#B07000", "#F0B02E", (6, 3), "ring")
CATEGORICAL = tuple(
    SERIES[name]
    for name in ("momentum", "adadelta", "rmsprop", "adagrad", "adam", "lion", "nesterov", "nadam", "adamax", "sgd")
)

_PLOTLY_MARKERS = {
    "disc": "circle",
    "ring": "circle-open",
    "square": "square",
    "square_open": "square-open",
    "triangle_up": "triangle-up",
    "triangle_down": "triangle-down",
    "diamond": "diamond",
    "star": "star",
    "star_open": "star-open",
    "cross": "x",
    "hexagon": "hexagon",
    "pentagon": "pentagon",
}


def plotly_marker(series: Series, dark: bool, size: float = 8) -> dict[str, Any]:
    """Return Plotly's `marker` dictionary of a series."""
    return {"symbol": _PLOTLY_MARKERS[series.marker], "color": series.color(dark), "size": size}


def plotly_layout(dark: bool, height: int = 260, **overrides: Any) -> dict[str, Any]:
    """Return the layout every Plotly figure starts from: no title, no legend, hairline grid, Plex digits."""
    palette = DARK if dark else LIGHT
    axis = {
        "gridcolor": palette.border,
        "gridwidth": 1,
        "zeroline": False,
        "linecolor": palette.border,
        "ticks": "outside",
        "tickcolor": palette.border,
        "tickfont": {"size": 13, "color": palette.muted},
        "title": {"font": {"size": 14}, "standoff": 6},
        "automargin": True,
    }
    layout = {
        "height": height,
        "margin": {"l": 44, "r": 16, "t": 12, "b": 36},
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "separators": ".\u2009",
        "font": {"family": FONT, "size": 14, "color": palette.ink},
        "hoverlabel": {"font": {"family": FONT, "size": 13}},
        "xaxis": dict(axis),
        "yaxis": dict(axis),
        "dragmode": False,
    }
    layout.update(overrides)
    return layout
