"""The controls of the page on sharper pictures, all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.data.photographs import BY_NAME
from engine.super_resolution import sources
from engine.super_resolution.experiment import losses, scales
from engine.super_resolution.sources import CARD, ENLARGE, FACE_SCALE, JUDGE, PICTURES, SHEET, UPLOAD
from engine.super_resolution.view import DETAIL, DIFFERENCE, PICTURE, View
from pages.kit import controls, picture_upload

FIELDS = controls.fields(View)
PICTURE_LABELS = {
    **{name: photograph.label for name, photograph in BY_NAME.items()},
    CARD: "Letters and stripes",
    SHEET: "Faces and things",
    UPLOAD: "Your own picture",
}
MODE_LABELS = {JUDGE: "Judge", ENLARGE: "Enlarge"}
LOOK_LABELS = {PICTURE: "Picture", DIFFERENCE: "Difference", DETAIL: "Added detail"}


def widget_values(view: View) -> Mapping[str, Any]:
    """Return the value of every control for a view."""
    return {name: getattr(view, name) for name in FIELDS if name != "upload"}


def settings() -> View:
    """Draw the controls and return the view they describe."""
    values: dict[str, Any] = {}
    values["photograph"] = controls.select(
        FIELDS["photograph"],
        "Picture",
        format=lambda name: PICTURE_LABELS[name],
        options=[name for name in PICTURES if name != SHEET or losses(FACE_SCALE)],
        help="Shipped pictures, none of which the networks were trained on, or your own: an old photograph, say.",
    )
    if values["photograph"] == UPLOAD:
        values["upload"] = picture_upload.control(sources.keep)
        if not values["upload"]:
            values["photograph"] = FIELDS["photograph"].default
    if values["photograph"] == SHEET:
        st.caption(
            "Twelve pieces of 64 × 64 pixels, each made 8 × 8 and enlarged ×8 by a network that was trained on drawn "
            "faces and has seen nothing else. The choices below do not count for them."
        )
    values["mode"] = controls.segments(
        FIELDS["mode"],
        "What for",
        format=lambda name: MODE_LABELS[name],
        help="Judge: the picture is made smaller first, so that the truth is known. Enlarge: as it is, and nobody "
        "knows what was there.",
    )
    values["scale"] = controls.segments(
        FIELDS["scale"],
        "Wider and higher",
        format=lambda scale: f"×{scale}",
        options=scales(),
        help="×4 makes sixteen pixels of one: fifteen of them are guesses.",
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more()
    return controls.checked(View, values)


def _more() -> dict[str, Any]:
    values: dict[str, Any] = {
        "look": controls.segments(
            FIELDS["look"],
            "Shown at first",
            format=lambda name: LOOK_LABELS[name],
            help="The pictures, their difference to the truth, or what the last network adds to the one before it.",
        )
    }
    for name, label, text in (
        ("lens_x", "Lens, from left to right", "Where the lens lies when the link is opened: 0 left, 1 right."),
        ("lens_y", "Lens, from top to bottom", "Where the lens lies when the link is opened: 0 top, 1 bottom."),
        ("across", "Part used, from left to right", "Of a picture that is too large only a part is used: 0 left."),
        ("down", "Part used, from top to bottom", "Of a picture that is too large only a part is used: 0 top."),
    ):
        values[name] = controls.number(FIELDS[name], label, help=text)
    return values
