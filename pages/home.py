"""The home page: a gallery of all concepts, by chapter, each with a picture of its real result."""

from __future__ import annotations

import streamlit as st

from pages.catalogue import CHAPTERS
from pages.kit.gallery import chapter_row, matches

CARDS_IN_A_ROW = 4

concepts = [concept for chapter in CHAPTERS for concept in chapter.concepts]
with st.container(horizontal=True, vertical_alignment="center", key="head", gap="medium"):
    st.title("Deep Learning Playground", width="content", anchor=False)
    st.markdown(":gray[Predict, press play, and see why. Everything runs on this machine.]", width="stretch")
    wanted = st.text_input(
        "Find a concept",
        placeholder="Find a concept",
        icon=":material/search:",
        label_visibility="collapsed",
        width=240,
        key="find",
        bind="query-params",
        max_chars=40,
    )

found = [(number, chapter) for number, chapter in enumerate(CHAPTERS, 1) if matches(chapter, wanted)]
for number, chapter in found:
    chapter_row(number, chapter, wanted, CARDS_IN_A_ROW)
if not found:
    st.info(
        f"No concept matches “{wanted}”. Clear the search to see all {len(concepts)}.", icon=":material/search_off:"
    )
