"""The rest of the page on faces: when to run, the closer look, text, code and downloads."""

from __future__ import annotations

import time

import streamlit as st

from engine.config import key
from engine.errors import PlaygroundError
from engine.face_generator import closer as near
from engine.face_generator import reading, script, source, story
from engine.face_generator.experiment import LAST, MODEL_FILE, Config, Result
from engine.face_generator.source import DRAWN
from engine.runs.service import Entry, Run, Status, executor
from pages.generative import face_generator_controls as panel
from pages.kit import code_panel, head, run_view
from pages.kit.code_panel import Download
from pages.kit.provenance import provenance_line
from pages.kit.run_view import Shown

USUAL = 120
_WANTED, _ASKED, _CLOSER = "face_generator.wanted", "face_generator.asked", "face_generator.closer"
_CLOSER_RUN, _CLOSER_KEY = "face_generator.closer_run", "face_generator.closer_key"
_FAILED, _ERROR = "face_generator.failed", "face_generator.error"
_PATIENCE = 0.1  # seconds the page waits for the closer look before it shows itself without


def start_when_new(name: str, config: Config, shown: Shown | None) -> None:
    """Make the faces at once when other numbers are chosen: it takes seconds. A training waits for its button."""
    current = shown is not None and shown.current
    if not current and not config.steps and st.session_state.get(_ASKED) != key(config):
        st.session_state[_ASKED] = key(config)  # once; after Stop or an error the reader decides
        run_view.start(name, config)


def closer(config: near.Config) -> near.Result | None:
    """Return the closer look: stored, or made by a worker now, a moment's work.

    While it takes longer, or when it failed, it is the last one of these faces, or none.
    """
    state = st.session_state
    entry = executor().find(config)
    if entry is None and state.get(_FAILED) != key(config):
        run: Run | None = state[_CLOSER_RUN] if state.get(_CLOSER_KEY) == key(config) else None
        if run is None:
            run = executor().start(config)
            state[_CLOSER_RUN], state[_CLOSER_KEY] = run, key(config)
        status = _after(run, _PATIENCE)
        entry = status.entry
        if status.final:
            state[_CLOSER_RUN] = state[_CLOSER_KEY] = None
        if status.error is not None:
            state[_FAILED], state[_ERROR] = key(config), status.error
    if entry is not None:
        state[_CLOSER] = entry.result
        # A run that nobody waits for any more: left here, its end would be news at every look, and each look the next.
        state[_FAILED] = state[_CLOSER_RUN] = state[_CLOSER_KEY] = None
    last: near.Result | None = state.get(_CLOSER)
    return last if last is not None and last.config.kind == config.kind else None


def watch_closer() -> None:
    """Look again soon while the closer look is still being made; say what went wrong if it failed."""
    state = st.session_state
    if state.get(_FAILED) is not None:
        error: PlaygroundError = state[_ERROR]
        st.error(f"{error.message} {error.advice}", icon=":material/error:")
    if state.get(_CLOSER_RUN) is not None:
        st.fragment(_watch, run_every=0.4)()


def _watch() -> None:
    run: Run | None = st.session_state.get(_CLOSER_RUN)
    if run is not None and run.status().final:
        st.rerun()
    st.caption(":material/hourglass_empty: Making the faces around it")


def _after(run: Run, seconds: float) -> Status:
    """Return how a run stands when it is over, or after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (status := run.status()).final and time.monotonic() < deadline:
        time.sleep(0.02)
    return status


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts a training, and say when the picture shows other settings."""
    if run_view.is_running(name):
        return
    if config.kind != DRAWN and source.portraits() is None:
        st.caption(":material/info: Training on needs the portraits, which are not shipped.")
        return
    if shown is not None and not shown.current:
        st.caption(":material/info: The picture shows the settings before. Press Train on.")
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Train on",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            on_click=_train,
            args=(name,),
            help="Train both networks on from the moment above; without steps chosen, a usual number of them.",
        )
        st.button(
            "",
            icon=":material/casino:",
            key="reseed",
            on_click=_reseed,
            help="Other numbers: 64 other faces.",
        )


def train_from(name: str, moment: int) -> None:
    """Train on from a moment that the picture shows; call from the stage's callback."""
    st.session_state["moment"] = max(0, min(LAST, moment))
    _train(name)
    panel.wait_for_page()


def _train(name: str) -> None:
    state = st.session_state
    if not state.get("steps"):
        state["steps"] = USUAL
    state["view"] = "grid"
    state[_WANTED] = name


def _reseed() -> None:
    state = st.session_state
    state["seed"] = (int(state.get("seed", 0)) + 1) % int(panel.FIELDS["seed"].setting.high + 1)


def start_if_wanted(name: str, config: Config) -> None:
    """Start the training that a button asked for, now that the controls have said what it is."""
    if st.session_state.pop(_WANTED, "") == name:
        run_view.start(name, config, again=True)


def foot(name: str, shown: Shown) -> None:
    """Draw where the faces of the picture come from."""
    config: Config = shown.entry.result.config
    if run_view.is_running(name):
        st.caption("Working now, on a worker of this server")
        return
    facts = [f"seed {config.seed}", *([source.CREDITS[config.kind]] if source.CREDITS[config.kind] else [])]
    provenance_line(shown.entry.provenance, facts)


def below_the_fold(entry: Entry, look: near.Result | None, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads."""
    result: Result = entry.result
    config: Config = result.config
    downloads = [
        Download("Numbers .csv", "face_generator.csv", lambda: _numbers(result)),
        Download("Faces .webp", "faces.webp", lambda: result.sheet_at(len(result.step) - 1)),
        Download("Weights .npz", script.WEIGHTS_FILE, lambda: script.weights_file(config)),
    ]
    if config.steps:
        downloads += [
            Download("Generator .keras", MODEL_FILE, lambda: executor().file(entry, MODEL_FILE) or b""),
            Download("Real faces .npz", script.REAL_FILE, lambda: executor().call(script.real_file, config)),
        ]
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *story.story(result, look)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(config), "face_generator", "Face generator", downloads),
    )


def _numbers(result: Result) -> str:
    header = ("step", "kernel distance", "its spread", "variety", *(f"seen: {name}" for name in reading.NAMES))
    rows = (
        (int(step), float(quality), float(spread), float(variety), *(float(share) for share in shares))
        for step, quality, spread, variety, shares in zip(
            result.step, result.quality, result.quality_spread, result.variety, result.presence, strict=True
        )
    )
    return code_panel.table_csv(header, rows)
