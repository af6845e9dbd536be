"""The controls of Bayesian optimization: six in the strip of each look, the rest behind "More", all in the address."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.bayesian_optimization import (
    acquisition,
    one_dimension,
    process,
    recipe,
    search,
    state,
    tuning,
    two_dimensions,
)
from engine.bayesian_optimization.functions import ONE, TWO
from engine.config import Config, Setting
from engine.data.tabular import LABELS, UPLOAD
from engine.errors import InvalidData, PlaygroundError
from engine.runs.service import executor
from pages.kit import controls, table_upload
from pages.kit.controls import Field
from pages.kit.text import literal

ONE_D, TWO_D, NETWORK = LOOKS = ("1-D", "2-D", "Network")
LOOK = Field("look", Setting("choice", options=LOOKS), ONE_D)
LOOK_OF = {one_dimension.Config: ONE_D, two_dimensions.Config: TWO_D, tuning.Config: NETWORK}
SETTINGS = {ONE_D: one_dimension.Config, TWO_D: two_dimensions.Config, NETWORK: tuning.Config}
FIELDS = {look: controls.fields(config) for look, config in SETTINGS.items()}
SPAN = dataclasses.replace(FIELDS[TWO_D]["length"], name="span")  # in two settings another length is usual
MINE = Field("mine", Setting("text", 0, 300), "")
FAIR = Field("fair", Setting("switch"), False)
NAMES = {**LABELS, UPLOAD: "Your own CSV"}
UNDER = "resumed"  # the saved search's name in the address bar

AnyConfig = one_dimension.Config | two_dimensions.Config | tuning.Config


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; what is only looked at goes back to its default."""
    look = LOOK_OF[type(config)]
    values: dict[str, Any] = {LOOK.name: look}
    values |= {name: getattr(config, name) for name in FIELDS[look] if name not in ("mine", "upload", "resumed")}
    if look == TWO_D:
        values[SPAN.name] = values.pop("length")
    if isinstance(config, one_dimension.Config):
        values |= {MINE.name: mine_text(config.mine), FAIR.name: FAIR.default}
    return values


def settings() -> AnyConfig:
    """Draw the controls and return the config they describe."""
    look = controls.segments(
        LOOK, "Look", help="One setting, two settings, or a real network with four settings that is trained each time."
    )
    if look == NETWORK:
        return _network(FIELDS[NETWORK])
    fields = FIELDS[look]
    values: dict[str, Any] = {}
    if look == ONE_D:
        values["function"] = controls.select(
            fields["function"],
            "Hidden function",
            format=lambda name: ONE[name].label,
            help="What is searched for its top. The search never sees the curve, only its samples.",
        )
    else:
        values["surface"] = controls.select(
            fields["surface"],
            "Hidden surface",
            format=lambda name: TWO[name].label,
            help="What is searched for its top. The search never sees the surface, only its samples.",
        )
    values |= _judging(fields)
    values["length"] = controls.log_slider(
        SPAN if look == TWO_D else fields["length"],
        "Length scale (0: fitted)",
        low=0.1,
        help="How far a sample speaks for its neighbours. 0: at each step the one that makes the samples likeliest.",
    )
    if look == TWO_D:
        values["constrained"] = controls.toggle(
            fields["constrained"],
            "Forbidden ground",
            help="Part of the map must not be used; where, it learns from its samples.",
        )
    else:
        values["steps"] = _steps(fields)
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more(fields)
        if look == TWO_D:
            values["steps"] = _steps(fields)
        else:
            values["mine"] = _mine()
    return controls.checked(SETTINGS[look], values)


def _judging(fields: Mapping[str, Field]) -> dict[str, Any]:
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


def _steps(fields: Mapping[str, Field]) -> int:
    return controls.integer(fields["steps"], "Chosen samples", help="How often it chooses where to look.")


def _more(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {
        "kernel": controls.select(
            fields["kernel"],
            "Kernel",
            format=lambda name: process.LABELS[name],
            help="How smooth the process believes the function is: Matérn 3/2 is the roughest.",
        ),
        "noise": controls.number(
            fields["noise"], "Noise", help="Spread of the error in each reading. The process is told how large it is."
        ),
        "first": controls.integer(fields["first"], "Random first samples", help="Taken before the first choice."),
        "seed": controls.seed(fields["seed"]),
    }


def _mine() -> tuple[float, ...]:
    written = controls.text(
        MINE, "Your samples", placeholder="2.5, 7.1", help="Settings from 0 to 10. A click on the picture adds one."
    )
    controls.toggle(
        FAIR, "Play fair", help="Hides the function and the search until you have taken as many samples as it."
    )
    return read_mine(written)


def read_mine(written: str) -> tuple[float, ...]:
    """Return the reader's samples; what is no number from 0 to 10 is left out."""
    found = []
    for word in written.replace(";", ",").split(","):
        try:
            value = float(word)
        except ValueError:
            continue
        if 0 <= value <= 10:
            found.append(value)
    return tuple(found[: one_dimension.MOST_OF_MINE])


def mine_text(samples: tuple[float, ...]) -> str:
    """Return the reader's samples as they stand in the address bar."""
    return ",".join(f"{value:g}" for value in samples)


def add_sample(x: float) -> None:
    """Put a clicked sample on the control; call from a callback."""
    taken = read_mine(st.session_state.get(MINE.name, ""))
    st.session_state[MINE.name] = mine_text((*taken, round(min(max(x, 0.0), 10.0), 2))[: one_dimension.MOST_OF_MINE])


def take_back() -> None:
    """Take the reader's last sample back; call from a callback."""
    st.session_state[MINE.name] = mine_text(read_mine(st.session_state.get(MINE.name, ""))[:-1])


def one_step(steps: int) -> None:
    """Let the search choose once more; call from a callback."""
    st.session_state["steps"] = min(steps + 1, search.MOST_STEPS)


def _network(fields: Mapping[str, Field]) -> tuning.Config:
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
    values |= _judging(fields)
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
