"""The rest of the momentum page: the buttons of a run, and what stands below the fold."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.momentum import script, story
from engine.momentum.experiment import MOMENTA, RACERS, Config, Result, Walked
from pages.kit import code_panel, head, provenance
from pages.kit.code_panel import Download
from pages.kit.run_buttons import another_seed, run_buttons
from pages.kit.run_view import Shown
from pages.optimization import momentum_controls as panel


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts runs."""
    run_buttons(
        name,
        config,
        shown,
        help="Train all networks: four momenta, once with one η, once with η (1 − β).",
        reseed=partial(another_seed, name, config, panel.FIELDS["seed"]),
        reseed_help="other first weights, other batches.",
    )


def foot(name: str, shown: Shown | None, config: Config) -> None:
    """Draw where the numbers of the picture come from."""
    if shown is None:
        st.caption(f"{config.steps} steps  \nComputed here by the rules of Keras 3.15")
    else:
        ran = shown.entry.result.config
        provenance.foot(name, shown, f"{ran.seeds} seeds from {ran.seed}")


def below_the_fold(result: Walked | Result, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads.

    Args:
        result: What it is about.
        formula: LaTeX of the why.
        why: Its words.
        before: Whether the settings have changed since; then the text says that it is about the run before.
    """
    downloads = [Download("Numbers .csv", "momentum.csv", lambda: numbers(result))]
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), story.story(result)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(result.config), "momentum", "Momentum", downloads),
    )


def numbers(result: Walked | Result) -> str:
    """Return the numbers behind the picture as CSV."""
    if isinstance(result, Result):
        rows = (
            (kind, momentum, result.config.seed + seed, epoch, loss[epoch, which, seed], accuracy[epoch, which, seed])
            for kind, loss, accuracy in (
                ("same", result.same_loss, result.same_accuracy),
                ("times (1 - momentum)", result.fair_loss, result.fair_accuracy),
            )
            for which, momentum in enumerate(MOMENTA)
            for seed in range(result.config.seeds)
            for epoch in range(len(loss))
        )
        return code_panel.table_csv(("rate", "momentum", "seed", "epoch", "loss", "accuracy"), rows)
    walked = (
        (racer, step, *result.path[place, step], *result.velocity[place, step], result.loss[place, step])
        for place, racer in enumerate(RACERS)
        for step in range(result.config.steps + 1)
    )
    return code_panel.table_csv(("rule", "step", "w1", "w2", "v1", "v2", "error"), walked)
