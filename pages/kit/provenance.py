"""The quiet line that says where a picture's numbers come from."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.runs.service import Provenance

_SOURCES = {"shipped": "shipped with the app", "cached": "from the cache", "computed": "just computed"}


def provenance_line(provenance: Provenance, facts: Sequence[str]) -> None:
    """Draw device, facts such as the seed, seconds, source and versions in caption size."""
    versions = ", ".join(f"{package} {version}" for package, version in provenance.versions.items())
    parts = [*facts, f"{provenance.device} · {provenance.seconds:.2g} s · {_SOURCES[provenance.source]}", versions]
    st.caption("  \n".join(part for part in parts if part))
