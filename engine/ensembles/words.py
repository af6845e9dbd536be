"""Scores in words: per cent for classes, R² for a value; and what the combinations are called."""

from __future__ import annotations

import numpy as np

from engine.ensembles.blend import Blended
from engine.ensembles.experiment import Result

MINUS = "\N{MINUS SIGN}"


def measure(result: Result, value: float) -> str:
    """Return a score as a bare number: 97.3 for an accuracy of 0.973, or 0.47 for an R²."""
    return signed(100 * value, 1) if result.classification else signed(value, 3)


def scored(result: Result, value: float) -> str:
    """Return a score with its unit: "97.3 %" or "R² 0.470"."""
    return f"{measure(result, value)} %" if result.classification else f"R² {measure(result, value)}"


def difference(result: Result, value: float) -> str:
    """Return a difference of scores with its sign: "+0.7 points" or "−0.016"."""
    plus = "+" if value >= 0 else ""
    return f"{plus}{measure(result, value)}{' points' if result.classification else ''}"


def signed(value: float, digits: int) -> str:
    """Return a number with a real minus sign."""
    text = f"{value:.{digits}f}"
    zero = not any(figure in text for figure in "123456789")
    return text.replace("-", "" if zero else MINUS)


def combinations(blended: Blended) -> list[tuple[str, np.ndarray]]:
    """Return name and scores (R,) of what is made of the members, the blend shown first."""
    listed = [("Blend", blended.honest.scores)]
    if blended.leak:
        listed.insert(0, ("Leaking blend", blended.leaking.scores))
    listed.append(("Average", blended.average))
    if blended.vote is not None:
        listed.append(("Majority", blended.vote))
    listed.append(("Picked by folds", blended.picked))
    return listed
