"""The controls of the game in 2-D: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from engine.config import Setting
from engine.figures.gan_game import DRAW, LAYERS, RUN, SLOW, View
from engine.gan_game import targets
from engine.gan_game.experiment import Config
from engine.gan_game.losses import HINGE, LEAST_SQUARES, MINIMAX, NON_SATURATING, WASSERSTEIN
from engine.gan_game.stretches import BOTH, DISCRIMINATOR, GENERATOR
from pages.kit import controls
from pages.kit.controls import Field

FIELDS = controls.fields(Config)
LOOK = Field("look", Setting("choice", options=(RUN, SLOW, DRAW)), RUN)
LAYER = Field("layers", Setting("choice", options=LAYERS, length=(0, 3)), LAYERS)
MOMENT = Field("moment", Setting("integer", -1, 100), -1)
STRIDE = Field("stride", Setting("choice", options=(1, 10, 100)), 10)
VIEW_ONLY = (LOOK, LAYER, MOMENT, STRIDE)
LOOKS = {RUN: "Run", SLOW: "One update", DRAW: "Draw"}
SHAPES = {
    targets.RING: "Ring",
    targets.GRID: "Nine clouds",
    targets.LINE: "Line",
    targets.MOONS: "Two moons",
    targets.DRAWN: "Drawn by you",
}
LOSSES = {
    NON_SATURATING: "Non-saturating",
    MINIMAX: "Minimax",
    LEAST_SQUARES: "Least squares",
    WASSERSTEIN: "Wasserstein, gradient penalty",
    HINGE: "Hinge",
}
SIDES = {BOTH: "Both", DISCRIMINATOR: "Only D", GENERATOR: "Only G"}
LAYER_NAMES = {"map": "Judge’s map", "net": "Net of noise", "slopes": "Slopes"}


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; what is only looked at goes back to its default."""
    return {name: getattr(config, name) for name in FIELDS} | {field.name: field.default for field in VIEW_ONLY}


def take_drawing(points: object) -> None:
    """Put points that the browser sent on the control, at most as many as fit; call from a callback."""
    pairs = points if isinstance(points, Sequence) else ()
    clean = [(float(pair[0]), float(pair[1])) for pair in pairs[: 4 * targets.MOST_DRAWN] if _is_pair(pair)]
    controls.put({"drawn": targets.encoded(np.array(clean)), "distribution": targets.DRAWN})


def _is_pair(pair: object) -> bool:
    if not isinstance(pair, Sequence) or len(pair) != 2:
        return False
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in pair)


def settings() -> tuple[Config, View]:
    """Draw the controls and return the config they describe, and what is looked at."""
    values: dict[str, Any] = {}
    look = controls.segments(
        LOOK,
        "Show",
        format=lambda name: LOOKS[name],
        help="The whole run; one single update in slow motion, at the chosen moment; or a board to draw on.",
    )
    values["distribution"] = controls.select(
        FIELDS["distribution"],
        "Real points",
        format=lambda name: SHAPES[name],
        help="The shape that the generator is to imitate without ever seeing it. Draw your own under Show.",
    )
    values["discriminator_rate"] = controls.log_slider(
        FIELDS["discriminator_rate"], "Learning rate of D", low=1e-4, help=_rate_help("discriminator D, the judge")
    )
    values["generator_rate"] = controls.log_slider(
        FIELDS["generator_rate"], "Learning rate of G", low=1e-4, help=_rate_help("generator G, the forger")
    )
    values["cheating"] = controls.toggle(
        FIELDS["cheating"],
        "Cheat: D moves in G’s turn",
        help="The rule of the game: in each turn one network’s weights may move. Switched on, the judge’s weights move "
        "too while the generator trains, so that it helps the forger.",
    )
    with st.popover("More", icon=":material/tune:", width="stretch"):
        more, view = _more(look)
    return controls.checked(Config, values | more).settled(), view


def _rate_help(who: str) -> str:
    return f"How far each step of the {who}, goes. It may change while the game goes on: set it, then press Go on."


def _more(look: str) -> tuple[dict[str, Any], View]:
    training, networks, seeds, looks = st.tabs(["Training", "Noise and networks", "Seeds", "View"])
    values: dict[str, Any] = {}
    with training:
        values |= _training()
    with networks:
        values |= _networks()
    with seeds:
        values["seeds"] = controls.integer(
            FIELDS["seeds"],
            "Games side by side",
            help="So many games with other first weights and other noise, at once: only what happens in most is no "
            "luck. The picture shows the first.",
        )
        values["seed"] = controls.seed(FIELDS["seed"])
        values["before"] = controls.text(
            FIELDS["before"],
            "Stretches before",
            help="What was trained before this stretch, written by Go on: steps, loss, who, updates, learning rates, "
            "cheating, penalty. Empty: from new weights.",
        )
        values["drawn"] = controls.text(
            FIELDS["drawn"], "Drawn points", help="Your drawing as text, two letters a point; the board writes it."
        )
    with looks:
        view = _view(look)
    return values, view


def _training() -> dict[str, Any]:
    return {
        "loss": controls.select(
            FIELDS["loss"],
            "Loss",
            format=lambda name: LOSSES[name],
            help="What the two sides make small. Non-saturating and minimax judge in probabilities; Wasserstein, hinge "
            "and least squares in plain numbers.",
        ),
        "steps": controls.log_slider(
            FIELDS["steps"], "Steps", low=1, help="Steps to train; in each step both sides have their turns."
        ),
        "who": controls.segments(
            FIELDS["who"],
            "Who trains",
            format=lambda name: SIDES[name],
            help="Both in turn, or one side alone while the other stands still.",
        ),
        "discriminator_updates": controls.integer(
            FIELDS["discriminator_updates"], "Updates of D per step", help="More let the judge keep up with the forger."
        ),
        "generator_updates": controls.integer(
            FIELDS["generator_updates"], "Updates of G per step", help="More let the forger run ahead of the judge."
        ),
        "penalty": controls.number(
            FIELDS["penalty"],
            "Gradient penalty λ",
            step=0.1,
            help="With the Wasserstein loss: how strongly the judge’s slope is held at 1.",
        ),
        "batch_size": controls.batch_size(FIELDS["batch_size"]),
        "momentum": controls.momentum(FIELDS["momentum"]),
    }


def _networks() -> dict[str, Any]:
    return {
        "noise_dimension": controls.integer(
            FIELDS["noise_dimension"],
            "Numbers of noise",
            help="How many random numbers each fake is made of. With 1 the fakes lie on one bent line.",
        ),
        "noise": controls.segments(
            FIELDS["noise"],
            "Kind of noise",
            format=str.capitalize,
            help="Uniform: evenly in −1 … 1. Normal: a bell round 0.",
        ),
        "width": controls.integer(FIELDS["width"], "Neurons per layer", help="In the hidden layers of both networks."),
        "depth": controls.integer(FIELDS["depth"], "Hidden layers", help="Of both networks."),
    }


def _view(look: str) -> View:
    layers = controls.pills(
        LAYER, "Layers", format=lambda name: LAYER_NAMES[name], help="What is drawn besides real points and fakes."
    )
    moment = controls.stepper(
        MOMENT,
        "Moment to go on from",
        help="Its number in the transport bar less one; −1: the last. A click on the JS curve sets it. One update "
        "shows this moment.",
    )
    controls.segments(STRIDE, "Steps of D, G and Both", help="How many steps the three buttons in the strip take.")
    return View(look, layers, moment)
