"""Settings that only one racer has, and the start point, as short texts that fit into a link.

"adam.rate=0.1, momentum.beta=0.5" says that Adam races with η = 0.1 and Momentum with β = 0.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import InvalidSetting
from engine.optimizers import catalogue
from engine.optimizers.race import KERAS_DEFAULT, SHARED, Config

_FIELDS = {"rate": ("rates", SHARED), "beta": ("betas", KERAS_DEFAULT), "average": ("averages", KERAS_DEFAULT)}


def parse(written: str) -> dict[str, Any]:
    """Return the config's `rates`, `betas` and `averages` for a text; raise InvalidSetting naming what is wrong."""
    values = {field: [unset] * len(catalogue.IDS) for field, unset in _FIELDS.values()}
    for name, number in _entries(written).items():
        racer, _, kind = name.partition(".")
        if racer not in catalogue.IDS or kind not in _FIELDS:
            raise InvalidSetting(
                f"There is no setting “{name:.40}”.",
                f"Write racer.rate, racer.beta or racer.average; racers are {', '.join(catalogue.IDS)}.",
            )
        values[_FIELDS[kind][0]][catalogue.IDS.index(racer)] = number
    return {field: tuple(entries) for field, entries in values.items()}


def text_of(config: Config) -> str:
    """Return the text that `parse` turns into a config's own settings; empty where all share theirs."""
    entries = {
        f"{racer}.{kind}": value
        for kind, (field, unset) in _FIELDS.items()
        for racer, value in zip(catalogue.IDS, getattr(config, field), strict=True)
        if value != unset
    }
    return _joined(entries)


def with_entry(written: str, name: str, value: float, unset: float) -> str:
    """Return the text with one entry set, or taken out when its value is the unset one."""
    try:
        entries = dict(_entries(written))
    except InvalidSetting:
        entries = {}
    entries.pop(name, None)
    if value != unset:
        entries[name] = value
    return _joined(entries)


def parse_start(written: str) -> dict[str, Any]:
    """Return the config's `start` for a text such as "-4.5, 1.1" ("" for the surface's own)."""
    parts = [part for part in written.replace("\N{MINUS SIGN}", "-").replace(";", ",").split(",") if part.strip()]
    try:
        start = tuple(float(part) for part in parts)
    except ValueError:
        start = (0.0,)
    if len(start) not in (0, 2) or not all(-1000 <= value <= 1000 for value in start):
        raise InvalidSetting(f"“{written:.40}” is not a start point.", "Write two numbers, for example -4.5, 1.1.")
    return {"start": start}


def start_text(start: tuple[float, ...]) -> str:
    """Return a start point as the text that `parse_start` reads."""
    return ", ".join(f"{value:.3g}" for value in start)


def _entries(written: str) -> Mapping[str, float]:
    entries: dict[str, float] = {}
    for part in filter(None, (piece.strip() for piece in written.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        try:
            entries[name] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise InvalidSetting(f"“{part:.40}” is not of the form racer.rate=number.", "For example adam.rate=0.1.")
    return entries


def _joined(entries: Mapping[str, float]) -> str:
    return ", ".join(f"{name}={value:g}" for name, value in entries.items())
