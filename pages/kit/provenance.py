"""The quiet line that says where a picture's numbers come from."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.runs.service import Provenance
from pages.kit import run_view
from pages.kit.run_view import Shown
from pages.kit.text import number

_SOURCES = {"shipped": "shipped", "cached": "from the cache", "computed": "just computed"}
_NAMES = {
    "keras": "Keras",
    "tensorflow": "TensorFlow",
    "tensorflow-cpu": "TensorFlow",
    "numpy": "NumPy",
    "python": "Python",
}


def provenance_line(provenance: Provenance, facts: Sequence[str]) -> None:
    """Draw device, facts such as the seed, seconds, source and versions in caption size."""
    versions = ", ".join(f"{_NAMES.get(name, name)} {version}" for name, version in provenance.versions.items())
    seconds = number(provenance.seconds)
    parts = [*facts, f"{provenance.device} · {seconds} s · {_SOURCES[provenance.source]}", versions]
    st.caption("  \n".join(part for part in parts if part))


def foot(name: str, shown: Shown, *facts: str) -> None:
    """Draw where a picture's numbers come from; while its run goes on they come from right now.

    Args:
        name: The run's name on this page.
        shown: What the picture shows.
        facts: What else is to be said first, the seed for one.
    """
    if run_view.is_running(name):
        st.caption("Training now, on a worker of this server")
    else:
        provenance_line(shown.entry.provenance, facts)
