"""Numbers as people read them: few digits, a real minus sign."""

from __future__ import annotations


def number(value: float) -> str:
    """Return 3 decimals below 0.1, 2 below 10, 1 below 100, then none; exponents outside 0.001…10 000."""
    size = abs(value)
    if size and not 0.001 <= size < 10_000:
        text = f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    else:
        text = f"{value:.{3 if size < 0.1 else 2 if size < 10 else 1 if size < 100 else 0}f}"
    return text.replace("-", "\N{MINUS SIGN}")
