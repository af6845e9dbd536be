"""The initialization page's controls: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from engine.config import Setting
from engine.data.toy import DATA_SETS
from engine.figures.initialization import View
from engine.initialization.experiment import EQUAL, GLOROT, HE, LARGE, SMALL, ZEROS, Config, Result
from engine.initialization.spread import largest_group
from pages.kit import controls
from pages.kit.controls import Field

FIELDS = controls.fields(Config)
TOGETHER = Field("together", Setting("integer", 2, 10), View.together)
GOAL = Field("goal", Setting("number", 0.01, 0.8), View.goal)
CHOSEN = Field("chosen", Setting("integer", 1, 60), View.chosen)
INITIALIZERS = {
    ZEROS: "Zeros",
    EQUAL: "All 0.5",
    SMALL: "Too small: 0.001",
    LARGE: "Too large: 5",
    GLOROT: "Glorot",
    HE: "He",
}
ACTIVATIONS = {"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid"}
OPTIMIZERS = {"sgd": "SGD", "momentum": "Momentum 0.9", "adam": "Adam"}
LAYERS = ((4,), (8,), (16,), (32,), (4, 4), (8, 8), (16, 16), (8, 8, 8))


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; what is looked at starts anew."""
    values = {name: getattr(config, name) for name in FIELDS}
    values["layers"] = _layers(config.layers)
    return values | {field.name: field.default for field in (TOGETHER, GOAL, CHOSEN)}


def choose(run: int) -> None:
    """Choose a run by its index; call from a callback."""
    st.session_state[CHOSEN.name] = run + 1


def fitting(view: View, result: Result) -> View:
    """Return the view with no larger bags than the runs of a result allow."""
    return replace(view, together=min(view.together, largest_group(result.config.runs)))


def settings() -> tuple[Config, View]:
    """Draw the controls and return the config they describe, and what is looked at."""
    values: dict[str, Any] = {
        "initializer": controls.select(
            FIELDS["initializer"],
            "First weights",
            format=lambda name: INITIALIZERS[name],
            help="How the kernels begin; biases begin at 0. Numbers are standard deviations of a normal distribution.",
        ),
        "dataset": controls.select(
            FIELDS["dataset"], "Data", format=lambda name: DATA_SETS[name].label, help="What the networks learn."
        ),
        "runs": controls.integer(FIELDS["runs"], "Runs N", help="How many first weights are drawn."),
        "learning_rate": controls.learning_rate(FIELDS["learning_rate"]),
    }
    together = controls.integer(
        TOGETHER, "Networks in a bag", help="How many networks answer together; no training needed to change it."
    )
    goal = controls.number(
        GOAL, "Goal: training loss", step=0.01, help="The loss that counts as learned; no training needed to change it."
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more()
        chosen = controls.integer(CHOSEN, "Run drawn thick", help="A click on a point or a border chooses it too.")
    return controls.checked(Config, values), View(together, goal, chosen)


def _layers(layers: tuple[int, ...]) -> str:
    return " × ".join(str(units) for units in layers)


def _more() -> dict[str, Any]:
    names = {_layers(layers): layers for layers in LAYERS}
    field = Field("layers", FIELDS["layers"].setting, _layers(FIELDS["layers"].default))
    chosen = controls.select(field, "Hidden layers", options=tuple(names), help="Units of each hidden layer.")
    return {
        "layers": names[chosen],
        "activation": controls.select(
            FIELDS["activation"], "Activation", format=lambda name: ACTIVATIONS[name], help="Of the hidden units."
        ),
        "optimizer": controls.select(
            FIELDS["optimizer"], "Optimizer", format=lambda name: OPTIMIZERS[name], help="The rule of a step."
        ),
        "points": controls.integer(FIELDS["points"], "Training rows", step=4, help="Of the networks alone."),
        "noise": controls.number(FIELDS["noise"], "Noise", step=0.05, help="How far the classes scatter."),
        "batch_size": controls.batch_size(FIELDS["batch_size"]),
        "epochs": controls.epochs(FIELDS["epochs"], step=4),
        "cures": controls.toggle(
            FIELDS["cures"],
            "Train the cures too",
            help="Bootstrap samples, dropout, twice and four times the rows: N networks each, from the same weights.",
        ),
        "dropout": controls.dropout(FIELDS["dropout"]),
        "seed": controls.seed(FIELDS["seed"]),
    }
