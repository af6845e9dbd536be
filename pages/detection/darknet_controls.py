"""The Darknet page's controls: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from engine.darknet import experiment
from engine.darknet.experiment import LABELS, UPLOAD
from engine.darknet.samples import YOLO2, YOLO3
from engine.darknet.view import View
from engine.detection.experiment import keep
from engine.errors import PlaygroundError
from pages.kit import controls, picture_upload
from pages.kit.text import literal

FIELDS = controls.fields(View)
LAYER, _PENDING = "layer", "darknet.layer"
WEIGHTS_MEGABYTES = 60  # what the server takes (.streamlit/config.toml)


def widget_values(view: View) -> Mapping[str, Any]:
    """Return the value of every control for a view."""
    return {name: getattr(view, name) for name in FIELDS if name not in ("upload", "cfg", "weights")}


def look_at(layer: int) -> None:
    """Put a layer on its control at the next run of the page."""
    st.session_state[_PENDING] = layer


def settings() -> View:
    """Draw the controls and return the view they describe."""
    if _PENDING in st.session_state:
        st.session_state[LAYER] = st.session_state.pop(_PENDING)
    values: dict[str, Any] = {}
    values["network"] = controls.select(
        FIELDS["network"],
        "Network",
        format=lambda name: LABELS[name],
        help="A real face detector as Darknet files, two famous layouts with random numbers, or your own files.",
    )
    if values["network"] == UPLOAD:
        values |= _files()
        if not (values["cfg"] and values["weights"]):
            values["network"] = FIELDS["network"].default
    values |= picture_upload.photograph(
        FIELDS, keep, help="What the network looks at: a shipped photograph, or your own from a file or the camera."
    )
    values["score"] = controls.number(
        FIELDS["score"], "Score from", help="Boxes the network is less sure of are not shown. It has run already."
    )
    values["lost"] = controls.stepper(
        FIELDS["lost"],
        "One number lost in layer",
        help="0: none. 3: the first number of the third layer with parameters is taken out of the file, and a zero "
        "put at its end.",
    )
    values["layer"] = controls.stepper(
        FIELDS["layer"], "Look at layer", help="Its lines of the .cfg and its shapes. A click on a block does the same."
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values["overlap"] = controls.number(
            FIELDS["overlap"],
            "Overlap up to (IoU)",
            step=0.05,
            help="Two boxes of a class that overlap more than this are taken for the same thing.",
        )
        values["seed"] = controls.stepper(
            FIELDS["seed"], "Seed", help="The random numbers of the untrained layouts come from it."
        )
        if values["network"] not in (YOLO2, YOLO3):
            st.caption("The seed counts for the untrained layouts only.")
    return controls.checked(View, values)


def _files() -> dict[str, str]:
    text = _file(".cfg file", ["cfg", "txt"], 1, experiment.keep_cfg, "cfg", "The text that describes the layers.")
    numbers = _file(
        ".weights file",
        ["weights", "bin", "backup"],
        WEIGHTS_MEGABYTES,
        experiment.keep_weights,
        "weights",
        f"The numbers, at most {WEIGHTS_MEGABYTES} MB: yolov2-tiny and yolov3-tiny fit. It stays on this server.",
    )
    if not (text and numbers):
        st.info("Choose both files; until then the face detector is shown.", icon=":material/upload_file:")
    return {"cfg": text, "weights": numbers}


def _file(label: str, types: list[str], most: int, keep_it: Callable[[bytes], str], name: str, help: str) -> str:
    """Draw one upload and return the digest of its content; empty while there is none."""
    file = st.file_uploader(label, type=types, max_upload_size=most, help=help)
    digest: str = st.query_params.get(name, "")
    if file is not None:
        kept = st.session_state.setdefault("darknet.kept", {})
        try:
            if file.file_id not in kept:
                kept[file.file_id] = keep_it(file.getvalue())
            digest = kept[file.file_id]
        except PlaygroundError as error:
            st.error(literal(f"{error.message} {error.advice}"), icon=":material/error:")
    if digest and st.query_params.get(name) != digest:
        st.query_params[name] = digest
    return digest
