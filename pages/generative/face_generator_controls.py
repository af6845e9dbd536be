"""The controls of the face generator: which faces, which numbers, which moment; what a click on the picture changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.face_generator import closer as near
from engine.face_generator.experiment import FACES, Config
from engine.face_generator.noise import NOISES
from engine.face_generator.source import ATTRIBUTES, KINDS
from engine.face_generator.view import VIEWS, View
from engine.figures import face_generator as figures
from pages.kit import controls

FIELDS = controls.fields(View)
_WAITING, _SCORE = "face_generator.waiting", "face_generator.score"
LETTERS = ("a", "b", "c")


def widget_values(view: View) -> Mapping[str, Any]:
    """Return the value of every control for a view."""
    return {name: getattr(view, name) for name in FIELDS}


def settings() -> tuple[Config, near.Config, View, figures.View]:
    """Draw the controls; return what is run, what is looked at closer, all settings, and what of it is shown."""
    values: dict[str, Any] = {}
    values["view"] = controls.segments(
        FIELDS["view"],
        "View",
        format=lambda name: VIEWS[name],
        help="The grid through the training; the plane of numbers through A, B and C; the walk from A to B; A with its "
        "attributes changed; A beside its nearest training pictures; a quiz.",
    )
    values["kind"] = controls.segments(
        FIELDS["kind"],
        "Faces",
        format=lambda name: KINDS[name],
        help="Colour faces drawn by this app, or grey photographs (the ORL portraits).",
    )
    values["noise"] = controls.select(
        FIELDS["noise"],
        "Numbers it starts from",
        format=lambda name: NOISES[name],
        help="What kind of 64 numbers a face is made of. The network was trained on normal ones.",
    )
    values["truncation"] = controls.number(
        FIELDS["truncation"],
        "Truncation ψ",
        step=0.05,
        help="The numbers are multiplied by it. Below 1: closer to the middle of what was learned.",
    )
    values["moment"] = controls.integer(
        FIELDS["moment"],
        "Moment",
        help="Which moment of the training makes the plane, the walk and the rest, and where training goes on from. "
        "The bar under the grid plays all of them.",
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more()
    view = controls.checked(View, values | _different(values))
    right, total = st.session_state.get(_SCORE, (0, 0))
    looked = figures.View(view.view, view.moment, (view.a, view.b, view.c), right, total)
    return view.run(), view.closer(), view, looked


def _more() -> dict[str, Any]:
    values: dict[str, Any] = {}
    faces, attributes, training = st.tabs(["Faces", "Attributes", "Training"])
    with faces:
        for letter in LETTERS:
            values[letter] = controls.stepper(
                FIELDS[letter],
                f"Face {letter.upper()}",
                help="Its number on the grid, counted along the rows from 0. A click on the grid sets it.",
            )
        values["seed"] = controls.seed(FIELDS["seed"])
    with attributes:
        for one in ATTRIBUTES:
            values[one.id] = controls.number(
                FIELDS[one.id], one.name, step=0.05, help=f"Moves face A between {one.low} and {one.high}."
            )
    with training:
        values["steps"] = controls.integer(
            FIELDS["steps"], "Steps to train on", step=10, help="0 only looks at the shipped training."
        )
        values["learning_rate"] = controls.learning_rate(FIELDS["learning_rate"], high=0.1)
        values["batch_size"] = controls.batch_size(FIELDS["batch_size"])
    return values


def _different(values: Mapping[str, Any]) -> dict[str, int]:
    """Return A, B and C with a number that is taken already replaced by the next one."""
    chosen: list[int] = []
    for letter in LETTERS:
        number = int(values[letter])
        while number in chosen:
            number = (number + 1) % FACES
        chosen.append(number)
    return dict(zip(LETTERS, chosen, strict=True))


def choose(index: int) -> None:
    """Make a face of the grid A, what was A becomes B, and B becomes C; call from the stage's callback."""
    state = st.session_state
    before = [int(state.get(letter, FIELDS[letter].default)) for letter in LETTERS]
    after = [index, *(one for one in before if one != index)][: len(LETTERS)]
    controls.put(dict(zip(LETTERS, after, strict=True)) | {one.id: 0.0 for one in ATTRIBUTES})
    state[_WAITING] = True


def move(strengths: Sequence[float]) -> None:
    """Move face A along its attributes; call from the stage's callback."""
    values = {
        one.id: min(near.STRENGTHS[-1], max(near.STRENGTHS[0], value))
        for one, value in zip(ATTRIBUTES, strengths, strict=True)
    }
    controls.put(values)
    st.session_state[_WAITING] = True


def keep_score(right: int, total: int) -> None:
    """Keep the score of the quiz for the session."""
    st.session_state[_SCORE] = (right, total)


def wait_for_page() -> None:
    """Note that the page must run as a whole: the stage is a fragment."""
    st.session_state[_WAITING] = True


def is_waiting() -> bool:
    """Return True once after a control was changed from the stage."""
    return bool(st.session_state.pop(_WAITING, False))
