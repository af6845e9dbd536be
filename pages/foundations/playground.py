"""Playground: a free network on a plane of points. Look inside every neuron as it learns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.figures import network_payload
from engine.playground import experiment, scenes
from engine.playground.experiment import Config
from pages.foundations import playground_controls as panel
from pages.foundations import playground_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN = "playground"
CLAIM = "Neurons draw lines; together they bend the boundary."
FORMULA = r"""
\begin{aligned}
a_j &= \varphi\Big(\sum_i w_{ji}\, x_i + b_j\Big) \\
w &\leftarrow w - \eta\, \frac{\partial L}{\partial w}
\end{aligned}
"""
WHY = """
Each neuron sums its inputs and bends the sum once, by its activation φ. Without the bend, any number of layers is
one straight line. A second layer bends what the first has bent: few neurons, many corners. Training moves every
weight a little down the loss, batch by batch.

**The pitfall:** a boundary that follows every training point. The training loss goes on falling while the loss on
points held back rises: the network learns the noise. And one good run may be luck, so look at the band: the same
network from other seeds.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Train.", icon=":material/play_arrow:")
        return
    other, label = more.beside(shown.config)
    revision = f"{shown.entry.key}.{shown.stopped}.{label if other is not None else ''}"
    _stage(network_payload.payload(shown.entry.result, revision=revision, versus=other, versus_label=label))


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        _stage(network_payload.payload(result, revision=f"{key(config)}.live.{revision}", running=True))


def _stage(payload: Mapping[str, object]) -> None:
    stage(payload, key="playground-stage")


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    config = panel.settings()
    shown = run_view.open_run(RUN, config, Config())
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
with top:
    head.head("Playground", CLAIM, scenes.SCENES, config, panel.widget_values)
    head.prediction(scenes.SCENES, config, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live)
with progress:
    more.buttons(RUN, config, shown)
    more.train_beside(config)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, FORMULA, WHY, before=not shown.current or run_view.is_running(RUN))
