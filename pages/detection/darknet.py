"""Darknet: a text and a heap of numbers become a Keras model that finds faces."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.darknet.experiment import Config
from engine.darknet.scenes import SCENES
from engine.darknet.view import View
from engine.figures import darknet as figures
from pages.detection import darknet_controls as panel
from pages.detection import darknet_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN, STAGE, PICKED = "darknet", "darknet-stage", "darknet.picked"
CLAIM = "A text and a heap of numbers are a whole detector."
FORMULA = r"""
\begin{aligned}
b_x &= \tfrac{1}{S}\,(c_x + \sigma(t_x)), & b_w &= \tfrac{1}{S}\,p_w\, e^{t_w} \\[4pt]
\text{score} &= \sigma(t_o)\cdot \text{share}_k & S &= \text{cells a side}
\end{aligned}
"""
WHY = """
Each section of the .cfg is a layer; its shape follows from the lines above. The .weights file is a header and then only
numbers: for each convolution its biases, the scales, means and variances of batch normalization, and the kernel. A
convolution of size *k* has *k*² · channels · filters parameters and uses them at every place of its map. Late maps are
small and deep: they hold most of the numbers, while the work is spread over all layers.

**The pitfall:** trusting a file because its length is right. It has no names and no check sum: one number lost, or
two classes changed in the .cfg, and every value behind stands for its neighbour. A network that loads is not yet the
network that was trained; compare its output on one picture with that of the original.
"""


def _draw(view: View, shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Import.", icon=":material/play_arrow:")
        return
    config = shown.entry.result.config
    revision = f"{shown.entry.key}.{view.score}.{view.overlap}.{view.layer}"
    payload = figures.board(shown.entry.result, view, more.jpeg(config), more.credit(config), revision)
    stage(payload, key=STAGE, on_pick_change=_picked)
    # The picture is in a fragment; the controls, which a click changes too, are not.
    if st.session_state.pop(PICKED, False):
        st.rerun()


def _picked() -> None:
    pick = st.session_state[STAGE].pick
    if pick is not None and pick["mark"] == "layer":
        panel.look_at(int(pick["index"]))
        st.session_state[PICKED] = True


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    view = panel.settings()
    shown = run_view.open_run(RUN, view.run(), Config())
    more.start_when_new(RUN, view, shown)
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
asked = view.changed(layer=0)
with top:
    head.head("Darknet", CLAIM, SCENES, asked, panel.widget_values)
    head.prediction(SCENES, asked, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, partial(_draw, view), lambda *_: None, unit="part")
with progress:
    more.import_button(RUN, view, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown, view, FORMULA, WHY)
