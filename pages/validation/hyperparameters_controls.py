"""The controls of the Hyperparameters page: data, search and one's own point in the strip, the rest behind "More"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.data.tabular import LABELS, UPLOAD
from engine.hyperparameters import point
from engine.hyperparameters.experiment import Config
from engine.hyperparameters.search import GRID, HALVING, RANDOM
from pages.kit import controls, table_upload

FIELDS = controls.fields(Config)
POINT_FIELDS = controls.fields(point.Config)
OWN = ("dropout", "learning_rate", "neuron_share", "neuron_shrink")
NAMES = {**LABELS, UPLOAD: "Your own CSV"}
METHODS = {RANDOM: "Random", GRID: "Grid", HALVING: "Halving"}


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; the reader's own point goes back to its default."""
    values: dict[str, Any] = {name: getattr(config, name) for name in FIELDS if name != "upload"}
    return values | {name: POINT_FIELDS[name].default for name in OWN}


def settings() -> tuple[Config, point.Config]:
    """Draw the controls; return the search and the reader's own point that they describe."""
    values: dict[str, Any] = {}
    values["dataset"] = controls.select(
        FIELDS["dataset"],
        "Data",
        format=lambda name: NAMES[name],
        help="The table the networks learn from. Own data: a CSV file.",
    )
    values["upload"] = table_upload.control() if values["dataset"] == UPLOAD else ""
    if values["dataset"] == UPLOAD and not values["upload"]:
        values["dataset"] = FIELDS["dataset"].default
    values["method"] = controls.segments(
        FIELDS["method"],
        "Search",
        format=lambda name: METHODS[name],
        help="Random: points anywhere. Grid: every combination of a few values. Halving: the random points again, but "
        "after a ninth of the epochs only the better third goes on, and after a third of them a third of those.",
    )
    with st.container(gap=None):
        values |= _own_point()
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more()
    return controls.checked(Config, values), controls.checked(point.Config, values)


def _own_point() -> dict[str, Any]:
    return {
        "learning_rate": controls.log_slider(
            POINT_FIELDS["learning_rate"],
            "Your learning rate η",
            low=1e-4,
            help="How far each step goes along the gradient. Log scale: every decade takes the same room.",
        ),
        "dropout": controls.number(
            POINT_FIELDS["dropout"],
            "Your dropout",
            step=0.001,
            format="%.3f",
            help="The share of neurons that is switched off at random in each training step.",
        ),
        "neuron_share": controls.number(
            POINT_FIELDS["neuron_share"],
            "Your neuron share",
            step=0.001,
            format="%.3f",
            help="How wide the first layer is: 1 is 128 neurons.",
        ),
        "neuron_shrink": controls.number(
            POINT_FIELDS["neuron_shrink"],
            "Your neuron shrink",
            step=0.001,
            format="%.3f",
            help="Each layer is this much narrower than the one before, until fewer than 8 neurons or 6 layers.",
        ),
    }


def _more() -> dict[str, Any]:
    search, network, training = st.tabs(["Search", "Network", "Training"])
    values: dict[str, Any] = {}
    with search:
        values["points"] = controls.segments(
            FIELDS["points"], "Points", help="How many networks are tried. A grid of 36 holds 3 learning rates."
        )
        values["splits"] = controls.integer(
            FIELDS["splits"], "Splits", help="Each score is the mean over so many splits of the rows."
        )
        values["held_share"] = controls.number(
            FIELDS["held_share"], "Held back", step=0.05, help="Share of the rows that judge in each split."
        )
        values["repeats"] = controls.integer(
            FIELDS["repeats"],
            "Other seeds",
            help="With so many other seeds the best five are trained again, to see what was luck. 0: not at all.",
        )
        values["seed"] = controls.seed(FIELDS["seed"])
    with network:
        values["activation"] = controls.select(
            FIELDS["activation"], "Activation", format=_spoken, help="The bend each neuron puts into its weighted sum."
        )
        values["l1"] = controls.log_slider(
            FIELDS["l1"], "L1 penalty", low=1e-5, help="Pulls small weights to exactly zero."
        )
        values["l2"] = controls.log_slider(FIELDS["l2"], "L2 penalty", low=1e-5, help="Shrinks all weights a little.")
    with training:
        values["optimizer"] = controls.select(
            FIELDS["optimizer"], "Optimizer", format=_spoken, help="The rule that turns gradients into steps."
        )
        values["batch_size"] = controls.batch_size(FIELDS["batch_size"])
        values["epochs"] = controls.epochs(FIELDS["epochs"], step=1)
        values["patience"] = controls.integer(
            FIELDS["patience"],
            "Patience",
            help="Epochs without a lower loss on the held-back rows before a network stops. 0: it never does.",
        )
    return values


def _spoken(name: str) -> str:
    return name.replace("_", " ")
