"""The controls of the style-based generator: which view, which pictures, how far from the average, which layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.style_generator.experiment import (
    LAYERS,
    MIXING,
    NOISE,
    PATH,
    PSIS,
    SCALES,
    TRANSFER,
    TRUNCATION,
    Config,
)
from engine.style_generator.stored import CARS, FACES
from engine.style_generator.view import View
from pages.kit import controls

FIELDS = controls.fields(View)
NAMES = {
    TRUNCATION: "Truncation",
    MIXING: "Mixing",
    NOISE: "Noise",
    PATH: "Path",
    SCALES: "Scales",
    TRANSFER: "Transfer",
}
DOMAINS = {FACES: "Faces", CARS: "Cars"}


def widget_values(view: View) -> Mapping[str, Any]:
    """Return the value of every control for a view."""
    return {name: getattr(view, name) for name in FIELDS}


def settings() -> tuple[Config, View]:
    """Draw the controls; return what is run, and all settings."""
    values: dict[str, Any] = {}
    values["view"] = controls.segments(
        FIELDS["view"],
        "View",
        format=lambda name: NAMES[name],
        help="64 pictures pulled to the average; two styles in one picture; noise; the way between two pictures; what "
        "a style multiplies; and the generator of faces learning cars.",
    )
    values["domain"] = controls.segments(
        FIELDS["domain"],
        "Pictures",
        format=lambda name: DOMAINS[name],
        help="Faces: the generator as it was trained first. Cars: the same network after it was trained on cars.",
    )
    values["psi"] = controls.points(
        FIELDS["psi"],
        "Truncation ψ",
        PSIS,
        help="How far a style keeps away from the average one: 0 is the average, 1 as learned, −1 the opposite.",
    )
    values["start"] = controls.integer(
        FIELDS["start"],
        "Column from layer",
        help="The first layer that hears the picture of the column. 0 and up: 4 pixels; 9: the colours at 64 pixels.",
    )
    values["end"] = controls.integer(
        FIELDS["end"],
        "Row again from layer",
        help=f"From here on layers hear the row again; {LAYERS}: none does.",
    )
    values["end"] = max(values["end"], values["start"] + 1)
    values["layer"] = controls.integer(
        FIELDS["layer"], "Layer of the scales", help="Counted from the 4 × 4 pixels up, colours included."
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        for letter in ("a", "b"):
            values[letter] = controls.stepper(
                FIELDS[letter],
                f"Picture {letter.upper()}",
                help="Its number among the seed’s 64, counted along the rows from 0.",
            )
        values["moment"] = controls.integer(
            FIELDS["moment"], "Moment of the training", help="Of the faces’ training: 0 is early, 5 the end."
        )
        values["seed"] = controls.seed(FIELDS["seed"])
    view = controls.checked(View, values)
    return view.run(), view
