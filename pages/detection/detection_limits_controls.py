"""The controls of what a detector misses: what gets harder, where to look, and what is kept meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.data.photographs import BY_NAME
from engine.detection import experiment as detection
from engine.detection_limits import tiles
from engine.detection_limits.factors import COUNT, FACTORS, SIZE
from engine.detection_limits.view import AT, TILED, View
from pages.kit import controls, picture_upload

FIELDS = controls.fields(View)
_PENDING = "detection_limits.at"
NAMES = {
    "count": "The number of things",
    "size": "Their size",
    "cut": "Cut by the edge",
    "hidden": "Hidden behind a square",
    "stretch": "Stretched",
    "turn": "Turned",
    TILED: "The same photo, smaller",
}
PICTURES = {**{one.name: one.label for one in BY_NAME.values()}, detection.UPLOAD: "Your own picture"}


def widget_values(view: View) -> Mapping[str, Any]:
    """Return the value of every control for a view."""
    return {name: getattr(view, name) for name in FIELDS if name != "upload"}


def look_at(view: View, value: float) -> bool:
    """Put the measured value nearest to where the picture was clicked on its control; call from a callback."""
    if view.tiled:
        st.session_state[_PENDING] = ("at_tiles", min(tiles.TILES, key=lambda one: abs(one - value)))
    else:
        st.session_state[_PENDING] = (AT[view.factor], FACTORS[view.factor].nearest(max(value, 1e-6)))
    return True


def settings() -> View:
    """Draw the controls and return the view they describe."""
    if _PENDING in st.session_state:
        name, value = st.session_state.pop(_PENDING)
        st.session_state[name] = value
    values: dict[str, Any] = {}
    values["factor"] = controls.select(
        FIELDS["factor"],
        "What gets harder",
        format=lambda name: NAMES[name],
        help="One thing is changed step by step, everything else stays. The first six are scenes for the small YOLO, "
        "the last is a photograph for NanoDet.",
    )
    values |= _photo() if values["factor"] == TILED else _scenes(values["factor"])
    return controls.checked(View, values)


def _score() -> float:
    return controls.number(
        FIELDS["score"],
        "Score from",
        step=0.05,
        help="Boxes the network is less sure of do not count as found. It has run already: this answers at once.",
    )


def _scenes(name: str) -> dict[str, Any]:
    factor, values = FACTORS[name], {}
    at = FIELDS[AT[name]]
    values[at.name] = controls.points(
        at,
        factor.label + (f" ({factor.suffix.strip()})" if factor.suffix else ""),
        factor.points,
        help="Which point of the curve the scenes at the left are from. A click on the curve does the same.",
    )
    if name != COUNT:
        values["things"] = controls.integer(FIELDS["things"], "Things in a picture", help="The same at every point.")
    if name != SIZE:
        values["size"] = controls.integer(
            FIELDS["size"],
            "Their longer side, px",
            step=4,
            help="Give or take a tenth. The network was trained on 28 to 52 of the picture’s 128 pixels.",
        )
    values["score"] = _score()
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values["scenes"] = controls.integer(
            FIELDS["scenes"],
            "Scenes a point",
            step=20,
            help="More make the intervals narrower: four times as many, half as wide.",
        )
        values["seed"] = controls.seed(FIELDS["seed"])
    return values


def _photo() -> dict[str, Any]:
    values: dict[str, Any] = {}
    values["photograph"] = controls.select(
        FIELDS["photograph"],
        "Picture",
        format=lambda name: PICTURES[name],
        help="What the detector finds in it alone is the truth for its smaller copies.",
    )
    if values["photograph"] == detection.UPLOAD:
        values["upload"] = picture_upload.control(detection.keep)
        if not values["upload"]:
            values["photograph"] = FIELDS["photograph"].default
    values["at_tiles"] = controls.points(
        FIELDS["at_tiles"], "Tiles a side", tiles.TILES, help="The finest sheet shown; play shows those before it."
    )
    values["overlap"] = controls.integer(
        FIELDS["overlap"],
        "Slices overlap by, %",
        step=5,
        help="How much of a slice its neighbour shows again. Without overlap a thing on a border is whole in none.",
    )
    values["score"] = _score()
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values["slice"] = controls.segments(
            FIELDS["slice"],
            "A slice shows, tiles a side",
            help="1: as large as the photograph alone. 2: half as large.",
        )
        values["input"] = controls.segments(
            FIELDS["input"], "Input size", help="Side of the square that the network looks at, in pixels."
        )
    return values
