"""Saving models: every form a trained network can be kept in, what comes back, and the loss after the restart."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.figures import saving as figures
from engine.saving import experiment, scenes
from engine.saving.experiment import FORMS, Config
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage
from pages.practice import saving_models_controls as panel
from pages.practice import saving_models_more as more

RUN = "saving"
STAGE = "saving-stage"
PICKED = "saving.picked"
CLAIM = "Same predictions, another training: what a file forgets."
FORMULA = r"""
\begin{aligned}
m &\leftarrow \beta_1 m + (1-\beta_1)\, g, \quad t \leftarrow t + 1 \\
v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2 \\
w &\leftarrow w - \eta\, \frac{m/(1-\beta_1^t)}{\sqrt{v/(1-\beta_2^t)} + \epsilon}
\end{aligned}
"""
WHY = """
A training that goes on needs three things: the architecture, the weights, and the optimizer’s state. For Adam that is
*m*, *v* and *t*: two numbers a weight, so the file holds three times the weights. At *t* = 1 both corrections make the
step η · g/|g|: every weight moves by the whole rate, however small its gradient. Near a minimum that is a jump.
Momentum that starts at rest only loses speed; plain SGD has no state to lose.

SavedModel, LiteRT and ONNX hold the graph of a prediction, for servers and phones; a training does not go on from them.

**The pitfall:** the predictions are the same, so the loss of state goes unnoticed until the training goes on. Nor does
any file keep where the random numbers were: a seeded dropout starts its stream anew.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    _stage(figures.board(shown.entry.result, picked, f"{shown.entry.key}.{shown.stopped}"))


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        _stage(figures.board(result, picked, f"{key(config)}.live.{revision}", running=True))


def _stage(payload: Mapping[str, object]) -> None:
    stage(payload, key=STAGE, on_pick_change=_picked)
    # The picture is in a fragment; the control of the picked form is not.
    if st.session_state.pop(PICKED, False):
        st.rerun()


def _picked() -> None:
    """Take the form whose row was clicked."""
    pick = st.session_state[STAGE].pick
    if pick is None or pick["panel"] not in figures.PICKABLE:
        return
    place = int(float(pick["y"]))
    if 0 <= place < len(FORMS):
        panel.pick(FORMS[place])
        st.session_state[PICKED] = True


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    config, picked = panel.settings()
    shown = run_view.open_run(RUN, config, Config())
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
with top:
    head.head("Saving models", CLAIM, scenes.SCENES, config, panel.widget_values)
    answered = result if shown is not None and shown.current and result is not None and result.forms else None
    head.prediction(scenes.SCENES, config, answered)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live)
with progress:
    more.buttons(RUN, config, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, FORMULA, WHY, before=not shown.current or run_view.is_running(RUN))
