"""The rest of the page on styles: when to look anew, text, code, published generators and downloads."""

from __future__ import annotations

import streamlit as st

from engine.config import key
from engine.runs.service import Entry
from engine.style_generator import script, story, table
from engine.style_generator.experiment import Config, Result
from engine.style_generator.view import View
from pages.generative import style_generator_controls as panel
from pages.kit import code_panel, head, run_view
from pages.kit.code_panel import Download
from pages.kit.provenance import provenance_line
from pages.kit.run_view import Shown

_ASKED = "style_generator.asked"


def start_when_new(name: str, config: Config, shown: Shown | None) -> None:
    """Look at once when the settings change: it takes a moment, and no training."""
    current = shown is not None and shown.current
    if not current and st.session_state.get(_ASKED) != key(config):
        st.session_state[_ASKED] = key(config)  # once; after Stop or an error the reader decides
        run_view.start(name, config)


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what makes other pictures, and, after a stop, these."""
    if run_view.is_running(name):
        return
    with st.container(horizontal=True, gap="xsmall"):
        if shown is None or not shown.current:
            st.button(
                "Look again", icon=":material/refresh:", on_click=run_view.start, args=(name, config), width="stretch"
            )
        st.button(
            "Other pictures",
            icon=":material/casino:",
            key="reseed",
            on_click=_reseed,
            width="stretch",
            help="The next seed: other numbers to start from.",
        )


def _reseed() -> None:
    state = st.session_state
    state["seed"] = (int(state.get("seed", 0)) + 1) % int(panel.FIELDS["seed"].setting.high + 1)


def foot(name: str, shown: Shown) -> None:
    """Draw where the pictures come from."""
    if run_view.is_running(name):
        st.caption("Working now, on a worker of this server")
        return
    provenance_line(shown.entry.provenance, [f"seed {shown.entry.result.config.seed}"])


def below_the_fold(entry: Entry, view: View, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads."""
    result: Result = entry.result
    downloads = [
        Download("Numbers .csv", "style_generator.csv", lambda: code_panel.table_csv(*table.numbers(result))),
        Download("Weights .npz", script.WEIGHTS_FILE, lambda: script.weights_file(result.config)),
    ]

    def code() -> None:
        code_panel.code_panel(script.script(result.config), "style_generator", "Styles", downloads)
        st.markdown(script.PUBLISHED)
        st.code(script.PUBLISHED_CODE, language="python")

    head.below_the_fold(
        [*([":gray[Of the look before:]"] if before else []), *story.story(result, view.psi, view.layer)],
        formula,
        why,
        code,
    )
