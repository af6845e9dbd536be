"""The Playground's controls: five in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.config import Setting
from engine.data import csv_upload
from engine.data.features import LABELS as FEATURE_LABELS
from engine.data.toy import DATA_SETS, REGRESSION
from engine.errors import InvalidData
from engine.playground.experiment import REGRESSION_LOSSES, SAME, UPLOAD, Config
from engine.runs.service import executor
from pages.kit import controls
from pages.kit.controls import Field

FIELDS = controls.fields(Config)
MOST_LAYERS = 6
DEPTH = Field("depth", Setting("integer", 0, MOST_LAYERS), len(Config().layers))
WIDTH = Field("width", Setting("integer", 1, 32), Config().layers[0])
UNITS = tuple(Field(f"units_{layer}", Setting("integer", 0, 32), 0) for layer in range(1, MOST_LAYERS + 1))
ACTIVATIONS = tuple(
    Field(f"activation_{layer}", Setting("choice", options=FIELDS["activations"].setting.options), SAME)
    for layer in range(1, MOST_LAYERS + 1)
)
VERSUS = Field("versus", Setting("text", 0, 200), "")
DIFFERENCES: dict[str, list[str]] = {
    "learning_rate": ["0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1"],
    "optimizer": [str(name) for name in FIELDS["optimizer"].setting.options],
    "activation": [str(name) for name in FIELDS["activation"].setting.options],
    "batch_normalization": ["on", "off"],
    "dropout": ["0", "0.1", "0.2", "0.5"],
    "l2": ["0", "0.0001", "0.001", "0.01"],
    "l1": ["0", "0.0001", "0.001", "0.01"],
    "batch_size": ["1", "4", "16", "64", "256"],
    "momentum": ["0", "0.5", "0.9", "0.99"],
    "layers": ["4", "8", "8+8", "16+16", "8+8+8+8"],
}
NAMES = {name: f"{data.label}{' (a value)' if data.task == REGRESSION else ''}" for name, data in DATA_SETS.items()}
NAMES[UPLOAD] = "Your own CSV"


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; layers that are alike share one width."""
    width = config.layers[0] if config.layers else WIDTH.default
    values: dict[str, Any] = {
        name: getattr(config, name) for name in FIELDS if name not in ("layers", "activations", "upload")
    }
    values |= {"depth": len(config.layers), "width": width, "versus": ""}
    for layer in range(MOST_LAYERS):
        units = config.layers[layer] if layer < len(config.layers) else width
        values[UNITS[layer].name] = 0 if units == width else units
        values[ACTIVATIONS[layer].name] = config.activations[layer] if layer < len(config.activations) else SAME
    return values


def settings() -> Config:
    """Draw the controls and return the config they describe."""
    values: dict[str, Any] = {}
    values["dataset"] = controls.select(
        FIELDS["dataset"],
        "Data",
        format=lambda name: NAMES[name],
        help="The points to learn from. Own data: a CSV file.",
    )
    values["upload"] = _upload() if values["dataset"] == UPLOAD else ""
    if values["dataset"] == UPLOAD and not values["upload"]:
        values["dataset"] = FIELDS["dataset"].default
    depth = controls.integer(DEPTH, "Hidden layers", help="Layers of neurons between the inputs and the output.")
    width = controls.integer(WIDTH, "Neurons per layer", help="More neurons can bend the boundary in more places.")
    values["activation"] = controls.select(
        FIELDS["activation"], "Activation", help="The bend each neuron puts into its weighted sum."
    )
    values["learning_rate"] = controls.learning_rate(FIELDS["learning_rate"])
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more(
            depth, width, regression=values["dataset"] != UPLOAD and DATA_SETS[values["dataset"]].task == REGRESSION
        )
    return controls.checked(Config, values)


def _compare() -> None:
    """Draw what makes a second network: one difference picked, or any number written."""
    left, right = st.columns(2)
    with left:
        name = st.selectbox(
            "What differs", list(DIFFERENCES), format_func=lambda one: one.replace("_", " ").capitalize()
        )
    with right:
        st.selectbox(
            "there",
            DIFFERENCES[name],
            None,
            key="kit.difference",
            placeholder="choose",
            on_change=_put_difference,
            args=(name,),
        )
    controls.text(
        VERSUS,
        "Second network",
        placeholder="learning_rate=0.1,optimizer=sgd",
        help="It starts from the same weights and sees the same batches; only this differs. Empty: no second network.",
    )


def _put_difference(name: str) -> None:
    value = st.session_state["kit.difference"]
    st.session_state[VERSUS.name] = "" if value is None else f"{name}={value}"


