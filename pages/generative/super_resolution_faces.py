"""A sharp face is no evidence: a short word on deepfakes, with an example of our own networks."""

from __future__ import annotations

import numpy as np
import streamlit as st
from PIL import Image

from engine.runs.service import executor
from engine.super_resolution.experiment import LABELS, Config, enlargements, pair
from engine.super_resolution.network import ADVERSARIAL, PIXEL

TEXT = """
A deepfake is a picture, a voice or a film of somebody made by networks like these: an encoder and two decoders that
swap one face for another, a generator trained against a critic, today mostly diffusion models. They do what the
enlarger does. They paint what is likely. Above, nobody lied: the network was asked for a sharp face, and made one.

**So a sharp face proves nothing.** An enlarged face from a camera is not a witness: people have been arrested after a
poor picture was matched to the wrong person. Ask where a picture comes from, look for the earliest copy, compare
sources, and doubt most what you would like to believe. Eyes, teeth, ears, hair edges and backgrounds give some fakes
away, but fewer every year. Never make one of somebody who did not agree.
"""
FACE = (192, 60, 96)  # left, top and side of the astronaut's face
EXAMPLE = Config(photograph="astronaut")


def no_evidence() -> None:
    """Draw the example and the text."""
    st.subheader("A sharp face is no evidence", anchor=False)
    entry = executor().find(EXAMPLE)
    if entry is not None:
        small, truth = pair(EXAMPLE)
        pictures = enlargements(entry.result, small)
        richest = ADVERSARIAL if ADVERSARIAL in pictures else PIXEL
        shown = {
            "What the camera kept": pictures["nearest"],
            f"What the network made ({LABELS[richest].lower()})": pictures[richest],
        }
        if truth is not None:
            shown["Who it was"] = truth
        for column, (label, pixels) in zip(st.columns(len(shown)), shown.items(), strict=True):
            column.image(_cut(pixels), caption=label, width="stretch", alt=f"{label}: a face cut from a photograph")
    st.markdown(TEXT)


def _cut(pixels: np.ndarray) -> np.ndarray:
    left, top, side = FACE
    face = Image.fromarray(pixels[top : top + side, left : left + side])
    return np.asarray(face.resize((3 * side, 3 * side), Image.Resampling.NEAREST))
