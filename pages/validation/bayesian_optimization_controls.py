"""The controls of Bayesian optimization: six in the strip of each look, the rest behind "More", all in the address."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.bayesian_optimization import (
    one_dimension,
    process,
    search,
    tuning,
    two_dimensions,
)
from engine.bayesian_optimization.functions import ONE, TWO
from engine.config import Config, Setting
from pages.kit import controls
from pages.kit.controls import Field
from pages.validation.bayesian_optimization_tuning_controls import judging, network

ONE_D, TWO_D, NETWORK = LOOKS = ("1-D", "2-D", "Network")
LOOK = Field("look", Setting("choice", options=LOOKS), ONE_D)
LOOK_OF = {one_dimension.Config: ONE_D, two_dimensions.Config: TWO_D, tuning.Config: NETWORK}
SETTINGS = {ONE_D: one_dimension.Config, TWO_D: two_dimensions.Config, NETWORK: tuning.Config}
FIELDS = {look: controls.fields(config) for look, config in SETTINGS.items()}
SPAN = dataclasses.replace(FIELDS[TWO_D]["length"], name="span")  # in two settings another length is usual
MINE = Field("mine", Setting("text", 0, 300), "")
FAIR = Field("fair", Setting("switch"), False)

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
        return network(FIELDS[NETWORK])
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
    values |= judging(fields)
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
