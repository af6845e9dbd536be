"""Gradient descent's controls: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.config import Setting
from engine.figures.gradient_descent import COUNTS, EPOCHS, SECONDS, UPDATES, View
from engine.gradient_descent.experiment import Config
from pages.kit import controls
from pages.kit.controls import Field

FIELDS = controls.fields(Config)
COUNT_NAMES = {UPDATES: "Updates", EPOCHS: "Epochs", SECONDS: "Time"}
COUNT = Field("count", Setting("choice", options=COUNTS), View.count)


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; what is only looked at goes back to its default."""
    return {name: getattr(config, name) for name in FIELDS} | {COUNT.name: COUNT.default}


def start_at(slope: float, offset: float) -> None:
    """Let all three start there; call from a callback."""
    for name, value in (("start_slope", slope), ("start_offset", offset)):
        setting = FIELDS[name].setting
        st.session_state[name] = round(min(max(value, setting.low), setting.high), 1)


def settings() -> tuple[Config, View]:
    """Draw the controls and return the config they describe, and what is looked at."""
    values: dict[str, Any] = {
        "learning_rate": controls.learning_rate(FIELDS["learning_rate"], high=1.0),
        "batch_size": controls.batch_size(FIELDS["batch_size"]),
        "epochs": controls.epochs(FIELDS["epochs"], step=1),
        "points": controls.integer(FIELDS["points"], "Rows of data", help="How many rows an epoch passes over."),
        "noise": controls.number(
            FIELDS["noise"], "Noise of the data", step=0.1, help="How far the targets scatter about the line."
        ),
    }
    count = controls.segments(
        COUNT,
        "Error over",
        format=lambda name: COUNT_NAMES[name],
        help="What is counted below the error: updates of the weights, passes over the rows, or the clock.",
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more()
    return controls.checked(Config, values), View(count)


def _more() -> dict[str, Any]:
    return {
        "shuffle": controls.toggle(
            FIELDS["shuffle"], "Shuffle every epoch", help="Off: the rows come sorted by x, in every epoch."
        ),
        "start_slope": controls.number(
            FIELDS["start_slope"], "Start at m", step=0.1, help="Where all three begin. A click on the map sets it."
        ),
        "start_offset": controls.number(
            FIELDS["start_offset"], "Start at c", step=0.1, help="Where all three begin. A click on the map sets it."
        ),
        "slope": controls.number(FIELDS["slope"], "Slope of the data", step=0.1, help="m of the line behind the data."),
        "offset": controls.number(
            FIELDS["offset"], "Offset of the data", step=0.1, help="c of the line behind the data."
        ),
        "seed": controls.seed(FIELDS["seed"]),
        "seeds": controls.integer(
            FIELDS["seeds"], "Seeds", help="How often the race is run with other rows, for the spread in the text."
        ),
    }
