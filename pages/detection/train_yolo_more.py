"""The rest of the page on the small YOLO: the buttons of a run, text, code and downloads."""

from __future__ import annotations

import streamlit as st

from engine.data import fashion
from engine.runs.service import Entry, executor
from engine.yolo import script, story
from engine.yolo.compose import NAMES
from engine.yolo.experiment import MODEL_FILE, RUN_FILE, SCRATCH, SHIPPED, Config, Result
from pages.detection import train_yolo_controls as panel
from pages.kit import code_panel, head, provenance, run_view
from pages.kit.code_panel import Download
from pages.kit.run_view import Shown

USUAL = {SHIPPED: 150, SCRATCH: 300}


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts a run, and say when the picture shows other settings."""
    if run_view.is_running(name):
        return
    if shown is not None and not shown.current:
        st.caption(":material/info: The picture shows the settings before. Press Train.")
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Train" if config.start == SCRATCH else "Train on",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            on_click=_train,
            args=(name,),
            help="Train the steps above from where the control says; about five steps a second on two cores. Without "
            "steps chosen it takes a usual number. From the shipped run’s end, a learning rate of 0.00003 leaves mAP "
            "where it is; 0.002, right for a new network, costs 0.015 of it (150 steps, means of three seeds).",
        )
        st.button(
            "",
            icon=":material/casino:",
            key="reseed",
            on_click=_reseed,
            args=(name,),
            help="Another seed: other training pictures and, from nothing, other initial weights.",
        )


def _train(name: str, reseed: bool = False) -> None:
    """Start what the controls say; with no steps chosen, a usual number of them."""
    state = st.session_state
    if not state.get("steps"):
        state["steps"] = USUAL[state.get("start", SHIPPED)]
    if reseed:
        state["seed"] = (int(state.get("seed", 0)) + 1) % int(panel.FIELDS["seed"].setting.high + 1)
    state[_WANTED] = name


def _reseed(name: str) -> None:
    _train(name, reseed=True)


_WANTED = "train_yolo.wanted"


def start_if_wanted(name: str, config: Config) -> None:
    """Start the run that a button asked for, now that the controls have said what it is."""
    if st.session_state.pop(_WANTED, "") == name:
        run_view.start(name, config, again=True)


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from."""
    config: Config = shown.entry.result.config
    provenance.foot(name, shown, f"S {config.grid} · B {config.boxes} · seed {config.seed}", fashion.CREDIT)


def below_the_fold(entry: Entry, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads."""
    result: Result = entry.result
    config: Config = result.config
    downloads = [Download("Numbers .csv", "train_yolo.csv", lambda: _numbers(result))]
    if config.steps or config.start == SHIPPED:
        downloads.append(Download("Model .keras", "yolo.keras", lambda: executor().file(entry, MODEL_FILE) or b""))
    if config.steps:
        downloads.append(Download("Training items .npz", "train.npz", lambda: _file("train")))
    downloads.append(Download("Test items .npz", "test.npz", lambda: _file("test")))
    if config.start == SHIPPED:
        downloads.append(Download("Weights .npz", "run.npz", RUN_FILE.read_bytes))
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *story.story(result)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(config), "train_yolo", "Train a YOLO", downloads),
    )


def _file(split: str) -> bytes:
    return (fashion.FOLDER / f"{split}.npz").read_bytes()


def _numbers(result: Result) -> str:
    rows = (
        (int(step), float(mean), *(float(value) for value in values))
        for step, mean, values in zip(result.step, result.mean_precision, result.precision, strict=True)
    )
    return code_panel.table_csv(("step", "mAP at 0.5", *NAMES), rows)
