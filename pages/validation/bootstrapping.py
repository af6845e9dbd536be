"""Bootstrapping and benchmarking: how far to trust a score, and whether a difference is real or luck."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.bootstrapping import experiment, scenes
from engine.bootstrapping.experiment import Config
from engine.config import key
from engine.figures import bootstrapping as figures
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage
from pages.validation import bootstrapping_controls as panel
from pages.validation import bootstrapping_more as more

RUN = "bootstrapping"
CLAIM = "Is the better score real, or luck?"
FORMULA = r"""
\begin{aligned}
\text{plain:}\quad & \bar d \;\pm\; t_{n-1}\, s_d\, \sqrt{\tfrac1n} \\
\text{corrected:}\quad & \bar d \;\pm\; t_{n-1}\, s_d\, \sqrt{\tfrac1n + \tfrac{n_\text{held}}{n_\text{learned}}}
\end{aligned}
"""
WHY = """
A score depends on which rows are held back, on initial weights and on the order of batches. A *bootstrap sample* is
drawn with replacement: about 63 % of the rows are in it, some repeated; the others, “out of the bag”, judge. The mean
over many splits settles, its plain interval shrinking with √n. On the *same* splits, what is hard for A is hard for B:
the difference *d* varies less.

**The pitfall:** splits are no fresh data. They share their rows, so what is peculiar to these rows never averages out:
draw enough splits and the plain interval calls any difference real. The corrected one (Nadeau and Bengio 2003) adds
held-back rows per row learned from: it has a floor, and only more rows lower it. If the rows that judge also say when
to stop, scores are a little too good; “More” can change that.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    revision = f"{shown.entry.key}.{shown.stopped}"
    _stage(figures.board(shown.entry.result, measure, precision, revision))


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        _stage(figures.board(result, measure, precision, f"{key(config)}.live.{revision}", running=True))


def _stage(payload: Mapping[str, object]) -> None:
    stage(payload, key="bootstrapping-stage")


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    config, measure, precision = panel.settings()
    shown = run_view.open_run(RUN, config, Config())
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
with top:
    head.head("Bootstrapping and benchmarking", CLAIM, scenes.SCENES, config, panel.widget_values)
    head.prediction(scenes.SCENES, config, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live, unit="network")
with progress:
    more.buttons(RUN, config, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(
        shown.entry, FORMULA, WHY, measure, precision, before=not shown.current or run_view.is_running(RUN)
    )
