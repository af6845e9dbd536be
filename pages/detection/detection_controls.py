"""The detection page's controls: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.detection import experiment
from engine.detection.experiment import LABELS
from engine.detection.view import View, truth_text, without_truth
from pages.kit import controls, picture_upload

FIELDS = controls.fields(View)
TRUTH, _PENDING = "truth", "detection.truth"


def widget_values(view: View) -> Mapping[str, Any]:
    """Return the value of every control for a view."""
    return {name: getattr(view, name) for name in FIELDS if name != "upload"}


def settings() -> View:
    """Draw the controls and return the view they describe."""
    if _PENDING in st.session_state:
        st.session_state[TRUTH] = st.session_state.pop(_PENDING)
    values: dict[str, Any] = {}
    values |= picture_upload.photograph(
        FIELDS, experiment.keep, help="Shipped photographs, or your own: from a file or the camera."
    )
    values["detector"] = controls.select(
        FIELDS["detector"],
        "Detector",
        format=lambda name: LABELS[name],
        help="NanoDet knows 80 kinds of things; the tiny face detector knows one. Both are real, trained by others.",
    )
    values["score"] = controls.number(
        FIELDS["score"], "Score from", help="Boxes the network is less sure of are not shown. It has run already."
    )
    values["overlap"] = controls.number(
        FIELDS["overlap"],
        "Overlap up to (IoU)",
        step=0.05,
        help="Two boxes of a class that overlap more than this are taken for the same thing: the better one stays.",
    )
    names = experiment.classes(values["detector"])
    values["only"] = tuple(
        name
        for name in controls.several(
            FIELDS["only"], "Only these", placeholder="all classes", help="Classes to show. None chosen: all of them."
        )
        if name in names
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more()
    return controls.checked(View, values)


def _more() -> dict[str, Any]:
    values: dict[str, Any] = {}
    values["agnostic"] = controls.toggle(
        FIELDS["agnostic"],
        "Classes compete",
        help="On: a box may be dropped by one of another class, so each place has one name.",
    )
    values["top"] = controls.integer(FIELDS["top"], "At most", help="How many boxes may stay, the best first.")
    values["size"] = controls.segments(
        FIELDS["size"],
        "Input size",
        help="Side of the square that the network looks at, in pixels. Larger finds smaller things and takes longer.",
    )
    values["right_from"] = controls.number(
        FIELDS["right_from"],
        "Right from (IoU)",
        step=0.05,
        help="How much a found box must overlap a true box of its class to count as right.",
    )
    values["truth"] = controls.text(
        FIELDS["truth"],
        "True boxes",
        placeholder="cat 404 4 768 294; cup 97 316 290 538",
        help="Class, left, top, right, bottom in pixels. Or draw them on the picture.",
    )
    return values


def add_truth(name: str, box: tuple[float, float, float, float]) -> None:
    """Put one more true box on its control when the page runs next; call from the stage's callback."""
    st.session_state[_PENDING] = truth_text(name, box, st.session_state.get(TRUTH) or "")


def remove_truth(number: int) -> None:
    """Take a true box off its control when the page runs next; call from the stage's callback."""
    st.session_state[_PENDING] = without_truth(st.session_state.get(TRUTH) or "", number)


def is_waiting() -> bool:
    """Return True while a true box was drawn or removed and the page has not run since: the stage is a fragment."""
    return _PENDING in st.session_state
