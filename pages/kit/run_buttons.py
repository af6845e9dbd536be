"""The buttons that start a run: the same pair on every page, and a word when the picture shows other settings."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.config import Config
from pages.kit import run_view
from pages.kit.controls import Field
from pages.kit.run_view import Shown


def run_buttons(
    name: str,
    config: Config,
    shown: Shown | None,
    *,
    help: str,
    reseed: Callable[[], None],
    reseed_help: str,
    disabled: bool = False,
) -> None:
    """Draw "Run" and "another seed", unless a run is on.

    Args:
        name: The run's name on this page.
        config: What Run starts.
        shown: What the picture shows.
        help: What Run does.
        reseed: Puts another seed on its control and starts that run; called from a callback.
        reseed_help: What another seed changes.
        disabled: Whether these settings cannot be run; the page has said why.
    """
    if run_view.is_running(name):
        return
    if shown is not None and not shown.current and not disabled:
        st.caption(":material/info: The picture shows the settings before. Press Run.")
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Run",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=disabled,
            on_click=run_view.start,
            args=(name, config),
            kwargs={"again": True},
            help=help,
        )
        st.button(
            "",
            icon=":material/casino:",
            key="reseed",
            disabled=disabled,
            on_click=reseed,
            help=f"Another seed: {reseed_help}",
        )


def another_seed(name: str, config: Config, field: Field, step: int = 1) -> None:
    """Put the seed after this one on its control and run; call from a callback.

    Args:
        name: The run's name on this page.
        config: What runs, but for the seed.
        field: The seed's control.
        step: How many seeds this run uses, so that the next one has none of them.
    """
    seed = (int(st.session_state.get(field.name, field.default)) + step) % int(field.setting.high + 1)
    st.session_state[field.name] = seed
    run_view.start(name, config.changed(seed=seed))
