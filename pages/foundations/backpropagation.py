"""Backpropagation, step by step: every number of a 2-2-1 network, computed here and checked against GradientTape."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.backpropagation.experiment import Config
from engine.backpropagation.scenes import SCENES
from engine.figures import backpropagation as figures
from pages.foundations import backpropagation_controls as panel
from pages.foundations import backpropagation_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN, STAGE = "backpropagation", "backpropagation-stage"
CLAIM = "A gradient is a product of known numbers."
FORMULA = r"""
\begin{aligned}
\frac{\partial L}{\partial w_{11}} &= \frac{\partial L}{\partial \hat y} \cdot
\frac{\partial \hat y}{\partial z_3} \cdot \frac{\partial z_3}{\partial h_1} \cdot
\frac{\partial h_1}{\partial z_1} \cdot \frac{\partial z_1}{\partial w_{11}} \\[4pt]
g &= \frac{1}{B} \sum_{\text{rows}} \frac{\partial L}{\partial w}, \qquad
v \leftarrow \beta v - \eta\, g, \qquad w \leftarrow w + v
\end{aligned}
"""
WHY = """
Each neuron knows two things from the forward pass: what came in, and how steep its activation is there. Backwards it
multiplies what arrives by that slope; a weight's gradient is this times what came in through it. Every product is used
again by the layer before, so all gradients together cost about as much as one more forward pass. A sigmoid's slope is
at most ¼, so each layer takes its toll; ReLU's is 0 or 1.

Rows are independent: a batch's gradient is the mean of the rows' gradients, nothing more. Momentum adds old gradients
up, fading by β each update.

**The pitfall:** a gradient of 0 does not mean that a weight is right. A dead ReLU, a saturated sigmoid, or an input of
0 make it 0 however wrong the output is. And all gradients belong to the *old* weights: compute all, then move all.
"""


def _draw(config: Config, shown: Shown | None) -> None:
    """Draw the numbers at once; what TensorFlow says follows when it has been asked."""
    result = shown.entry.result if shown is not None and shown.config == config else None
    stage(figures.board(config, None if result is not None and result.stopped else result), key=STAGE)


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    config = panel.settings()
    shown = run_view.open_run(RUN, config, Config())
    more.start_when_new(RUN, config, shown)
    progress = st.container(key="progress", gap="small")
    foot = st.container()
current = shown is not None and shown.current
with top:
    head.head("Backpropagation, step by step", CLAIM, SCENES, config, panel.widget_values)
    head.prediction(SCENES, config, shown.entry.result if shown is not None and current else None)
with picture:
    run_view.live(RUN, progress, partial(_draw, config), lambda *_: None, unit="number")
with progress:
    more.check_button(RUN, config, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(config, shown, FORMULA, WHY)
