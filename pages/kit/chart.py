"""Plotly charts of stored results, made and packed once: Plotly takes 20 ms a chart, on every run of a page.

A visitor's first chart waits until it is looked at: Plotly's scripts are larger than all else on a page, and what
stands above the fold would wait for them. Once they are there, charts are drawn at once.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.figures.picture import Picture

Name = tuple[str | bool, ...]
Make = Callable[[], Picture]

_SEEN = "kit.chart.seen"
_HEIGHT = 300  # pixels; about a chart's own, so that little jumps when it comes
_WAITING = """
export default function ({ parentElement, setTriggerValue }) {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    setTriggerValue("seen", true);
  });
  watcher.observe(parentElement.querySelector(".waiting"));
  return () => watcher.disconnect();
}
"""

_waiting = st.components.v2.component(
    "waiting_chart",
    html='<div class="waiting" role="status">Drawing the chart</div>',
    css=f".waiting {{ height: {_HEIGHT}px; color: var(--st-gray-text-color); font-family: var(--st-font); }}",
    js=_WAITING,
)


def chart(name: Name, make: Make) -> None:
    """Draw a chart, or the place where it will be as soon as somebody looks there.

    Args:
        name: All that the chart depends on: the result's key, which figure of the result it is, the appearance.
        make: Makes it; called the first time only.
    """
    if st.session_state.get(_SEEN):
        _chart(name, make)
    else:
        _waiting(key=f"kit.chart.{name}", width="stretch", height="content", on_seen_change=_look)


def _look() -> None:
    st.session_state[_SEEN] = True


@st.cache_data(show_spinner=False, max_entries=128)
def _chart(name: Name, _make: Make) -> None:  # noqa: ARG001 - Streamlit replays the chart of a name it has seen
    picture = _make()
    st.plotly_chart(picture.figure, alt=picture.alt, width="stretch", config={"displayModeBar": False}, theme=None)
