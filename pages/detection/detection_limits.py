"""Where it fails: when does a good detector stop finding things, and why?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.config import key
from engine.detection_limits import experiment, tiles
from engine.detection_limits.scenes import SCENES, lesson
from engine.detection_limits.view import View
from engine.figures import detection_limits as figures
from engine.figures import detection_limits_tiles as sheets
from pages.detection import detection_limits_controls as panel
from pages.detection import detection_limits_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

STAGE, PICKED = "detection-limits-stage", "detection_limits.picked"
CLAIM = "Good at what it was trained on: push it out, step by step."
FORMULA = r"""
\begin{aligned}
\text{a cell names one thing:}\quad & \tfrac{\text{named}}{k} \le \tfrac{C}{k}\Big[1-\big(1-\tfrac1C\big)^{k}\Big] \\
\text{alone in its cell:}\quad & \big(1-\tfrac1C\big)^{k-1}, \qquad C = 8\cdot 8 \text{ cells},\; k \text{ things}
\end{aligned}
"""
WHY = """
Recall is the share of things that get a box with the right name, overlapping by half. It belongs to a detector *and* to
pictures: sizes, proportions and crowds that training never showed lie outside what the network can read. Things of
few pixels lose what tells them apart; a part behind another or the edge takes the outline away. The grid sets a limit
of its own: a cell has one set of class probabilities, so of two different things centred in it one stays unnamed (and
it was trained to keep one). Random places collide early, as birthdays do.

**The pitfall:** one recall on a test set made like the training set. It says nothing about the flock. Looking closer
helps where pixels are missing: slices at full resolution bring small things back, but each is a look of its own, and
what it cuts becomes wrong boxes.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings. Press Run.", icon=":material/play_arrow:")
        return
    where = f"{shown.entry.key}.{shown.stopped}.{view.at}.{view.score}"
    _stage(_payload(shown.entry.result, where))


def _draw_live(config: experiment.Config | tiles.Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    result = tiles.partial(config, series) if isinstance(config, tiles.Config) else experiment.partial(config, series)
    if result is not None:
        _stage(_payload(result, f"{key(config)}.live.{revision}", running=True))


def _payload(result: experiment.Result | tiles.Result, revision: str, running: bool = False) -> Mapping[str, object]:
    if isinstance(result, tiles.Result):
        return sheets.board(result, view, revision, running)
    return figures.board(result, view, revision, running)


def _stage(payload: Mapping[str, object]) -> None:
    stage(payload, key=STAGE, on_pick_change=_picked)
    # The picture is in a fragment; the control of the point looked at, which a click changes too, is not.
    if st.session_state.pop(PICKED, False):
        st.rerun()


def _picked() -> None:
    pick = st.session_state[STAGE].pick
    if pick is not None and panel.look_at(view, float(pick["x"])):
        st.session_state[PICKED] = True


controls.begin("detection_limits")
top, strip, picture = bench()
with strip:
    view = panel.settings()
    run, config = more.name_of(view), view.run()
    shown = run_view.open_run(run, config, View(factor=view.factor).run())
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None and shown.current else None
with top:
    head.head("Where it fails", CLAIM, SCENES, view.asked(), panel.widget_values)
    head.prediction(lesson(view), view.asked(), result)
with picture:
    run_view.live(run, progress, _draw, _draw_live, unit="look" if view.tiled else "point")
with progress:
    more.buttons(run, view, shown)
with foot:
    if shown is not None:
        more.foot(run, shown)
if shown is not None:
    more.below_the_fold(shown, view, FORMULA, WHY, before=not shown.current or run_view.is_running(run))
