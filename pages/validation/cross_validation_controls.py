"""The cross-validation's controls: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.config import Setting
from engine.cross_validation import scenes
from engine.cross_validation.experiment import Config
from engine.cross_validation.scores import METRICS
from engine.data.tabular import LABELS, UPLOAD
from engine.figures.cross_validation import View
from engine.figures.cross_validation_folds import ORDERS
from pages.kit import controls, table_upload
from pages.kit.controls import Field

FIELDS = controls.fields(Config)
METRIC = Field("metric", Setting("choice", options=METRICS), View.metric)
ORDER = Field("columns", Setting("choice", options=ORDERS), View.order)
REPEAT = Field("repeat", Setting("integer", 1, 10), 1)
FOLD = Field("fold", Setting("integer", 0, 200), 0)
NAMES = {**LABELS, UPLOAD: "Your own CSV"}
SPLITTERS = {
    "stratified": "Stratified: each class alike",
    "plain": "Plain",
    "group": "Groups stay together",
    "time": "By time: learn from the past",
    "leave-one-out": "Leave one out",
}
LEAKS = {"none": "Nothing: all inside", "scaling": "Scaling (a leak)", "features": "Choosing columns (a leak)"}


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; what is only looked at goes back to its default."""
    values = {name: getattr(config, name) for name in FIELDS if name != "upload"}
    values |= {field.name: field.default for field in (METRIC, ORDER, REPEAT, FOLD)}
    # What the scene of the writers asks about is seen only where each writer's rows lie together.
    return values | ({ORDER.name: ORDERS[3]} if config in (scenes.WRITERS, scenes.WRITERS_APART) else {})


def look_into(fold: int) -> None:
    """Select a fold, from 0; call from a callback."""
    st.session_state[FOLD.name] = fold + 1


def settings() -> tuple[Config, View]:
    """Draw the controls and return the config they describe, and what is looked at."""
    values: dict[str, Any] = {}
    values["dataset"] = controls.select(
        FIELDS["dataset"],
        "Data",
        format=lambda name: NAMES[name],
        help="The table to learn from. Own data: a CSV file with a column to predict.",
    )
    if values["dataset"] == UPLOAD:
        values["upload"] = table_upload.control()
        if not values["upload"]:
            values["dataset"] = FIELDS["dataset"].default
    values["splitter"] = controls.select(
        FIELDS["splitter"],
        "How folds are drawn",
        format=lambda name: SPLITTERS[name],
        help="Stratified keeps the share of each class in every fold; groups keeps all rows of one writer or patient "
        "on one side; by time learns from earlier rows only.",
    )
    values["folds"] = controls.integer(
        FIELDS["folds"], "Folds k", help="The rows are dealt to so many folds; each is held out once."
    )
    values["repeats"] = controls.integer(
        FIELDS["repeats"],
        "Repeats",
        help="How often all folds are drawn and trained anew, with weights and, if shuffled, folds of their own.",
    )
    values["shuffle"] = controls.toggle(
        FIELDS["shuffle"],
        "Shuffle first",
        help="Off: folds are blocks in the order of the file. Time series and leave-one-out are never shuffled.",
    )
    values["leak"] = controls.select(
        FIELDS["leak"],
        "Done before the split",
        format=lambda name: LEAKS[name],
        help="What looks at all rows before they are split, beside doing it inside each split. Choosing columns: the "
        " table’s columns are replaced by 1,000 columns of noise, of which the best 20 are learned from.",
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        more, view = _more()
    return controls.checked(Config, values | more), view


def _more() -> tuple[dict[str, Any], View]:
    rows, network, training, looks = st.tabs(["Rows", "Network", "Training", "View"])
    values: dict[str, Any] = {}
    with rows:
        values |= _rows()
    with network:
        values["depth"] = controls.integer(
            FIELDS["depth"], "Hidden layers", help="Layers of neurons between the columns and the output."
        )
        values["width"] = controls.integer(
            FIELDS["width"], "Neurons per layer", help="More can bend more, and overfit more."
        )
        values["dropout"] = controls.dropout(FIELDS["dropout"])
        values["l2"] = controls.log_slider(FIELDS["l2"], "L2 penalty", low=1e-5, help="Shrinks all weights a little.")
    with training:
        values["learning_rate"] = controls.learning_rate(FIELDS["learning_rate"], high=1.0)
        values["batch_size"] = controls.batch_size(FIELDS["batch_size"])
        values["epochs"] = controls.epochs(FIELDS["epochs"])
        values["patience"] = controls.integer(
            FIELDS["patience"],
            "Patience",
            help="Epochs without a lower loss on the fold held out before a network stops; 0: it never stops early.",
        )
        values["seed"] = controls.seed(FIELDS["seed"])
    with looks:
        view = _view()
    return values, view


def _rows() -> dict[str, Any]:
    return {
        "minority": controls.number(
            FIELDS["minority"],
            "Share of the rarest class, at most",
            help="Rows of the rarest class are left out at random until it has this share. 0.50 leaves it as it is.",
        ),
        "sort": controls.toggle(
            FIELDS["sort"], "Sort the file", help="Sorts the rows by what is predicted, as many files come."
        ),
        "copies": controls.toggle(
            FIELDS["copies"],
            "Measure three times",
            help="Makes three rows of each, with a little noise (a tenth of each column’s deviation). The three belong "
            "together: they are a group. These copies are made here, they are not in the data.",
        ),
        "rows": controls.integer(
            FIELDS["rows"], "Rows, at most", step=10, help="Of a longer table so many are drawn at random."
        ),
        "test_share": controls.number(
            FIELDS["test_share"],
            "Put aside",
            step=0.05,
            help="The share of rows that no fold sees: they judge the ways to one model. Of grouped rows whole groups.",
        ),
    }


def _view() -> View:
    metric = controls.segments(
        METRIC,
        "Score",
        format=lambda name: name[0].upper() + name[1:],
        help="Balanced accuracy counts every class alike, F1 weighs hits against false alarms. Values have R².",
    )
    order = controls.segments(
        ORDER,
        "Columns of the picture",
        format=str.capitalize,
        help="How the rows of the table are sorted from left to right; by group: each writer’s or patient’s "
        "rows together, where the table says so.",
    )
    repeat = controls.stepper(REPEAT, "Repeat shown", help="Whose folds are drawn; the others are the small rings.")
    fold = controls.stepper(FOLD, "Fold looked into", help="0: the one farthest off. A click on the picture sets it.")
    return View(metric, repeat - 1, fold - 1, order)
