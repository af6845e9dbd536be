"""Plotly charts of stored results, made and packed once: Plotly takes 20 ms a chart, on every run of a page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.figures.picture import Picture

Name = tuple[str | bool, ...]
Make = Callable[[], Picture]


def chart(name: Name, make: Make) -> None:
    """Draw a chart.

    Args:
        name: All that the chart depends on: the result's key, which figure of the result it is, the appearance.
        make: Makes it; called the first time only.
    """
    _chart(name, make)


@st.cache_data(show_spinner=False, max_entries=128)
def _chart(name: Name, _make: Make) -> None:  # noqa: ARG001 - Streamlit replays the chart of a name it has seen
    picture = _make()
    st.plotly_chart(picture.figure, alt=picture.alt, width="stretch", config={"displayModeBar": False}, theme=None)
