"""Train a YOLO: a small one-look detector learns on pictures that are made while it learns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.figures import yolo as figures
from engine.yolo import experiment
from engine.yolo.experiment import Config
from engine.yolo.scenes import SCENES
from pages.detection import train_yolo_controls as panel
from pages.detection import train_yolo_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN, STAGE = "train_yolo", "train-yolo-stage"
PICKED = "train_yolo.picked"
CLAIM = "One look, 64 cells: each says what it sees. Scrub, or train on."
FORMULA = r"""
\begin{aligned}
L = \;& \lambda_{\text{box}} \sum_{\text{resp.}} \big[(x-\hat x)^2 + (y-\hat y)^2
  + (\sqrt w-\sqrt{\hat w})^2 + (\sqrt h-\sqrt{\hat h})^2\big] \\
& + \sum_{\text{resp.}} (c - \text{IoU})^2 + \lambda_{\text{empty}} \sum_{\text{others}} c^2
  - \sum_{\text{cells}} \log p(\text{class})
\end{aligned}
"""
WHY = """
One look: the picture shrinks to S × S cells, and the cell in which a thing is centred answers for it. Each cell says B
boxes with a confidence, and one name. The box that fits best is *responsible*: only it is pulled to the truth, and its
confidence to the overlap it reached. All other confidences are pulled to 0, at half the weight, for most cells are
empty. A score is confidence times class probability.

**The pitfall:** reading the loss. Its parts have weights that somebody chose, and the largest part need not be what
costs precision. Boxes are judged by mAP, on items that were never trained on: here the two dozen pixels of a shirt
and a T-shirt differ in little, and no box helps against that.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Train.", icon=":material/play_arrow:")
        return
    panel.remember(shown.entry.result)
    revision = f"{shown.entry.key}.{shown.stopped}"
    _stage(figures.board(shown.entry.result, view, revision))


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        _stage(figures.board(result, view, f"{key(config)}.live.{revision}", running=True))


def _stage(payload: Mapping[str, object]) -> None:
    stage(payload, key=STAGE, on_pick_change=_picked)
    # The picture is in a fragment; the control of the moment to start from is not.
    if st.session_state.pop(PICKED, False):
        st.rerun()


def _picked() -> None:
    pick = st.session_state[STAGE].pick
    if pick is not None and panel.start_from(int(pick["index"])):
        st.session_state[PICKED] = True


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    config, view = panel.settings()
    more.start_if_wanted(RUN, config)
    shown = run_view.open_run(RUN, config, Config())
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
with top:
    head.head("Train a YOLO", CLAIM, SCENES, config, panel.widget_values)
    head.prediction(SCENES, config, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live, unit="step")
with progress:
    more.buttons(RUN, config, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, FORMULA, WHY, before=not shown.current or run_view.is_running(RUN))
