"""The rest of the detection page: when to run, downloads, and the tables behind the picture."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from engine.config import key
from engine.data.photographs import BY_NAME
from engine.detection import experiment, export, script
from engine.detection.experiment import CREDITS, FILES, UPLOAD, WEIGHTS, Config, Result
from engine.detection.story import story
from engine.detection.view import Choice, View, choose, judge, parse_truth
from engine.errors import InvalidData, InvalidSetting
from engine.figures import detection as figures
from engine.figures import detection_charts as charts
from engine.runs.service import Entry
from pages.kit import code_panel, head, run_view
from pages.kit.chart import chart
from pages.kit.code_panel import Download
from pages.kit.look import is_dark
from pages.kit.provenance import provenance_line
from pages.kit.run_view import Shown

_ASKED = "detection.asked"
CANDIDATES, TRACE, CURVE = "Raw candidates", "Suppression, step by step", "Precision and recall"


def start_when_new(name: str, config: Config, shown: Shown | None) -> None:
    """Detect at once when another picture, detector or size is chosen: it takes a moment, not a training's time."""
    current = shown is not None and shown.current
    if not current and st.session_state.get(_ASKED) != key(config):
        st.session_state[_ASKED] = key(config)  # once; after Stop or an error the reader decides
        run_view.start(name, config)


def detect_button(name: str, config: Config, shown: Shown | None) -> None:
    """Draw Detect where the picture is not what the controls say: after Stop, or after an error."""
    if run_view.is_running(name) or (shown is not None and shown.current):
        return
    st.button(
        "Detect",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        on_click=run_view.start,
        args=(name, config),
        help="Run the detector on this picture.",
    )


def readable(view: View, shown: Shown | None) -> View:
    """Return the view of the picture that is shown; true boxes that cannot be read are named and left out."""
    if shown is None:
        return view
    config: Config = shown.entry.result.config
    view = view.changed(photograph=config.photograph, upload=config.upload, detector=config.detector, size=config.size)
    try:
        parse_truth(view.truth, config.detector, shown.entry.result.width, shown.entry.result.height)
    except InvalidSetting as error:
        st.error(f"{error.message} {error.advice}", icon=":material/error:")
        return view.changed(truth="")
    return view


def jpeg(config: Config) -> bytes:
    """Return the picture of a config; a grey one when an upload is no longer there."""
    try:
        return experiment.jpeg_of(config.photograph, config.upload)
    except InvalidData:
        return BY_NAME["camera"].path.read_bytes()


def credit(config: Config) -> str:
    """Return whose picture it is."""
    return "Your own picture" if config.photograph == UPLOAD else f"Photo: {BY_NAME[config.photograph].credit}"


def foot(name: str, shown: Shown) -> None:
    """Draw where the boxes come from, and whose network it is."""
    config: Config = shown.entry.result.config
    if run_view.is_running(name):
        st.caption("Detecting now, on a worker of this server")
        return
    provenance_line(shown.entry.provenance, [f"{config.size} × {config.size} pixels"])


def below_the_fold(entry: Entry, view: View, formula: str, why: str) -> None:
    """Draw what happened, why, the code with its downloads, and the tables."""
    result: Result = entry.result
    choice = choose(result, view)
    downloads = [
        Download("Weights .npz", FILES[view.detector], lambda: (WEIGHTS / FILES[view.detector]).read_bytes()),
        Download("Picture .jpg", "picture.jpg", lambda: jpeg(result.config)),
        Download("COCO .json", "detection.json", lambda: export.coco_json([("picture.jpg", result, choice)])),
        Download("Boxes .csv", "detection.csv", lambda: _csv(result, choice)),
        Download("Annotated .png", "detection.png", lambda: figures.annotated_png(result, choice, jpeg(result.config))),
    ]
    head.below_the_fold(
        story(result, view, choice, judge(result, choice, view)),
        formula,
        why,
        lambda: code_panel.code_panel(script.script(view), "detection", "Object detection", downloads),
    )
    st.caption(CREDITS[view.detector])
    _closer_look(entry, view, choice)


def _csv(result: Result, choice: Choice) -> str:
    return code_panel.table_csv(export.HEADER, export.rows(result, choice, list(range(len(result.score)))))


def _closer_look(entry: Entry, view: View, choice: Choice) -> None:
    st.subheader("A closer look", anchor=False)
    look = st.segmented_control(
        "Look", (CANDIDATES, TRACE, CURVE), default=CANDIDATES, required=True, label_visibility="collapsed"
    )
    result: Result = entry.result
    if look == CURVE:
        judgement = judge(result, choice, view)
        if judgement is None:
            st.info("Draw a true box on the picture first: without truth there is nothing to be right about.")
            return
        chart(
            (entry.key, "curve", repr(view), is_dark()),
            lambda: charts.precision_recall(judgement, is_dark()),
        )
        st.caption("Solid: as the score falls. Dashed: the best precision at that recall or more, which AP averages.")
        return
    numbers = list(range(len(result.score))) if look == CANDIDATES else [int(number) for number in choice.passed]
    table = pd.DataFrame(export.rows(result, choice, numbers), columns=list(export.HEADER))
    st.dataframe(table, hide_index=True, height=320, width="stretch")
    st.caption(
        f"All {len(numbers)} candidates with a score of 0.01 or more, before any threshold."
        if look == CANDIDATES
        else f"{len(numbers)} boxes in the order in which suppression takes them; “by” is the number that dropped it."
    )
