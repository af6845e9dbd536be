"""Ensembles: eight learners combined. Different errors are what a committee lives on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.ensembles import experiment, scenes
from engine.ensembles.blend import Blended, combine
from engine.ensembles.experiment import Config
from engine.figures import ensembles as figures
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage
from pages.validation import ensembles_controls as panel
from pages.validation import ensembles_more as more

RUN = "ensembles"
STAGE = "ensembles-stage"
CLAIM = "Members that err on different rows are worth more together."
FORMULA = r"""
\begin{aligned}
\hat y(x) &= \sigma\Big(b + \sum_m w_m\, p_m(x)\Big) \\
w, b &\;\text{ fitted on }\; p_m^{\,\text{out of fold}} \\
\operatorname{Var}\Big(\tfrac1M \sum_m e_m\Big) &= \bar\rho\, \sigma^2 + \tfrac{1 - \bar\rho}{M}\, \sigma^2
\end{aligned}
"""
WHY = """
Averaging M members divides the part of their errors that is their own by M; the part they share, the correlation ρ̄,
stays. So a second forest adds little to a forest, and a network that is no better may add a lot. Bagging makes
unstable learners differ by giving each its own bootstrap sample. Stacking learns a weight for each member: from
predictions for rows the member has not seen, fold by fold.

**The pitfall:** fit the weights on what members say of their own training rows, and they go to whoever has memorised
them: trees and large networks are nearly perfect there. And no combination is bound to win: where one member is much
better than the rest, the best blend is hardly more than that member alone.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    _stage(more.blended(shown.entry, view), shown.entry.key)


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        blended = combine(result, view.members, view.strength, view.leak)
        _stage(blended, f"{key(config)}.live.{revision}", running=revision >= 0)


def _stage(blended: Blended, revision: str, running: bool = False) -> None:
    panel.remember_rows(blended, figures.order(blended))
    stage(figures.payload(blended, revision, running), key=STAGE, on_pick_change=_picked)
    panel.redraw_if_toggled()


def _picked() -> None:
    panel.toggle_picked(st.session_state[STAGE].pick)


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    view = panel.settings()
    shown = run_view.open_run(RUN, view.run_config(), Config())
    progress = st.container(key="progress", gap="small")
    foot = st.container()
with top:
    head.head("Ensembles", CLAIM, scenes.SCENES, view, panel.widget_values)
    answering = shown is not None and shown.current
    head.prediction(scenes.SCENES, view, more.blended(shown.entry, view) if shown and answering else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live, unit="part")
with progress:
    more.buttons(RUN, view, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, view, FORMULA, WHY, before=not shown.current or run_view.is_running(RUN))