def _more(depth: int, width: int, *, regression: bool) -> dict[str, Any]:
    data, network, training, compare = st.tabs(["Data", "Network", "Training", "Compare"])
    values: dict[str, Any] = {}
    with data:
        values["features"] = controls.pills(
            FIELDS["features"],
            "Inputs",
            format=lambda name: FEATURE_LABELS[name],
            help="What the network is given of each point. Squares and sines can replace hidden layers.",
        ) or ("x", "y")
        values["noise"] = controls.number(FIELDS["noise"], "Noise", help="How far points stray from their shape.")
        values["points"] = controls.integer(
            FIELDS["points"], "Points", step=20, help="Training and validation together."
        )
        values["test_share"] = controls.number(
            FIELDS["test_share"], "Held back", step=0.05, help="The share of points the network never trains on."
        )
        values["classes"] = controls.integer(FIELDS["classes"], "Classes", help="For blobs and spirals.")
        values["data_seed"] = controls.stepper(
            FIELDS["data_seed"], "Seed of the data", help="Another seed draws other points and another split."
        )
    with network:
        sizes, bends = [], []
        for layer in range(depth):
            left, right = st.columns(2)
            with left:
                size = controls.stepper(
                    UNITS[layer], f"Layer {layer + 1}", help="Neurons in this layer; 0: as the others."
                )
            with right:
                bend = controls.select(
                    ACTIVATIONS[layer], f"Activation {layer + 1}", help="Activation of this layer only."
                )
            sizes.append(size or width)
            bends.append(bend)
        values["layers"] = tuple(sizes)
        values["activations"] = tuple(bends) if any(bend != SAME for bend in bends) else ()
        values["dropout"] = controls.dropout(FIELDS["dropout"])
        values["batch_normalization"] = controls.toggle(
            FIELDS["batch_normalization"], "Batch normalization", help="Keeps each layer's sums in one range."
        )
    with training:
        values |= _training(regression=regression)
    with compare:
        _compare()
    return values


def _training(*, regression: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    left, right = st.columns(2)
    with left:
        values["optimizer"] = controls.select(
            FIELDS["optimizer"], "Optimizer", help="The rule that turns gradients into steps."
        )
        values["schedule"] = controls.select(
            FIELDS["schedule"], "Schedule", help="How the learning rate changes over the epochs."
        )
        values["batch_size"] = controls.batch_size(FIELDS["batch_size"])
        values["l1"] = controls.log_slider(
            FIELDS["l1"], "L1 penalty", low=1e-5, help="Pulls small weights to exactly zero."
        )
        values["seed"] = controls.seed(FIELDS["seed"])
    with right:
        loss = FIELDS["regression_loss" if regression else "loss"]
        values[loss.name] = controls.select(
            loss, "Loss", options=REGRESSION_LOSSES if regression else (), help="What the training makes small."
        )
        values["momentum"] = controls.momentum(FIELDS["momentum"])
        values["epochs"] = controls.epochs(FIELDS["epochs"])
        values["l2"] = controls.log_slider(FIELDS["l2"], "L2 penalty", low=1e-5, help="Shrinks all weights a little.")
        values["seeds"] = controls.integer(
            FIELDS["seeds"], "Networks at once", help="Each with a seed of its own; together they make the band."
        )
    return values


def _upload() -> str:
    """Draw the upload and return the digest that stands for its data, empty while there are none."""
    file = st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt"],
        max_upload_size=5,
        help="Two columns of numbers and a label; at most 5 MB and 5,000 rows. It stays on this server.",
    )
    if file is None:
        digest = st.query_params.get("upload", "")
        if not digest:
            st.info("Choose a file; until then the spirals stay.", icon=":material/upload_file:")
        return digest
    try:
        table = csv_upload.preview(file.getvalue())
        x = st.selectbox("To the right", table.numeric, 0)
        y = st.selectbox("Upwards", [name for name in table.numeric if name != x], 0)
        label = st.selectbox("To predict", [name for name in reversed(table.columns) if name not in (x, y)], 0)
        task = st.segmented_control(
            "Task", [csv_upload.CLASSIFICATION, csv_upload.REGRESSION], default=csv_upload.CLASSIFICATION, required=True
        )
        digest = executor().store.put_blob(csv_upload.encode(csv_upload.read(table, x, y, label or "", task)))
    except InvalidData as error:
        st.error(f"{error.message} {error.advice}", icon=":material/error:")
        return ""
    st.query_params["upload"] = digest
    return digest
