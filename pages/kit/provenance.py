"""The quiet line that says where a picture's numbers come from."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.runs.service import Provenance
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
