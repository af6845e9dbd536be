"""The neuron's controls: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.config import Setting
from engine.figures.neuron import View
from engine.neuron.experiment import BORDER, LINE, Config
from pages.kit import controls
from pages.kit.controls import Field

FIELDS = controls.fields(Config)
WEIGHT = Field("your_weight", Setting("number", -12.0, 12.0), View.weight)
BIAS = Field("your_bias", Setting("number", -12.0, 12.0), View.bias)
TASKS = {LINE: "A line", BORDER: "Two classes"}


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; the line drawn by hand starts anew."""
    values = {name: getattr(config, name) for name in FIELDS}
    return values | {field.name: field.default for field in (WEIGHT, BIAS)}


def draw_yours(weight: float, bias: float) -> None:
    """Move the line drawn by hand; call from a callback."""
    for field, value in ((WEIGHT, weight), (BIAS, bias)):
        st.session_state[field.name] = round(min(max(value, field.setting.low), field.setting.high), 2)


def settings() -> tuple[Config, View]:
    """Draw the controls and return the config they describe, and the line drawn by hand."""
    values: dict[str, Any] = {
        "task": controls.segments(
            FIELDS["task"],
            "Task",
            format=lambda name: TASKS[name],
            help="A line: predict a value, y = m x + c. Two classes: a sigmoid neuron tells them apart by a border.",
        ),
        "offset": controls.number(
            FIELDS["offset"],
            "Offset of the data",
            step=0.1,
            help="What only a bias can give: c of the line that made the data, or how far both classes lie from the "
            "origin.",
        ),
        "learning_rate": controls.learning_rate(FIELDS["learning_rate"], high=1.0),
        "epochs": controls.epochs(FIELDS["epochs"]),
    }
    line = values["task"] == LINE
    weight = controls.number(
        WEIGHT,
        "Your m" if line else "Your |w|",
        step=0.05,
        help="The weight of a line of your own; a click on the map of the error sets it too."
        if line
        else "The length of weights of your own, in the direction the neuron found; a click on the map sets it too.",
    )
    bias = controls.number(
        BIAS, "Your c" if line else "Your b", step=0.05, help="The bias of your own line; a click on the map sets it."
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more()
    return controls.checked(Config, values), View(weight, bias)


def _more() -> dict[str, Any]:
    return {
        "centred": controls.toggle(
            FIELDS["centred"], "Take the mean off first", help="Subtracts the mean of the inputs, and of the targets."
        ),
        "slope": controls.number(
            FIELDS["slope"], "Slope of the data", step=0.1, help="m of the line that made the data; a line only."
        ),
        "noise": controls.number(
            FIELDS["noise"], "Noise", step=0.1, help="How far the data scatter: about the line, or within a class."
        ),
        "points": controls.integer(FIELDS["points"], "Points", step=2, help="How many data there are."),
        "batch_size": controls.batch_size(FIELDS["batch_size"]),
        "seed": controls.seed(FIELDS["seed"]),
        "seeds": controls.integer(
            FIELDS["seeds"],
            "Seeds",
            help="How often all is done again with other data, weights and batches: the spread in the text, and the "
            "faint marks on the map.",
        ),
    }
