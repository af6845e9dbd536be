"""Controls: every widget is made from a config's setting, has its value in the address bar, and is checked again here.

The bounds come from the config, so a slider can never offer what the engine refuses, and a link that asks for
something out of range gets the default and a notice (`notices()`).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import streamlit as st

from engine.config import Config, Setting, from_untrusted

Format = Callable[[Any], str]
SomeConfig = TypeVar("SomeConfig", bound=Config)

_PAGE = "kit.page"
_REQUESTED = "kit.requested"
_NOTICES = "kit.notices"
_EXTRA = "kit.extra"
_BOUND = "kit.bound"


@dataclass(frozen=True)
class Field:
    """What a control needs to know: its name in the address bar, its bounds, and its default."""

    name: str
    setting: Setting
    default: Any


def fields(config_class: type[Config]) -> dict[str, Field]:
    """Return the fields of a config by name, ready to be made into controls."""
    return {
        field.name: Field(field.name, field.metadata["setting"], field.default)
        for field in dataclasses.fields(config_class)
    }


def begin(page: str) -> None:
    """Remember what the link asked for, at the first run of a page; call before the first control."""
    if st.session_state.get(_PAGE) != page:
        # Streamlit hands a bound value on to the next page's control of the same name: here each page starts afresh.
        for name in st.session_state.get(_BOUND, set()).difference(st.query_params):
            st.session_state.pop(name, None)
        st.session_state[_BOUND] = set()
        st.session_state[_PAGE] = page
        st.session_state[_REQUESTED] = {name: st.query_params.get_all(name) for name in st.query_params}
        st.session_state[_NOTICES] = []
        st.session_state[_EXTRA] = {}


def notices() -> list[str]:
    """Return one sentence for each value in the link that could not be used."""
    return list(st.session_state.get(_NOTICES, []))


def checked(config_class: type[SomeConfig], values: Mapping[str, Any]) -> SomeConfig:
    """Build the config from the controls' values, checked again: a browser can send anything."""
    config, refused = from_untrusted(config_class, values)
    st.session_state[_NOTICES] = [*notices(), *(sentence for sentence in refused if sentence not in notices())]
    return cast(SomeConfig, config)


def put(values: Mapping[str, Any]) -> None:
    """Put values on the controls of those names; call from a callback, before the controls are drawn."""
    for name, value in values.items():
        st.session_state[name] = list(value) if isinstance(value, tuple) else value


def log_slider(field: Field, label: str, *, help: str, low: float | None = None, high: float | None = None) -> float:
    """A slider on a logarithmic scale with round values: 1, 1.5, 2, 3, 4, 6 and 8 of each decade.

    Args:
        field: A real-valued setting; if its lowest value is 0, the slider starts with 0 and goes on at `low`.
        label: What stands above the slider.
        help: What it does, in plain words.
        low: Smallest value offered above 0.
        high: Largest value offered.
    """
    lowest, highest = low or field.setting.low, high or field.setting.high
    decades = range(math.floor(math.log10(lowest)), math.ceil(math.log10(highest)) + 1)
    round_values = {float(f"{mantissa}e{decade}") for decade in decades for mantissa in (1, 1.5, 2, 3, 4, 6, 8)}
    options = {value for value in round_values if lowest <= value <= highest} | {field.default}
    if field.setting.low == 0:
        options.add(0.0)
    return _select_slider(field, label, sorted(options), help=help)


def number(
    field: Field,
    label: str,
    *,
    help: str,
    step: float = 0.01,
    format: str = "%.2f",
    low: float | None = None,
    high: float | None = None,
) -> float:
    """A slider for a real number."""
    lowest, highest = field.setting.low if low is None else low, field.setting.high if high is None else high
    bounds = (float(lowest), float(highest), float(field.default), step)
    value = st.slider(label, *bounds, format=format, help=help, key=field.name, bind="query-params")
    return _settled(field, label, value, f"{value:.12g}")


def integer(field: Field, label: str, *, help: str, step: int = 1) -> int:
    """A slider for a whole number."""
    bounds = (int(field.setting.low), int(field.setting.high), int(field.default), step)
    value = st.slider(label, *bounds, help=help, key=field.name, bind="query-params")
    return _settled(field, label, value, str(value))


def points(field: Field, label: str, values: Sequence[Any], *, help: str) -> Any:
    """A slider over given numbers, as they were measured; a link may ask for any other within bounds."""
    return _select_slider(field, label, values, help=help)


def stepper(field: Field, label: str, *, help: str, step: float = 1) -> Any:
    """A number field with plus and minus; whole numbers for integer settings."""
    kind = int if field.setting.kind == "integer" else float
    bounds = (kind(field.setting.low), kind(field.setting.high), kind(field.default), kind(step))
    value = st.number_input(label, *bounds, help=help, key=field.name, bind="query-params")
    value = kind(field.default) if value is None else value
    return _settled(field, label, value, f"{value:.12g}")


def select(field: Field, label: str, *, help: str, format: Format = str, options: Sequence[Any] = ()) -> Any:
    """A drop-down list."""
    choices = list(options or field.setting.options)
    index = choices.index(field.default)
    value = st.selectbox(
        label, choices, index, format_func=format, help=help, key=field.name, bind="query-params", filter_mode=None
    )
    return _settled(field, label, value, format(value))


