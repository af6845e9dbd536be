"""What a figure function returns: the chart, and the sentence for who cannot see it."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go


@dataclass(frozen=True)
class Picture:
    """A chart and the sentence that stands for it where it cannot be seen."""

    figure: go.Figure
    alt: str
