"""The rest of the Playground page: the buttons of a run, the second setting beside the first, and a closer look."""

from __future__ import annotations

import streamlit as st

from engine.errors import InvalidSetting
from engine.figures import playground as figures
from engine.playground import script, story, versus
from engine.playground.experiment import Config, Result
from engine.runs.service import Entry, executor
from pages.foundations import playground_controls as panel
from pages.kit import code_panel, head, provenance, run_view
from pages.kit.chart import chart
from pages.kit.code_panel import Download
from pages.kit.look import is_dark
from pages.kit.run_buttons import another_seed
from pages.kit.run_view import Shown

BESIDE = "playground.beside"
LOOKS = {
    "Confusion matrix": lambda result, dark: figures.confusion(result, int(result.epoch[-1]), dark),
    "All seeds": figures.losses,
    "Gradient length": figures.gradient_norms,
    "Weight length": figures.weight_norms,
    "Time per epoch": figures.seconds,
}


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts runs: train, train on, another seed; and say when the picture shows other settings."""
    if run_view.is_running(name):
        return
    if shown is not None and not shown.current:
        st.caption(":material/info: The picture shows the settings before. Press Train.")
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Train",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            on_click=run_view.start,
            args=(name, config),
            kwargs={"again": True},
            help="Start from the initial weights of this seed.",
        )
        st.button(
            "",
            icon=":material/update:",
            key="train-on",
            on_click=_train_on,
            args=(name, config),
            help="Train on: as many epochs again. The run so far is repeated to the last digit, then goes on.",
        )
        st.button(
            "",
            icon=":material/casino:",
            key="reseed",
            on_click=another_seed,
            args=(name, config, panel.FIELDS["seed"], config.seeds),
            help="Another seed: other initial weights and another batch order.",
        )


def _train_on(name: str, config: Config) -> None:
    longer = min(2 * config.epochs, int(panel.FIELDS["epochs"].setting.high))
    st.session_state["epochs"] = longer
    run_view.start(name, config.changed(epochs=longer))


def beside(config: Config) -> tuple[Result | None, str]:
    """Return the second network's result, if one is asked for and computed, and what is different in it."""
    written = st.session_state.get(panel.VERSUS.name, "")
    other = _second(config, written)
    entry = executor().find(other) if other is not None else None
    return (entry.result if entry is not None else None), written


def train_beside(config: Config) -> None:
    """Train the second network, if one is asked for and not in the store, and show how far it is."""
    written = st.session_state.get(panel.VERSUS.name, "")
    try:
        other = versus.parse(config, written) if written else None
    except InvalidSetting as error:
        st.error(f"{error.message} {error.advice}", icon=":material/compare:")
        return
    if other is None:
        run_view.leave(BESIDE)
        return
    if executor().find(other) is None and not run_view.is_following(BESIDE, other):
        run_view.start(BESIDE, other)
    st.caption(f":material/compare: B: {written}")
    run_view.live(BESIDE, st.container(), lambda _: None, lambda *_: None)


def _second(config: Config, written: str) -> Config | None:
    try:
        return versus.parse(config, written) if written else None
    except InvalidSetting:
        return None


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from; while a run goes on they come from right now."""
    config = shown.entry.result.config
    provenance.foot(name, shown, f"{config.optimizer} · batch {config.batch_size} · seed {config.seed}")


def below_the_fold(entry: Entry, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, the code with its downloads, and a closer look.

    Args:
        entry: The result it is about.
        formula: LaTeX of the why.
        why: Its words.
        before: Whether the settings have changed since; then the text says that it is about the run before.
    """
    result: Result = entry.result
    downloads = [
        Download("Numbers .csv", "playground.csv", lambda: _numbers(result)),
        Download("Model .keras", "playground.keras", lambda: executor().file(entry, "model.keras") or b""),
    ]
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), story.story(result)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(result.config), "playground", "Playground", downloads),
    )
    closer_look(entry)


def _numbers(result: Result) -> str:
    names = ("loss", "validation_loss", "metric", "validation_metric")
    seeds = range(result.loss.shape[1])
    header = ("epoch", *(f"{name}, seed {result.config.seed + replica}" for replica in seeds for name in names))
    rows = (
        (epoch, *(getattr(result, name)[row, replica] for replica in seeds for name in names))
        for row, epoch in enumerate(result.epoch)
    )
    return code_panel.table_csv(header, rows)


def closer_look(entry: Entry) -> None:
    """Draw one of the charts behind the picture, chosen by the reader."""
    result, dark = entry.result, is_dark()
    st.subheader("A closer look", anchor=False)
    names = list(LOOKS) if result.classification else list(LOOKS)[1:]
    name = st.segmented_control("Chart", names, default=names[0], required=True, label_visibility="collapsed")
    look = LOOKS[name or names[0]]
    chart((entry.key, str(len(result.epoch)), name or names[0], dark), lambda: look(result, dark))
