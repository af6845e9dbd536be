"""Optimizers: the same surface, the same start; only the update rule differs, and so does the path."""

from __future__ import annotations

import streamlit as st

from engine.errors import PlaygroundError
from engine.figures.race_payload import race_payload
from engine.optimizers import race, race_script, scenes, story
from engine.optimizers.race import Config, Result
from pages.kit import code_panel, controls, head
from pages.kit.bench import bench
from pages.kit.code_panel import Download
from pages.kit.stage import stage
from pages.optimization import optimizers_controls as panel
from pages.optimization import optimizers_more as more

STAGE = "race-stage"
CLAIM = "Same surface, same start. Only the update rule differs, and so does the path."
FORMULA = r"""
\begin{aligned}
\text{SGD:}\quad & w \leftarrow w - \eta\, g \\
\text{Momentum:}\quad & v \leftarrow \beta v - \eta\, g,\quad w \leftarrow w + v \\
\text{Adam:}\quad & w \leftarrow w - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)
\end{aligned}
"""
WHY = """
SGD takes one rate η for all directions: the steepest sets the limit (on a quadratic, η below 2/λ), the flattest
pays for it. Momentum overshoots at first, then averages the zigzag away and speeds up along the valley. Adagrad,
RMSprop and Adam divide each direction by the size of its own gradients, so steep and flat move at one pace.

**The pitfall:** the pace of RMSprop and Adam does not shrink near the minimum, and Adagrad's does nothing else. A
rate that suits SGD may be far too large for Adam, and the other way round. One shared rate is a race with
one shoe size: give each its own (Racers).
"""


def _start_clicked() -> None:
    point = st.session_state[STAGE].start
    if point is not None:
        panel.move_start((float(point[0]), float(point[1])))


def _numbers(result: Result) -> str:
    rows = (
        (racer.id, step, *racer.path[step], racer.loss[step], *racer.gradient[step])
        for racer in result.racers
        for step in range(len(racer.loss))
    )
    return code_panel.table_csv(("optimizer", "step", "w1", "w2", "loss", "gradient1", "gradient2"), rows)


controls.begin("optimizers")
top, strip, picture = bench()
with strip:
    config = panel.settings()
    foot = st.container()
try:
    surface = race.surface_of(config)
    result = race.run(config, surface=surface)
except PlaygroundError as error:
    with picture:
        st.error(f"{error.message} {error.advice}", icon=":material/function:")
    config = Config(learning_rate=config.learning_rate)
    surface, result = race.surface_of(config), race.run(config)
with top:
    head.head("Optimizers", CLAIM, scenes.SCENES, config, panel.widget_values)
    head.prediction(scenes.SCENES, config, result)
with picture:
    stage(race_payload(config, result, surface=surface), key=STAGE, on_start_change=_start_clicked)
with foot:
    st.caption(f"{config.steps} steps · seed {config.seed}  \nComputed here by the rules of Keras 3.15")
head.below_the_fold(
    story.story(result),
    FORMULA,
    WHY,
    lambda: code_panel.code_panel(
        race_script.script(config),
        "optimizers",
        "Optimizers",
        [Download("Numbers .csv", "optimizers.csv", lambda: _numbers(result))],
    ),
)
more.two_more_looks(config)
