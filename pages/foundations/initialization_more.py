"""The rest of the initialization page: the buttons of a run, and what stands below the fold."""

from __future__ import annotations

from functools import partial

import numpy as np

from engine.figures.initialization import View
from engine.initialization import script, story
from engine.initialization.experiment import MODEL_FILE, Config, Result
from engine.momentum.scenes import reached
from engine.runs.service import Entry, executor
from pages.foundations import initialization_controls as panel
from pages.kit import code_panel, head, provenance
from pages.kit.code_panel import Download
from pages.kit.run_buttons import another_seed, run_buttons
from pages.kit.run_view import Shown


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts runs."""
    run_buttons(
        name,
        config,
        shown,
        help="Train N networks from different first weights; the cures from the same ones.",
        reseed=partial(another_seed, name, config, panel.FIELDS["seed"]),
        reseed_help="other data, other first weights, other batches.",
    )


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from."""
    result: Result = shown.entry.result
    networks = result.config.runs * len(result.groups)
    provenance.foot(name, shown, f"{networks} networks · seeds from {result.config.seed}")


def below_the_fold(entry: Entry, view: View, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads.

    Args:
        entry: The result it is about.
        view: What is looked at.
        formula: LaTeX of the why.
        why: Its words.
        before: Whether the settings have changed since; then the text says that it is about the run before.
    """
    result: Result = entry.result
    view = panel.fitting(view, result)
    downloads = [
        Download("Numbers .csv", "initialization.csv", lambda: numbers(result, view.goal)),
        Download("Run 1 .keras", "initialization.keras", lambda: executor().file(entry, MODEL_FILE) or b""),
    ]
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *story.story(result, view.together, view.goal)],
        formula,
        why,
        lambda: code_panel.code_panel(
            script.script(result.config, view.together), "initialization", "No two runs agree", downloads
        ),
    )


def numbers(result: Result, goal: float) -> str:
    """Return each run's numbers as CSV: epochs to the goal, last loss, and the test error of every group."""
    needed = reached(result.loss, goal)
    rows = (
        (run + 1, result.config.seed + run, needed[run] if np.isfinite(needed[run]) else "", result.loss[-1, run],
         *result.final[:, run])
        for run in range(result.config.runs)
    )  # fmt: skip
    header = ("run", "seed", "epochs_to_goal", "loss", *(f"error_{group}" for group in result.groups))
    return code_panel.table_csv(header, rows)
