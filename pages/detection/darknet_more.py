"""The rest of the Darknet page: when to run, the table of layers, and the downloads."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from engine.config import key
from engine.darknet import experiment, export, script
from engine.darknet.experiment import UPLOAD, Config, Result
from engine.darknet.samples import FACE, GROUPS
from engine.darknet.story import story
from engine.darknet.view import View, name
from engine.data.photographs import BY_NAME
from engine.detection.experiment import CREDITS, jpeg_of
from engine.detection.experiment import FACE as DETECTOR
from engine.errors import InvalidData
from engine.runs.service import executor
from pages.kit import code_panel, head, run_view
from pages.kit.code_panel import Download
from pages.kit.provenance import provenance_line
from pages.kit.run_view import Shown

_ASKED = "darknet.asked"
_EXPORT = "darknet.export"


def start_when_new(run: str, view: View, shown: Shown | None) -> None:
    """Import at once when another network or picture is chosen: it takes a moment, not a training's time."""
    current = shown is not None and shown.current
    if not current and st.session_state.get(_ASKED) != key(view.run()):
        st.session_state[_ASKED] = key(view.run())  # once; after Stop or an error the reader decides
        run_view.start(run, view.run())


def import_button(run: str, view: View, shown: Shown | None) -> None:
    """Draw Import where the picture is not what the controls say: after Stop, or after an error."""
    if run_view.is_running(run) or (shown is not None and shown.current):
        return
    st.button(
        "Import",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        on_click=run_view.start,
        args=(run, view.run()),
        help="Read both files, build the Keras model and run it on this picture.",
    )


def jpeg(config: Config) -> bytes:
    """Return the picture of a config; a grey one when an upload is no longer there."""
    try:
        return jpeg_of(config.photograph, config.upload)
    except InvalidData:
        return BY_NAME["camera"].path.read_bytes()


def credit(config: Config) -> str:
    """Return whose picture it is."""
    return "Your own picture" if config.photograph == UPLOAD else f"Photo: {BY_NAME[config.photograph].credit}"


def foot(run: str, shown: Shown) -> None:
    """Draw where the result comes from."""
    if run_view.is_running(run):
        st.caption("Importing now, on a worker of this server")
        return
    result: Result = shown.entry.result
    size = " × ".join(str(int(side)) for side in result.input[:2])
    provenance_line(shown.entry.provenance, [f"{size} pixels · seed {result.config.seed}"])


def below_the_fold(shown: Shown, view: View, formula: str, why: str) -> None:
    """Draw what happened, why, the code with its downloads, and the table of layers."""
    result: Result = shown.entry.result
    config = result.config
    told = view.changed(
        network=config.network, cfg=config.cfg, weights=config.weights, seed=config.seed, lost=config.lost
    )
    head.below_the_fold(story(result, view), formula, why, lambda: _code(result, told))
    if config.network in (FACE, GROUPS):
        st.caption(CREDITS[DETECTOR] + " Written as Darknet files here.")
    st.subheader("Layers", anchor=False)
    st.dataframe(pd.DataFrame(_layers(result), columns=list(_HEADER)), hide_index=True, height=320, width="stretch")


def _code(result: Result, view: View) -> None:
    config = result.config
    downloads = [
        Download("Network .cfg", "network.cfg", lambda: experiment.texts(config)),
        Download("Network .weights", "network.weights", lambda: experiment.content(config)),
        Download("Picture .jpg", "picture.jpg", lambda: jpeg(config)),
        Download("Layers .csv", "darknet-layers.csv", lambda: code_panel.table_csv(_HEADER, _layers(result))),
        Download("Boxes .csv", "darknet-boxes.csv", lambda: code_panel.table_csv(_BOXES, _boxes(result))),
        *_models(config),
    ]
    try:
        source = script.script(view)
    except InvalidData as error:
        st.warning(f"{error.message} {error.advice}", icon=":material/error:")
        return
    code_panel.code_panel(source, "darknet", "Darknet", downloads)
    _export(config)


def _models(config: Config) -> list[Download]:
    """Return the model's downloads, once they are made."""
    entry = executor().find(export.of(config))
    if entry is None:
        return []
    files = executor().store
    return [
        Download("Model .keras", export.KERAS_FILE, lambda: files.file(entry, export.KERAS_FILE) or b""),
        Download("SavedModel .zip", export.SAVED_MODEL, lambda: files.file(entry, export.SAVED_MODEL) or b""),
    ]


def _export(config: Config) -> None:
    wanted = export.of(config)
    shown = run_view.open_run(_EXPORT, wanted, wanted)
    progress = st.container()
    if not run_view.is_running(_EXPORT) and (shown is None or not shown.current):
        st.button(
            "Make .keras and SavedModel",
            icon=":material/deployed_code:",
            on_click=run_view.start,
            args=(_EXPORT, wanted),
            help="The worker writes the imported network in both formats; then they stand among the downloads.",
        )
    if run_view.has_begun(_EXPORT):
        run_view.live(_EXPORT, progress, lambda _: None, lambda *_: None, unit="part")


_HEADER = ("layer", "kind", "line", "reads", "rows", "columns", "channels", "parameters", "multiply-adds")
_BOXES = ("class", "score", "left", "top", "right", "bottom")


def _layers(result: Result) -> list[Sequence[object]]:
    return [
        (
            number,
            kind,
            int(result.lines[number]),
            ", ".join("picture" if one < 0 else str(one) for one in result.sources[number]),
            *(int(side) for side in result.shapes[number]),
            int(result.parameters[number]),
            int(result.operations[number]),
        )
        for number, kind in enumerate(result.kinds)
    ]


def _boxes(result: Result) -> list[Sequence[object]]:
    return [
        (name(result, number), f"{result.score[number]:.5f}", *(f"{side:.2f}" for side in result.boxes[number]))
        for number in range(len(result.score))
    ]
