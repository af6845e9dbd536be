"""Numbers and lists as the pages write them."""

from __future__ import annotations

from collections.abc import Sequence

MINUS = "−"
MOST_NAMES = 4
ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)


def ordinal(place: int) -> str:
    """Return "second" for 2, and so on up to 12."""
    return ORDINALS[place - 1]


def steps(count: int | None) -> str:
    """Return "1 step", "38 steps"."""
    return f"{count} step" if count == 1 else f"{count} steps"


def joined(names: Sequence[str]) -> str:
    """Return "A", "A and B", "A, B and C", or "A, B, C and 5 others"; nothing for no names."""
    if not names:
        return ""
    if len(names) > MOST_NAMES:
        return f"{', '.join(names[: MOST_NAMES - 1])} and {len(names) - MOST_NAMES + 1} others"
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def number(value: float) -> str:
    """Return a number as the pages write it: three figures, exponents below 0.001 and above 10 000, U+2212."""
    size = abs(value)
    text = f"{value:.1e}" if size and (size < 0.001 or size > 10_000) else f"{value:.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)
