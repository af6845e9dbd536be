"""Momentum: a map of learning rate and momentum; click a place and see that path."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.figures import momentum as figures
from engine.figures import momentum_network as network_figures
from engine.momentum import experiment, scenes
from engine.momentum.experiment import NETWORK, Config
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage
from pages.optimization import momentum_controls as panel
from pages.optimization import momentum_more as more

RUN = "momentum"
STAGE = "momentum-stage"
CLAIM = "A step that remembers: faster, with a swing."
FORMULA = r"""
\begin{aligned}
v &\leftarrow \beta v - \eta\, g, \quad w \leftarrow w + v \\
\sigma &= \tfrac12 \left(t \pm \sqrt{t^2 - 4\beta}\right), \quad t = 1 + \beta - \eta\lambda \\
\text{critical:}\quad \beta &= \left(1 - \sqrt{\eta\lambda}\right)^2, \quad
\text{leaves:}\quad \eta > 2(1+\beta)/\lambda
\end{aligned}
"""
WHY = """
On a quadratic each direction goes its own way. Below β = (1 − √(ηλ))² it creeps; above, it swings and shrinks by √β a
step, whatever its curvature; in between lies the fastest. Steep and flat directions want different β: where their
curves cross is Polyak's best, (√κ − 1)/(√κ + 1) instead of (κ − 1)/(κ + 1). Nesterov's rule takes the gradient after
the push: it damps the swing, and leaves earlier. A ball that rolls fast enough also gets over a ridge.

**The pitfall:** steps in one direction add up to η/(1 − β) times the gradient. From β = 0.9 to 0.99 the same η is ten
times larger. Compare momenta at equal η/(1 − β), or a larger rate is mistaken for a better rule.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    stage(network_figures.board(shown.entry.result, f"{shown.entry.key}.{shown.stopped}"), key=STAGE)


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        stage(network_figures.board(result, f"{key(config)}.live.{revision}", running=True), key=STAGE)


def _picked() -> None:
    """Take the cell that was clicked on the map, or the start on the surface."""
    pick = st.session_state[STAGE].pick
    if pick is not None and pick["panel"] == figures.MAP:
        panel.put("learning_rate", float(f"{float(pick['x']):.3g}"))
        panel.put("momentum", round(float(pick["y"]), 2))
    elif pick is not None and pick["panel"] == figures.PATH:
        panel.put("start_x", round(float(pick["x"]), 2))
        panel.put("start_y", round(float(pick["y"]), 2))


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    config = panel.settings()
    trained = config.task == NETWORK
    shown = run_view.open_run(RUN, config, scenes.REAL) if trained else None
    progress = st.container(key="progress", gap="small")
    foot = st.container()
walked = None if trained else experiment.walk(config)
result = walked if shown is None else shown.entry.result
current = not trained or (shown is not None and shown.current)
with top:
    head.head("Momentum", CLAIM, scenes.SCENES, config, panel.widget_values)
    head.prediction(scenes.SCENES, config, result if current and scenes.fits(config, result) else None)
with picture:
    if walked is None:
        run_view.live(RUN, progress, _draw, _draw_live)
    else:
        stage(figures.board(walked, key(config)), key=STAGE, on_pick_change=_picked)
if trained:
    with progress:
        more.buttons(RUN, config, shown)
with foot:
    more.foot(RUN, shown, config)
if result is not None:
    more.below_the_fold(result, FORMULA, WHY, before=not current or run_view.is_running(RUN))
