"""The look at the real network: its runs, its picture, and a search that can be saved and taken up again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.bayesian_optimization import tuning
from engine.bayesian_optimization.tuning import METHODS, Config, Result
from engine.config import key
from engine.errors import PlaygroundError
from engine.figures import bayesian_optimization_tuning as figures
from engine.runs.service import executor
from pages.kit import provenance, run_view
from pages.kit.run_view import Shown
from pages.kit.stage import stage
from pages.validation import bayesian_optimization_controls as panel
from pages.validation.bayesian_optimization_tuning_controls import UNDER

RUN = "bayesian-optimization"
STAGE = "bayesian-network-stage"
MORE = 10  # evaluations of "Go on"
COMPARED = 3  # searches a method


def draw(shown: Shown | None) -> None:
    """Draw the finished picture."""
    if shown is None:
        st.info("No result is shipped for these settings. Press Tune.", icon=":material/play_arrow:")
        return
    stage(
        figures.board(shown.entry.result, f"{shown.entry.key}.{shown.stopped}", beside(shown.config)),
        key=STAGE,
    )


def draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    """Draw a run that goes on."""
    result = tuning.partial(config, series)
    if result is not None:
        stage(figures.board(result, f"{key(config)}.live.{revision}", beside(config), running=True), key=STAGE)


def beside(config: Config) -> Result | None:
    """Return the stored comparison of the same task, if there is one, for the methods that `config` leaves out."""
    if set(config.methods) == set(METHODS):
        return None
    found = executor().find(config.changed(methods=METHODS, searches=COMPARED, resumed=""))
    shipped = found or executor().find(Config())
    if shipped is None or shipped.result.config.task() != config.task():
        return None
    result: Result = shipped.result
    return result if result.config.most_weights == config.most_weights else None


def buttons(config: Config, shown: Shown | None) -> None:
    """Draw what starts runs: one search, all four methods, and going on from what is there."""
    if run_view.is_running(RUN):
        return
    if shown is not None and not shown.current:
        st.caption(":material/info: The picture shows the settings before. Press Tune.")
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Tune",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            on_click=_tune,
            args=(config,),
            help=f"One Bayesian search: {config.budget} trainings, about a minute.",
        )
        st.button(
            "",
            icon=":material/groups:",
            key="compare",
            on_click=_compare,
            args=(config,),
            disabled=bool(config.resumed),
            help=f"All four methods, {COMPARED} searches each: several minutes.",
        )
        st.button(
            "",
            icon=":material/casino:",
            key="reseed",
            on_click=_reseed,
            args=(config,),
            help="Another seed: other first points, other splits and initial weights.",
        )
    if shown is not None and shown.current and shown.entry.result.state:
        st.button(
            f"Go on with {MORE} more",
            icon=":material/update:",
            width="stretch",
            on_click=_go_on,
            args=(config, shown.entry.result),
            help="The first Bayesian search goes on from its last evaluation; nothing is trained twice.",
        )


def _start(config: Config) -> None:
    values = {name: value for name, value in panel.widget_values(config).items() if name != panel.LOOK.name}
    st.session_state.update({name: list(v) if isinstance(v, tuple) else v for name, v in values.items()})
    run_view.start(RUN, config, again=True)


def _tune(config: Config) -> None:
    _start(config.changed(methods=("bayesian",), searches=1))


def _compare(config: Config) -> None:
    _start(config.changed(methods=METHODS, searches=COMPARED))


def _reseed(config: Config) -> None:
    most = int(panel.FIELDS[panel.NETWORK]["seed"].setting.high)
    _tune(config.changed(seed=(config.seed + config.searches) % (most + 1), resumed=""))


def _go_on(config: Config, result: Result) -> None:
    try:
        digest = executor().store.put_blob(result.state.encode())
    except PlaygroundError as error:
        st.toast(f"{error.message} {error.advice}")
        return
    st.query_params[UNDER] = digest
    _start(config.changed(methods=("bayesian",), searches=1, n_iter=MORE, resumed=digest))


def foot(shown: Shown) -> None:
    """Draw where the numbers of the picture come from; while a run goes on they come from right now."""
    result: Result = shown.entry.result
    ran = result.config
    provenance.foot(RUN, shown, f"{len(result.score)} evaluations · {ran.splits} splits · seed {ran.seed}")
