"""Backpropagation's controls: six in the strip, the twelve numbers of the network behind one button; all in the URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.backpropagation.experiment import FULL, INPUTS, MINI, ONLINE, PARAMETERS, RELU, SIGMOID, TANH, Config
from engine.backpropagation.steps import SYMBOLS
from pages.kit import controls

FIELDS = controls.fields(Config)
ACTIVATIONS = {SIGMOID: "Sigmoid", TANH: "tanh", RELU: "ReLU"}
BATCHES = {ONLINE: "Online", MINI: "Mini-batch", FULL: "Full"}
NAMES = dict(zip((*INPUTS, *PARAMETERS), ("x₁", "x₂", "t", *SYMBOLS), strict=True))
ROWS = (INPUTS, PARAMETERS[0:3], PARAMETERS[3:6], PARAMETERS[6:9])
INTO = ("Inputs of row 1, and what is wanted", "Into h₁", "Into h₂", "Into ŷ")


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config."""
    return {name: getattr(config, name) for name in FIELDS}


def settings() -> Config:
    """Draw the controls and return the config they describe."""
    values: dict[str, Any] = {
        "activation": controls.segments(
            FIELDS["activation"],
            "Activation",
            format=lambda name: ACTIVATIONS[name],
            help="How each neuron bends its sum. With the squared error the output neuron uses it too.",
        ),
        "loss": controls.segments(
            FIELDS["loss"],
            "Loss",
            format=str.capitalize,
            help="Squared error: (ŷ − t)². Cross-entropy: log loss; the output is then a sigmoid.",
        ),
        "batch": controls.segments(
            FIELDS["batch"],
            "Rows an update",
            format=lambda name: BATCHES[name],
            help="Online: the first row alone. Mini-batch: the first half of the rows. Full batch: all of them.",
        ),
        "learning_rate": controls.learning_rate(FIELDS["learning_rate"]),
        "momentum": controls.momentum(FIELDS["momentum"]),
        "updates": controls.integer(
            FIELDS["updates"],
            "Updates so far",
            help="How many updates with this batch were made before the one shown: the velocity builds up.",
        ),
    }
    with st.popover("Weights and inputs", icon=":material/tune:", width="stretch"):
        for names, into in zip(ROWS, INTO, strict=True):
            st.caption(into)
            for column, name in zip(st.columns(3, gap="small"), names, strict=True):
                with column:
                    values[name] = controls.stepper(FIELDS[name], NAMES[name], step=0.1, help=_help(name))
        st.caption("The other rows")
        left, right = st.columns(2, gap="small")
        with left:
            values["rows"] = controls.stepper(FIELDS["rows"], "Rows", help="How many rows there are, yours included.")
        with right:
            values["seed"] = controls.seed(FIELDS["seed"])
    return controls.checked(Config, values)


def _help(name: str) -> str:
    if name == "target":
        return "What the output of row 1 should be, from 0 to 1."
    if name in INPUTS:
        return f"An input of row 1: {NAMES[name]}."
    return f"{NAMES[name]} before the first update." + (" A bias: its input is 1." if name.startswith("b") else "")
