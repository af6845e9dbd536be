"""The rest of the page of Bayesian optimization: one more step, what happened, the code, and slot machines."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.bayesian_optimization import (
    bandits,
    one_dimension,
    recipe,
    script,
    search,
    story,
    tuning,
    tuning_story,
    two_dimensions,
)
from engine.figures import bayesian_optimization_charts as charts
from pages.kit import code_panel, head, run_view
from pages.kit.chart import chart
from pages.kit.code_panel import Download
from pages.kit.look import is_dark
from pages.kit.run_view import Shown
from pages.validation import bayesian_optimization_controls as panel
from pages.validation import bayesian_optimization_network as network

SOME = one_dimension.Result | two_dimensions.Result | tuning.Result


def step_buttons(config: one_dimension.Config | two_dimensions.Config) -> None:
    """Draw the buttons that let the search choose once more, and take the reader's last sample back."""
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Step",
            type="primary",
            icon=":material/skip_next:",
            width="stretch",
            on_click=panel.one_step,
            args=(config.steps,),
            disabled=config.steps >= search.MOST_STEPS,
            help="One more sample, at the peak of the acquisition.",
        )
        if isinstance(config, one_dimension.Config):
            st.button(
                "",
                icon=":material/undo:",
                key="take-back",
                on_click=panel.take_back,
                disabled=not config.mine,
                help="Take your last sample back.",
            )


def below_the_fold(result: SOME | None, shown: Shown | None, formula: str, why: str) -> None:
    """Draw what happened, why, the code with its downloads, and the closer looks."""
    if result is None:
        return
    before = shown is not None and (not shown.current or run_view.is_running(network.RUN))
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *_story(result)],
        formula,
        why,
        lambda: _code(result),
    )
    _closer(result, shown)


def _story(result: SOME) -> list[str]:
    if isinstance(result, one_dimension.Result):
        return story.one(result)
    return story.two(result) if isinstance(result, two_dimensions.Result) else tuning_story.story(result)


def _code(result: SOME) -> None:
    if isinstance(result, tuning.Result):
        files = [Download("Numbers .csv", "bayesian_optimization.csv", lambda: _tuning_numbers(result))]
        if result.state:
            files.append(Download("Search .json", "state.json", lambda: result.state))
        source = script.tuning_script(result.config)
    else:
        files = [Download("Numbers .csv", "bayesian_optimization.csv", lambda: _numbers(result))]
        source = script.script(result.config)
    code_panel.code_panel(source, "bayesian_optimization", "Bayesian optimization", files)


def _numbers(result: one_dimension.Result | two_dimensions.Result) -> str:
    count = len(result.sample)
    places = result.sample.reshape(count, -1)
    names = ("x",) if places.shape[1] == 1 else ("x", "y")
    rows = (
        (place + 1, *places[place], result.reading[place], result.found[0, place], result.rival[:, place].mean())
        for place in range(count)
    )
    return code_panel.table_csv(("sample", *names, "reading", "best_so_far", "random_mean"), rows)


def _tuning_numbers(result: tuning.Result) -> str:
    header = (
        "method",
        "search",
        *recipe.NAMES,
        "score",
        "deviation",
        "weights",
        "seconds_deciding",
        "seconds_training",
    )
    rows = (
        (
            tuning.METHODS[result.method[k]],
            result.search[k] + 1,
            *result.point[k],
            result.score[k],
            result.deviation[k],
            result.weights[k],
            result.deciding[k],
            result.training[k],
        )
        for k in range(len(result.score))
    )
    return code_panel.table_csv(header, rows)


def _closer(result: SOME, shown: Shown | None) -> None:
    names = ["Explore or exploit: slot machines"]
    if isinstance(result, tuning.Result):
        names.insert(0, "Each parameter alone")
    for name, tab in zip(names, st.tabs(names, on_change="rerun"), strict=True):
        with tab:
            if not tab.open:
                continue
            if name == names[-1]:
                _machines()
            elif isinstance(result, tuning.Result) and shown is not None:
                _parameters(result, f"{shown.entry.key}.{len(result.score)}")


def _machines() -> None:
    result, dark = bandits.run(), is_dark()
    words, lost, pulled = st.columns([1.1, 1.7, 1.5], gap="large")
    with words:
        st.markdown(
            "Five slot machines pay with different chances that nobody tells. Pull the one that paid best (exploit), "
            "or another one to learn more (explore)? Bayesian optimization faces the same choice with endlessly many "
            "machines, but its neighbours resemble each other."
        )
        st.markdown(bandits.story(result))
    with lost:
        chart(("bandits", "regret", dark), lambda: charts.regret(result, dark))
    with pulled:
        chart(("bandits", "pulls", dark), lambda: charts.pulled(result, dark))


def _parameters(result: tuning.Result, name: str) -> None:
    dark = is_dark()
    for column, parameter in zip(st.columns(len(recipe.NAMES), gap="medium"), recipe.NAMES, strict=True):
        with column:
            chart((name, parameter, dark), partial(charts.slices, result, parameter, dark))
