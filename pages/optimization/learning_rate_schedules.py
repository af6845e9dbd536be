"""Learning-rate schedules: the rate and the loss on one time axis; every schedule from the same first weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.figures import schedules as figures
from engine.schedules import curves, drawn, experiment, scenes
from engine.schedules.experiment import DRAWN, Config, Result
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage
from pages.optimization import learning_rate_schedules_controls as panel
from pages.optimization import learning_rate_schedules_more as more

RUN = "learning-rate-schedules"
STAGE = "learning-rate-schedules-stage"
TOUCHED = "learning-rate-schedules.touched"
CLAIM = "Large to get there, small to stay."
FORMULA = r"""
\begin{aligned}
w_{t+1} &= w_t - \eta_t\, g_t \\
g_t &= \nabla L(w_t) + \text{noise} \\
\text{cosine: } \eta_t &= \eta\left[\alpha + \tfrac{1-\alpha}{2}\left(1 + \cos\tfrac{\pi t}{T}\right)\right] \\
\text{exponential: } \eta_t &= \eta\,\alpha^{t/T} \\
\mathbb{E}[L] - L^* &\approx \tfrac{\eta}{4}\operatorname{tr}\operatorname{Cov}(\text{noise})
\end{aligned}
"""
WHY = """
A batch’s gradient is right only on average. Far from the minimum that hardly matters, and a large rate is the fast one:
half the rate takes twice the epochs. Near it the noise throws the weights about, the farther the larger the rate: the
loss hangs above its lowest value (last line: a quadratic, small η). Lowering the rate lets it sink: the sudden fall
after a drop. With wrong labels the training loss may gain nothing; rows held back show what was gained. Warm-up spares
the first, steepest steps a rate they could not stand. The range test (Smith, 2017) finds η in one short run.

**The pitfall:** a drop always looks like a victory, since the training loss falls at once. A rate lowered too early
falls too, and then crawls. Compare at the end, on rows held back, over seeds, and with a smaller constant rate.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    revision = f"{shown.entry.key}.{shown.stopped}"
    _stage(figures.board(config, shown.entry.result, focus, revision))


def _draw_live(running: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(running, series)
    if result is not None:
        _stage(figures.board(config, result, focus, f"{key(running)}.live.{revision}", running=True))


def _stage(payload: Mapping[str, object]) -> None:
    stage(payload, key=STAGE, on_pick_change=_picked)
    # The picture is in a fragment; the controls that a touch of it changes are not.
    if st.session_state.pop(TOUCHED, False):
        st.rerun()


def _picked() -> None:
    """Move the drawing's nearest point to the place that was clicked; another schedule is traced first."""
    pick = st.session_state[STAGE].pick
    if pick is None or pick["panel"] != figures.RATE:
        return
    shares = config.drawn if focus == DRAWN else drawn.traced(curves.rates(config, focus) / config.learning_rate)
    where, share = float(pick["x"]) / config.epochs, float(pick["y"]) / config.learning_rate
    panel.put({"drawn": drawn.moved(shares, where, share), panel.FOCUS.name: DRAWN})
    st.session_state[TOUCHED] = True


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    config, focus = panel.settings()
    shown = run_view.open_run(RUN, config, Config())
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result: Result | None = None if shown is None else shown.entry.result
current = shown is not None and shown.current
with top:
    head.head("Learning-rate schedules", CLAIM, scenes.SCENES, config, panel.widget_values)
    head.prediction(scenes.SCENES, config, result if current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live)
with progress:
    more.buttons(RUN, config, shown)
with foot:
    more.foot(RUN, shown)
if result is not None:
    more.below_the_fold(result, focus, FORMULA, WHY, before=not current or run_view.is_running(RUN))
