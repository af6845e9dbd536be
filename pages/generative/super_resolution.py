"""Sharper pictures: one picture enlarged by a formula and by networks, what they add, and what they make up."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.errors import InvalidData
from engine.figures import super_resolution as figures
from engine.super_resolution.experiment import Config, pair
from engine.super_resolution.scenes import SCENES
from engine.super_resolution.view import View
from pages.generative import super_resolution_controls as panel
from pages.generative import super_resolution_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN, STAGE = "super_resolution", "super-resolution-stage"
CLAIM = "Sharper is not the same as right."
FORMULA = r"""
\begin{aligned}
\text{PSNR} &= 10 \log_{10} \frac{255^2}{\text{mean}\,(x - \hat x)^2} \\[4pt]
L_\text{pixel} &= \text{mean}\,|x - \hat x| \\
L_\text{adversarial} &= L_\text{pixel} + \lambda_1 \lVert \phi(x) - \phi(\hat x) \rVert_1
  + \lambda_2\, \text{softplus}\big(C(x) - C(\hat x)\big)
\end{aligned}
"""
WHY = """
Many large pictures shrink to the same small one, and the network has seen only the small one. The mean absolute error
is least for a picture in the middle of them all, and a middle is soft. A critic *C* who has seen photographs knows that
softness, so a network that must also pass for real has to choose one of the many: crisp, and rarely the right one.
No measure is best on both: the better the look, beyond a point, the worse the PSNR (Blau & Michaeli 2018).

Both networks add corrections to bicubic interpolation (Keys 1981), which itself is a convolution with fixed weights.

**The pitfall:** reading what the network painted. Letters, number plates, faces: where the small picture
does not hold them, they come from the training pictures. Sharpness says nothing about truth.
"""


def _draw(view: View, shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Enlarge.", icon=":material/play_arrow:")
        return
    config: Config = shown.entry.result.config
    try:
        small, truth = pair(config)
    except InvalidData as error:
        st.info(f"{error.message} {error.advice}", icon=":material/image_not_supported:")
        return
    payload = figures.payload(
        shown.entry.result, view, small, truth, more.credit(config), f"{shown.entry.key}.{shown.stopped}"
    )
    stage(payload, key=STAGE)


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    view = panel.settings()
    shown = run_view.open_run(RUN, view.run(), Config())
    more.start_when_new(RUN, view.run(), shown)
    more.say_part(view.run())
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
with top:
    head.head("Sharper pictures", CLAIM, SCENES, view, panel.widget_values)
    head.prediction(SCENES, view, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, partial(_draw, view), lambda *_: None, unit="part")
with progress:
    more.enlarge_button(RUN, view.run(), shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, FORMULA, WHY)
