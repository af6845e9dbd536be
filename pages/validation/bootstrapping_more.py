"""The rest of the benchmark page: the buttons of a run, and what stands below the fold."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from engine.bootstrapping import judgement, script, story, words
from engine.bootstrapping.experiment import Config, Result
from engine.runs.service import Entry, executor
from engine.validation.model_file import MODEL_FILE
from pages.kit import code_panel, head, provenance
from pages.kit.code_panel import Download
from pages.kit.run_buttons import another_seed, run_buttons
from pages.kit.run_view import Shown
from pages.validation import bootstrapping_controls as panel


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts runs: all splits, or other splits; and say when the picture shows other settings."""
    run_buttons(
        name,
        config,
        shown,
        help="Train A and B on every split.",
        reseed=partial(another_seed, name, config, panel.FIELDS["seed"], config.splits),
        reseed_help="other splits, other initial weights.",
    )


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from; while a run goes on they come from right now."""
    result: Result = shown.entry.result
    config = result.config
    provenance.foot(name, shown, f"{result.reached} splits · seed {config.seed}")


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
    _benchmark(result, measure, precision)


def _benchmark(result: Result, measure: str, precision: float) -> None:
    """Draw the classic benchmark numbers and what the verdict rests on, beside the table of all splits."""
    left, right = st.columns([1, 1.4], gap="large")
    with left:
        st.subheader("Benchmark", anchor=False)
        st.markdown(_settings_table(result))
        st.markdown(_judgement_table(result, measure, precision))
        st.caption(
            "Would be found: four times in five, by the corrected interval; a smaller true difference may stay hidden. "
            "Seconds: all splits of a setting are trained at the same time."
        )
        if not result.stopped:
            st.caption("The model to download is A, trained on all rows for the mean number of epochs needed.")
    with right:
        st.subheader("Every split", anchor=False)
        st.dataframe(
            _table(result),
            height=560,
            hide_index=True,
            width="stretch",
            column_config={
                name: st.column_config.NumberColumn(format="%.2f") for name in ("A, %", "B, %", "by, points")
            },
        )


def _settings_table(result: Result) -> str:
    """Return what A and B scored and what they took; a spread is the standard deviation of one split."""
    found = judgement.verdict(result)
    columns = []
    for setting, one in enumerate((found.first, found.second)):
        known = result.epochs[setting] > 0
        needed, ran = result.best_epoch[setting][known], result.epochs[setting][known]
        columns.append(
            (
                words.shown(100 * one.mean, judgement.SCORE),
                words.plain(100 * one.deviation, judgement.SCORE),
                f"{needed.mean():.1f}" if len(needed) else "–",
                f"{needed.std(ddof=1):.1f}" if len(needed) > 1 else "–",
                f"{ran.mean():.1f}" if len(ran) else "–",
                f"{result.seconds[setting]:.1f}",
            )
        )
    names = (
        "mean score",
        "spread of one split, points",
        "epochs needed, mean",
        "spread of one split, epochs",
        "epochs run, mean",
        "seconds of training",
    )
    rows = [f"| {name} | {first} | {second} |" for name, first, second in zip(names, *columns, strict=True)]
    return "\n".join(
        ["| | **A** | **B** |", "|---|--:|--:|", *(row.replace(" %", "\N{NO-BREAK SPACE}%") for row in rows)]
    )


def _judgement_table(result: Result, measure: str, precision: float) -> str:
    """Return what the read-out leaves out: the other p value, the unpaired interval, what can be found and when."""
    found = judgement.verdict(result, measure)
    factor, of = words.factor(measure), words.unit(measure)
    wanted = precision / 100
    scores = judgement.values(result, measure)[0]
    asked = words.half(factor * wanted, measure)
    corrected = judgement.enough(found.first.deviation, wanted, result.share)
    unknown = not np.isfinite(found.first.deviation)
    rows = (
        ("p, corrected", words.probability(found.corrected_p)),
        ("p, plain", words.probability(found.plain_p)),
        (f"plain interval, paired, ± {of}", words.plain(factor * (found.plain.high - found.plain.mean), measure)),
        (f"plain interval without the pairs, ± {of}", words.plain(factor * found.unpaired, measure)),
        (f"smallest true difference that would be found, {of}", words.plain(factor * found.smallest, measure)),
        (
            f"A’s mean to ±{asked}, by the spread of all splits",
            "–" if unknown else words.splits_text(judgement.enough(found.first.deviation, wanted)),
        ),
        ("… measured here", _from(judgement.first_enough(scores, wanted))),
        ("… with the corrected interval", "–" if unknown else words.splits_text(corrected) if corrected else "never"),
    )
    return "\n".join(["| B against A | |", "|---|--:|", *(f"| {name} | {value} |" for name, value in rows)])


def _from(split: int | None) -> str:
    return "not yet" if split is None else f"from split\N{NO-BREAK SPACE}{split}"


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
    gap = np.round(100 * columns["B − A"], 2)
    ahead = np.select([gap > 0, gap < 0, gap == 0], ["B", "A", "even"], "–")
    return {
        "split": columns["split"],
        "A, %": np.round(100 * columns["A score"], 2),
        "B, %": np.round(100 * columns["B score"], 2),
        "ahead": ahead,
        "by, points": np.abs(gap),
        "A epochs needed": columns["A epochs needed"],
        "B epochs needed": columns["B epochs needed"],
        "rows held": columns["rows held"],
    }


def _numbers(result: Result) -> str:
    columns = _columns(result)
    return code_panel.table_csv(tuple(columns), zip(*columns.values(), strict=True))
