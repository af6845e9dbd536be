"""The rest of the cross-validation page: the buttons of a run, what cannot be run and its remedy, and the odd rows."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from engine.cross_validation import script, story
from engine.cross_validation.experiment import WAYS, Config, Result
from engine.cross_validation.objections import Objection, objection
from engine.cross_validation.scores import METRICS, OddRow, class_label, fold_scores, odd_rows, ways
from engine.cross_validation.setup import prepared
from engine.errors import PlaygroundError
from engine.figures.cross_validation import View, chosen_fold
from engine.figures.odd_digits import digit_image
from engine.runs.service import Entry, executor
from engine.validation.model_file import MODEL_FILE
from pages.kit import code_panel, controls, head, provenance, run_view
from pages.kit.code_panel import Download
from pages.kit.look import is_dark
from pages.kit.run_buttons import run_buttons
from pages.kit.run_view import Shown
from pages.kit.text import literal, number
from pages.validation import cross_validation_controls as panel


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts runs, or the reason why these settings cannot be run and the button that mends them."""
    if run_view.is_running(name):
        return
    found = _objection(config)
    if found is not None:
        st.error(literal(f"{found.message} {found.advice}"), icon=":material/error:")
        if found.fix:
            st.button(
                found.label, icon=":material/build:", width="stretch", on_click=controls.put, args=(dict(found.fix),)
            )
    run_buttons(
        name,
        config,
        shown,
        help="Train one network a fold and repeat, then the new models on all rows.",
        reseed=partial(_reseed, name, config),
        reseed_help="other rows put aside, other folds, other initial weights.",
        disabled=found is not None,
    )


def _objection(config: Config) -> Objection | None:
    try:
        return objection(config)
    except PlaygroundError as error:
        return Objection(error.message, error.advice)


def _reseed(name: str, config: Config) -> None:
    seed = (config.seed + config.repeats) % int(panel.FIELDS["seed"].setting.high + 1)
    st.session_state["seed"] = seed
    changed = config.changed(seed=seed)
    if _objection(changed) is None:
        run_view.start(name, changed)


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from, and what was done to the rows."""
    result: Result = shown.entry.result
    config = result.config
    facts = [f"{len(result.best_epoch)} networks · seed {config.seed}"]
    if config.copies:
        facts.append("Each row was copied three times here")
    if config.leak == "features":
        facts.append("The columns are noise, made here")
    if result.group_name == "writer" and not config.copies:
        facts.append("13 writers, told apart by the file’s order")
    provenance.foot(name, shown, *facts)


def below_the_fold(entry: Entry, formula: str, why: str, view: View, *, before: bool) -> None:
    """Draw what happened, why, the code with its downloads, and the rows that the selected fold got wrong."""
    result: Result = entry.result
    downloads = [Download("Numbers .csv", "cross_validation.csv", lambda: _numbers(result))]
    if result.finished:
        model = Download("Model .keras", "cross_validation.keras", lambda: executor().file(entry, MODEL_FILE) or b"")
        downloads.append(model)
    paragraphs = story.story(result, view.metric, min(view.repeat, result.repeats - 1))
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *paragraphs],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(result.config), "cross_validation", "Cross-validation", downloads),
    )
    _odd_rows(result, view)


def _odd_rows(result: Result, view: View) -> None:
    """Draw the rows of the selected fold that its network was most wrong about."""
    fold, repeat = chosen_fold(result, view), min(view.repeat, result.repeats - 1)
    st.subheader(f"Odd rows of fold {fold + 1}", anchor=False)
    if np.isnan(result.prediction).all():
        st.caption("They are known when the run is over.")
        return
    table = prepared(result.config).table
    found = odd_rows(result, table, repeat, fold)
    held = int((result.fold[repeat] == fold).sum())
    wrong = int(((result.prediction[repeat] != result.y) & (result.fold[repeat] == fold)).sum())
    if not result.classification:
        said = f"The rows farthest off, of {held} held out."
    elif wrong:
        said = f"{wrong} of {held} rows held out are wrong; the surest mistakes come first."
    else:
        said = f"All {held} rows held out are right; these are the least sure. Click another fold in the picture."
    alike = "its class" if result.classification else "all rows"
    st.caption(f"{said} Unusual: how many deviations a column lies from the mean of {alike}.")
    digits = result.table_name == "digits" and result.config.leak != "features"
    if digits:
        for column, row in zip(st.columns(6), found, strict=False):
            with column:
                st.image(
                    digit_image(table.x[row.place], is_dark()),
                    width=96,
                    caption=f"row {row.number + 1}: {_named(result, row.truth)}, called {_named(result, row.said)}",
                )
    st.dataframe([_shown_row(result, row) for row in found], hide_index=True, width="stretch")


def _named(result: Result, value: float) -> str:
    return class_label(result, int(value)) if result.classification else number(value)


def _shown_row(result: Result, row: OddRow) -> dict[str, Any]:
    measure = "chance given to the truth" if result.classification else "error"
    amount = f"{100 * np.exp(-row.loss):.1f} %" if result.classification else number(row.loss)
    unusual = ", ".join(f"{name} {off:+.1f}".replace("-", "\N{MINUS SIGN}") for name, off in row.unusual)
    return {
        "row of the file": row.number + 1,
        "is": _named(result, row.truth),
        "was called": _named(result, row.said),
        measure: amount,
        "most unusual (deviations)": unusual,
    }


def _numbers(result: Result) -> str:
    metrics = METRICS if result.classification else METRICS[:1]
    scores = [fold_scores(result, metric) for metric in metrics]
    leaky = fold_scores(result, leaky=True)
    names = metrics if result.classification else ("R2",)
    rows: list[tuple[object, ...]] = []
    for repeat, fold in np.ndindex(leaky.shape):
        place = repeat * result.folds + fold
        held = int((result.fold[repeat] == fold).sum())
        best = int(result.best_epoch[place])
        loss = result.validation_loss[best, place]
        values = (score[repeat, fold] for score in scores)
        rows.append(("fold", repeat + 1, fold + 1, held, best, loss, *values, leaky[repeat, fold]))
    aside = [ways(result, metric) for metric in metrics]
    for repeat in range(result.repeats):
        for way, name in enumerate(WAYS):
            values = (score[repeat, way] for score in aside)
            rows.append((name, repeat + 1, "", len(result.held_y), "", "", *values, ""))
    return code_panel.table_csv(
        ("what", "repeat", "fold", "rows", "best epoch", "validation loss", *names, "leaky"), rows
    )
