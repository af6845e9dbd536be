"""The home page's rows: a chapter's name, and its concepts as cards with pictures of real results."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from engine.figures import cards
from pages.catalogue import Chapter, Concept
from pages.kit.look import is_dark


def matches(chapter: Chapter, wanted: str) -> tuple[Concept, ...]:
    """Return the concepts of a chapter whose title, line or chapter name holds every word that is looked for."""
    words = wanted.lower().split()
    return tuple(
        concept
        for concept in chapter.concepts
        if all(word in f"{concept.title} {concept.line} {chapter.title}".lower() for word in words)
    )


def chapter_row(number: int, chapter: Chapter, wanted: str, cards_in_a_row: int) -> None:
    """Draw one chapter: its name at the left, its cards in rows of `cards_in_a_row`."""
    with st.container(key=f"chapter-{number}"):
        name, gallery = st.columns([1, 6.2], gap="medium")
        with name:
            st.markdown(f"**{number}\u2002{chapter.title}**")
            st.caption(chapter.line)
        concepts = matches(chapter, wanted)
        with gallery:
            for first in range(0, len(concepts), cards_in_a_row):
                columns = st.columns(cards_in_a_row, gap="medium")
                for column, concept in zip(columns, concepts[first : first + cards_in_a_row], strict=False):
                    with column:
                        _card(concept)


def _card(concept: Concept) -> None:
    with st.container(key=f"card-{concept.address}", gap="xsmall"):
        st.image(_picture(concept.address, is_dark()), alt=f"A result of the page {concept.title}", width="stretch")
        st.page_link(concept.file, label=f"**{concept.title}**")
        st.caption(concept.line)


@lru_cache(maxsize=128)
def _picture(address: str, dark: bool) -> str:
    """Drawn once a process: the shipped results do not change while it runs."""
    return cards.CARDS[address](dark)
