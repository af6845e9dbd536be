"""Runs on every visit: page settings, navigation by chapters, then the page that was asked for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.catalogue import CHAPTERS
from pages.kit.look import apply_look

BRAND = Path(__file__).parent.parent / "assets" / "brand"

st.set_page_config(page_title="Deep Learning Playground", page_icon=str(BRAND / "icon.png"), layout="wide")
apply_look()
st.logo(str(BRAND / "logo.svg"), size="large")

sections = {"": [st.Page("home.py", title="All concepts", default=True)]}
for chapter in CHAPTERS:
    sections[chapter.title] = [
        st.Page(concept.file, title=concept.title, url_path=concept.address) for concept in chapter.concepts
    ]
st.navigation(sections, position="top").run()
