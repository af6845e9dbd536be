"""The Optimizers page's controls: six in the strip, the rest behind two buttons, all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.config import Setting
from engine.errors import InvalidSetting
from engine.optimizers import catalogue, own, surfaces
from engine.optimizers.race import SHARED, Config
from pages.kit import controls
from pages.kit.controls import Field

FIELDS = controls.fields(Config)
START = Field("start", Setting("text", 0, 40), "")
OWN = Field("own", Setting("text", 0, 400), "")


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config."""
    together = ("start", "rates", "betas", "averages")
    values = {name: getattr(config, name) for name in FIELDS if name not in together}
    return {**values, "start": own.start_text(config.start), "own": own.text_of(config)}


def settings() -> Config:
    """Draw the controls and return the config they describe."""
    values: dict[str, Any] = {}
    values["surface"] = controls.select(
        FIELDS["surface"],
        "Surface",
        format=lambda name: surfaces.LABELS[name],
        help="The loss over two weights. Lighter is lower.",
    )
    if values["surface"] == surfaces.FORMULA:
        values["formula"] = controls.text(
            FIELDS["formula"],
            "Loss, in x and y",
            placeholder="x^2 + 3y^2 + sin(3x)",
            help="+ − * / ^, brackets, sin cos tan exp log sqrt abs tanh min max, pi and e.",
        )
    if values["surface"] == surfaces.NETWORK:
        values["network"] = controls.select(
            FIELDS["network"],
            "Data of the network",
            format=lambda name: name.replace("_", " ").capitalize(),
            help="Real measurements that come with scikit-learn. A small Keras network learned them from three seeds; "
            "the picture is the plane through the three.",
        )
    values["learning_rate"] = controls.learning_rate(FIELDS["learning_rate"])
    values["momentum"] = controls.momentum(FIELDS["momentum"])
    values["noise"] = controls.log_slider(
        FIELDS["noise"],
        "Gradient noise",
        low=0.1,
        help="Spread of the noise in each gradient, as small batches have it. The full batch never sees it.",
    )
    values["seed"] = controls.seed(FIELDS["seed"])
    with st.popover("Racers", icon=":material/flag:", width="stretch", on_change="rerun", key="kit.racers") as popover:
        values["optimizers"] = controls.pills(
            FIELDS["optimizers"],
            "On the track",
            format=lambda name: catalogue.BY_ID[name].label,
            help="Up to all twelve race from the same start, over the same steps, with the same noise.",
        ) or ("sgd",)
        written = controls.text(
            OWN,
            "Settings of their own",
            placeholder="adam.rate=0.1, momentum.beta=0.5",
            help="A learning rate or parameter that only one racer has. Change them below, or write them here.",
        )
        if popover.open:
            _own_settings(written, values["optimizers"])
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values["steps"] = controls.integer(FIELDS["steps"], "Steps", step=10, help="How many steps everyone takes.")
        start = controls.text(
            START, "Start", placeholder="-4.5, 1.1", help="Two weights. A click on the surface does the same."
        )
        values["valley"] = controls.log_slider(
            FIELDS["valley"],
            "In the valley below",
            low=0.001,
            help="Loss above the lowest known one that counts as arrived; 0 takes the surface’s own.",
        )
        values["reach"] = controls.log_slider(
            FIELDS["reach"], "Reach of your formula", low=0.1, help="Half the width of the picture of a typed formula."
        )
        values["weight_decay"] = controls.log_slider(
            FIELDS["weight_decay"], "Weight decay of AdamW", low=1e-4, help="How strongly AdamW pulls all weights to 0."
        )
    return controls.checked(Config, values | _read(start, written))


def move_start(point: tuple[float, float]) -> None:
    """Put a clicked point on the start control; call from a callback."""
    st.session_state[START.name] = own.start_text(point)


def _read(start: str, written: str) -> dict[str, Any]:
    """Return what the two written controls say; what cannot be read is named and left out."""
    values: dict[str, Any] = {}
    for read, text in ((own.parse_start, start), (own.parse, written)):
        try:
            values |= read(text)
        except InvalidSetting as error:
            st.error(f"{error.message} {error.advice}", icon=":material/error:")
    return values


def _own_settings(written: str, racers: tuple[str, ...]) -> None:
    """Draw one row per racer with its own learning rate and parameters; a change is written into the text control."""
    try:
        config = Config(**own.parse(written))
    except InvalidSetting:
        config = Config()
    for name in racers:
        optimizer = catalogue.BY_ID[name]
        columns = st.columns(1 + len(optimizer.parameters))
        place = catalogue.IDS.index(name)
        with columns[0]:
            _own_number(
                f"{name}.rate", f"{optimizer.label} η", config.rates[place], 0.0, 10.0, "0: the shared rate.", SHARED
            )
        for column, parameter in zip(columns[1:], optimizer.parameters, strict=True):
            if parameter.field == "weight_decay":
                continue
            with column:
                _own_number(
                    f"{name}.{parameter.field.removesuffix('s')}",
                    parameter.symbol,
                    getattr(config, parameter.field)[place],
                    -1.0,
                    parameter.high,
                    f"{parameter.help} −1: {_default_of(parameter)}.",
                    -1.0,
                )


def _default_of(parameter: catalogue.Parameter) -> str:
    return "the shared momentum" if parameter.default is None else f"Keras’s own, {parameter.default:g}"


def _own_number(name: str, label: str, value: float, low: float, high: float, help: str, unset: float) -> None:
    key = f"kit.own.{name}"
    st.session_state[key] = value
    st.number_input(
        label, low, high, step=0.01, format="%g", key=key, help=help, on_change=_write_own, args=(name, key, unset)
    )


def _write_own(name: str, key: str, unset: float) -> None:
    st.session_state[OWN.name] = own.with_entry(st.session_state[OWN.name], name, st.session_state[key], unset)
