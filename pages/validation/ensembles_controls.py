"""The controls of the ensemble: what is combined answers at once, what must be trained waits for Run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.data.tabular import LABELS, UPLOAD
from engine.ensembles.blend import Blended
from engine.ensembles.experiment import View
from engine.ensembles.members import MEMBERS
from engine.ensembles.words import combinations
from pages.kit import controls, table_upload

FIELDS = controls.fields(View)
NAMES = {**LABELS, UPLOAD: "Your own CSV"}
_ROWS = "ensembles.rows"
_TOGGLED = "ensembles.toggled"


def widget_values(view: View) -> Mapping[str, Any]:
    """Return the value of every control for a view."""
    return {name: getattr(view, name) for name in FIELDS if name != "upload"}


def settings() -> View:
    """Draw the controls and return the view they describe."""
    values: dict[str, Any] = {}
    values["dataset"] = controls.select(
        FIELDS["dataset"],
        "Data",
        format=lambda name: NAMES[name],
        help="The table to learn from. Own data: a CSV file with the column to predict.",
    )
    values["upload"] = table_upload.control() if values["dataset"] == UPLOAD else ""
    if values["dataset"] == UPLOAD and not values["upload"]:
        values["dataset"] = FIELDS["dataset"].default
    values["members"] = (
        controls.pills(
            FIELDS["members"],
            "In the blend",
            format=lambda name: MEMBERS[name].label,
            help="Take members in and out, here or by a click on their row. Nothing is trained anew. With none, all "
            "are in.",
        )
        or FIELDS["members"].default
    )
    values["leak"] = controls.toggle(
        FIELDS["leak"],
        "Leak: fit on training rows",
        help="Fit the blend on what members say of the rows they were trained on, instead of rows they had not seen.",
    )
    values["strength"] = controls.log_slider(
        FIELDS["strength"],
        "Freedom of the weights C",
        help="Small: all members get nearly the same weight. Large: the weights follow the out-of-fold predictions "
        "wherever they lead.",
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more()
    return controls.checked(View, values)


def _more() -> dict[str, Any]:
    values: dict[str, Any] = {}
    values["train_share"] = controls.number(
        FIELDS["train_share"],
        "Training rows",
        step=0.05,
        help="The share of the table that is learned from, at most 600 rows; as many others test. Fewer rows make "
        "members differ more.",
    )
    left, right = st.columns(2)
    with left:
        values["folds"] = controls.integer(
            FIELDS["folds"], "Folds", help="Each training row is predicted by a copy that learned from the other folds."
        )
        values["trees"] = controls.integer(
            FIELDS["trees"], "Trees", step=10, help="Of the forest, the extra trees and boosting, each."
        )
        values["neighbours"] = controls.integer(
            FIELDS["neighbours"], "Neighbours", help="How many of the nearest rows k-NN asks."
        )
        values["bags"] = controls.integer(
            FIELDS["bags"], "Models in a bag", help="For the bagging curve: so many trees, and so many networks."
        )
    with right:
        values["repeats"] = controls.integer(
            FIELDS["repeats"], "Outer splits", help="How often the table is split anew into training and test rows."
        )
        values["epochs"] = controls.epochs(FIELDS["epochs"], step=5)
        values["learning_rate"] = controls.learning_rate(FIELDS["learning_rate"], high=1.0)
        values["seed"] = controls.seed(FIELDS["seed"])
    return values


def remember_rows(blended: Blended, order: Sequence[int]) -> None:
    """Keep what the marks of the picture that is drawn stand for, by the mark's name, for the next click.

    Scores come split after split, each with the combinations first: a click on one of those changes nothing.
    """
    rows = [blended.result.members[position] for position in order]
    st.session_state[_ROWS] = {
        "member": rows,
        "weight": list(blended.members),
        "score": [*([""] * len(combinations(blended))), *rows],
        "in": list(blended.members),
    }


def toggle_picked(pick: Mapping[str, Any] | None) -> None:
    """Take the member whose row, bar or score was clicked out of the blend, or in; the last one stays."""
    rows = st.session_state.get(_ROWS)
    if not rows or not pick or int(pick["index"]) < 0:
        return
    names = rows.get(pick["mark"], [])
    name = names[int(pick["index"]) % len(names)] if names else ""
    inside = [each for each in rows["in"] if each != name] if name in rows["in"] else [*rows["in"], name]
    if name and inside:
        controls.put({"members": tuple(each for each in MEMBERS if each in inside)})
        st.session_state[_TOGGLED] = True


def redraw_if_toggled() -> None:
    """Run the whole page again after a click: the controls stand outside the part that answered it."""
    if st.session_state.pop(_TOGGLED, False):
        st.rerun()
