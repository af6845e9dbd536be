"""The controls of the semi-supervised GAN: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.config import Setting
from engine.figures.semi_supervised import LOOKS, View
from engine.semi_supervised.experiment import COUNTS, MATCHING, SATURATING, Config
from engine.semi_supervised.network import EXTRA, HEADS, STACKED
from engine.semi_supervised.pictures import CLASSES, DIGITS, FASHION, POOLS
from pages.kit import controls
from pages.kit.controls import Field

FIELDS = controls.fields(Config)
LOOK = Field("look", Setting("choice", options=LOOKS), View.look)
DATA = {DIGITS: "Digits", FASHION: "Clothes"}
FORMS = {STACKED: "K outputs: Z / (Z + 1)", EXTRA: "K + 1 outputs", HEADS: "Two heads"}
LOSSES = {MATCHING: "Feature matching", SATURATING: "Classic: non-saturating"}


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; what is only looked at goes back to its default."""
    return {name: getattr(config, name) for name in FIELDS} | {LOOK.name: LOOK.default}


def take_count(place: int) -> None:
    """Choose a count of labels of the curve that was clicked, and one count only; call from a callback."""
    if 0 <= place < len(COUNTS):
        controls.put({"curve": False, "labels": COUNTS[place]})


def settings() -> tuple[Config, View]:
    """Draw the controls and return the config they describe, and what is looked at."""
    values: dict[str, Any] = {}
    values["data"] = controls.segments(
        FIELDS["data"],
        "Data",
        format=lambda name: DATA[name],
        help="Handwritten digits of 8 × 8 pixels, or clothes (Fashion-MNIST, every 2 × 2 pixels made one).",
    )
    values["curve"] = controls.toggle(
        FIELDS["curve"],
        "The whole curve",
        help="Runs 1, 2, 5, 10, 25, 50 and 100 labels a class one after another instead of one count: about one minute "
        "for digits on two free cores, more for clothes. Stop keeps the points that are there.",
    )
    if values["curve"]:
        st.caption("1, 2, 5, 10, 25, 50, 100 labels a class")
        values["labels"] = FIELDS["labels"].default
    else:
        values["labels"] = controls.integer(
            FIELDS["labels"],
            "Labels a class",
            help="How many pictures of each of the ten classes keep their label. A click on a point of the curve "
            "sets it.",
        )
    values["form"] = controls.select(
        FIELDS["form"],
        "Form of the discriminator",
        format=lambda name: FORMS[name],
        help="How it says “real”: from the sum of its K class outputs (stacked on the classifier), by an output of its "
        "own in one softmax of K + 1, or by a second head with a sigmoid.",
    )
    values["loss"] = controls.select(
        FIELDS["loss"],
        "Generator’s loss",
        format=lambda name: LOSSES[name],
        help="Feature matching: hit the mean of the discriminator’s last hidden layer. Classic: be called real.",
    )
    values["epochs"] = controls.epochs(FIELDS["epochs"], step=1)
    with st.popover("More", icon=":material/tune:", width="stretch"):
        more, view = _more(values["data"])
    return controls.checked(Config, values | more).settled(), view


def _more(data: str) -> tuple[dict[str, Any], View]:
    rows, networks, training, looks = st.tabs(["Pictures", "Networks", "Training", "View"])
    values: dict[str, Any] = {}
    with rows:
        values["unlabelled"] = controls.integer(
            FIELDS["unlabelled"],
            "Pictures without label",
            step=100,
            help=f"How many are looked at without label, the labelled ones among them; there are {POOLS[data]:,} here. "
            f"With many labels it is at least {CLASSES} times the labels a class.",
        )
        values["noise"] = controls.number(
            FIELDS["noise"],
            "Noise on the pictures",
            step=0.05,
            help="Deviation of the noise added to every picture in training, for both networks; pixels run from "
            "\N{MINUS SIGN}1 to 1.",
        )
        values["seeds"] = controls.integer(
            FIELDS["seeds"],
            "Seeds",
            help="How many times all is done anew: other pictures keep their label, other initial weights, other "
            "batches. They train in lock-step and are judged on the same test pictures.",
        )
        values["seed"] = controls.seed(FIELDS["seed"])
    with networks:
        values["width"] = controls.integer(
            FIELDS["width"], "Neurons per layer", step=16, help="Of both networks’ hidden layers."
        )
        values["depth"] = controls.integer(
            FIELDS["depth"], "Hidden layers", help="Of the discriminator; the generator has two."
        )
        values["latent"] = controls.integer(
            FIELDS["latent"], "Noise dimensions", help="Random numbers that each made-up picture is made from."
        )
    with training:
        values["weight"] = controls.number(
            FIELDS["weight"],
            "Weight of “real or made up”",
            step=0.1,
            help="How much that question counts beside the labels; 0 leaves the labels alone.",
        )
        values["learning_rate"] = controls.learning_rate(FIELDS["learning_rate"], high=0.1)
        values["generator_rate"] = controls.log_slider(
            FIELDS["generator_rate"],
            "Generator’s learning rate",
            low=1e-4,
            high=0.1,
            help="How far each of its steps goes; slower than the discriminator works well.",
        )
        values["batch_size"] = controls.batch_size(FIELDS["batch_size"])
    with looks:
        look = controls.segments(
            LOOK, "Gain", format=str.capitalize, help="The last panel: each seed’s two accuracies, or each class’s."
        )
    return values, View(look)