def segments(field: Field, label: str, *, help: str, format: Format = str, options: Sequence[Any] = ()) -> Any:
    """A row of buttons of which one is pressed; for two to seven options."""
    choices = list(options or field.setting.options)
    value = st.segmented_control(
        label,
        choices,
        default=field.default,
        format_func=format,
        help=help,
        key=field.name,
        bind="query-params",
        required=True,
    )
    value = field.default if value is None else value
    return _settled(field, label, value, format(value))


def pills(field: Field, label: str, *, help: str, format: Format = str) -> tuple[Any, ...]:
    """Pills of which several may be on; the value keeps the setting's order."""
    value = st.pills(
        label,
        field.setting.options,
        default=list(field.default),
        selection_mode="multi",
        format_func=format,
        help=help,
        key=field.name,
        bind="query-params",
    )
    chosen = tuple(option for option in field.setting.options if option in value)
    return _settled(field, label, chosen, *(format(option) for option in chosen))


def several(
    field: Field, label: str, *, help: str, placeholder: str = "", options: Sequence[Any] = ()
) -> tuple[Any, ...]:
    """A list to type in, of which several may be chosen; the value keeps the order of choosing."""
    value = st.multiselect(
        label,
        list(options or field.setting.options),
        default=list(field.default),
        max_selections=field.setting.length[1] if field.setting.length else None,
        help=help,
        placeholder=placeholder or None,
        key=field.name,
        bind="query-params",
    )
    return _settled(field, label, tuple(value), *value)


def toggle(field: Field, label: str, *, help: str) -> bool:
    """An on/off switch."""
    value = st.toggle(label, field.default, help=help, key=field.name, bind="query-params")
    return _settled(field, label, value, str(value).lower())


def text(field: Field, label: str, *, help: str, placeholder: str = "") -> str:
    """A line of text."""
    value = st.text_input(
        label,
        field.default,
        max_chars=int(field.setting.high),
        help=help,
        placeholder=placeholder,
        key=field.name,
        bind="query-params",
    )
    value = value or ""
    return _settled(field, label, value, value)


def learning_rate(field: Field, high: float = 10.0) -> float:
    """The learning rate, the same on every page that has one."""
    return log_slider(
        field,
        "Learning rate η",
        low=max(field.setting.low, 1e-4),
        high=high,
        help="How far each step goes along the gradient. Log scale: every decade takes the same room.",
    )


def momentum(field: Field) -> float:
    """The momentum, the same on every page that has one."""
    return number(field, "Momentum β", help="How much of the last step is kept: 0 forgets it, 0.9 keeps nine tenths.")


def dropout(field: Field) -> float:
    """The dropout rate, the same on every page that has one."""
    return number(
        field, "Dropout", step=0.05, help="The share of neurons that is switched off at random in each training step."
    )


def batch_size(field: Field) -> int:
    """The batch size in powers of two, the same on every page that has one."""
    powers = {2**power for power in range(11) if field.setting.low <= 2**power <= field.setting.high}
    return _select_slider(
        field,
        "Batch size",
        sorted(powers | {field.default}),
        help="How many rows each step averages the gradient over.",
    )


def epochs(field: Field, step: int = 10) -> int:
    """The number of epochs, the same on every page that has one."""
    return integer(field, "Epochs", step=step, help="How often the training goes through all training rows.")


def seed(field: Field) -> int:
    """The seed every random draw comes from, the same on every page that has one."""
    return stepper(
        field, "Seed", help="Every random draw comes from it: the same seed gives the same run, to the last digit."
    )


def _select_slider(field: Field, label: str, options: Sequence[Any], *, help: str) -> Any:
    """A slider over given numbers, and over any other number in bounds that a link or a scene asked for."""
    extra = st.session_state[_EXTRA].setdefault(field.name, set())
    for asked in (*st.session_state[_REQUESTED].get(field.name, ()), st.session_state.get(field.name)):
        value = _number_in_bounds(field.setting, asked)
        if value is not None:
            extra.add(value)
    value = st.select_slider(
        label,
        sorted({*options, *extra}),
        field.default,
        format_func=lambda one: f"{one:.12g}",
        help=help,
        key=field.name,
        bind="query-params",
    )
    return _settled(field, label, value, f"{value:.12g}")


def _number_in_bounds(setting: Setting, asked: object) -> float | None:
    try:
        value = float(asked)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    if not setting.low <= value <= setting.high or (setting.kind == "integer" and value != int(value)):
        return None
    return int(value) if setting.kind == "integer" else value


def _settled(field: Field, label: str, value: Any, *shown: str) -> Any:
    """Return the value, and note a notice when the link asked for something else than the control ended up with."""
    st.session_state[_BOUND].add(field.name)
    asked = st.session_state[_REQUESTED].pop(field.name, None)
    if asked is not None and sorted(map(_plain, asked)) != sorted(map(_plain, shown)):
        st.session_state[_NOTICES].append(
            f"The link asks for {label} = “{', '.join(asked):.40}”, which is not possible here; "
            f"{', '.join(shown) or 'nothing'} is used instead."
        )
    return value


def _plain(text: str) -> str:
    try:
        return f"{float(text):.12g}"
    except ValueError:
        return text
