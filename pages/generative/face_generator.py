"""Face generator: 64 numbers become a face, at every moment of a training; and what lies around that face."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.face_generator import experiment
from engine.face_generator.experiment import Config
from engine.face_generator.scenes import SCENES
from engine.figures import face_generator as figures
from pages.generative import face_generator_controls as panel
from pages.generative import face_generator_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN, STAGE = "face_generator", "face-generator-stage"
CLAIM = "64 numbers become a face. Watch it learn, then look around."
FORMULA = r"""
\begin{aligned}
\min_G \; & \mathbb{E}_z\big[\log(1 + e^{-D(G(z))})\big], \qquad z \sim \mathcal N(0, I_{64}) \\
\min_D \; & \mathbb{E}_x\big[\log(1 + e^{-D(x)})\big] + \mathbb{E}_z\big[\log(1 + e^{D(G(z))})\big]
  + \tfrac{\gamma}{2}\, \mathbb{E}_x \lVert \nabla D(x) \rVert^2
\end{aligned}
"""
WHY = """
The generator never sees a face. It turns 64 random numbers into a picture, and learns only from what the discriminator
holds against it. Nobody told it of eyes or glasses, yet moving through the numbers changes them one by one: nearby
numbers give nearby faces, and an attribute becomes a direction.

Multiplying the numbers by ψ below 1 keeps to the middle of what was learned: cleaner faces, and fewer of them. Numbers
of another kind than in training still give a picture; the generator cannot refuse.

**The pitfall:** judging by a few good faces. A generator may repeat itself, or copy what it was shown. So count: the
kernel distance compares whole sets of pictures, the nearest training pictures show copies, and the quiz shows what your
own eye lets pass.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Train on.", icon=":material/play_arrow:")
        return
    revision = f"{shown.entry.key}.{shown.stopped}.{view.moment}"
    _stage(figures.payload(shown.entry.result, closer, view, revision))


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        live = figures.View(figures.GRID)
        _stage(figures.payload(result, None, live, f"{key(config)}.live.{revision}", running=True))


def _stage(payload: Mapping[str, object]) -> None:
    stage(
        payload,
        key=STAGE,
        on_pick_change=_picked,
        on_strengths_change=_moved,
        on_on_change=_trains_on,
        on_score_change=_scored,
    )
    # The picture is in a fragment; the controls that a click on it changes are not.
    if panel.is_waiting():
        st.rerun()


def _picked() -> None:
    pick = st.session_state[STAGE].pick
    if pick is not None:
        panel.choose(int(pick["index"]))


def _moved() -> None:
    strengths = st.session_state[STAGE].strengths
    if strengths is not None:
        panel.move([float(value) for value in strengths])


def _trains_on() -> None:
    moment = st.session_state[STAGE].on
    if moment is not None:
        more.train_from(RUN, int(moment))


def _scored() -> None:
    score = st.session_state[STAGE].score
    if score is not None:
        panel.keep_score(int(score["right"]), int(score["total"]))


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    config, around, wanted, view = panel.settings()
    more.start_if_wanted(RUN, config)
    shown = run_view.open_run(RUN, config, Config())
    more.start_when_new(RUN, config, shown)
    closer = more.closer(around)
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
with top:
    head.head("Face generator", CLAIM, SCENES, wanted.plain(), panel.widget_values)
    head.prediction(SCENES, wanted.plain(), result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live, unit="step")
with progress:
    more.buttons(RUN, config, shown)
with foot:
    more.watch_closer()
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, closer, FORMULA, WHY, before=not shown.current or run_view.is_running(RUN))
