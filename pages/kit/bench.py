"""The bench: one experiment on one screen. A slim strip of controls, and the picture beside it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

STRIP_WIDTH = 262


def bench() -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Return containers for the head (filled last, when the settings are known), the strip and the picture."""
    top = st.container(gap="small")
    with st.container(horizontal=True, key="bench", gap="medium", wrap=False):
        strip = st.container(width=STRIP_WIDTH, key="strip", gap="small")
        picture = st.container(width="stretch", key="picture")
    return top, strip, picture
