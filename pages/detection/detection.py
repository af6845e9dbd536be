"""Object detection: real pretrained detectors on photographs, and everything that is chosen after the network ran."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.detection.experiment import Config
from engine.detection.scenes import SCENES
from engine.detection.view import View, choose, judge
from engine.figures import detection as figures
from pages.detection import detection_batch as batch
from pages.detection import detection_controls as panel
from pages.detection import detection_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN, STAGE = "detection", "detection-stage"
CLAIM = "A detector reports far too much. What you see is what you choose."
FORMULA = r"""
\begin{aligned}
\text{IoU}(A, B) &= \frac{|A \cap B|}{|A \cup B|} \\[4pt]
\text{precision} &= \frac{\text{right}}{\text{found}},\quad \text{recall} = \frac{\text{right}}{\text{true}}
\end{aligned}
"""
WHY = """
The network never counts things. Every place of three grids names a class, a score and a box, so one cat is reported
dozens of times. Suppression takes the best box, drops what overlaps it too much, and goes on with the next. Nothing
here is learned: the score and the overlap are yours to choose. Set low, the overlap merges neighbours that stand
close; set high, it leaves copies.

**The pitfall:** reading a score as a probability. 0.5 is high for this network, and on things it was never shown it
still answers with its nearest words. And average precision does not see your threshold: it can be perfect
while most of the boxes on the screen are wrong.
"""


def _draw(view: View, shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Detect.", icon=":material/play_arrow:")
        return
    result = shown.entry.result
    choice = choose(result, view)
    revision = f"{shown.entry.key}.{view.score}.{view.overlap}.{view.only}.{view.agnostic}.{view.top}"
    payload = figures.payload(
        result,
        view,
        choice,
        judge(result, choice, view),
        more.jpeg(result.config),
        more.credit(result.config),
        revision,
    )
    stage(payload, key=STAGE, on_truth_change=_drawn, on_removed_change=_removed)
    if panel.is_waiting():
        st.rerun()


def _drawn() -> None:
    drawn = st.session_state[STAGE].truth
    if drawn is not None:
        left, top, right, bottom = (float(side) for side in drawn["box"])
        panel.add_truth(str(drawn["name"]), (left, top, right, bottom))


def _removed() -> None:
    number = st.session_state[STAGE].removed
    if number is not None:
        panel.remove_truth(int(number))


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    asked = panel.settings()
    shown = run_view.open_run(RUN, asked.run(), Config())
    more.start_when_new(RUN, asked.run(), shown)
    view = more.readable(asked, shown)
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
with top:
    head.head("Detect", CLAIM, SCENES, asked, panel.widget_values)
    head.prediction(SCENES, asked, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, partial(_draw, view), lambda *_: None, unit="picture")
with progress:
    more.detect_button(RUN, asked.run(), shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, view, FORMULA, WHY)
    batch.many_pictures(asked)
