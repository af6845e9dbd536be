"""The game in 2-D: a generator against a discriminator on points in the plane, and the rule that makes it a game."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.figures import gan_game as figures
from engine.figures.gan_game_draw import drawing_board
from engine.figures.gan_game_slow import slow_board
from engine.gan_game import experiment
from engine.gan_game.experiment import Config, Result
from engine.gan_game.scenes import SCENES
from pages.generative import gan_game_controls as panel
from pages.generative import gan_game_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN, STAGE = "gan_game", "gan-game-stage"
TOUCHED = "gan_game.touched"
CLAIM = "A forger learns from its judge alone."
FORMULA = r"""
\begin{aligned}
\text{D's turn, only its weights move:}\quad
& \min_D \; -\tfrac12\,\mathbb E\,\log D(x) - \tfrac12\,\mathbb E\,\log\big(1 - D(G(z))\big) \\
\text{G's turn, only its weights move:}\quad
& \min_G \; -\mathbb E\,\log D(G(z)) \qquad \text{(target always 1)}
\end{aligned}
"""
WHY = """
The discriminator D learns to tell real points from fakes. The generator G turns noise *z* into fakes and never sees a
real one: all it gets is the slope of D at its fakes. So G is as good as its judge. At best D cannot tell and says ½
everywhere; both losses are then ln 2. Where D is too slow, G crowds on the spot that D likes best and jumps when D
follows: mode collapse. Where D wins outright, its slope can vanish.

**The pitfall:** reading the losses. They say who is ahead, not how good the fakes are: a fair draw and a collapse can
look alike, and if D's weights may move in G's turn, G's loss falls because the judge gives way. Look at the fakes and
at a divergence, over several seeds.
"""


def _draw(shown: Shown | None) -> None:
    if view.look == figures.DRAW:
        _stage(drawing_board(config.drawn))
        return
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    result: Result = shown.entry.result
    revision = f"{shown.entry.key}.{shown.stopped}"
    slow = view.look == figures.SLOW
    _stage(
        slow_board(result, view, f"{revision}.slow.{view.moment}") if slow else figures.board(result, view, revision)
    )


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = experiment.partial(config, series)
    if result is not None:
        more.remember_live(config, int(result.step[-1]))
        _stage(figures.board(result, view, f"{key(config)}.live.{revision}", running=True))


def _stage(payload: Mapping[str, object]) -> None:
    stage(payload, key=STAGE, on_pick_change=_picked, on_drawn_change=_drawn)
    # The picture is in a fragment; the controls that a touch of it changes are not.
    if st.session_state.pop(TOUCHED, False):
        st.rerun()


def _picked() -> None:
    pick = st.session_state[STAGE].pick
    if pick is not None and pick["mark"] == figures.MOMENT:
        controls.put({panel.MOMENT.name: int(pick["index"])})
        st.session_state[TOUCHED] = True


def _drawn() -> None:
    drawn = st.session_state[STAGE].drawn
    if drawn is not None:
        panel.take_drawing(drawn.get("points"))
        st.session_state[TOUCHED] = True


controls.begin(RUN)
top, strip, picture = bench()
if run_view.is_running(RUN) and st.session_state.get(panel.LOOK.name) == figures.DRAW:
    controls.put({panel.LOOK.name: figures.RUN})  # what was drawn is played now
with strip:
    config, view = panel.settings()
    shown = run_view.open_run(RUN, config, Config())
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
with top:
    head.head("The game in 2-D", CLAIM, SCENES, config, panel.widget_values)
    head.prediction(SCENES, config, result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live, unit="step")
with progress:
    more.buttons(RUN, config, shown, view)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, FORMULA, WHY, before=not shown.current or run_view.is_running(RUN))
