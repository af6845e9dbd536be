"""The controls of the small YOLO: what it starts from and how it trains; the form only of a network made anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from engine.config import Setting
from engine.figures.yolo import LOOKS, View
from engine.yolo.experiment import SCRATCH, SHIPPED, USUAL_RATE, Config, Result
from pages.kit import controls
from pages.kit.controls import Field
from pages.kit.look import is_dark

FIELDS = controls.fields(Config)
SCORE = Field("score", Setting("number", 0.05, 0.95), View.score)
LOOK = Field("look", Setting("choice", options=LOOKS), View.look)
PAGE = Field("pictures", Setting("choice", options=("1 to 4", "5 to 8")), "1 to 4")
STARTS = {SHIPPED: "The shipped run", SCRATCH: "Nothing"}
FORM = ("grid", "boxes", "depth")
_MOMENTS, _START = "train_yolo.moments", "train_yolo.start"


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; what is only looked at goes back to its default."""
    return {name: getattr(config, name) for name in FIELDS} | {field.name: field.default for field in (SCORE, LOOK)}


def remember(result: Result) -> None:
    """Keep whether the picture shows the shipped run, whose moments can be started from."""
    st.session_state[_MOMENTS] = result.config.start == SHIPPED and result.config.steps == 0


def start_from(place: int) -> bool:
    """Choose a moment of the shipped run that was clicked; return whether there was one. Call from a callback."""
    if not st.session_state.get(_MOMENTS, False) or place < 0:
        return False
    controls.put({"start": SHIPPED, "checkpoint": place})
    return True


def settings() -> tuple[Config, View]:
    """Draw the controls and return the config they describe, and what is looked at."""
    values: dict[str, Any] = {}
    values["start"] = controls.select(
        FIELDS["start"],
        "Start from",
        format=lambda name: STARTS[name],
        help="The network that ships with the app, at any moment of its training; or a new one of your own form.",
    )
    _usual_rate(values["start"])
    if values["start"] == SHIPPED:
        values["checkpoint"] = controls.integer(
            FIELDS["checkpoint"],
            "Moment",
            help="Which moment of the shipped run to train on from: 0 is untrained, 12 its end. A click on a point of "
            "the mAP curve sets it.",
        )
    else:
        values["grid"] = controls.segments(
            FIELDS["grid"], "Grid S", help="The picture is cut into S × S cells; each can name one thing."
        )
        values["boxes"] = controls.integer(
            FIELDS["boxes"], "Boxes per cell B", help="How many boxes a cell may say; the best fitting one learns."
        )
        values["depth"] = controls.integer(
            FIELDS["depth"], "Depth", help="Residual blocks on the grid, before the cells say what they see."
        )
    values["steps"] = controls.integer(
        FIELDS["steps"], "Steps to train", step=10, help="0 only looks: at the whole shipped run, or at a new network."
    )
    values["learning_rate"] = controls.learning_rate(FIELDS["learning_rate"], high=0.1)
    with st.popover("More", icon=":material/tune:", width="stretch"):
        more, view = _more()
    view = replace(view, chosen=values.get("checkpoint", -1))
    return controls.checked(Config, values | more).settled(), view


def _usual_rate(start: str) -> None:
    """Put the start's own usual learning rate on the control when the start has changed and nobody chose a rate."""
    before = st.session_state.get(_START)
    st.session_state[_START] = start
    if before not in (None, start) and st.session_state.get("learning_rate") == USUAL_RATE[before]:
        controls.put({"learning_rate": USUAL_RATE[start]})


def _more() -> tuple[dict[str, Any], View]:
    training, looks = st.tabs(["Training", "View"])
    values: dict[str, Any] = {}
    with training:
        values["coordinates"] = controls.number(
            FIELDS["coordinates"],
            "Weight of the boxes λ",
            step=0.5,
            help="How much places and sizes count in the loss.",
        )
        values["empty"] = controls.number(
            FIELDS["empty"],
            "Weight of empty cells λ",
            step=0.05,
            help="How much it counts when a box is confident where nothing is.",
        )
        values["batch_size"] = controls.batch_size(FIELDS["batch_size"])
        values["most"] = controls.integer(
            FIELDS["most"], "Things in a training picture, at most", help="The pictures it is judged on have 3 to 8."
        )
        values["seed"] = controls.seed(FIELDS["seed"])
    with looks:
        score = controls.number(
            SCORE, "Score from", step=0.05, help="Boxes with a lower score are not drawn; mAP does not see this."
        )
        look = controls.segments(
            LOOK,
            "On the pictures",
            format=str.capitalize,
            help="The confidence of each cell’s best box, or boxes only.",
        )
        page = controls.segments(PAGE, "Pictures", help="Eight of the 120 scenes that the network is judged on.")
    return values, View(score, look, 0 if page == PAGE.default else 1, is_dark())
