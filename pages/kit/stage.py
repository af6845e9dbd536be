"""The stage: the picture that plays, scrubs and is touched in the browser, without asking the server.

Its scripts are ES modules in `stage/`; what is registered here only loads them and hands the data over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.kit.stage_files import loader

# Reserved before the scripts arrive, so that nothing below jumps on a cold start.
_CSS = """
.stage { min-height: max(540px, min(840px, 100dvh - 206px)); }
@media (max-width: 640px) { .stage { min-height: 780px; } }
"""


_mount = st.components.v2.component(
    "stage", html='<div class="stage"></div>', css=_CSS, js=loader("main.js", ".stage", "The picture's scripts")
)


def stage(payload: Mapping[str, Any], key: str, **on_trigger: Any) -> None:
    """Draw a payload of `engine.figures` on the stage named `key`.

    Args:
        payload: What to draw; `payload["kind"]` chooses the picture.
        key: The stage's name on this page; the same name keeps the same canvas and its state.
        on_trigger: `on_<event>_change` callbacks; they read the value from `st.session_state[key]`.
    """
    _mount(data=dict(payload), key=key, width="stretch", height="content", **on_trigger)
