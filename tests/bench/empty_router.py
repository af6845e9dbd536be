"""The app's frame, with the empty page in it: what `pages/router.py` does, and one page more."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.catalogue import CHAPTERS
from pages.kit.look import apply_look

TOP = Path(__file__).parents[2]
BRAND = TOP / "assets" / "brand"

st.set_page_config(page_title="Empty", page_icon=str(BRAND / "icon.png"), layout="wide")
apply_look()
st.logo(str(BRAND / "logo.svg"), size="large")
sections = {"": [st.Page("empty.py", title="Empty", default=True)]}
for chapter in CHAPTERS:
    sections[chapter.title] = [
        st.Page(TOP / "pages" / concept.file, title=concept.title, url_path=concept.address)
        for concept in chapter.concepts
    ]
st.navigation(sections, position="top").run()
