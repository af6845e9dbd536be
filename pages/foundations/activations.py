"""Activations: one function and its derivative; dead units, gradients over depth, and all of them trained."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.activations import experiment, scenes
from engine.activations.experiment import COMPARISON, DEPTH, FUNCTION, Config, Result
from engine.config import key
from engine.figures import activations as figures
from engine.figures.activations_depth import comparison_board, depth_board
from engine.figures.activations_network import network_board
from pages.foundations import activations_controls as panel
from pages.foundations import activations_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN = "activations"
STAGE = "activations-stage"
CLAIM = "Where the curve is flat, nothing is learned."
FORMULA = r"""
\begin{aligned}
\frac{\partial L}{\partial W_l} &= a_{l-1}^{\top}\, \delta_l \\
\delta_l &= \left(\delta_{l+1} W_{l+1}^{\top}\right) \odot f'(z_l) \\
\sigma'(z) &= \sigma(z)\,(1 - \sigma(z)) \le \tfrac14 \\
\frac{\partial p_i}{\partial z_j} &= p_i\,(1_{i=j} - p_j) / T
\end{aligned}
"""
WHY = """
Backwards, every layer multiplies the gradient by f′ at its own input. Sigmoid’s f′ is at most ¼, so n layers leave at
most 4⁻ⁿ of it, times the weights. ReLU’s is 1 above 0: the gradient passes unchanged. Below 0 it is exactly 0: such
zeros make activations sparse, but a unit that is below 0 for *every* row gets no gradient at all. It is dead: a large
step or a negative bias can kill it, and only a change in the layers before could wake it. Leaky ReLU and PReLU keep a
slope below 0, so the way back stays open; PReLU learns that slope.

**The pitfall:** activation, initialization and learning rate belong together. He’s initialization is made for ReLU,
LeCun’s for SELU, Glorot’s for tanh; a rate that suits sigmoid can kill ReLUs. One ranking at one rate, on one seed,
says little.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    _networks(shown.entry.result, f"{shown.entry.key}.{shown.stopped}", False)


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        _networks(result, f"{key(config)}.live.{revision}", True)


def _networks(result: Result, revision: str, running: bool) -> None:
    if result.config.task == DEPTH:
        payload = depth_board(result, revision, running)
    elif result.config.task == COMPARISON:
        payload = comparison_board(result, asked.function, f"{revision}.{asked.function}", running)
    else:
        payload = network_board(result, revision, running)
    stage(payload, key=STAGE)


def _picked() -> None:
    """Take the input that was clicked on a curve, or the logit."""
    pick = st.session_state[STAGE].pick
    if pick is not None:
        panel.take(pick, asked)


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    asked = panel.settings()
    config = asked.bare()
    trained = config.task != FUNCTION
    shown = run_view.open_run(RUN, config, scenes.starting(config.task)) if trained else None
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = None if not trained else shown.entry.result if shown is not None else None
current = not trained or (shown is not None and shown.current)
with top:
    head.head("Activations", CLAIM, scenes.SCENES, config, panel.widget_values)
    answerable = config if not trained else result
    head.prediction(scenes.SCENES, config, answerable if current and scenes.fits(config, answerable) else None)
with picture:
    if trained:
        run_view.live(RUN, progress, _draw, _draw_live)
    else:
        stage(figures.board(config, key(config)), key=STAGE, on_pick_change=_picked)
if trained:
    with progress:
        more.buttons(RUN, config, shown)
with foot:
    more.foot(RUN, shown)
if not trained:
    more.function_below(config, FORMULA, WHY)
elif shown is not None:
    more.networks_below(shown.entry, FORMULA, WHY, before=not current or run_view.is_running(RUN))
