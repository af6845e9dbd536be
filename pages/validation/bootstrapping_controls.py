"""The benchmark's controls: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.bootstrapping import words
from engine.bootstrapping.experiment import HELD, OWN, SEED, UPLOAD, Config
from engine.bootstrapping.judgement import MEASURES, SCORE
from engine.config import Setting
from engine.data.tabular import LABELS
from pages.kit import controls, table_upload
from pages.kit.controls import Field

FIELDS = controls.fields(Config)
LAYERS = ("none", "4", "8", "16", "32", "64", "8 + 8", "16 + 8", "32 + 16", "64 + 32", "32 + 16 + 8")
OWN_LAYERS = Field("layers", Setting("choice", options=LAYERS), "32 + 16")
OTHER_LAYERS = Field("other_layers", Setting("choice", options=LAYERS), "8")
PRECISION = Field("precision", Setting("number", 0.1, 5.0), 0.5)
MEASURE = Field("measure", Setting("choice", options=MEASURES), SCORE)
NAMES = {**LABELS, UPLOAD: "Your own CSV"}
STOPPING = {HELD: "The rows that judge", OWN: "A tenth of the training rows"}
MEASURE_NAMES = {"score": "Score", "loss": "Loss"}


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; what is only looked at goes back to its default."""
    values: dict[str, Any] = {name: getattr(config, name) for name in FIELDS if name != "upload"}
    values["layers"] = words.value_text("layers", config.layers)
    values["other_layers"] = words.value_text("layers", config.other_layers)
    return {**values, PRECISION.name: PRECISION.default, MEASURE.name: MEASURE.default}


def settings() -> tuple[Config, str, float]:
    """Draw the controls; return the config they describe, what is compared, and the precision asked for."""
    values: dict[str, Any] = {}
    values["dataset"] = controls.select(
        FIELDS["dataset"],
        "Data",
        format=lambda name: NAMES[name],
        help="The table to learn from. Own data: a CSV file.",
    )
    if values["dataset"] == UPLOAD:
        values["upload"] = table_upload.control()
        if not values["upload"]:
            values["dataset"] = FIELDS["dataset"].default
    values["method"] = controls.select(
        FIELDS["method"],
        "How rows are drawn",
        format=lambda name: words.METHOD_NAMES[name],
        help="Stratified: every split has each class (or quarter of the values) in its share. Shuffled: by chance. "
        "With replacement: as many rows as there are, some several times; those never drawn (out of the bag) judge.",
    )
    values["splits"] = controls.integer(
        FIELDS["splits"],
        "Splits",
        help="How often rows are drawn anew. Each split trains one network of A and one of B.",
    )
    values["differs"] = controls.select(
        FIELDS["differs"],
        "B differs in",
        format=lambda name: words.DIFFERENCE_NAMES[name].capitalize() if name != "l2" else "L2 penalty",
        help="A and B share splits, initial seeds and the order of batches; only this differs.",
    )
    if values["differs"] != SEED:
        values |= _other(values["differs"])
    precision = controls.number(
        PRECISION,
        "Wanted precision, ± points",
        step=0.1,
        format="%.1f",
        help="How narrow the interval of a mean has to be. It is only looked at: moving it trains nothing.",
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        more, measure = _more()
    return controls.checked(Config, values | more), measure, precision


def _other(differs: str) -> dict[str, Any]:
    """Draw B's value of what differs."""
    name = f"other_{differs}"
    field = FIELDS[name]
    label = f"B’s {words.DIFFERENCE_NAMES[differs]}"
    help = f"B has this {words.DIFFERENCE_NAMES[differs]}; A has the one behind “More”."
    if differs == "layers":
        return {name: _units(controls.select(OTHER_LAYERS, label, help=help))}
    if differs in ("activation", "optimizer"):
        return {name: controls.select(field, label, help=help, format=_spoken)}
    if differs == "learning_rate":
        return {name: controls.log_slider(field, label, low=1e-4, high=1.0, help=help)}
    if differs == "l2":
        return {name: controls.log_slider(field, label, low=1e-5, help=help)}
    if differs == "dropout":
        return {name: controls.number(field, label, step=0.05, help=help)}
    return {name: controls.stepper(field, label, help=help)}


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _units(written: str) -> tuple[int, ...]:
    return () if written == "none" else tuple(int(units) for units in written.split("+"))


def _more() -> tuple[dict[str, Any], str]:
    network, training, splits = st.tabs(["Network A", "Training", "Splits"])
    values: dict[str, Any] = {}
    with network:
        values["layers"] = _units(
            controls.select(OWN_LAYERS, "Hidden layers", help="Neurons of each hidden layer, first to last.")
        )
        values["activation"] = controls.select(
            FIELDS["activation"], "Activation", format=_spoken, help="The bend each neuron puts into its weighted sum."
        )
        values["dropout"] = controls.dropout(FIELDS["dropout"])
        values["l2"] = controls.log_slider(FIELDS["l2"], "L2 penalty", low=1e-5, help="Shrinks all weights a little.")
    with training:
        left, right = st.columns(2)
        with left:
            values["optimizer"] = controls.select(
                FIELDS["optimizer"], "Optimizer", format=_spoken, help="The rule that turns gradients into steps."
            )
            values["batch_size"] = controls.batch_size(FIELDS["batch_size"])
            values["patience"] = controls.integer(
                FIELDS["patience"],
                "Patience",
                help="Epochs without a lower loss on the rows that say when to stop, before the training ends.",
            )
        with right:
            values["learning_rate"] = controls.learning_rate(FIELDS["learning_rate"], high=1.0)
            values["epochs"] = controls.epochs(FIELDS["epochs"])
            values["seed"] = controls.seed(FIELDS["seed"])
    with splits:
        values["held_out"] = controls.number(
            FIELDS["held_out"],
            "Held back",
            step=0.05,
            help="Share of the rows that judge. With replacement it does not count: about 37 % are out of the bag.",
        )
        values["stopping"] = controls.select(
            FIELDS["stopping"],
            "Who says when to stop",
            format=lambda name: STOPPING[name],
            help="In the classic recipe the rows that judge also choose the epoch, which flatters the score a little.",
        )
        measure = controls.segments(
            MEASURE,
            "Compare by",
            format=lambda name: MEASURE_NAMES[name],
            help="The loss sees smaller differences than the share of right classes. Only looked at: trains nothing.",
        )
    return values, measure
