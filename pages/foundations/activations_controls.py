"""The controls of activations: at most six in the strip, the rest behind "More", all of them in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.activations import scenes
from engine.activations.experiment import (
    BIAS,
    COMPARISON,
    DEPTH,
    FUNCTION,
    LARGEST_LOGIT,
    NETWORK,
    RATE,
    TASKS,
    Config,
)
from engine.activations.functions import LABELS, SOFTMAX, WITH_SLOPE
from engine.figures.activations_softmax import LOGITS
from pages.kit import controls

FIELDS = controls.fields(Config)
TASK_NAMES = {FUNCTION: "The function", NETWORK: "A network", DEPTH: "Depth", COMPARISON: "Comparison"}
INITIALIZERS = {"glorot_uniform": "Glorot uniform", "he_normal": "He normal", "lecun_normal": "LeCun normal"}
ON = "activations.task"
SUITED = ("learning_rate", "bias", "depth", "epochs", "vary")


def widget_values(config: Config) -> Mapping[str, Any]:
    """Return the value of every control for a config."""
    return {name: getattr(config, name) for name in FIELDS}


def take(pick: Mapping[str, Any], config: Config) -> None:
    """Put what was clicked on the picture on its control; call from a callback.

    Args:
        pick: Panel, x and y of the click.
        config: What the controls said before.
    """
    if pick["panel"] != LOGITS:
        setting = FIELDS["x"].setting
        controls.put({"x": round(min(max(float(pick["x"]), setting.low), setting.high), 2)})
        return
    values = list(config.numbers)
    place = min(max(round(float(pick["x"])), 0), len(values) - 1)
    values[place] = round(min(max(float(pick["y"]), -LARGEST_LOGIT), LARGEST_LOGIT), 2)
    controls.put({"logits": ", ".join(f"{value:g}" for value in values)})


def settings() -> Config:
    """Draw the controls and return the config they describe."""
    _suit_the_task()
    values: dict[str, Any] = {
        "task": controls.segments(
            FIELDS["task"],
            "Look at",
            format=lambda name: TASK_NAMES[name],
            help="The function: one curve and its derivative. A network: dead units and zeros. Depth: gradients, layer "
            "by layer. Comparison: every activation trained over several seeds.",
        )
    }
    task = st.session_state[ON] = values["task"]
    if task == FUNCTION:
        values |= _function()
        return controls.checked(Config, values)
    values |= _networks(task)
    with st.popover("More", icon=":material/tune:", width="stretch"):
        values |= _more(task)
    return controls.checked(Config, values)


def _suit_the_task() -> None:
    """Put settings that suit another task, when a reader has just changed it; a scene has put its own already."""
    before, now = st.session_state.get(ON), st.session_state.get("task")
    put = [st.session_state.get(name) for name in SUITED]
    if any(one.task == now and put == [getattr(one, name) for name in SUITED] for one in scenes.shipped()):
        return
    if before in TASKS and now in TASKS and before != now and now != FUNCTION:
        controls.put({name: getattr(scenes.starting(now), name) for name in SUITED})


def _which(help: str) -> str:
    return str(controls.select(FIELDS["function"], "Activation", format=lambda name: LABELS[name], help=help))


def _function() -> dict[str, Any]:
    values: dict[str, Any] = {"function": _which("Which function is looked at; softmax takes several numbers at once.")}
    if values["function"] == SOFTMAX:
        values["logits"] = controls.text(
            FIELDS["logits"], "Logits", help="Two to eight numbers with commas between; a click on a bar sets it too."
        )
        values["temperature"] = controls.log_slider(
            FIELDS["temperature"],
            "Temperature T",
            low=0.05,
            high=20,
            help="The logits are divided by it: low makes the largest take all, high makes all alike.",
        )
    else:
        values["beside"] = controls.select(
            FIELDS["beside"],
            "Beside it",
            format=lambda name: LABELS.get(name, "None"),
            help="A second function, drawn with thinner lines.",
        )
        values["x"] = controls.number(
            FIELDS["x"], "Input x", step=0.05, help="Where it is read; a click on the curve sets it too."
        )
        if values["function"] in WITH_SLOPE or values["beside"] in WITH_SLOPE:
            values["slope"] = _slope()
    values["share"] = controls.number(
        FIELDS["share"],
        "Saturated below |f′|",
        help="Where the derivative is smaller than this, it counts as saturated.",
    )
    return values


def _slope() -> float:
    return controls.number(
        FIELDS["slope"],
        "Slope a below 0",
        help="Of leaky ReLU; PReLU begins with it and learns its own, one for every unit.",
    )


def _networks(task: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if task == COMPARISON:
        values["function"] = _which("Whose curves are drawn strong; changes nothing in the training.")
    if task == DEPTH:
        values["depth"] = _depth()
    values["learning_rate"] = controls.learning_rate(FIELDS["learning_rate"])
    if task == NETWORK:
        values["bias"] = controls.number(
            FIELDS["bias"],
            "Initial bias",
            step=0.1,
            format="%.1f",
            help="Where the biases of all hidden units begin. Far below 0, a unit says 0 for most rows.",
        )
        values["vary"] = controls.segments(
            FIELDS["vary"],
            "Sweep",
            format=lambda name: {RATE: "Rate η", BIAS: "Bias"}[name],
            help="What the middle picture varies, over six values: the learning rate or the initial bias.",
        )
    else:
        values["initializer"] = _initializer()
    values["epochs"] = controls.epochs(FIELDS["epochs"], step=1)
    return values


def _depth() -> int:
    return controls.integer(FIELDS["depth"], "Hidden layers", help="How many layers the gradient has to pass.")


def _initializer() -> str:
    return str(
        controls.select(
            FIELDS["initializer"],
            "First weights",
            format=lambda name: INITIALIZERS[name],
            help="How large the first weights are: Glorot’s suit tanh, He’s ReLU, LeCun’s SELU. All activations "
            "get the same ones.",
        )
    )


def _more(task: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if task == NETWORK:
        values["initializer"] = _initializer()
    if task != DEPTH:
        values["depth"] = _depth()
        values["slope"] = _slope()
    return values | {
        "seeds": controls.integer(
            FIELDS["seeds"], "Seeds", help="How many networks every activation trains: one run can be luck."
        ),
        "width": controls.integer(FIELDS["width"], "Units a layer", help="Of every hidden layer."),
        "batch_size": controls.batch_size(FIELDS["batch_size"]),
        "seed": controls.seed(FIELDS["seed"]),
    }
