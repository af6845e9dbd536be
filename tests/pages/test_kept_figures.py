"""A kept figure is made once for each name, and not more than the limit are held."""

from __future__ import annotations

import plotly.graph_objects as go

from pages.kit import kept_figures
from pages.kit.kept_figures import kept_figure


def test_a_figure_is_made_once_for_each_name() -> None:
    first = kept_figure(("key", "light"), go.Figure)
    assert kept_figure(("key", "light"), go.Figure) is first
    assert kept_figure(("key", "dark"), go.Figure) is not first


def test_the_oldest_unused_goes_first() -> None:
    kept = kept_figure("used", go.Figure)
    for number in range(kept_figures._MOST - 1):
        kept_figure(number, go.Figure)
    assert kept_figure("used", go.Figure) is kept
    again = kept_figure(0, go.Figure)
    kept_figure("one more", go.Figure)
    assert kept_figure("used", go.Figure) is kept
    assert kept_figure(0, go.Figure) is again
    assert len(kept_figures._kept) == kept_figures._MOST
