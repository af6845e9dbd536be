"""The rest of the page of saving: the buttons of a run, the files, the refusals, the danger of strangers' files."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from engine.figures.saving import NAMES, PARTS
from engine.runs.service import Entry, executor
from engine.saving import script, story
from engine.saving.experiment import ARMS, FILES, Config, Result
from pages.kit import code_panel, head, provenance
from pages.kit.code_panel import Download
from pages.kit.run_buttons import another_seed, run_buttons
from pages.kit.run_view import Shown
from pages.practice import saving_models_controls as panel


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts runs."""
    run_buttons(
        name,
        config,
        shown,
        help="Train the networks, save them, read the files in a fresh process, and train on.",
        reseed=partial(another_seed, name, config, panel.FIELDS["seed"], config.seeds),
        reseed_help="other first weights, other batches.",
    )


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from."""
    config = shown.entry.result.config
    many = f"{config.seeds} networks · seeds from {config.seed}"
    provenance.foot(name, shown, many if config.seeds > 1 else f"seed {config.seed}")


def below_the_fold(entry: Entry, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, the code with every file to download, and what the security section says.

    Args:
        entry: The result it is about.
        formula: LaTeX of the why.
        why: Its words.
        before: Whether the settings have changed since; then the text says that it is about the run before.
    """
    result: Result = entry.result
    downloads = [Download("Numbers .csv", "saving.csv", lambda: numbers(result))]
    for form in result.forms:
        if form.size >= 0:
            file = FILES[form.name]
            downloads.append(Download(NAMES[form.name].split(",")[0], file, partial(_file, entry, file)))
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), story.story(result)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(result.config), "saving_models", "Saving models", downloads),
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Why a stranger’s model is dangerous", anchor=False)
        st.markdown(story.security(result))
    with right:
        st.subheader("What Keras refused, in its words", anchor=False)
        st.markdown(story.refusals(result))


def _file(entry: Entry, name: str) -> bytes:
    return executor().file(entry, name) or b""


def numbers(result: Result) -> str:
    """Return the forms and the losses behind the picture as CSV, two tables below each other."""
    forms = code_panel.table_csv(
        ("form", "bytes", "numbers", "architecture", "weights", "optimizer", "came_back", "difference", "same_class"),
        (
            (
                form.name,
                form.size,
                form.numbers,
                form.architecture,
                form.weights,
                form.optimizer,
                "+".join(part for part, came in zip(PARTS, form.returns, strict=True) if came),
                form.difference,
                form.same,
            )
            for form in result.forms
        ),
    )
    steps = result.config.before * result.config.steps
    rows = [
        ("before", result.config.seed + seed, step, loss)
        for seed, losses in enumerate(result.before)
        for step, loss in enumerate(losses)
    ]
    for arm, name in enumerate(ARMS):
        for seed, losses in enumerate(result.after[arm]):
            if np.isfinite(losses).any():
                rows += [(name, result.config.seed + seed, steps + step, loss) for step, loss in enumerate(losses)]
    return forms + "\n" + code_panel.table_csv(("training", "seed", "step", "loss"), rows)
