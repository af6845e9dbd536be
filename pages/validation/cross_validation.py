"""K-fold and stratified K-fold: hold out a different part again and again; how sure is the mean?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.cross_validation import experiment, scenes
from engine.cross_validation.experiment import Config
from engine.figures import cross_validation as figures
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage
from pages.validation import cross_validation_controls as panel
from pages.validation import cross_validation_more as more

RUN = "cross_validation"
STAGE = "cross-validation-stage"
PICKED = "cross_validation.picked"
CLAIM = "Each fold gives a score: how sure is one?"
FORMULA = r"""
\begin{aligned}
\text{plain:}\quad & \bar a \;\pm\; t_{n-1}\, s\, \sqrt{\tfrac1n} \\
\text{corrected:}\quad & \bar a \;\pm\; t_{n-1}\, s\, \sqrt{\tfrac1n + \tfrac{1}{k-1}}
\end{aligned}
"""
WHY = """
Each row is held out once a repeat, by a network that has not learned from it. The mean of the *n* scores judges the
recipe, their deviation *s* how much the choice of rows matters. Folds share training rows, so the scores are not
independent: the plain interval is too narrow, the corrected one (Nadeau and Bengio 2003) is not. Stratified folds keep
each class’s share, group folds keep writers apart.

**The pitfall:** whatever looks at the rows held out flatters the score. Scaling before the split hardly does, choosing
columns does badly (Hastie et al., 7.10.2), copies on both sides do, and so does early stopping on the fold that judges:
hence the rows put aside. And the fold model with the lowest loss mostly had the easiest fold; a new model on all rows
uses them all.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    _stage(figures.board(shown.entry.result, view, f"{shown.entry.key}.{shown.stopped}.{view.repeat}"))


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        _stage(figures.board(result, view, f"{key(config)}.live.{revision}", running=True))


def _stage(payload: Mapping[str, object]) -> None:
    stage(payload, key=STAGE, on_pick_change=_picked)
    # The picture is in a fragment; the controls and the odd rows below, which a click changes too, are not.
    if st.session_state.pop(PICKED, False):
        st.rerun()


def _picked() -> None:
    """Look into the fold that was clicked: a point of the scores, or a row of the picture of the folds."""
    pick = st.session_state[STAGE].pick
    if pick is not None:
        by_place = pick["panel"] == figures.MATRIX
        panel.look_into(round(float(pick["y"])) if by_place else int(pick["index"]))
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
    head.head("K-fold and stratified K-fold", CLAIM, scenes.SCENES, config, panel.widget_values)
    head.prediction(scenes.SCENES, config, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live)
with progress:
    more.buttons(RUN, config, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, FORMULA, WHY, view, before=not shown.current or run_view.is_running(RUN))
