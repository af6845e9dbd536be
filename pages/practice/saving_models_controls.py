"""The controls of saving: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.config import Setting
from engine.figures.saving import NAMES
from engine.saving.experiment import ADAM, FORMS, KERAS, MOMENTUM, SGD, Config
from pages.kit import controls
from pages.kit.controls import Field

FIELDS = controls.fields(Config)
FORM = Field("form", Setting("choice", options=FORMS), KERAS)
OPTIMIZERS = {ADAM: "Adam", MOMENTUM: "Momentum", SGD: "SGD"}


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; the tree is that of .keras again."""
    return {name: getattr(config, name) for name in FIELDS} | {FORM.name: FORM.default}


def pick(form: str) -> None:
    """Show the tree of a form; call from a callback."""
    st.session_state[FORM.name] = form


def settings() -> tuple[Config, str]:
    """Draw the controls and return the config they describe, and the form whose tree is shown."""
    values: dict[str, Any] = {
        "optimizer": controls.segments(
            FIELDS["optimizer"],
            "Optimizer",
            format=lambda name: OPTIMIZERS[name],
            help="What it gathers while it trains is what a restart may lose: Adam two numbers a weight, momentum one, "
            "plain SGD none.",
        ),
        "before": controls.integer(FIELDS["before"], "Epochs before the save", help="How long it trains first."),
        "after": controls.integer(FIELDS["after"], "Epochs after", help="How long it trains on, after reading."),
        "width": controls.integer(FIELDS["width"], "Neurons a layer", step=4, help="Width of each hidden layer."),
        "dropout": controls.dropout(FIELDS["dropout"]),
    }
    form = controls.select(
        FORM,
        "Look into",
        format=lambda name: NAMES[name],
        help="Whose file tree is shown; a click on a row of the picture chooses it too.",
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= {
            "depth": controls.integer(FIELDS["depth"], "Hidden layers", help="How many layers lie in between."),
            "learning_rate": controls.learning_rate(FIELDS["learning_rate"], high=1.0),
            "batch_size": controls.batch_size(FIELDS["batch_size"]),
            "seeds": controls.integer(
                FIELDS["seeds"], "Networks", help="Each with a seed of its own: trained, saved, read and trained on."
            ),
            "seed": controls.seed(FIELDS["seed"]),
        }
    return controls.checked(Config, values), form
