"""The rest of backpropagation's page: when TensorFlow is asked, what happened, the code and its downloads."""

from __future__ import annotations

import streamlit as st

from engine.backpropagation.experiment import MODEL_FILE, PARAMETERS, Config
from engine.backpropagation.script import script
from engine.backpropagation.story import story
from engine.backpropagation.walk import walk
from engine.config import key
from engine.runs.service import executor
from pages.kit import code_panel, head, run_view
from pages.kit.code_panel import Download
from pages.kit.provenance import provenance_line
from pages.kit.run_view import Shown

_ASKED = "backpropagation.asked"


def start_when_new(name: str, config: Config, shown: Shown | None) -> None:
    """Ask TensorFlow at once when a number has changed: the answer takes a moment, and the picture does not wait."""
    current = shown is not None and shown.current
    if not current and st.session_state.get(_ASKED) != key(config):
        st.session_state[_ASKED] = key(config)  # once; after Stop or an error the reader decides
        run_view.start(name, config)


def check_button(name: str, config: Config, shown: Shown | None) -> None:
    """Draw Check where TensorFlow has not answered for these numbers: after Stop, or after an error."""
    if run_view.is_running(name) or (shown is not None and shown.current and not shown.stopped):
        return
    st.button(
        "Check",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        on_click=run_view.start,
        args=(name, config),
        kwargs={"again": True},
        help="Let TensorFlow compute the same numbers.",
    )


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the check come from."""
    if run_view.is_running(name):
        st.caption("TensorFlow is asked now, on a worker of this server")
        return
    config = shown.entry.result.config
    provenance_line(shown.entry.provenance, [f"{config.rows} rows · 64-bit numbers · seed {config.seed}"])


def below_the_fold(config: Config, shown: Shown, formula: str, why: str) -> None:
    """Draw what happened, why, and the code with its downloads.

    Args:
        config: What the controls say; the code is of these numbers.
        shown: The last answer of TensorFlow; it may be about the numbers before.
        formula: LaTeX of the why.
        why: Its words.
    """
    before = [":gray[TensorFlow has not answered yet. Of the numbers before:]"] if not shown.current else []
    downloads = [
        Download("Numbers .csv", "backpropagation.csv", lambda: _numbers(config)),
        Download("Model .keras", "backpropagation.keras", lambda: executor().file(shown.entry, MODEL_FILE) or b""),
    ]
    head.below_the_fold(
        [*before, story(shown.entry.result)],
        formula,
        why,
        lambda: code_panel.code_panel(script(config), "backpropagation", "Backpropagation, step by step", downloads),
    )


def _numbers(config: Config) -> str:
    mine = walk(config)
    header = ("weight", "value", *(f"gradient_row_{row + 1}" for row in range(config.rows)))
    header += ("gradient_batch", "velocity_before", "velocity", "next_value")
    rows = (
        (
            name,
            mine.weights[index],
            *mine.rows[:, index],
            mine.batch[index],
            mine.velocity[index],
            mine.next_velocity[index],
            mine.next_weights[index],
        )
        for index, name in enumerate(PARAMETERS)
    )
    return code_panel.table_csv(header, rows)
