"""The controls of the page on YOLO's numbers: the picture and what is looked at, and a slider for each number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.config import settings as settings_of
from engine.errors import InvalidSetting
from engine.figures.inside_yolo import INPUT
from engine.figures.inside_yolo_numbers import CLASSES
from engine.inside_yolo import experiment
from engine.inside_yolo.cells import LETTERS, Edit, with_edit
from engine.inside_yolo.experiment import BOXES, GRID, SCENE, UPLOAD, WIDE
from engine.inside_yolo.fitting import LETTERBOX, STRETCH
from engine.inside_yolo.view import CHOSEN, LIKELIEST, Seen, View
from engine.yolo.compose import NAMES
from pages.kit import controls, picture_upload

FIELDS = controls.fields(View)
PICTURE_LABELS = {SCENE: "Square scene", WIDE: "Wide scene", UPLOAD: "Your own picture"}
FIT_LABELS = {STRETCH: "Stretch", LETTERBOX: "Bars"}
LARGEST = 12.0  # of a raw number on its slider: σ(12) is 0.999994
SLIDERS = {
    "x": ("t of x", "Where the centre lies in its cell, from left to right, before the sigmoid."),
    "y": ("t of y", "Where the centre lies in its cell, from top to bottom, before the sigmoid."),
    "w": ("t of w", "The width as a share of the picture, before the sigmoid."),
    "h": ("t of h", "The height as a share of the picture, before the sigmoid."),
    "c": ("t of c", "The confidence, before the sigmoid: the overlap with a thing that the box expects of itself."),
}
_BEFORE = "inside_yolo.before"


def widget_values(view: View) -> Mapping[str, Any]:
    """Return the value of every control for a view."""
    return {name: getattr(view, name) for name in FIELDS if name != "upload"}


@dataclass(frozen=True)
class Column:
    """The column of sliders beside the picture: places for the box, its numbers, the class, and its number."""

    box: DeltaGenerator
    numbers: DeltaGenerator
    kind: DeltaGenerator
    rest: DeltaGenerator


def column() -> Column:
    """Make the places of the column, from the top."""
    return Column(*(st.container(gap="xxsmall") for _ in range(4)))


def settings(beside: Column) -> View:
    """Draw the controls, two of them beside the picture, and return the view they describe."""
    _let_go()
    values: dict[str, Any] = {}
    values["source"] = controls.select(
        FIELDS["source"],
        "Picture",
        format=lambda name: PICTURE_LABELS[name],
        help="Scenes put together from clothes and shapes, whose true boxes are known; or a picture of your own.",
    )
    if values["source"] == UPLOAD:
        values["upload"] = picture_upload.control(experiment.keep)
        values["negative"] = controls.toggle(
            FIELDS["negative"],
            "Negative",
            help="The network knows bright things on dark ground: a photograph on white needs its negative.",
        )
        if not values["upload"]:
            values["source"] = SCENE
    else:
        values["things"] = controls.integer(
            FIELDS["things"],
            "Things",
            help="How many; above 8 they are smaller than any in training, and with luck all find a place.",
        )
        values["seed"] = controls.seed(FIELDS["seed"])
    if values["source"] != SCENE:
        values["fit"] = controls.segments(
            FIELDS["fit"],
            "Into the square",
            format=lambda name: FIT_LABELS[name],
            help="The input has 128 × 128 pixels. Stretch changes things’ shape; bars keep it and make them small.",
        )
    values["moment"] = controls.integer(
        FIELDS["moment"], "Moment of training", help="0 is untrained, 12 the end, after 8110 steps."
    )
    values["layer"] = controls.select(
        FIELDS["layer"],
        "Layer",
        format=str.capitalize,
        help="What is drawn over the picture: each cell’s best confidence, its likeliest class, all 128 boxes as thick "
        "as they are confident, those that stay after threshold and suppression, or each cell’s part of the loss.",
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more(values["source"])
    with beside.box:
        values["box"] = controls.segments(
            FIELDS["box"],
            "Raw numbers t of box",
            format=lambda number: str(number or "Best"),
            help="Which of the cell’s two boxes the sliders move, the solid one in the picture. Best: the responsible "
            "one, in an empty cell the more confident one.",
        )
    with beside.kind:
        values["kind"] = controls.select(
            FIELDS["kind"],
            "Class",
            format=lambda name: name or "Likeliest",
            help="Whose raw number the last slider moves. A click on its bar chooses it too.",
        )
    return controls.checked(View, values)


def _more(source: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "score": controls.number(
            FIELDS["score"], "Score from", step=0.05, help="Smallest score, c × class probability, of a box found."
        ),
        "overlap": controls.number(
            FIELDS["overlap"],
            "Overlap up to (IoU)",
            step=0.05,
            help="Boxes of a class that overlap more: the best stays.",
        ),
        "row": controls.stepper(
            FIELDS["row"],
            "Row of the cell",
            help="From 0 at the top; −1: the cell of the largest thing. A click sets it.",
        ),
        "column": controls.stepper(
            FIELDS["column"], "Column of the cell", help="From 0 at the left; −1: as for the row."
        ),
    }
    if source != UPLOAD:
        values["covered"] = controls.number(
            FIELDS["covered"], "Things may cover", step=0.05, help="Largest share of a thing that another may cover."
        )
    values["edits"] = controls.text(
        FIELDS["edits"],
        "Numbers set by hand",
        placeholder="3 4 w1 1.5; 3 4 Shirt 2",
        help="Row, column, number (x1 is the x of box 1, or a class) and raw value. The sliders write them.",
    )
    return values


def _let_go() -> None:
    """Drop cell and numbers set by hand when another tensor is looked at: they meant the one before."""
    state = st.session_state
    before = state.get(_BEFORE)
    tensor = (
        *map(state.get, ("source", "things", "seed", "covered", "negative", "fit")),
        st.query_params.get("upload"),
    )
    looked = tuple(state.get(name) for name in ("row", "column", "moment", "edits"))
    if before is not None and before[0] != tensor and before[1] == looked:
        controls.put({"row": CHOSEN, "column": CHOSEN, "edits": ""})
        looked = (CHOSEN, CHOSEN, looked[2], "")
    elif before is not None and before[1][2] != looked[2] and before[1][3] == looked[3]:
        controls.put({"edits": ""})
        looked = (*looked[:3], "")
    state[_BEFORE] = (tensor, looked)


def pick(name: str, index: int) -> None:
    """Take a click on the picture: a cell, or a class's bar. Call from the stage's callback."""
    if name == INPUT and 0 <= index < GRID * GRID:
        controls.put({"row": index // GRID, "column": index % GRID, "box": 0, "kind": LIKELIEST})
    elif name == CLASSES and 0 <= index < len(NAMES):
        controls.put({"kind": NAMES[index]})


def numbers(beside: Column, view: View, seen: Seen) -> None:
    """Draw a slider for each number of the chosen box and for one class of the cell looked into."""
    with beside.numbers:
        for place, letter in enumerate(LETTERS):
            label, help = SLIDERS[letter]
            _number(view, seen, 5 * seen.box + place, label, help)
    with beside.rest:
        _number(view, seen, 5 * BOXES + seen.kind, f"t of {NAMES[seen.kind]}", "Softmax makes probabilities of all 13.")
        st.button(
            "Reset",
            icon=":material/undo:",
            width="stretch",
            disabled=not seen.edits,
            on_click=controls.put,
            args=({"edits": ""},),
            help="All numbers as the network said them.",
        )


def _number(view: View, seen: Seen, number: int, label: str, help: str) -> None:
    """Draw the slider of one raw number; moving it sets the number by hand."""
    value = float(seen.raw[seen.row, seen.column, number])
    name = f"inside_yolo.t.{'class' if number >= 5 * BOXES else number % 5}"
    st.session_state[name] = round(max(-LARGEST, min(LARGEST, value)), 2)
    st.slider(
        label,
        -LARGEST,
        LARGEST,
        step=0.01,
        format="%.2f",
        key=name,
        help=help,
        on_change=_set,
        args=(name, view.edits, seen.row, seen.column, number),
    )


def _set(name: str, edits: str, row: int, column: int, number: int) -> None:
    try:
        written = with_edit(edits, Edit(row, column, number, float(st.session_state[name])))
    except InvalidSetting:
        return
    if len(written) <= settings_of(View)["edits"].high:
        controls.put({"edits": written})
