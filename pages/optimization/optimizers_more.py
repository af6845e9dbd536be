"""The rest of the Optimizers page: the check by Keras itself, and sparse features."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.figures import optimizers as figures
from engine.figures.picture import Picture
from engine.optimizers import catalogue, keras_race, race, sparse, sparse_script
from pages.kit import run_view
from pages.kit.chart import chart
from pages.kit.look import is_dark
from pages.kit.provenance import provenance_line
from pages.kit.text import number

KERAS, SPARSE = "optimizers.keras", "optimizers.sparse"


def two_more_looks(config: race.Config) -> None:
    """Draw the two demonstrations below the fold; only the open one costs anything."""
    keras_tab, sparse_tab = st.tabs(
        ["The same race by Keras itself", "Frequent and rare features"],
        key="look",
        on_change="rerun",
        bind="query-params",
    )
    with keras_tab:
        if keras_tab.open:
            keras_check(config)
    with sparse_tab:
        if sparse_tab.open:
            sparse_features()


def keras_check(config: race.Config) -> None:
    """Run the same race with the real `keras.optimizers` on request, and show the largest difference."""
    wanted = keras_race.of(config)
    shown = run_view.open_run(KERAS, wanted, wanted)
    text, action = st.columns([3, 1], vertical_alignment="center")
    with text:
        if shown is not None and shown.current:
            result: keras_race.Result = shown.entry.result
            worst = int(result.early.argmax())
            label = catalogue.BY_ID[result.optimizers[worst]].label
            st.markdown(
                f"Over the first {min(keras_race.EARLY_STEPS, result.steps)} steps the largest difference "
                f"between the picture and `keras.optimizers` is **{number(float(result.early[worst]))}** "
                f"({label}). The picture is computed in 64 bits, Keras in 32: that is rounding, and rules that swing "
                "at the minimum amplify it."
            )
        else:
            st.markdown(
                "The picture is computed by the same rules in plain numbers. Let Keras run them too and compare."
            )
    with action:
        st.button(
            "Run with Keras",
            icon=":material/compare_arrows:",
            on_click=run_view.start,
            args=(KERAS, wanted),
            disabled=run_view.is_running(KERAS),
            width="stretch",
        )
    if run_view.has_begun(KERAS):
        run_view.live(KERAS, st.container(), _draw_difference, lambda *_: None, unit="step")


def _draw_difference(shown: run_view.Shown | None) -> None:
    if shown is not None and shown.current:
        result, dark = shown.entry.result, is_dark()
        chart(
            (shown.entry.key, "difference", dark),
            lambda: Picture(figures.difference_figure(result, dark), figures.difference_alt(result)),
        )


def sparse_features() -> None:
    """Show how frequent and rare features learn under each rule, on a real sparse model."""
    wanted = sparse.Config()
    shown = run_view.open_run(SPARSE, wanted, wanted)
    if shown is None:
        st.button("Run it", icon=":material/play_arrow:", on_click=run_view.start, args=(SPARSE, wanted))
    run_view.live(SPARSE, st.container(), _draw_sparse, lambda *_: None, unit="step")


def _draw_sparse(shown: run_view.Shown | None) -> None:
    if shown is None:
        return
    result, key, dark = shown.entry.result, shown.entry.key, is_dark()
    words, frequent, rare = st.columns([1.2, 2, 2], gap="large")
    with words:
        st.markdown("\n\n".join(sparse.story(result)))
        st.download_button(
            "Script .py",
            lambda: sparse_script.script(sparse.Config()),
            file_name="sparse_features.py",
            icon=":material/download:",
            on_click="ignore",
        )
        provenance_line(shown.entry.provenance, [f"{sparse.SEED_COUNT} seeds from {sparse.Config().seed}"])
    for column, group in ((frequent, "frequent"), (rare, "rare")):
        with column:
            st.markdown(f"**{figures.GROUPS[group].capitalize()}** · share of the true weight learned; effective rate")
            chart((key, "share", group, dark), partial(_share, result, group, dark))
            chart((key, "rate", group, dark), partial(_rate, result, group, dark))


def _share(result: sparse.Result, group: str, dark: bool) -> Picture:
    return Picture(figures.share_figure(result, group, dark), figures.share_alt(result, group))


def _rate(result: sparse.Result, group: str, dark: bool) -> Picture:
    return Picture(figures.rate_figure(result, group, dark), figures.rate_alt(result, group))
