"""A video file as still frames: the reader's own browser plays it and sends a few pictures, never the film.

Decoders for MP4 come under licences that this app does not want to carry, and every browser has one.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.data import browser_clip
from engine.data.pictures import Clip
from engine.errors import PlaygroundError
from pages.kit.stage_files import loader

_CSS = """
.video-frames { color: var(--st-text-color); font-family: var(--st-font, sans-serif); font-size: 14px;
  min-height: 62px; }
.choose { position: relative; display: block; padding: 8px 12px; text-align: center; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: 6px; }
.choose:hover, .choose:focus-within { color: var(--st-primary-color); border-color: var(--st-primary-color); }
.choose:focus-within { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.choose input { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; font-size: 0; }
.status { margin-top: 6px; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.status.bad { color: var(--st-red-text-color, #c0304a); }
"""

_mount = st.components.v2.component(
    "video_frames",
    html='<div class="video-frames"></div>',
    css=_CSS,
    js=loader("video_frames.js", ".video-frames", "The scripts for video"),
)


def control(key: str, on_clip: Callable[[Clip], None]) -> None:
    """Draw the chooser; call `on_clip` before the run that follows a file's frames.

    What the browser sends is checked like every upload; what is wrong with it is said under the chooser.
    """
    problem = f"{key}.problem"

    def arrived() -> None:
        sent = st.session_state[key].frames
        if sent is None:
            return
        st.session_state.pop(problem, None)
        try:
            on_clip(browser_clip.clip(sent))
        except PlaygroundError as error:
            st.session_state[problem] = f"{error.message} {error.advice}"

    limits = {"label": "Choose a video file", "most": browser_clip.MOST_FRAMES, "longest": browser_clip.LONGEST_SIDE}
    _mount(data=limits, key=key, width="stretch", height="content", on_frames_change=arrived)
    if problem in st.session_state:
        st.error(st.session_state[problem], icon=":material/error:")
