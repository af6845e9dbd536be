"""The controls of the look at the real network, and of the acquisition, which all looks share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.bayesian_optimization import acquisition, recipe, state, tuning
from engine.data.tabular import LABELS, UPLOAD
from engine.errors import InvalidData, PlaygroundError
from engine.runs.service import executor
from pages.kit import controls, table_upload
from pages.kit.controls import Field
from pages.kit.text import literal

NAMES = {**LABELS, UPLOAD: "Your own CSV"}
UNDER = "resumed"  # the saved search's name in the address bar


def judging(fields: Mapping[str, Field]) -> dict[str, Any]:
    """Draw the acquisition and the number that goes with it; return their values."""
    values: dict[str, Any] = {}
    values["acquisition"] = controls.select(
        fields["acquisition"],
        "Acquisition",
        format=lambda name: acquisition.LABELS[name],
        help="The rule that says what the next sample is worth at each place.",
    )
    if values["acquisition"] == "ucb":
        values["kappa"] = controls.number(
            fields["kappa"],
            "κ, how much doubt counts",
            step=0.1,
            format="%.1f",
            help="0 goes where the guess is highest; 10 goes where nobody has looked.",
        )
    else:
        values["xi"] = controls.number(
            fields["xi"], "ξ, least gain", help="Gains below it count nothing: larger looks further away."
        )
    return values


def network(fields: Mapping[str, Field]) -> tuning.Config:
    """Draw the controls and return the config they describe."""
    values: dict[str, Any] = {}
    values["dataset"] = controls.select(
        fields["dataset"],
        "Data",
        format=lambda name: NAMES[name],
        help="What the network learns. Own data: a CSV file.",
    )
    if values["dataset"] == UPLOAD:
        values["upload"] = table_upload.control()
        if not values["upload"]:
            values["dataset"] = fields["dataset"].default
    values |= judging(fields)
    values["init_points"] = controls.integer(
        fields["init_points"], "Random first", help="Evaluations before it begins to think."
    )
    values["n_iter"] = controls.integer(
        fields["n_iter"], "Then chosen", help="Evaluations after that. Every method gets the sum of both."
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values["methods"] = controls.pills(
            fields["methods"],
            "Who searches",
            format=lambda name: recipe.METHOD_LABELS[name],
            help="All get the same number of evaluations.",
        ) or ("bayesian",)
        left, right = st.columns(2)
        with left:
            values["searches"] = controls.stepper(
                fields["searches"], "Searches each", help="From other first points: one search may be luck."
            )
            values["splits"] = controls.stepper(
                fields["splits"], "Splits", help="An evaluation is the mean over so many splits of the rows."
            )
        with right:
            values["epochs"] = controls.stepper(fields["epochs"], "Epochs", help="Most epochs of an evaluation.")
            values["seed"] = controls.seed(fields["seed"])
        values["alpha"] = controls.log_slider(
            fields["alpha"],
            "Assumed noise",
            help="Variance of the noise the process believes in, where the scores' variance is 1. The package takes "
            "0.000001, as if a score were exact.",
        )
        values["most_weights"] = controls.stepper(
            fields["most_weights"],
            "Most weights",
            step=500,
            help="Larger networks are not allowed; 0: no limit. It learns the limit from its samples.",
        )
        values["resumed"] = _saved()
    if values["resumed"]:
        values |= {"methods": ("bayesian",), "searches": 1}
    return controls.checked(tuning.Config, values)


def _saved() -> str:
    """Draw the upload of a saved search and return its digest, empty while there is none."""
    file = st.file_uploader(
        "Saved search",
        type=["json"],
        max_upload_size=2,
        help="A file from “Search .json” below, or from save_state of the package. It goes on with “Then chosen” more.",
    )
    digest = st.query_params.get(UNDER, "")
    try:
        if file is not None:
            content = state.read(file.getvalue())
            digest = executor().store.put_blob(state.text(content))
        elif digest:
            content = state.read(executor().store.get_blob(digest))
    except InvalidData as error:
        _say(error)
        digest = ""
    if digest:
        st.query_params[UNDER] = digest
        st.caption(f":material/history: Goes on from {len(content['target'])} evaluations.")
        st.button("Forget it", icon=":material/close:", on_click=forget, disabled=file is not None)
    return digest


def forget() -> None:
    """Forget the saved search; call from a callback."""
    st.query_params.pop(UNDER, None)


def _say(error: PlaygroundError) -> None:
    st.error(literal(f"{error.message} {error.advice}"), icon=":material/error:")
