"""Gradient descent: all rows a step, a few, or one; who is ahead depends on what is counted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.figures import gradient_descent as figures
from engine.gradient_descent import experiment, scenes
from engine.gradient_descent.experiment import Config
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage
from pages.optimization import gradient_descent_controls as panel
from pages.optimization import gradient_descent_more as more

RUN = "gradient_descent"
STAGE = "gradient-descent-stage"
PICKED = "gradient_descent.picked"
CLAIM = "All rows, a few, or one: who is ahead depends on what you count."
FORMULA = r"""
\begin{aligned}
\text{step:}\quad & w \leftarrow w - \eta\, \frac1B \sum_{i \in \text{batch}} \nabla L_i(w) \\
\text{noise:}\quad & \frac{\sigma}{\sqrt B} \sqrt{\frac{N - B}{N - 1}}, \qquad
\text{limit of all rows:}\quad \eta < \frac{2}{\lambda}
\end{aligned}
"""
WHY = """
A batch’s gradient is the mean of its rows’ gradients, so on average it is right. One row’s is off by σ, that of *B*
rows by σ/√B: four times the rows, half the noise. But one row moves the weights at every row, so an epoch holds *N*
updates instead of one. Far away all rows agree on the direction, and many rough steps win. Near the lowest place they
disagree, and the noise keeps the weights jumping; a smaller rate or a larger batch calms them.

**The pitfall:** a rate belongs to a batch size. All rows together stand rates up to 2/λ; a single steep row stands
less, so the same rate may be timid for one and fatal for the other. And the clock does not count rows: a
processor works on 32 rows in about the time of one, so smaller is not faster.
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
    # The picture is in a fragment; the sliders of the start are not.
    if st.session_state.pop(PICKED, False):
        st.rerun()


def _picked() -> None:
    """Take the start that was clicked on the map."""
    pick = st.session_state[STAGE].pick
    if pick is not None and pick["panel"] == figures.MAP:
        panel.start_at(float(pick["x"]), float(pick["y"]))
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
    head.head("Gradient descent", CLAIM, scenes.SCENES, config, panel.widget_values)
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
