"""A Darknet .cfg file as sections with their line numbers: the text that describes a network.

What the learner should see: a network needs no more than a list. `[convolutional]`, and under it one
setting a line; what belongs together is only said by the order.

Format: J. Redmon, "Darknet: Open Source Neural Networks in C", 2013-2016.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import InvalidData

MOST_BYTES = 300_000
MOST_SECTIONS = 400
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?")


@dataclass(frozen=True)
class Option:
    """One `key = value`: the value as text, and its line."""

    value: str
    line: int


@dataclass(frozen=True)
class Section:
    """One `[name]` with what follows it.

    Attributes:
        name: In small letters, without brackets.
        line: Where it begins, counted from 1.
        options: By key, spaces taken out.
        text: Its lines as they stand in the file.
    """

    name: str
    line: int
    options: Mapping[str, Option]
    text: str

    def refuse(self, key: str, reason: str, advice: str) -> InvalidData:
        """Return the error to raise about a key (or, where it is missing, about the section)."""
        line = self.options[key].line if key in self.options else self.line
        return InvalidData(f"Line {line} of the .cfg, [{self.name}]: {reason}", advice)

    def text_of(self, key: str, default: str) -> str:
        """Return the value of a key as it is written."""
        return self.options[key].value if key in self.options else default

    def integer(self, key: str, default: int | None, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`; without a default the key is a must."""
        if key not in self.options:
            if default is None:
                raise self.refuse(key, f"“{key}” is missing.", f"Add a line such as {key}={max(low, 1)}.")
            return default
        return self._integer(key, self.options[key].value, low, high)

    def integers(self, key: str, low: int, high: int, most: int) -> tuple[int, ...]:
        """Return the whole numbers of a list parted by commas; empty where the key is missing."""
        return tuple(self._integer(key, part, low, high) for part in self._parts(key, most))

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """Return a number from `low` to `high`."""
        return self._number(key, self.options[key].value, low, high) if key in self.options else default

    def numbers(self, key: str, low: float, high: float, most: int) -> tuple[float, ...]:
        """Return the numbers of a list parted by commas; empty where the key is missing."""
        return tuple(self._number(key, part, low, high) for part in self._parts(key, most))

    def _parts(self, key: str, most: int) -> list[str]:
        parts = [part.strip() for part in self.text_of(key, "").split(",") if part.strip()]
        if len(parts) > most:
            raise self.refuse(key, f"“{key}” has {len(parts)} entries.", f"At most {most} are read here.")
        return parts

    def _integer(self, key: str, text: str, low: int, high: int) -> int:
        if not re.fullmatch(r"[+-]?\d{1,18}", text.strip()):
            raise self.refuse(key, f"“{key}={text:.30}” is not a whole number.", f"Give one from {low} to {high}.")
        value = int(text)
        if not low <= value <= high:
            raise self.refuse(key, f"“{key}={value}” is out of bounds.", f"Give a number from {low} to {high}.")
        return value

    def _number(self, key: str, text: str, low: float, high: float) -> float:
        if not _NUMBER.fullmatch(text.strip()) or not math.isfinite(float(text)):
            raise self.refuse(key, f"“{key}={text:.30}” is not a number.", f"Give one from {low:g} to {high:g}.")
        value = float(text)
        if not low <= value <= high:
            raise self.refuse(key, f"“{key}={value:g}” is out of bounds.", f"Give a number from {low:g} to {high:g}.")
        return value


def decoded(content: bytes) -> str:
    """Return the text of a .cfg file; raise InvalidData for what is not text."""
    if not content.strip():
        raise InvalidData("The .cfg file is empty.", "Choose the text file that belongs to the weights.")
    if len(content) > MOST_BYTES:
        raise InvalidData(
            f"The .cfg file has {len(content) / 1e6:.1f} MB; a network's description has a few kB.",
            "Perhaps the .weights file was chosen in its place.",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text):
        raise InvalidData("The .cfg file is not text.", "Perhaps the .weights file was chosen in its place.")
    return text


def parse(text: str) -> tuple[Section, ...]:
    """Return the sections of a .cfg text in order.

    Lines that are empty or begin with # or ; say nothing; spaces do not count, as in Darknet itself.

    Raises:
        InvalidData: A line is neither a section nor a setting, stands before the first section, or names a key twice;
            the line is named.
    """
    lines = text.splitlines()
    sections: list[Section] = []
    name, start, options = "", 0, dict[str, Option]()

    def close(end: int) -> None:
        if start:
            sections.append(Section(name, start, dict(options), "\n".join(lines[start - 1 : end]).strip()))

    for number, raw in enumerate(lines, 1):
        line = re.sub(r"\s+", "", raw)
        if not line or line[0] in "#;":
            continue
        if line[0] == "[":
            close(number - 1)
            if not re.fullmatch(r"\[\w+\]", line):
                raise InvalidData(f"Line {number} of the .cfg: “{raw.strip():.40}” is no section.", "Write [name].")
            name, start, options = line[1:-1].lower(), number, {}
            if len(sections) > MOST_SECTIONS:
                raise InvalidData(
                    f"The .cfg has more than {MOST_SECTIONS} sections.", "Larger networks are not read here."
                )
            continue
        key, equals, value = line.partition("=")
        if not equals or not key:
            raise InvalidData(
                f"Line {number} of the .cfg: “{raw.strip():.40}” is neither a section nor a setting.",
                "Write [name] or key=value, one a line.",
            )
        if not start:
            raise InvalidData(f"Line {number} of the .cfg: “{key:.40}” stands before any section.", "Begin with [net].")
        if key in options:
            raise InvalidData(
                f"Line {number} of the .cfg, [{name}]: “{key:.40}” was already given in line {options[key].line}.",
                "Keep one of the two.",
            )
        options[key] = Option(value.partition("#")[0], number)
    close(len(lines))
    if not sections or sections[0].name not in ("net", "network"):
        found = f"[{sections[0].name}] in line {sections[0].line}" if sections else "none"
        raise InvalidData(f"The first section must be [net]; it is {found}.", "Choose a Darknet .cfg file.")
    return tuple(sections)
