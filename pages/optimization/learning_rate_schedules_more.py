"""The rest of the schedules' page: the buttons of a run, and what stands below the fold."""

from __future__ import annotations

from functools import partial

from engine.schedules import curves, script, story
from engine.schedules.experiment import LADDER, PLATEAU, SCHEDULES, Config, Result
from pages.kit import code_panel, head, provenance
from pages.kit.code_panel import Download
from pages.kit.run_buttons import another_seed, run_buttons
from pages.kit.run_view import Shown
from pages.optimization import learning_rate_schedules_controls as panel


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts runs."""
    run_buttons(
        name,
        config,
        shown,
        help="Train all nine schedules and the ladder of constant rates, over the seeds.",
        reseed=partial(another_seed, name, config, panel.FIELDS["seed"], config.seeds),
        reseed_help="other first weights, batches, held-back rows and wrong labels.",
    )


def foot(name: str, shown: Shown | None) -> None:
    """Draw where the numbers of the picture come from."""
    if shown is not None:
        ran = shown.entry.result.config
        provenance.foot(name, shown, f"{ran.seeds} seeds from {ran.seed}")


def below_the_fold(result: Result, focus: str, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads.

    Args:
        result: What it is about.
        focus: The schedule that is looked at.
        formula: LaTeX of the why.
        why: Its words.
        before: Whether the settings have changed since; then the text says that it is about the run before.
    """
    downloads = [Download("Numbers .csv", "learning_rate_schedules.csv", lambda: numbers(result))]
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *story.story(result, focus)],
        formula,
        why,
        lambda: code_panel.code_panel(
            script.script(result.config, focus), "learning_rate_schedules", "Learning-rate schedules", downloads
        ),
    )


def numbers(result: Result) -> str:
    """Return the numbers behind the picture as CSV; the rate is that of an epoch's last step."""
    config = result.config
    names = [*SCHEDULES, *(f"constant, {share:g} times" for share in LADDER)]
    rates = {name: curves.rates(config, name) for name in SCHEDULES}

    def rate(place: int, epoch: int, seed: int) -> float:
        if place >= len(SCHEDULES):
            return config.learning_rate * LADDER[place - len(SCHEDULES)]
        if names[place] == PLATEAU:
            return float(result.plateau_rate[max(epoch - 1, 0), seed])
        return float(rates[names[place]][max(epoch * config.steps - 1, 0)])

    rows = (
        (
            name,
            config.seed + seed,
            epoch,
            rate(place, epoch, seed),
            result.loss[epoch, place, seed],
            result.held_loss[epoch, place, seed],
            result.held_accuracy[epoch, place, seed],
        )
        for place, name in enumerate(names)
        for seed in range(config.seeds)
        for epoch in range(len(result.loss))
    )
    return code_panel.table_csv(("schedule", "seed", "epoch", "rate", "loss", "held_loss", "held_accuracy"), rows)
