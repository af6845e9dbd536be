"""Semi-supervised GAN: ten labelled pictures, a thousand without a label, and a classifier that learns from both."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.figures import semi_supervised as figures
from engine.semi_supervised import experiment
from engine.semi_supervised.experiment import Config
from engine.semi_supervised.scenes import SCENES
from pages.generative import semi_supervised_gan_controls as panel
from pages.generative import semi_supervised_gan_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN, STAGE = "semi_supervised_gan", "semi-supervised-gan-stage"
PICKED = "semi_supervised_gan.picked"
CLAIM = "What are a thousand pictures without a label worth?"
FORMULA = r"""
\begin{aligned}
Z(x) &= \sum_{k=1}^{K} e^{\ell_k(x)}, \qquad D(x) = \frac{Z(x)}{Z(x)+1} \\
L_D &= -\log p(y \mid x) \;-\; \tfrac12 \log D(x') \;-\; \tfrac12 \log\big(1 - D(G(z))\big) \\
L_G &= \lVert\, \overline{f(x')} - \overline{f(G(z))} \,\rVert^2
\end{aligned}
"""
WHY = """
A discriminator that must tell real pictures from made-up ones learns what real ones have in common, without a label.
Its *K* class outputs say it: large outputs, large *Z*, real. This is a softmax over *K + 1* classes, “made up” fixed at
0. A few labels then name the clusters. Feature matching asks the generator only for the right mean of the last hidden
layer *f*.

House numbers: Street View has millions of photographs, somebody must read each. Medical records: many patients, few
with a confirmed diagnosis.

**The pitfall:** pretty pictures are not the aim. The generator is thrown away, the discriminator kept, the reverse of
the face generator. Nor is a GAN the only way: on digits, passing labels on to the nearest pictures does about as
well. And where labels suffice, unlabelled pictures add little or nothing sure.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    result = shown.entry.result
    revision = f"{shown.entry.key}.{shown.stopped}.{view.look}"
    _stage(figures.board(result, more.reference(result.config), view, revision))


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config.settled(), series)
    if result is not None:
        payload = figures.board(
            result, more.reference(config), view, f"{key(config)}.live.{revision}", running=run_view.is_running(RUN)
        )
        _stage(payload)


def _stage(payload: Mapping[str, object]) -> None:
    stage(payload, key=STAGE, on_pick_change=_picked)
    # The picture is in a fragment; the control of the labels is not.
    if st.session_state.pop(PICKED, False):
        st.rerun()


def _picked() -> None:
    """Take the count of a point of the curve that was clicked."""
    pick = st.session_state[STAGE].pick
    if pick is not None and pick["mark"] == figures.COUNT:
        panel.take_count(int(pick["index"]))
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
    head.head("Semi-supervised GAN", CLAIM, SCENES, config, panel.widget_values)
    head.prediction(SCENES, config, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live)
with progress:
    more.buttons(RUN, config, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, FORMULA, WHY, before=not shown.current or run_view.is_running(RUN))
