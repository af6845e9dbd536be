"""Momentum's controls: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.momentum import scenes
from engine.momentum.experiment import NETWORK, QUADRATIC, VALLEYS, Config
from pages.kit import controls

FIELDS = controls.fields(Config)
TASKS = {QUADRATIC: "Bowl", VALLEYS: "Valleys", NETWORK: "Network"}
TABLES = {"digits": "Digits", "breast_cancer": "Breast cancer", "wine": "Wine"}
STARTING = {QUADRATIC: scenes.RIPPLES, VALLEYS: scenes.HOLE, NETWORK: scenes.REAL}
ON = "momentum.task"


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config."""
    return {name: getattr(config, name) for name in FIELDS}


def put(name: str, value: float) -> None:
    """Move one control, within its bounds; call from a callback."""
    setting = FIELDS[name].setting
    controls.put({name: min(max(value, setting.low), setting.high)})


def settings() -> Config:
    """Draw the controls and return the config they describe."""
    _suit_the_task()
    values: dict[str, Any] = {
        "task": controls.segments(
            FIELDS["task"],
            "Where",
            format=lambda name: TASKS[name],
            help="A quadratic bowl, where all is known; two valleys, one of them a hole to get out of; real networks.",
        )
    }
    task = st.session_state[ON] = values["task"]
    values["learning_rate"] = controls.learning_rate(FIELDS["learning_rate"])
    if task == NETWORK:
        values["table"] = controls.select(
            FIELDS["table"], "Data", format=lambda name: TABLES[name], help="What the networks learn to tell apart."
        )
        values["epochs"] = controls.epochs(FIELDS["epochs"], step=1)
        values["seeds"] = controls.integer(
            FIELDS["seeds"], "Seeds", help="How many networks each momentum trains: one run can be luck."
        )
    else:
        values["momentum"] = controls.momentum(FIELDS["momentum"])
        if task == QUADRATIC:
            values["condition"] = controls.log_slider(
                FIELDS["condition"],
                "Condition number κ",
                low=1,
                high=400,
                help="How many times steeper it is across than along. The larger, the longer plain descent takes.",
            )
        values["steps"] = controls.integer(FIELDS["steps"], "Steps", step=10, help="How many steps each of them takes.")
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more(task)
    return controls.checked(Config, values)


def _suit_the_task() -> None:
    """Put a learning rate and a start that suit another task, when a reader has just changed it."""
    before, now = st.session_state.get(ON), st.session_state.get("task")
    if before in STARTING and now in STARTING and before != now:
        new = STARTING[now]
        controls.put({name: getattr(new, name) for name in ("learning_rate", "start_x", "start_y")})


def _more(task: str) -> dict[str, Any]:
    if task == NETWORK:
        return {
            "batch_size": controls.batch_size(FIELDS["batch_size"]),
            "seed": controls.seed(FIELDS["seed"]),
        }
    return {
        "start_x": controls.number(
            FIELDS["start_x"], "Start w₁", step=0.05, help="Where all start, across the picture; a click sets it too."
        ),
        "start_y": controls.number(
            FIELDS["start_y"], "Start w₂", step=0.05, help="Where all start, up the picture; a click sets it too."
        ),
    }
