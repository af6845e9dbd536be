"""Hyperparameters: search over four numbers that make a network, and see which of them decides and what was luck."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.figures import hyperparameters as figures
from engine.hyperparameters import experiment, scenes
from engine.hyperparameters.experiment import Config, Result
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage
from pages.validation import hyperparameters_controls as panel
from pages.validation import hyperparameters_more as more

RUN = "hyperparameters"
CLAIM = "Which number decides, and is the winner really the best?"
FORMULA = r"""
\begin{aligned}
n_1 &= \operatorname{round}(128 \cdot \text{share}), \quad n_{k+1} = n_k \cdot \text{shrink} \\
\text{importance}_i &= \frac{\operatorname{Var}_{x_i}\, \mathbb E\,[\hat f(x) \mid x_i]}{\operatorname{Var} \hat f(x)}
\end{aligned}
"""
WHY = """
Nobody can differentiate a score by its learning rate or width, so one tries points. Usually few parameters decide.
A grid of 36 tries three learning rates, 36 random points try 36: the same price (Bergstra and Bengio 2012). Most bad
points show early that they are bad; halving stops them there and saves the epochs.

The curve in each slice averages a random forest, fitted to the points, over the other three parameters. How far it
moves is the parameter's importance: over the whole range, not near the best point.

**The pitfall:** the best of many noisy scores is partly the luckiest. The rows that chose the winner (and when to stop)
also scored it, so its score is too good, the more points you try the more. Ask again with other seeds, and keep rows
that no search has seen for the final answer.
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
    mine, evaluated = more.own_point(result.config, own)
    payload = figures.board(result, mine, evaluated, revision=revision, running=running)
    stage(payload, key=more.STAGE, on_pick_change=lambda: more.take(result, more.STAGE))
    more.redraw_if_taken()


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    config, own = panel.settings()
    shown = run_view.open_run(RUN, config, Config())
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
with top:
    head.head("Hyperparameters", CLAIM, scenes.SCENES, config, panel.widget_values)
    head.prediction(scenes.SCENES, config, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live, unit="evaluation")
with progress:
    more.buttons(RUN, config, own, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, own, FORMULA, WHY, before=not shown.current or run_view.is_running(RUN))
