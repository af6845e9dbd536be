"""What is predicted: a column as classes or as values, or one plain sentence about why it can be neither."""

from __future__ import annotations

import numpy as np

from engine.data.csv_cells import harmless
from engine.data.table_columns import MOST_CLASSES, Column, constant
from engine.errors import InvalidData


def values(goal: Column, keep: np.ndarray) -> np.ndarray:
    """Return the target of a regression, float64 (m,), of the rows to keep, bool (n,)."""
    if not goal.numeric:
        raise InvalidData(f"“{goal.name}” holds text, not numbers.", "Choose classification, or another target.")
    chosen = goal.numbers[keep]
    if constant(chosen):
        raise InvalidData(f"The target “{goal.name}” has the same value in every row.", "Choose another target.")
    return chosen


def classes(goal: Column, keep: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the class numbers, float64 (m,), of the rows to keep, and the classes' names in that order."""
    found, y, counts = np.unique((goal.numbers if goal.numeric else goal.codes)[keep], False, True, True)
    labels = [_label(value) for value in found] if goal.numeric else [goal.texts[code] for code in found]
    if len(found) == 1:
        raise InvalidData(f"All rows have the same class “{harmless(labels[0])}”.", "Choose another target.")
    if goal.unique_texts:
        raise InvalidData(f"“{goal.name}” has another text in every row.", "Choose a column with classes that repeat.")
    if len(found) > MOST_CLASSES:
        raise InvalidData(
            f"“{goal.name}” has {len(found):,} different values; at most {MOST_CLASSES} classes can be learned.",
            "If it is a number to predict, choose regression." if goal.numeric else "Choose another target.",
        )
    for label, count in zip(labels, counts, strict=True):
        if count < 2:
            complete = "" if keep.all() else " without an empty cell"
            raise InvalidData(
                f"Class “{harmless(label)}” has one row only{complete}.",
                "Give each class at least two rows, or remove the row."
                + (" If it is a number to predict, choose regression." if goal.numeric else ""),
            )
    names = tuple(harmless(label) or f"class {index + 1}" for index, label in enumerate(labels))
    if len(set(names)) < len(names):
        raise InvalidData(f"Some classes in “{goal.name}” look the same.", "Use short names that differ.")
    return y.astype(np.float64), names


def _label(value: float) -> str:
    return str(int(value)) if value == round(value) and abs(value) < 1e15 else repr(float(value))


def groups(gathered: Column, keep: np.ndarray) -> np.ndarray:
    """Return which group each of the rows to keep belongs to, int64 (m,), numbered from 0."""
    found, numbers = np.unique((gathered.numbers if gathered.numeric else gathered.codes)[keep], return_inverse=True)
    if len(found) < 2 or len(found) == len(numbers):
        which = "the same value in every row" if len(found) < 2 else "another value in every row"
        raise InvalidData(
            f"The group “{gathered.name}” has {which}.", "Choose a column whose values some rows share, or no group."
        )
    return numbers.astype(np.int64)
