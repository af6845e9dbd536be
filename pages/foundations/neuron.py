"""A neuron and its bias: the same neuron on the same data, with one number more and without."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.figures import neuron as figures
from engine.neuron import experiment, scenes
from engine.neuron.experiment import Config
from pages.foundations import neuron_controls as panel
from pages.foundations import neuron_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN = "neuron"
STAGE = "neuron-stage"
PICKED = "neuron.picked"
CLAIM = "Without a bias, everything must go through the origin."
FORMULA = r"""
\begin{aligned}
\text{line:}\quad & \hat y = m x + c &
\text{border:}\quad & \hat y = \sigma(w_1 x_1 + w_2 x_2 + b) \\
\text{step:}\quad & m \leftarrow m - \eta\, \partial L / \partial m &
& c \leftarrow c - \eta\, \partial L / \partial c
\end{aligned}
"""
WHY = """
A weight scales its input; where the input is 0, it says nothing. The bias is what the neuron says then: it moves the
line up and down, or the border away from the origin (by |b| / |w|). A neuron without one is the same neuron, held on
the line *c* = 0 of the error map: it walks to the lowest place *there*. With a mean of inputs that is not 0, weight and
bias pull together, the valley is long and narrow, and the steepest curvature λ limits the rate to 2/λ.

**The pitfall:** the missing bias does not only cost an offset. The slope gives way, so the *weight* is wrong too. If
the mean is taken off the data first, the bias has nothing to do; a layer before batch normalization needs none either.
But new data must have the same mean taken off.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    _stage(figures.board(shown.entry.result, view, f"{shown.entry.key}.{shown.stopped}"))


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        _stage(figures.board(result, view, f"{key(config)}.live.{revision}", running=True))


def _stage(payload: Mapping[str, object]) -> None:
    stage(payload, key=STAGE, on_pick_change=_picked)
    # The picture is in a fragment; the sliders of the line drawn by hand are not.
    if st.session_state.pop(PICKED, False):
        st.rerun()


def _picked() -> None:
    """Take the weight and the bias that were clicked on the map of the error."""
    pick = st.session_state[STAGE].pick
    if pick is not None and pick["panel"] == figures.MAP:
        panel.draw_yours(float(pick["x"]), float(pick["y"]))
        st.session_state[PICKED] = True


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    config, view = panel.settings()
    shown = run_view.open_run(RUN, config, Config())
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
with top:
    head.head("A neuron and its bias", CLAIM, scenes.SCENES, config, panel.widget_values)
    head.prediction(scenes.SCENES, config, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live)
with progress:
    more.buttons(RUN, config, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, FORMULA, WHY, before=not shown.current or run_view.is_running(RUN))
