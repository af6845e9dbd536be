"""The rest of the Hyperparameters page: what starts runs, the reader's own point, and what stands below the fold."""

from __future__ import annotations

import dataclasses
from functools import partial

import streamlit as st

from engine.figures import hyperparameters_closer as figures
from engine.figures.hyperparameters import same_point
from engine.hyperparameters import point, script, story
from engine.hyperparameters.experiment import Config, Result
from engine.hyperparameters.search import METHODS
from engine.hyperparameters.task import TaskConfig
from engine.runs.service import Entry, executor
from engine.tuning.space import SPACE
from engine.validation.model_file import MODEL_FILE
from pages.kit import code_panel, head, provenance, run_view
from pages.kit.code_panel import Download
from pages.kit.run_buttons import another_seed, run_buttons
from pages.kit.run_view import Shown
from pages.kit.stage import stage
from pages.validation import hyperparameters_controls as panel

STAGE, CLOSER = "hyperparameters-stage", "hyperparameters-closer"
POINT = "hyperparameters.point"
_TAKEN = "hyperparameters.taken"
_TASK = tuple(field.name for field in dataclasses.fields(TaskConfig))


def own_point(config: Config, own: point.Config) -> tuple[point.Config, point.Result | None]:
    """Return the reader's point as an experiment on the data of a search, and its evaluation if there is one."""
    mine = own.changed(**{name: getattr(config, name) for name in _TASK})
    entry = executor().find(mine)
    return mine, entry.result if entry is not None else None


def take(result: Result, key: str) -> None:
    """Put the point that was clicked on the four sliders; a callback."""
    pick = st.session_state[key].pick
    if pick and pick["mark"] == figures.TRIAL:
        chosen = result.points[int(pick["index"]) % len(result.points)]
        for name, value in zip((one.name for one in SPACE), chosen, strict=True):
            st.session_state[name] = float(value)
        st.session_state[_TAKEN] = True


def redraw_if_taken() -> None:
    """Run the whole page again after a click: the sliders stand outside the part that answered it."""
    if st.session_state.pop(_TAKEN, False):
        st.rerun()


def buttons(name: str, config: Config, own: point.Config, shown: Shown | None) -> None:
    """Draw what starts runs: the search, other points, one’s own; and say when the picture is of other settings."""
    run_buttons(
        name,
        config,
        shown,
        help="Try all points of the search, then the best five again with other seeds.",
        reseed=partial(another_seed, name, config, panel.FIELDS["seed"], config.repeats + 1),
        reseed_help="other points (but for a grid), other splits, other initial weights.",
    )
    if not run_view.is_running(name):
        _evaluate(config, own, shown)
    run_view.live(POINT, st.container(), lambda _: None, lambda *_: None, unit="evaluation")


def _evaluate(config: Config, own: point.Config, shown: Shown | None) -> None:
    """Draw the button that evaluates the reader's point, unless its score is known already."""
    if run_view.is_running(POINT):
        return
    mine, evaluated = own_point(config, own)
    tried = shown is not None and shown.current and same_point(shown.entry.result, mine) >= 0
    known = evaluated is not None or tried
    st.button(
        "Your point is in the picture" if known else "Evaluate your point",
        icon=":material/check:" if known else ":material/my_location:",
        key="evaluate",
        width="stretch",
        disabled=known,
        on_click=run_view.start,
        args=(POINT, mine),
        help="Train the network of your four sliders on the same splits, then with the other seeds.",
    )


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from; while a run goes on they come from right now."""
    config: Config = shown.entry.result.config
    provenance.foot(name, shown, f"{config.points} points · {config.optimizer} · seed {config.seed}")


def below_the_fold(entry: Entry, own: point.Config, formula: str, why: str, *, before: bool) -> None:
    """Draw a closer look, what happened, why, and the code with its downloads.

    Args:
        entry: The result it is about.
        own: The reader's point.
        formula: LaTeX of the why.
        why: Its words.
        before: Whether the settings have changed since; then the text says that it is about the run before.
    """
    result: Result = entry.result
    downloads = [Download("Numbers .csv", "hyperparameters.csv", lambda: _numbers(result))]
    if not result.stopped:
        model = Download("Model .keras", "hyperparameters.keras", lambda: executor().file(entry, MODEL_FILE) or b"")
        downloads.append(model)
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *story.story(result)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(result.config), "hyperparameters", "Hyperparameters", downloads),
    )
    if len(result.trial):
        _closer_look(entry, own)


def _closer_look(entry: Entry, own: point.Config) -> None:
    """Draw the map of two parameters, the importances, the race against the other methods, and the curves."""
    result: Result = entry.result
    st.subheader("A closer look", anchor=False)
    pairs = figures.pairs_by_importance(result)
    pair = st.selectbox("Map of", pairs, format_func=figures.pair_name, key="hyperparameters.pair", width=360)
    methods = [method for method in METHODS if method != result.config.method]
    found = [executor().find(result.config.changed(method=method)) for method in methods]
    others = tuple(other.result for other in found if other is not None)
    mine = own.changed(**{name: getattr(result.config, name) for name in _TASK})
    payload = figures.closer(result, others, mine, pair, revision=f"{entry.key}.{pair}.{len(others)}")
    stage(payload, key=CLOSER, on_pick_change=lambda: take(result, CLOSER))


def _numbers(result: Result) -> str:
    names = [one.name for one in SPACE]
    splits = [f"score, split {place + 1}" for place in range(result.scores.shape[1])]
    header = ("point", *names, "epochs at most", "score", "deviation", "loss", "epochs", "weights", "diverged", *splits)
    stages = result.config.rungs()
    rows = (
        (
            result.trial[place] + 1,
            *result.points[result.trial[place]],
            stages[result.rung[place]].epochs,
            result.score[place],
            result.deviation[place],
            result.loss[place],
            result.epochs[place],
            result.parameters[result.trial[place]],
            result.diverged[place],
            *result.scores[place],
        )
        for place in range(len(result.trial))
    )
    return code_panel.table_csv(header, rows)
