"""Inside YOLO: what the numbers that leave the network mean, cell by cell, on a trained model's real tensor."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.figures import inside_yolo as figures
from engine.inside_yolo.scenes import SCENES, lesson
from engine.inside_yolo.view import Seen, View, look
from pages.detection import inside_yolo_controls as panel
from pages.detection import inside_yolo_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN, STAGE = "inside_yolo", "inside-yolo-stage"
PICKED = "inside_yolo.picked"
CLAIM = "Click a cell: 23 numbers, two boxes, one name."
FORMULA = r"""
\begin{aligned}
\text{outputs} &= S \cdot S \cdot (B \cdot 5 + C) = 8 \cdot 8 \cdot (2 \cdot 5 + 13) = 1472 \\[4pt]
\text{centre} &= \big(\text{column} + \sigma(t_x),\; \text{row} + \sigma(t_y)\big) \cdot \tfrac{128}{S} \\
\text{size} &= \big(\sigma(t_w),\; \sigma(t_h)\big) \cdot 128, \qquad c = \sigma(t_c) \\
\text{score} &= c \cdot p(\text{class} \mid \text{thing}), \qquad p = \text{softmax}(t_1 \dots t_{13})
\end{aligned}
"""
WHY = """
The network is a function from a fixed square of pixels to a fixed tensor, so it always says the same number of boxes:
128 here, 98 in the YOLO of 2016 (7 · 7 · 2). A thing belongs to the cell of its centre, and there to the box that fits
it best; that box learns place, size and, as confidence, the overlap it reached. All other boxes only learn to be
silent. What is not needed, the score threshold removes.

**The pitfall:** more boxes are not more things. A cell has one set of class probabilities and, in training, one thing
to answer for; with two centres in one cell somebody is left out, however many cells are free elsewhere. And a class
probability alone says nothing: empty cells name a class too, as if something were there.
"""


def _draw(view: View, seen: Seen | None, shown: Shown | None) -> None:
    if shown is None or seen is None:
        st.info("No result is shipped for these settings. Press Look.", icon=":material/play_arrow:")
        return
    revision = f"{shown.entry.key}.{hash(view)}"
    stage(figures.board(shown.entry.result, view, seen, revision), key=STAGE, on_pick_change=_picked)
    # The picture is in a fragment; the numbers beside it, which a click changes too, are not.
    if st.session_state.pop(PICKED, False):
        st.rerun()


def _picked() -> None:
    pick = st.session_state[STAGE].pick
    if pick is not None:
        panel.pick(str(pick["panel"]), int(pick["index"]))
        st.session_state[PICKED] = True


controls.begin(RUN)
top, strip, picture = bench()
with picture:
    board, beside = st.columns([4.1, 1], gap="medium")
with beside, st.container(gap="xxsmall"):
    column = panel.column()
with strip:
    asked = panel.settings(column)
    shown = run_view.open_run(RUN, asked.run(), View().run())
    more.start_when_new(RUN, asked.run(), shown)
    view = more.readable(asked, shown)
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
seen = look(result, view) if result is not None else None
with top:
    head.head("Inside YOLO", CLAIM, SCENES, lesson(asked), panel.widget_values)
    head.prediction(SCENES, lesson(asked), result if shown is not None and shown.current else None)
with board:
    run_view.live(RUN, progress, partial(_draw, view, seen), lambda *_: None, unit="moment")
if seen is not None:
    panel.numbers(column, view, seen)
with progress:
    more.look_button(RUN, asked.run(), shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None and seen is not None:
    more.below_the_fold(shown.entry, view, seen, FORMULA, WHY)
