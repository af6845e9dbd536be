"""Numbers as people read them: few digits, a real minus sign; and foreign text that stays text."""

from __future__ import annotations

import re


def number(value: float) -> str:
    """Return 3 decimals below 0.1, 2 below 10, 1 below 100, then none; exponents outside 0.001…10 000."""
    size = abs(value)
    if size and not 0.001 <= size < 10_000:
        text = f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    else:
        text = f"{value:.{3 if size < 0.1 else 2 if size < 10 else 1 if size < 100 else 0}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def literal(text: str) -> str:
    """Return text, such as the name of a column in somebody's file, so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~!]|:(?=\S))", r"\\\1", text)
