"""The rest of the page on gradient descent: the buttons of a run, and what stands below the fold."""

from __future__ import annotations

from functools import partial

from engine.gradient_descent import script, story
from engine.gradient_descent.experiment import NAMES, RACERS, Config, Result
from engine.runs.service import Entry
from pages.kit import code_panel, head, provenance
from pages.kit.code_panel import Download
from pages.kit.run_buttons import another_seed, run_buttons
from pages.kit.run_view import Shown
from pages.optimization import gradient_descent_controls as panel


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts runs."""
    run_buttons(
        name,
        config,
        shown,
        help="Run all three from the same start, on rows in the same order.",
        reseed=partial(another_seed, name, config, panel.FIELDS["seed"], config.seeds),
        reseed_help="other rows in another order.",
    )


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from."""
    config = shown.entry.result.config
    provenance.foot(name, shown, f"{config.points} rows · seed {config.seed}, then {config.seeds - 1} more")


def below_the_fold(entry: Entry, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads.

    Args:
        entry: The result it is about.
        formula: LaTeX of the why.
        why: Its words.
        before: Whether the settings have changed since; then the text says that it is about the run before.
    """
    result: Result = entry.result
    downloads = [Download("Numbers .csv", "gradient_descent.csv", lambda: _numbers(result))]
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), story.story(result)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(result.config), "gradient_descent", "Gradient descent", downloads),
    )


def _numbers(result: Result) -> str:
    rows = (
        (NAMES[racer].lower(), update, *result.path(racer)[update], result.loss(racer)[update])
        for racer in RACERS
        for update in range(len(result.loss(racer)))
    )
    return code_panel.table_csv(("rows a step", "update", "m", "c", "error"), rows)
