"""The rest of the page on the game: the buttons that start, go on and step, text, code and downloads."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.errors import PlaygroundError
from engine.figures.gan_game import RUN, View, count, place
from engine.gan_game import script, story, targets
from engine.gan_game.experiment import MODEL_FILES, Config, Result, gone_on
from engine.gan_game.stretches import BOTH, DISCRIMINATOR, GENERATOR
from engine.runs.service import Entry, executor
from pages.generative import gan_game_controls as panel
from pages.kit import code_panel, controls, head, provenance, run_view
from pages.kit.code_panel import Download
from pages.kit.run_buttons import run_buttons
from pages.kit.run_view import Shown

_LIVE = "gan_game.live"
_REFUSED = "gan_game.refused"


def remember_live(config: Config, step: int) -> None:
    """Keep how far the run that is on has come, so that it can be gone on with under other settings."""
    st.session_state[_LIVE] = (config, step)


def buttons(name: str, config: Config, shown: Shown | None, view: View) -> None:
    """Draw what starts a run, goes on from a moment, takes steps of one side, or changes a run that is on."""
    refused = st.session_state.pop(_REFUSED, "")
    if refused:
        st.error(refused, icon=":material/error:")
    if run_view.is_running(name):
        live = st.session_state.get(_LIVE)
        if live is not None and live[0].last() != config.changed(steps=live[0].steps).last():
            st.button(
                "Use these settings now",
                icon=":material/bolt:",
                width="stretch",
                type="primary",
                on_click=_change_now,
                args=(name, config),
                help="Go on with the settings above from the step it has reached: weights and optimizers stay.",
            )
        return
    # Only a new start: the stretches before belong to another run.
    new = config.changed(before="")
    nothing = config.distribution == targets.DRAWN and not config.drawn
    if nothing:
        st.info("Draw some real points first: Show, Draw.", icon=":material/draw:")
    run_buttons(
        name,
        config,
        shown,
        help="Train with the settings above; with stretches before (More, Seeds) those come first.",
        reseed=partial(_reseed, name, new),
        reseed_help="other first weights, other noise, other batches.",
        disabled=nothing,
    )
    if config.before:
        st.button(
            "Start from new weights",
            icon=":material/restart_alt:",
            width="stretch",
            on_click=_anew,
            args=(name, new),
            help="Forget the stretches before and train the settings above from new weights.",
        )
    if shown is not None and not nothing:
        _go_on(name, config, shown, view)


def _go_on(name: str, config: Config, shown: Shown, view: View) -> None:
    result: Result = shown.entry.result
    step = int(result.step[place(result, view)])
    st.button(
        f"Go on from step {count(step)}",
        icon=":material/resume:",
        width="stretch",
        on_click=_start_from,
        args=(name, shown.config, step, config),
        help="Train on from there with the learning rates, loss and turns above; weights and optimizers go on as they "
        "are. A click on the JS curve chooses another moment.",
    )
    stride = int(st.session_state.get(panel.STRIDE.name, panel.STRIDE.default) or panel.STRIDE.default)
    steps = f"{stride} step" if stride == 1 else f"{stride} steps"
    with st.container(horizontal=True, gap="xsmall"):
        for side, label in ((DISCRIMINATOR, "D"), (GENERATOR, "G"), (BOTH, "Both")):
            st.button(
                f"+{stride} {label}",
                key=f"step.{side}",
                width="stretch",
                on_click=_start_from,
                args=(name, shown.config, step, config.changed(who=side, steps=stride)),
                help=f"{steps} from there in which {_WHO[side]}.",
            )


_WHO = {
    DISCRIMINATOR: "the discriminator alone trains",
    GENERATOR: "the generator alone trains",
    BOTH: "both have their turns",
}


def _start_from(name: str, shown: Config, step: int, wanted: Config) -> None:
    try:
        config = gone_on(shown, step, wanted)
    except PlaygroundError as error:
        st.session_state[_REFUSED] = f"{error.message} {error.advice}"
        return
    looked = st.session_state.get(panel.LAYER.name)
    controls.put(panel.widget_values(config))
    if looked is not None:
        st.session_state[panel.LAYER.name] = looked
    st.session_state[panel.STRIDE.name] = st.session_state.get(panel.STRIDE.name) or panel.STRIDE.default
    run_view.start(name, config)


def _change_now(name: str, wanted: Config) -> None:
    shown, step = st.session_state[_LIVE]
    _start_from(name, shown, step, wanted)


def _anew(name: str, config: Config) -> None:
    controls.put({"before": ""})
    run_view.start(name, config)


def _reseed(name: str, config: Config) -> None:
    seed = (config.seed + config.seeds) % int(panel.FIELDS["seed"].setting.high + 1)
    controls.put({"seed": seed, "before": "", panel.LOOK.name: RUN})
    run_view.start(name, config.changed(seed=seed))


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from."""
    config: Config = shown.entry.result.config
    games = "1 game" if config.seeds == 1 else f"{config.seeds} games"
    stretches = len(config.plan())
    more = f" · {stretches} stretches" if stretches > 1 else ""
    provenance.foot(name, shown, f"{games} · seed {config.seed}{more}")


def below_the_fold(entry: Entry, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads."""
    result: Result = entry.result
    downloads = [Download("Numbers .csv", "gan_game.csv", lambda: _numbers(result))]
    for label, file in zip(("Generator .keras", "Discriminator .keras"), MODEL_FILES, strict=True):
        downloads.append(Download(label, file, lambda file=file: executor().file(entry, file) or b""))  # type: ignore[misc]
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *story.story(result)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(result.config), "gan_game", "The game in 2-D", downloads),
    )


def _numbers(result: Result) -> str:
    rows = [
        (
            int(step),
            game + 1,
            *(float(value) for value in result.losses[at, game]),
            *(float(value) for value in result.said[at, game]),
            float(result.kl[at, game]),
            float(result.js[at, game]),
            int(result.hit[at, game]),
            float(result.good[at, game]),
        )
        for at, step in enumerate(result.step)
        for game in range(result.kl.shape[1])
    ]
    names = (
        "step",
        "game",
        "loss D",
        "loss G",
        "D of real",
        "D of fakes",
        "KL",
        "JS",
        "parts hit",
        "share on the shape",
    )
    return code_panel.table_csv(names, rows)
