"""The rest of the benchmark page: the buttons of a run, and what stands below the fold."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.bootstrapping import judgement, script, story, words
from engine.bootstrapping.experiment import Config, Result
from engine.runs.service import Entry, executor
from engine.validation.model_file import MODEL_FILE
from pages.kit import code_panel, head, run_view
from pages.kit.code_panel import Download
from pages.kit.provenance import provenance_line
from pages.kit.run_view import Shown
from pages.validation import bootstrapping_controls as panel


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts runs: all splits, or other splits; and say when the picture shows other settings."""
    if run_view.is_running(name):
        return
    if shown is not None and not shown.current:
        st.caption(":material/info: The picture shows the settings before. Press Run.")
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Run",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            on_click=run_view.start,
            args=(name, config),
            kwargs={"again": True},
            help="Train A and B on every split.",
        )
        st.button(
            "",
            icon=":material/casino:",
            key="reseed",
            on_click=_reseed,
            args=(name, config),
            help="Another seed: other splits, other initial weights.",
        )


def _reseed(name: str, config: Config) -> None:
    seed = (config.seed + config.splits) % int(panel.FIELDS["seed"].setting.high + 1)
    st.session_state["seed"] = seed
    run_view.start(name, config.changed(seed=seed))


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from; while a run goes on they come from right now."""
    result: Result = shown.entry.result
    config = result.config
    if run_view.is_running(name):
        st.caption("Training now, on a worker of this server")
        return
    provenance_line(shown.entry.provenance, [f"{result.reached} splits · seed {config.seed}"])


def below_the_fold(entry: Entry, formula: str, why: str, measure: str, precision: float, *, before: bool) -> None:
    """Draw what happened, why, the code with its downloads, and the table of splits.

    Args:
        entry: The result it is about.
        formula: LaTeX of the why.
        why: Its words.
        measure: What is compared.
        precision: Half width that is asked for, in points.
        before: Whether the settings have changed since; then the text says that it is about the run before.
    """
    result: Result = entry.result
    downloads = [Download("Numbers .csv", "bootstrapping.csv", lambda: _numbers(result))]
    if not result.stopped:
        model = Download("Model .keras", "bootstrapping.keras", lambda: executor().file(entry, MODEL_FILE) or b"")
        downloads.append(model)
    paragraphs = story.story(result, measure, precision)
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *paragraphs],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(result.config), "bootstrapping", "Benchmark", downloads),
    )
    _benchmark(result)


def _benchmark(result: Result) -> None:
    """Draw the classic benchmark numbers beside the table of all splits."""
    found = judgement.verdict(result)
    left, right = st.columns([1, 1.4], gap="large")
    with left:
        st.subheader("Benchmark", anchor=False)
        st.markdown(_benchmark_table(result, found))
        st.caption(
            "Seconds are of training, all splits of a setting in lock-step. With so many splits of these rows, a true "
            f"difference of {words.plain(100 * found.smallest, judgement.SCORE)} points would be found four times in "
            "five (corrected interval); a smaller one may stay hidden."
        )
        if not result.stopped:
            st.caption("The model to download is A, trained on all rows for the mean number of epochs needed.")
    with right:
        st.subheader("Every split", anchor=False)
        st.dataframe(_table(result), height=320, hide_index=True, width="stretch")


def _benchmark_table(result: Result, found: judgement.Verdict) -> str:
    lines = ["| | score | epochs needed | epochs run | seconds |", "|---|---|---|---|---|"]
    for setting, one in enumerate((found.first, found.second)):
        known = result.epochs[setting] > 0
        needed, ran = result.best_epoch[setting][known], result.epochs[setting][known]
        score = f"{words.plain(100 * one.mean, 'score')} ± {words.plain(100 * one.deviation, 'score')} %"
        lines.append(
            f"| **{'AB'[setting]}** | {score} | {_mean(needed)} | {_mean(ran)} | {result.seconds[setting]:.1f} |"
        )
    return "\n".join(lines)


def _mean(values: np.ndarray) -> str:
    if len(values) < 2:
        return "–"
    return f"{values.mean():.1f} ± {values.std(ddof=1):.1f}"


def _columns(result: Result) -> dict[str, np.ndarray]:
    columns: dict[str, np.ndarray] = {"split": np.arange(1, result.score.shape[1] + 1)}
    for setting, letter in enumerate("AB"):
        known = result.epochs[setting] > 0
        columns[f"{letter} score"] = result.score[setting]
        columns[f"{letter} loss"] = result.loss[setting]
        columns[f"{letter} epochs needed"] = np.where(known, result.best_epoch[setting].astype(float), np.nan)
        columns[f"{letter} epochs run"] = np.where(known, result.epochs[setting].astype(float), np.nan)
    columns["B − A"] = result.score[1] - result.score[0]
    columns["rows held"] = result.held
    return columns


def _table(result: Result) -> dict[str, np.ndarray]:
    columns = _columns(result)
    chosen = ("split", "A score", "B score", "B − A", "A epochs needed", "B epochs needed", "rows held")
    return {name: np.round(columns[name], 4) for name in chosen}


def _numbers(result: Result) -> str:
    columns = _columns(result)
    return code_panel.table_csv(tuple(columns), zip(*columns.values(), strict=True))
