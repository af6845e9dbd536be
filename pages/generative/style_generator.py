"""Style-based generator: numbers become a style, and every layer hears it by itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.figures import style_generator as figures
from engine.style_generator.experiment import Config
from engine.style_generator.scenes import SCENES
from pages.generative import style_generator_controls as panel
from pages.generative import style_generator_more as more
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.run_view import Shown
from pages.kit.stage import stage

RUN, STAGE = "style_generator", "style-generator-stage"
CLAIM = "Each layer hears a style. Give two layers two styles."
FORMULA = r"""
\begin{aligned}
w &= f(z), \qquad z \sim \mathcal N(0, I_{64}) & w_\psi &= \bar w + \psi\,(w - \bar w) \\
s_\ell &= A_\ell w + b_\ell & w'_{ijk} &= \frac{s_i\, w_{ijk}}{\sqrt{\sum_{i,k} (s_i\, w_{ijk})^2 + \epsilon}}
\end{aligned}
"""
WHY = """
A plain generator gets its numbers once, at the bottom, and every later layer depends on all that came before. Here a
mapping network first turns *z* into a style *w*, and each layer *ℓ* scales its input channels by its own *s*; dividing
by the norm keeps the output’s size. So layers can be given different styles: here the coarsest turn the head, those at
8 pixels bring glasses, hair and skin, later ones the background. Noise, added in each layer, is left for what no style
needs to know.

*z* must fill a ball; *w* need not, so its directions can lie straighter. Truncation pulls *w* to the average: cleaner
pictures, fewer of them.

**The pitfall:** truncated grids look best and hide what is missing. ψ is a choice of the one who shows; report it, and
measure sets of pictures at ψ = 1.
"""


def _draw(shown: Shown | None) -> None:
    if shown is None:
        st.info("No result is shipped for these settings.", icon=":material/play_arrow:")
        return
    revision = f"{shown.entry.key}.{view.layer}"
    stage(figures.board(shown.entry.result, view, revision), key=STAGE)


def _draw_live(config: Config, series: Mapping[str, np.ndarray], revision: int) -> None:
    """Keep what is shown: a look is there as a whole or not at all."""
    del config, series, revision


controls.begin(RUN)
top, strip, picture = bench()
with strip:
    config, view = panel.settings()
    shown = run_view.open_run(RUN, config, Config())
    more.start_when_new(RUN, config, shown)
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result = shown.entry.result if shown is not None else None
with top:
    head.head("Style-based generator", CLAIM, SCENES, view.plain(), panel.widget_values)
    head.prediction(SCENES, view.plain(), result if shown is not None and shown.current else None)
with picture:
    run_view.live(RUN, progress, _draw, _draw_live, unit="look")
with progress:
    more.buttons(RUN, config, shown)
with foot:
    if shown is not None:
        more.foot(RUN, shown)
if shown is not None:
    more.below_the_fold(shown.entry, view, FORMULA, WHY, before=not shown.current or run_view.is_running(RUN))
