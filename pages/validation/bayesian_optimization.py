"""Bayesian optimization: guess what was not tried, know how unsure the guess is, and look where it pays most."""

from __future__ import annotations

import streamlit as st

from engine.bayesian_optimization import one_dimension, scenes, tuning, two_dimensions
from engine.figures import bayesian_optimization as figures
from engine.figures import bayesian_optimization_two as surfaces
from pages.kit import controls, head, run_view
from pages.kit.bench import bench
from pages.kit.stage import stage
from pages.validation import bayesian_optimization_controls as panel
from pages.validation import bayesian_optimization_more as more
from pages.validation import bayesian_optimization_network as network

STAGE = "bayesian-stage"
CLAIM = "Guess what was not tried, and look where it pays most."
FORMULA = r"""
\begin{aligned}
\text{UCB}(x) &= \mu(x) + \kappa\,\sigma(x) \\
\text{EI}(x) &= (\mu - y^{*} - \xi)\,\Phi(z) + \sigma\,\varphi(z) \\
\text{PI}(x) &= \Phi(z), \quad z = \frac{\mu(x) - y^{*} - \xi}{\sigma(x)}
\end{aligned}
"""
WHY = """
When a sample costs a training, thinking about the next one is cheap. A Gaussian process guesses the score everywhere,
with a doubt that is small near samples and grows away from them. The acquisition joins both: go where the guess μ is
high (exploit) or where the doubt σ is (explore). κ and ξ set the exchange rate, exactly as for a gambler before slot
machines. *y\\** is the best reading so far.

**The pitfall:** it thinks only as well as it guesses. A length scale that is too long, a peak narrower than its steps,
a cliff, or noise taken for truth, and random search does as well, for nothing. On a real network the top is often a
plateau: many settings are equally good, the best of forty noisy scores is the luckiest, and only fresh splits tell.
"""


def _clicked() -> None:
    pick = st.session_state[STAGE].pick
    if pick is not None and pick["panel"] == "guess":
        panel.add_sample(float(pick["x"]))


controls.begin("bayesian-optimization")
top, strip, picture = bench()
with strip:
    config = panel.settings()
    shown = run_view.open_run(network.RUN, config, tuning.Config()) if isinstance(config, tuning.Config) else None
    progress = st.container(key="progress", gap="small")
    foot = st.container()
result: one_dimension.Result | two_dimensions.Result | tuning.Result | None
if isinstance(config, one_dimension.Config):
    result = one_dimension.run(config)
    with picture:
        stage(figures.board(result, st.session_state.get(panel.FAIR.name, False)), key=STAGE, on_pick_change=_clicked)
elif isinstance(config, two_dimensions.Config):
    result = two_dimensions.run(config)
    with picture:
        stage(surfaces.board(result), key=STAGE)
else:
    result = shown.entry.result if shown is not None else None
    with picture:
        run_view.live(network.RUN, progress, network.draw, network.draw_live, unit="evaluation")
with top:
    head.head("Bayesian optimization", CLAIM, scenes.SCENES, config, panel.widget_values)
    asked = [scene for scene in scenes.SCENES if isinstance(scene.config, type(config))]
    head.prediction(asked, config, result if shown is None or shown.current else None)
with progress:
    if isinstance(config, tuning.Config):
        network.buttons(config, shown)
    else:
        more.step_buttons(config)
with foot:
    if shown is not None:
        network.foot(shown)
    elif not isinstance(config, tuning.Config):
        st.caption(f"Computed here · seed {config.seed}")
more.below_the_fold(result, shown, FORMULA, WHY)
