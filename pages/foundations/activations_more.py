"""The rest of the activations' page: the buttons of a run, and what stands below the fold."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from engine.activations import script, story
from engine.activations.experiment import MODEL_FILE, Config, Result
from engine.activations.functions import ACTIVATIONS, NAMES, SOFTMAX, softmax
from engine.runs.service import Entry, executor
from pages.foundations import activations_controls as panel
from pages.kit import code_panel, head, provenance
from pages.kit.code_panel import Download
from pages.kit.run_buttons import another_seed, run_buttons
from pages.kit.run_view import Shown

TITLE = "Activations"


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts runs."""
    run_buttons(
        name,
        config,
        shown,
        help="Train all networks: the same first weights and the same batches for every activation.",
        reseed=partial(another_seed, name, config, panel.FIELDS["seed"], config.seeds),
        reseed_help="other first weights, other batches, other rows held back.",
    )


def foot(name: str, shown: Shown | None) -> None:
    """Draw where the numbers of the picture come from."""
    if shown is None:
        st.caption("Computed here, in NumPy; the code does it with Keras")
    else:
        ran = shown.entry.result.config
        provenance.foot(name, shown, f"{ran.seeds} seeds from {ran.seed} · digits")


def function_below(config: Config, formula: str, why: str) -> None:
    """Draw what happened, why and the code of one function."""
    downloads = [Download("Numbers .csv", "activation.csv", lambda: _curve(config))]
    head.below_the_fold(
        [story.function_story(config)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(config), "activations", TITLE, downloads),
    )


def networks_below(entry: Entry, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads.

    Args:
        entry: The result it is about.
        formula: LaTeX of the why.
        why: Its words.
        before: Whether the settings have changed since; then the text says that it is about the run before.
    """
    result: Result = entry.result
    downloads = [
        Download("Numbers .csv", "activations.csv", lambda: _numbers(result)),
        Download("ReLU model .keras", "relu.keras", lambda: executor().file(entry, MODEL_FILE) or b""),
    ]
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), story.story(result)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(result.config), "activations", TITLE, downloads),
    )


def _curve(config: Config) -> str:
    if config.function == SOFTMAX:
        p = softmax(np.array(config.numbers), config.temperature)
        return code_panel.table_csv(("logit", "probability"), zip(config.numbers, p, strict=True))
    x = np.linspace(-6, 6, 241)
    columns = [x]
    for name in NAMES:
        columns += [ACTIVATIONS[name].value(x, config.slope), ACTIVATIONS[name].derivative(x, config.slope)]
    header = ("x", *(f"{name}{kind}" for name in NAMES for kind in ("", "_derivative")))
    return code_panel.table_csv(header, zip(*columns, strict=True))


def _numbers(result: Result) -> str:
    config = result.config
    layers = range(config.depth)
    header = (
        "activation",
        "seed",
        "epoch",
        "loss",
        "accuracy",
        *(f"dead_{layer + 1}" for layer in layers),
        *(f"zeros_{layer + 1}" for layer in layers),
        *(f"gradient_{layer + 1}" for layer in layers),
        "gradient_output",
    )
    rows = (
        (
            name,
            config.seed + seed,
            epoch,
            result.loss[epoch, place, seed],
            result.accuracy[epoch, place, seed],
            *result.dead[epoch, place, seed],
            *result.zeros[epoch, place, seed],
            *result.gradient[epoch, place, seed],
        )
        for place, name in enumerate(result.names)
        for seed in range(config.seeds)
        for epoch in range(config.epochs + 1)
    )
    return code_panel.table_csv(header, rows)
