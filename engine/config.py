"""Configs: the frozen description of one experiment, and the only input a run has.

A concept declares its settings once, with their bounds, and everything else follows from that: the
slider's range, the server-side check of whatever a browser sends, the address-bar link, the run's key.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from engine.errors import InvalidSetting

Scalar = bool | int | float | str


@dataclass(frozen=True)
class Setting:
    """What values a field may take; lives beside the field and serves the slider and the check.

    Attributes:
        kind: "number", "integer", "switch", "choice" or "text".
        low: Smallest number, or fewest characters.
        high: Largest number, or most characters.
        options: The allowed values of a choice.
        length: For tuples of values: the fewest and the most entries; None for a single value.
    """

    kind: str
    low: float = -math.inf
    high: float = math.inf
    options: tuple[Scalar, ...] = ()
    length: tuple[int, int] | None = None

    def check(self, name: str, value: object) -> Any:
        """Return `value` in its canonical type, or raise InvalidSetting naming the field."""
        if self.length is None:
            return self._check_one(name, value)
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise InvalidSetting(f"“{name}” must be a list of values.", "Choose them again on the page.")
        fewest, most = self.length
        if not fewest <= len(value) <= most:
            raise InvalidSetting(f"“{name}” has {len(value)} entries.", f"Give {fewest} to {most}.")
        return tuple(self._check_one(name, entry) for entry in value)

    def _check_one(self, name: str, value: object) -> Scalar:
        if self.kind == "switch":
            if not isinstance(value, bool):
                raise InvalidSetting(f"“{name}” must be on or off.", "Use the switch on the page.")
            return value
        if self.kind == "choice":
            if value not in self.options or isinstance(value, bool) != isinstance(self.options[0], bool):
                listed = ", ".join(str(option) for option in self.options)
                raise InvalidSetting(f"“{name}” cannot be {value!r:.40}.", f"Choose one of: {listed}.")
            return self.options[self.options.index(value)]  # 2.0 is the option 2, and has its key
        if self.kind == "text":
            if not isinstance(value, str) or not self.low <= len(value) <= self.high:
                raise InvalidSetting(f"“{name}” is not a text of at most {self.high:.0f} characters.", "Shorten it.")
            return value
        return self._check_number(name, value)

    def _check_number(self, name: str, value: object) -> int | float:
        finite = isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
        if isinstance(value, bool) or not isinstance(value, int | float) or not finite:
            raise InvalidSetting(f"“{name}” is not a number.", f"Give one from {self.low:g} to {self.high:g}.")
        if not self.low <= value <= self.high:
            shown = f"{value:g}" if abs(value) < 1e300 else "that large"  # whole numbers may exceed every float
            raise InvalidSetting(f"“{name}” cannot be {shown}.", f"Keep it from {self.low:g} to {self.high:g}.")
        if self.kind == "integer":
            if value != int(value):
                raise InvalidSetting(f"“{name}” must be a whole number.", f"Try {round(value)}.")
            return int(value)
        return float(value) + 0.0  # minus zero is zero, and has its key


def number(default: float, low: float, high: float) -> Any:
    """Declare a real-valued setting, bounds included."""
    return dataclasses.field(default=default, metadata={"setting": Setting("number", low, high)})


def integer(default: int, low: int, high: int) -> Any:
    """Declare a whole-number setting, bounds included."""
    return dataclasses.field(default=default, metadata={"setting": Setting("integer", low, high)})


def switch(default: bool) -> Any:
    """Declare an on/off setting."""
    return dataclasses.field(default=default, metadata={"setting": Setting("switch")})


def choice(default: Scalar, options: Sequence[Scalar]) -> Any:
    """Declare a setting that takes one of `options`."""
    return dataclasses.field(default=default, metadata={"setting": Setting("choice", options=tuple(options))})


def text(default: str, most: int) -> Any:
    """Declare a text setting of at most `most` characters."""
    return dataclasses.field(default=default, metadata={"setting": Setting("text", 0, most)})


def several(default: Sequence[Scalar], one: Any, fewest: int, most: int) -> Any:
    """Declare a tuple setting whose entries each obey `one`, e.g. `several((8, 8), integer(8, 1, 32), 0, 6)`."""
    setting = dataclasses.replace(one.metadata["setting"], length=(fewest, most))
    return dataclasses.field(default=tuple(default), metadata={"setting": setting})


@dataclass(frozen=True)
class Config:
    """Base of every experiment's config: a frozen dataclass of settings declared with the functions above.

    A subclass in module M is run by `M.run(config, context)`. Raise VERSION when `run` changes what it
    computes, so that stored results of the old code are not shown for the new.
    """

    VERSION: ClassVar[int] = 1

    def __post_init__(self) -> None:
        for name, setting in settings(type(self)).items():
            object.__setattr__(self, name, setting.check(name, getattr(self, name)))
        self.check()

    def check(self) -> None:
        """Check what involves several fields; raise InvalidSetting."""

    def digests(self) -> tuple[str, ...]:
        """Digests of the data and assets the run reads; part of its key."""
        return ()

    def changed(self, **values: Any) -> Self:
        """Return a copy with some settings replaced (and checked)."""
        return dataclasses.replace(self, **values)


def settings(config_class: type[Config]) -> dict[str, Setting]:
    """Return field name → Setting for every setting of a config class, in order."""
    return {field.name: field.metadata["setting"] for field in dataclasses.fields(config_class)}


def key(config: Config) -> str:
    """Return the run's content hash: 32 hexadecimal digits of a SHA-256 over everything it depends on."""
    content = {
        "class": f"{type(config).__module__}.{type(config).__qualname__}",
        "version": config.VERSION,
        "settings": dataclasses.asdict(config),
        "digests": config.digests(),
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def from_untrusted(config_class: type[Config], values: Mapping[str, object]) -> tuple[Config, tuple[str, ...]]:
    """Build a config from values a browser sent: whatever is not valid falls back to its default.

    Returns:
        The config, and one sentence per value that was not used.
    """
    accepted: dict[str, Any] = {}
    notices: list[str] = []
    for name, setting in settings(config_class).items():
        if name not in values:
            continue
        try:
            accepted[name] = setting.check(name, values[name])
        except InvalidSetting as error:
            notices.append(f"{error.message} The default is used.")
    try:
        return config_class(**accepted), tuple(notices)
    except InvalidSetting as error:
        return config_class(), (*notices, f"{error.message} The defaults are used.")
