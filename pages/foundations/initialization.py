"""No two runs agree: one network from many first weights, and what makes the runs alike."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.figures import initialization as figures
from engine.initialization import experiment, scenes
from engine.initialization.borders import nearest
from engine.initialization.experiment import Config, Result
from pages.foundations import initialization_controls as panel
from pages.foundations import initialization_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN = "initialization"
STAGE = "initialization-stage"
PICKED = "initialization.picked"
CLAIM = "Only the first weights differ. How far apart do the runs end?"
FORMULA = r"""
\begin{aligned}
\text{Glorot:}\quad & \operatorname{Var}(w) = \frac{2}{n_\text{in} + n_\text{out}} \\
\text{He:}\quad & \operatorname{Var}(w) = \frac{2}{n_\text{in}} \\
\text{average of } k:\quad & \operatorname{Var}(\bar f) = \rho\,\sigma^2 + \frac{1 - \rho}{k}\,\sigma^2
\end{aligned}
"""
WHY = """
The loss has many valleys; the first weights decide which one a run walks into. Equal weights get equal gradients, so
with zeros all units of a layer stay one unit. Too small, and what a layer passes on, and the gradient back through it,
shrinks with every layer; too large, and tanh saturates. Glorot and He keep the variance about the same through all
layers. Averaging k networks divides the part of the variance that they do not share; bagging makes them share less.
More rows leave fewer borders that fit.

**The pitfall:** one run against one run compares luck. Give the mean, the deviation and the number of seeds, and never
pick the best seed by the test error. A narrow spread is not a small error: thirty runs that all fail agree too.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    _stage(shown.entry.result, f"{shown.entry.key}.{shown.stopped}")


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        _stage(result, f"{key(config)}.live.{revision}", running=True)


def _stage(result: Result, revision: str, running: bool = False) -> None:
    payload = figures.board(result, panel.fitting(view, result), revision, running)
    stage(payload, key=STAGE, on_pick_change=_picked)
    # The picture is in a fragment; the number of the chosen run is not.
    if st.session_state.pop(PICKED, False):
        st.rerun()


def _picked() -> None:
    """Take the run that was clicked: its point, or the border nearest to the place."""
    pick = st.session_state[STAGE].pick
    if pick is None:
        return
    run = int(pick["index"])
    if pick["panel"] == figures.BORDERS and shown is not None:
        run = nearest(shown.entry.result, float(pick["x"]), float(pick["y"]))
    if run >= 0:
        panel.choose(run)
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
    head.head("No two runs agree", CLAIM, scenes.SCENES, config, panel.widget_values)
    head.prediction(scenes.SCENES, config, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live)
with progress:
    more.buttons(RUN, config, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, view, FORMULA, WHY, before=not shown.current or run_view.is_running(RUN))
