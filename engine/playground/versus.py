"""Two settings side by side from the same start: what differs is written as one short text.

What the learner should see: "learning_rate=0.3,optimizer=adam" beside their own settings, on the same points, from
the same initial weights (where the layers are the same) and with the same batch order, so that the difference is
due to what was changed and nothing else.
"""

from __future__ import annotations

from dataclasses import asdict

from engine.config import Setting, settings
from engine.errors import InvalidSetting
from engine.playground.experiment import Config

SHARED = frozenset(
    {"dataset", "classes", "noise", "points", "test_share", "data_seed", "upload", "seeds", "seed", "epochs"}
)
ALLOWED = tuple(name for name in settings(Config) if name not in SHARED)


def parse(config: Config, versus: str) -> Config:
    """Return `config` with the overrides of `versus`; raise InvalidSetting naming what cannot be read.

    Args:
        config: The settings on the controls.
        versus: Comma-separated `name=value`; entries of a list are joined by "+" ("layers=8+8", "features=x+y",
            "layers=" for none); switches take on or off. Data, seeds and epochs are shared and cannot differ.
    """
    changes: dict[str, object] = {}
    for part in filter(None, (piece.strip() for piece in versus.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise InvalidSetting(f"“{part:.40}” is not of the form name=value.", "For example learning_rate=0.3.")
        if name in SHARED:
            raise InvalidSetting(f"“{name}” is the same on both sides.", f"These may differ: {', '.join(ALLOWED)}.")
        if name not in ALLOWED:
            raise InvalidSetting(f"There is no setting “{name:.40}”.", f"There are: {', '.join(ALLOWED)}.")
        if name in changes:
            raise InvalidSetting(f"“{name}” is given twice.", "Give it once.")
        changes[name] = _value(name, value, settings(Config)[name])
    return config.changed(**changes)


def format_versus(config: Config, other: Config) -> str:
    """Return the text that `parse` turns into `other`, empty if both are alike (shared settings are not compared)."""
    ours, theirs = asdict(config), asdict(other)
    return ",".join(f"{name}={_written(theirs[name])}" for name in ALLOWED if ours[name] != theirs[name])


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return "+".join(str(entry) for entry in value)
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


def _value(name: str, written: str, setting: Setting) -> object:
    if setting.length is not None:
        return tuple(_one(name, entry.strip(), setting) for entry in written.split("+")) if written else ()
    return _one(name, written, setting)


def _one(name: str, written: str, setting: Setting) -> object:
    if setting.kind == "switch":
        if written not in ("on", "off"):
            raise InvalidSetting(f"“{name}” is on or off, not “{written:.40}”.", f"Write {name}=on.")
        return written == "on"
    if setting.kind in ("number", "integer"):
        try:
            return int(written) if setting.kind == "integer" else float(written)
        except ValueError as error:
            raise InvalidSetting(f"“{written:.40}” in “{name}” is not a number.", f"Try {name}=1.") from error
    return written
