"""The rest of the neuron's page: the buttons of a run, and what stands below the fold."""

from __future__ import annotations

from functools import partial

from engine.neuron import script, story
from engine.neuron.experiment import BORDER, MODEL_FILE, Config, Result
from engine.runs.service import Entry, executor
from pages.foundations import neuron_controls as panel
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
        help="Train both neurons from the same weights, on the same batches.",
        reseed=partial(another_seed, name, config, panel.FIELDS["seed"], config.seeds),
        reseed_help="other data, other initial weights.",
    )


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from."""
    config = shown.entry.result.config
    provenance.foot(name, shown, f"{config.points} points · seed {config.seed}, then {config.seeds - 1} more")


def below_the_fold(entry: Entry, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads.

    Args:
        entry: The result it is about.
        formula: LaTeX of the why.
        why: Its words.
        before: Whether the settings have changed since; then the text says that it is about the run before.
    """
    result: Result = entry.result
    downloads = [
        Download("Numbers .csv", "neuron.csv", lambda: _numbers(result)),
        Download("Model .keras", "neuron.keras", lambda: executor().file(entry, MODEL_FILE) or b""),
    ]
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), story.story(result)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(result.config), "neuron", "A neuron", downloads),
    )


def _numbers(result: Result) -> str:
    border = result.config.task == BORDER
    names = ("w1", "w2", "b") if border else ("m", "c")
    alone = names[:-1]
    header = ("epoch", *names, "error", *(f"{name}_without_bias" for name in alone), "error_without_bias")
    rows = (
        (epoch, *result.with_bias[epoch], result.loss[epoch, 0], *result.without[epoch], result.loss[epoch, 1])
        for epoch in range(len(result.loss))
    )
    return code_panel.table_csv(header, rows)
