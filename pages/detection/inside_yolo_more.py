"""The rest of the page on YOLO's numbers: when the network looks, text, code, downloads and a closer look."""

from __future__ import annotations

import io
from collections.abc import Iterable

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from engine.config import key
from engine.data import fashion
from engine.errors import InvalidData, InvalidSetting
from engine.figures import inside_yolo_charts as charts
from engine.inside_yolo.cells import NUMBERS, PARTS, parse_edits, sigmoid
from engine.inside_yolo.experiment import BOXES, GRID, UPLOAD, Config, Result, original
from engine.inside_yolo.script import script
from engine.inside_yolo.story import story
from engine.inside_yolo.view import Seen, View
from engine.runs.service import Entry
from engine.yolo.compose import NAMES
from engine.yolo.experiment import RUN_FILE
from pages.kit import code_panel, head, run_view
from pages.kit.chart import chart
from pages.kit.code_panel import Download
from pages.kit.look import is_dark
from pages.kit.provenance import provenance_line
from pages.kit.run_view import Shown

_ASKED = "inside_yolo.asked"
ROOM, SQUARE, COST = "Things and cells", "Into the square", "Loss, cell by cell"


def start_when_new(name: str, config: Config, shown: Shown | None) -> None:
    """Let the network look at once when another picture is chosen: it takes a moment, not a training's time."""
    current = shown is not None and shown.current
    if not current and st.session_state.get(_ASKED) != key(config):
        st.session_state[_ASKED] = key(config)  # once; after Stop or an error the reader decides
        run_view.start(name, config)


def look_button(name: str, config: Config, shown: Shown | None) -> None:
    """Draw Look where the picture is not what the controls say: after Stop, or after an error."""
    if run_view.is_running(name) or (shown is not None and shown.current):
        return
    st.button(
        "Look",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        on_click=run_view.start,
        args=(name, config),
        help="Let the network look at this picture.",
    )


def readable(view: View, shown: Shown | None) -> View:
    """Return the view of the picture that is shown; numbers set by hand that cannot be read are named and left out."""
    if shown is not None:
        config: Config = shown.entry.result.config
        view = view.changed(
            source=config.source,
            things=config.things,
            seed=config.seed,
            covered=config.covered,
            upload=config.upload,
            negative=config.negative,
        )
    try:
        parse_edits(view.edits)
    except InvalidSetting as error:
        st.error(f"{error.message} {error.advice}", icon=":material/error:")
        return view.changed(edits="")
    return view


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers come from."""
    config: Config = shown.entry.result.config
    if run_view.is_running(name):
        st.caption("Looking now, on a worker of this server")
        return
    facts = ["Your own picture"] if config.source == UPLOAD else [f"seed {config.seed}", fashion.CREDIT]
    provenance_line(shown.entry.provenance, [" · ".join(facts)])


def below_the_fold(entry: Entry, view: View, seen: Seen, formula: str, why: str) -> None:
    """Draw what happened, why, the code with its downloads, and a closer look."""
    result: Result = entry.result
    downloads = [
        Download("Weights .npz", "run.npz", RUN_FILE.read_bytes),
        Download("Picture .png", "picture.png", lambda: _png(result.config)),
        Download("Numbers .csv", "inside_yolo.csv", lambda: code_panel.table_csv(_HEADER, _rows(seen))),
    ]
    head.below_the_fold(
        story(result, view, seen),
        formula,
        why,
        lambda: code_panel.code_panel(script(result, view, seen), "inside_yolo", "Inside YOLO", downloads),
    )
    _closer_look(entry, view, seen)


def _png(config: Config) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(original(config)[0]).save(buffer, "PNG")
    return buffer.getvalue()


_HEADER = ("row", "column", "number", "raw", "after sigmoid or softmax")


def _rows(seen: Seen) -> Iterable[tuple[object, ...]]:
    """Return every number of the tensor, as it is shown."""
    for row, column in np.ndindex(GRID, GRID):
        raw = seen.raw[row, column]
        read = np.concatenate([sigmoid(raw[: 5 * BOXES].astype(float)), seen.said.classes[0, row, column]])
        for number, name in enumerate(NUMBERS):
            yield row, column, name, float(raw[number]), float(read[number])


def _closer_look(entry: Entry, view: View, seen: Seen) -> None:
    st.subheader("A closer look", anchor=False)
    chosen = st.segmented_control(
        "Look",
        (ROOM, SQUARE, COST),
        default=ROOM,
        required=True,
        label_visibility="collapsed",
        key="inside_yolo.closer",
    )
    result: Result = entry.result
    if chosen == SQUARE:
        _square(result, view)
    elif chosen == COST:
        _cost(seen)
    else:
        chart(
            (entry.key, "room", str(seen.with_cell), view.fit, is_dark()),
            lambda: charts.cells_with_things(seen.things, seen.with_cell, is_dark()),
        )
        st.caption(
            "The tensor’s size is fixed by the layers, so the number of boxes is too: S · S · B = 128 here, 98 in the "
            "YOLO of 2016. Lines: how many of n things find a cell of their own on average when their centres are "
            "scattered evenly, S² (1 − (1 − 1/S²)ⁿ). Set Things to 80 and see who is left out."
        )  # fmt: skip


def _square(result: Result, view: View) -> None:
    try:
        drawn = charts.fitted_pictures(result, view)
    except InvalidData as error:  # the upload is gone; its tensor is still there
        st.info(f"{error.message} {error.advice}", icon=":material/hide_image:")
        return
    widths = [result.width / result.height, *[1.0] * (len(drawn) - 1)]
    for column, (caption, jpeg) in zip(st.columns([*widths, max(0.01, 4 - sum(widths))]), drawn, strict=False):
        with column:
            st.image(jpeg, caption=caption, alt=caption, width="stretch")
    if len(result.inputs) == 1:
        st.caption(
            "This picture is square: it is only brought to 128 × 128. Choose the wide scene, or your own picture."
        )
    else:
        st.caption(
            "Green: right, or of your own picture; orange: wrong. A box is found in input pixels and brought back by "
            "the same two scales and offsets."
        )  # fmt: skip


def _cost(seen: Seen) -> None:
    if not seen.things:
        st.info("Without true boxes there is no loss.", icon=":material/info:")
        return
    parts = seen.loss.parts.reshape(GRID * GRID, -1)
    order = np.argsort(-parts.sum(axis=1), kind="stable")
    table = pd.DataFrame(
        [
            (
                int(place // GRID),
                int(place % GRID),
                NAMES[int(seen.wanted[place // GRID, place % GRID, 1])] if seen.wanted[place // GRID, place % GRID, 0]
                else "",
                int(seen.loss.responsible.ravel()[place]) + 1 or None,
                *(round(float(value), 4) for value in parts[place]),
                round(float(parts[place].sum()), 4),
            )
            for place in order
        ],
        columns=["row", "column", "thing", "responsible box", *PARTS, "sum"],
    )  # fmt: skip
    st.dataframe(table, hide_index=True, height=320, width="stretch")
    st.caption(f"Weights included; the sum over all {GRID * GRID} cells is the loss, {parts.sum():.3f}.")
