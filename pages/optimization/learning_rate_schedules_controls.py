"""The controls of the schedules' page: six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.config import Setting
from engine.schedules import scenes
from engine.schedules.experiment import (
    COSINE,
    CYCLIC,
    DRAWN,
    DROPS,
    EXPONENTIAL,
    PLATEAU,
    RESNET,
    SCHEDULES,
    WARM_UP,
    Config,
)
from engine.schedules.words import NAMES
from pages.kit import controls
from pages.kit.controls import Field

FIELDS = controls.fields(Config)
FOCUS = Field("schedule", Setting("choice", options=SCHEDULES), scenes.FOCUS[Config()])
TABLES = {"digits": "Digits", "breast_cancer": "Breast cancer", "wine": "Wine"}
# Which controls shape which schedule; one cycle and the constant rate have none of their own.
SHAPED = {
    DROPS: ("drops", "drop"),
    EXPONENTIAL: ("end",),
    COSINE: ("end",),
    WARM_UP: ("warm_up", "end"),
    PLATEAU: ("patience", "factor"),
    CYCLIC: ("cycles", "low"),
    DRAWN: ("drawn",),
}
SHAPES = ("drops", "drop", "end", "warm_up", "patience", "factor", "cycles", "low", "drawn")


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config; a scene brings the schedule that it is about."""
    return {name: getattr(config, name) for name in FIELDS} | {FOCUS.name: scenes.FOCUS.get(config, FOCUS.default)}


def settings() -> tuple[Config, str]:
    """Draw the controls; return the config they describe, and the schedule that is looked at."""
    focus = controls.select(
        FOCUS,
        "Schedule",
        format=lambda name: NAMES[name],
        help="Which schedule stands out. All nine are trained in every run; this one’s shape can be set below.",
    )
    own = SHAPED.get(focus, ())
    values: dict[str, Any] = {name: _shape(name) for name in own}
    values["learning_rate"] = controls.learning_rate(FIELDS["learning_rate"])
    values["flipped"] = controls.number(
        FIELDS["flipped"],
        "Wrong labels",
        step=0.05,
        help="The share of training rows whose label is wrong. Rows held back keep their right ones.",
    )
    values["epochs"] = controls.epochs(FIELDS["epochs"], step=5)
    with st.popover("More", icon=":material/tune:", width="stretch"):
        training, shapes = st.tabs(["Training", "Other schedules"])
        with training:
            values |= _training()
        with shapes:
            values |= {name: _shape(name) for name in SHAPES if name not in own}
    return controls.checked(Config, values), focus


def put(values: Mapping[str, Any]) -> None:
    """Move controls; call from a callback."""
    controls.put(values)


def _training() -> dict[str, Any]:
    return {
        "table": controls.select(
            FIELDS["table"], "Data", format=lambda name: TABLES[name], help="What the networks learn to tell apart."
        ),
        "seeds": controls.integer(
            FIELDS["seeds"], "Seeds", help="How many networks each schedule trains: one run can be luck."
        ),
        "batch_size": controls.batch_size(FIELDS["batch_size"]),
        "momentum": controls.momentum(FIELDS["momentum"]),
        "units": controls.integer(FIELDS["units"], "Hidden units", help="Of the one hidden layer."),
        "seed": controls.seed(FIELDS["seed"]),
    }


def _shape(name: str) -> Any:
    return _SHAPE_CONTROLS[name]()


def _drops() -> tuple[int, ...]:
    field = FIELDS["drops"]
    options: Sequence[int] = sorted({*range(10, RESNET, 10), *st.session_state.get("drops", ())})
    chosen = controls.several(
        field,
        f"Drops, as if of {RESNET} epochs",
        options=options,
        help=f"When the rate drops, counted as if the run had {RESNET} epochs and scaled to this one: the rule of the "
        "CIFAR networks. One to four.",
    )
    return chosen or field.default


_SHAPE_CONTROLS = {
    "drops": _drops,
    "drop": lambda: controls.number(
        FIELDS["drop"],
        "Each drop times",
        help="What each of the first three drops multiplies the rate by; a fourth only halves it.",
    ),
    "end": lambda: controls.log_slider(
        FIELDS["end"],
        "Last rate, share of η",
        help="Where exponential, cosine and warm-up end; reduce-on-plateau goes no lower.",
    ),
    "warm_up": lambda: controls.number(
        FIELDS["warm_up"], "Warm-up, share of run", help="How long warm-up climbs from 0 to η before the cosine."
    ),
    "patience": lambda: controls.integer(
        FIELDS["patience"],
        "Patience",
        help="Epochs without a better loss on rows held back, before the rate is lowered.",
    ),
    "factor": lambda: controls.number(
        FIELDS["factor"], "Reduced times", help="What reduce-on-plateau multiplies the rate by."
    ),
    "cycles": lambda: controls.integer(
        FIELDS["cycles"], "Cycles", help="How often the cyclic rate goes up to η and down again."
    ),
    "low": lambda: controls.log_slider(
        FIELDS["low"], "Lowest of the cycle, share of η", help="Where each cycle begins and ends."
    ),
    "drawn": lambda: controls.text(
        FIELDS["drawn"],
        "Drawn, shares of η",
        help="2 to 21 numbers from 0.0001 to 10, at equal distances over the run. A click on the picture of the rate "
        "writes them for you.",
    ),
}
