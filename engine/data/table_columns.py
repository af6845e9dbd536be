"""An uploaded table, column by column: which hold numbers, which hold text, and what is missing where.

What the learner should see: their own columns, named and counted, before one of them is chosen as the target. Cells
are never evaluated, only compared and parsed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.data.csv_cells import DECIMAL_COMMA, LARGEST, NOT_FINITE, NUMBER, harmless, not_a_number
from engine.data.csv_table import Limits, cells, named
from engine.data.tabular import CLASSIFICATION, REGRESSION
from engine.errors import InvalidData

LIMITS = Limits(20_000_000, 50_000, 100, 20, 2, "the columns that you need", "columns to learn from and one to predict")
MISSING = frozenset(("", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "?"))
MOSTLY = 0.8
MOST_CLASSES = 50
MOST_TEXTS = 20
MOST_GUESSED_CLASSES = 10
TARGET_NAMES = frozenset(("target", "class", "label", "y", "outcome", "species", "diagnosis"))


@dataclass(frozen=True)
class Column:
    """One column of a file of n rows.

    Attributes:
        name: From the header, made harmless.
        place: Position in the file, from 0.
        numbers: float64 (n,), not a number where a cell is missing; empty for text.
        codes: int32 (n,), which of `texts` a cell holds, −1 where it is missing; empty for numbers.
        texts: The different cells of a text column, sorted.
        missing: bool (n,), cells that are empty, NA, NaN, null, none or a question mark.
        odd: Row of the first cell among numbers that is none, and the cell; (−1, "") if there is none.
    """

    name: str
    place: int
    numbers: np.ndarray
    codes: np.ndarray
    texts: tuple[str, ...]
    missing: np.ndarray
    odd: tuple[int, str]

    @property
    def numeric(self) -> bool:
        """Whether the column holds numbers rather than text."""
        return len(self.numbers) > 0

    @property
    def gaps(self) -> int:
        """Number of missing cells."""
        return int(self.missing.sum())

    @property
    def unique_texts(self) -> bool:
        """Whether each row has a text of its own, as names and ids have."""
        return not self.numeric and 1 < len(self.texts) == len(self.missing) - self.gaps


@dataclass(frozen=True)
class TablePreview:
    """A file taken apart, before its target is chosen; arrays are read-only, so that sessions may share it.

    Attributes:
        columns: In the file's order.
        lines: int32 (n,), the line of the file in which each row ends, for messages.
        separator: ";", "," or a tab.
        header: Whether the first line was taken as names.
        target: Name of the column to begin with as the target.
        task: The task that fits it: "classification" or "regression".
    """

    columns: tuple[Column, ...]
    lines: np.ndarray
    separator: str
    header: bool
    target: str
    task: str

    @property
    def names(self) -> tuple[str, ...]:
        """All columns' names."""
        return tuple(column.name for column in self.columns)

    @property
    def numeric(self) -> tuple[str, ...]:
        """Names of the columns of numbers."""
        return tuple(column.name for column in self.columns if column.numeric)

    @property
    def texts(self) -> dict[str, int]:
        """Names of the text columns, each with how many different texts it has."""
        return {column.name: len(column.texts) for column in self.columns if not column.numeric}

    @property
    def missing(self) -> dict[str, int]:
        """Names of all columns, each with how many cells are missing."""
        return {column.name: column.gaps for column in self.columns}

    def column(self, name: str) -> Column:
        """Return a column by its name; raise InvalidData if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise InvalidData(f"The file has no column “{harmless(name)}”.", f"It has: {listed(self.names)}.")

    def check_numbers(self, column: Column) -> None:
        """Raise InvalidData, with line and reason, if a column of numbers has a cell that is none."""
        row, cell = column.odd
        if row >= 0:
            raise not_a_number(column.name, cell, int(self.lines[row]))


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names in quotation marks, the first few of many."""
    shown = ", ".join(f"“{name}”" for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def preview(content: bytes) -> TablePreview:
    """Take an uploaded table apart; 50,000 rows of 20 numbers take about a second.

    Args:
        content: The file's bytes: UTF-8, with or without a byte order mark, at most 20 MB, 50,000 rows and 100 columns.

    Raises:
        InvalidData: It is no such table; the message names the reason, with its line or column.
    """
    rows, lines, separator = cells(content, LIMITS)
    header = _has_names(rows)
    names, rows, lines = named(rows, lines, separator, header, LIMITS)
    columns = tuple(_column(name, place, [row[place] for row in rows]) for place, name in enumerate(names))
    target = _target(columns)
    return TablePreview(columns, _fixed(np.array(lines, np.int32)), separator, header, target.name, guess(target))


def _has_names(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row holds names: no number is in it, or a word stands above a number."""
    numbers = [[bool(NUMBER.fullmatch(cell)) for cell in row] for row in rows[:2]]
    words = [not number and cell.lower() not in MISSING for number, cell in zip(numbers[0], rows[0], strict=True)]
    return not any(numbers[0]) or any(word and number for word, number in zip(words, numbers[-1], strict=False))


def guess(column: Column) -> str:
    """Return the task that fits a target: text and few different whole numbers are classes, else it is a value."""
    if not column.numeric:
        return CLASSIFICATION
    different, counts = np.unique(column.numbers[~np.isnan(column.numbers)], return_counts=True)
    whole = bool((different == np.round(different)).all()) and len(different) <= MOST_GUESSED_CLASSES
    repeated = len(different) >= 2 and counts.min() >= 2
    return CLASSIFICATION if repeated and (whole or len(different) == 2) else REGRESSION


def constant(values: np.ndarray) -> bool:
    """Return whether finite numbers do not vary, but for rounding."""
    spread = values.max() - values.min()
    return bool(spread <= 1e-9 * np.abs(values).max() or spread < 1 / LARGEST)


def _column(name: str, place: int, column: list[str]) -> Column:
    gaps = {cell for cell in set(column) if cell.lower() in MISSING}
    missing = np.array([cell in gaps for cell in column]) if gaps else np.zeros(len(column), bool)
    present = [cell for cell in column if cell not in gaps] if gaps else column
    numbers, odd = _plain_numbers(present), ""
    if numbers is None:
        numbers, odd = _mostly_numbers(present)
    if numbers is not None:
        spread = np.full(len(column), np.nan)
        spread[~missing] = numbers
        row = column.index(odd) if odd else -1
        return Column(name, place, _fixed(spread), _fixed(np.empty(0, np.int32)), (), _fixed(missing), (row, odd))
    texts = tuple(sorted(set(present)))
    code = {text: index for index, text in enumerate(texts)}
    codes = np.array([code.get(cell, -1) for cell in column], np.int32)
    return Column(name, place, _fixed(np.empty(0)), _fixed(codes), texts, _fixed(missing), (-1, ""))


def _plain_numbers(present: list[str]) -> np.ndarray | None:
    """Return cells that all are numbers, float64; None if there is another kind among them, or none at all."""
    # Of these characters float() reads what NUMBER matches, at a fifth of the time.
    if not present or "".join(present).strip("0123456789.+-eE"):
        return None
    try:
        numbers = np.array(list(map(float, present)))
    except ValueError:
        return None
    return numbers if np.abs(numbers).max() <= LARGEST else None


def _mostly_numbers(present: list[str]) -> tuple[np.ndarray | None, str]:
    """Return the numbers among cells that most are meant as numbers, and the first cell that is none; else None."""
    counts = Counter(present)
    values = {cell: float(cell) for cell in counts if NUMBER.fullmatch(cell) and abs(float(cell)) <= LARGEST}
    odd = [cell for cell in counts if cell not in values]
    meant = len(present) - sum(counts[cell] for cell in odd if not _meant_as_number(cell))
    if not present or meant < MOSTLY * len(present):
        return None, ""
    if len(counts) <= MOST_TEXTS and all(counts[cell] > 1 and not _meant_as_number(cell) for cell in odd):
        return None, ""  # 0, 1, 2 and "3+" are kinds; a lone "1O" among numbers is a slip
    return np.array([values.get(cell, np.nan) for cell in present]), odd[0]


def _meant_as_number(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell) or DECIMAL_COMMA.fullmatch(cell)) or cell.lower() in NOT_FINITE


def _target(columns: Sequence[Column]) -> Column:
    """Return the column to begin with as the target: one that is called so, else the last that can be one."""
    fitting = [column for column in columns if _fits_as_target(column)]
    called = [column for column in fitting if column.name.lower() in TARGET_NAMES]
    return (called or fitting or list(columns))[-1]


def _fits_as_target(column: Column) -> bool:
    if column.gaps or column.odd[0] >= 0 or column.unique_texts:
        return False
    return not constant(column.numbers) if column.numeric else 1 < len(column.texts) <= MOST_CLASSES


def _fixed(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array
