"""The rest of the ensemble page: the blend of a stored run, the buttons, and what stands below the fold."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from engine.config import settings
from engine.ensembles import script, story
from engine.ensembles.blend import Blended, combine
from engine.ensembles.experiment import Config, Result, View
from engine.ensembles.members import MEMBERS
from engine.ensembles.words import combinations
from engine.figures import ensembles_looks as looks
from engine.runs.service import Entry
from pages.kit import code_panel, head, provenance, run_view
from pages.kit.chart import chart
from pages.kit.code_panel import Download
from pages.kit.look import is_dark
from pages.kit.run_buttons import run_buttons
from pages.kit.run_view import Shown
from pages.validation import ensembles_controls as panel

LOOKS = {"Pairs": looks.pairs, "One by one": looks.one_by_one}


def blended(entry: Entry, view: View) -> Blended:
    """Return the combination of a stored run that the controls ask for; remembered, since every look asks for it."""
    result: Result = entry.result
    found = _combined(entry.key, result.members, view.members, view.strength, result)
    return replace(found, leak=view.leak)


@st.cache_resource(show_spinner=False, max_entries=64)
def _combined(
    key: str, finished: tuple[str, ...], members: tuple[str, ...], strength: float, _result: Result
) -> Blended:
    del key, finished  # what a stored result is known by, stopped or not
    return combine(_result, members, strength, leak=False)


def buttons(name: str, view: View, shown: Shown | None) -> None:
    """Draw what starts runs: train all members, or on other splits; and say when the picture shows other settings."""
    run_buttons(
        name,
        view.run_config(),
        shown,
        help="Train all eight members on every fold of every split. Who is in the blend needs no new run.",
        reseed=partial(_reseed, name, view),
        reseed_help="other splits, other initial weights.",
    )


def _reseed(name: str, view: View) -> None:
    seed = (view.seed + 1) % int(panel.FIELDS["seed"].setting.high + 1)
    st.session_state["seed"] = seed
    run_view.start(name, view.changed(seed=seed).run_config())


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from; while a run goes on they come from right now."""
    result: Result = shown.entry.result
    config = result.config
    train, test = result.train_rows.shape[1], result.test_rows.shape[1]
    provenance.foot(
        name,
        shown,
        f"{config.repeats} splits: {train} rows to learn, {test} to test · {config.folds} folds · seed {config.seed}",
    )


def below_the_fold(entry: Entry, view: View, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, the code with its downloads, and a closer look.

    Args:
        entry: The result it is about.
        view: What is made of it.
        formula: LaTeX of the why.
        why: Its words.
        before: Whether the settings have changed since; then the text says that it is about the run before.
    """
    found = blended(entry, view)
    config: Config = found.result.config
    shown = view.changed(**{name: getattr(config, name) for name in settings(Config)})
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *story.story(found)],
        formula,
        why,
        lambda: code_panel.code_panel(
            script.script(shown),
            "ensembles",
            "Ensembles",
            [Download("Numbers .csv", "ensembles.csv", lambda: _numbers(found))],
        ),
    )
    st.subheader("A closer look", anchor=False)
    name = (
        st.segmented_control("Chart", list(LOOKS), default="Pairs", required=True, label_visibility="collapsed")
        or "Pairs"
    )
    dark = is_dark()
    chart((entry.key, str(len(found.result.members)), *view.members, name, dark), lambda: LOOKS[name](found, dark))


def _numbers(found: Blended) -> str:
    result = found.result
    members = [MEMBERS[name].label for name in result.members]
    weights = [f"weight of {MEMBERS[name].label}" for name in found.members]
    combined = combinations(found)
    header = ("split", *members, *(name for name, _ in combined), *weights)
    rows = (
        (
            split + 1,
            *found.member_scores[split],
            *(scores[split] for _, scores in combined),
            *found.shown.weights[split],
        )
        for split in range(len(found.member_scores))
    )
    return code_panel.table_csv(header, rows)
