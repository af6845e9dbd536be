"""An uploaded file taken apart into columns, or one plain sentence about why it cannot be.

What the learner should see: the names of their columns, or what is wrong with the file and how to mend it. A file
is text and nothing else here: cells are never evaluated, only compared and parsed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from engine.data.csv_cells import DECIMAL_COMMA, NOT_FINITE, NUMBER, harmless
from engine.errors import InvalidData

MOST_KNOWN = 100_000
SEPARATORS = {";": "semicolon", "\t": "tab", ",": "comma"}
WORDS = {2: "two", 3: "three", 10: "ten", 20: "twenty"}


@dataclass(frozen=True)
class Limits:
    """How large a file may be, and what it must hold.

    Attributes:
        most_bytes: Size of the file.
        most_rows: Rows, without the header.
        most_columns: Columns.
        fewest_rows: Rows, without the header.
        fewest_columns: Columns.
        needed: What a file that is too large should be cut down to.
        wanted: What a file with too few columns should have.
    """

    most_bytes: int
    most_rows: int
    most_columns: int
    fewest_rows: int
    fewest_columns: int
    needed: str
    wanted: str


SMALL = Limits(5_000_000, 5_000, 50, 10, 3, "the three columns you need", "two columns of numbers and a label")


@dataclass(frozen=True)
class Table:
    """A file taken apart, before columns are chosen.

    Attributes:
        columns: Header names, in order.
        numeric: Those whose cells are mostly numbers.
        rows: Cells as text, without the header.
        lines: Line of the file in which each row ends, for messages.
        separator: ";", "," or a tab.
        header: Whether the first line was taken as names.
    """

    columns: tuple[str, ...]
    numeric: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    separator: str
    header: bool

    def suggestion(self) -> tuple[str, str, str]:
        """Return the columns to start with: the first two of numbers, and the last of the others as label."""
        x, y = self.numeric[:2]
        rest = [name for name in self.columns if name not in (x, y)]
        return x, y, rest[-1]


def preview(content: bytes) -> Table:
    """Take an uploaded file apart; raise InvalidData with the reason if it cannot be a table to learn from.

    Args:
        content: The file's bytes: UTF-8, with or without a byte order mark, at most 5 MB and 5,000 rows.
    """
    rows, lines, separator = cells(content, SMALL)
    header = not all(NUMBER.fullmatch(cell) for cell in rows[0])
    columns, rows, lines = named(rows, lines, separator, header, SMALL)
    numeric = tuple(name for index, name in enumerate(columns) if _mostly_numbers([row[index] for row in rows]))
    if len(numeric) < 2:
        commas = any(DECIMAL_COMMA.fullmatch(cell) for row in rows for cell in row)
        raise InvalidData(
            f"The file has {'no column' if not numeric else 'only one column'} of numbers; two are needed.",
            "Numbers are written with a decimal comma here: write 1.5 instead of 1,5."
            if commas
            else "Give two columns of numbers such as 1.5 and a column with the label.",
        )
    return Table(columns, numeric, tuple(rows), tuple(lines), separator, header)


def cells(content: bytes, limits: Limits) -> tuple[list[tuple[str, ...]], list[int], str]:
    """Return a file's cells, row by row and without what surrounds them, the line each row ends in, and the separator.

    Args:
        content: The file's bytes: UTF-8, with or without a byte order mark.
        limits: Its largest size.

    Raises:
        InvalidData: It is empty, too large, no text, no UTF-8, or a quotation mark is not closed.
    """
    text = _decode(content, limits)
    first = next(line for line in text.splitlines() if line.strip())
    separator = max(SEPARATORS, key=lambda candidate: _width(first, candidate))
    return *_rows(text, separator, limits), separator


def named(
    rows: list[tuple[str, ...]], lines: list[int], separator: str, header: bool, limits: Limits
) -> tuple[tuple[str, ...], list[tuple[str, ...]], list[int]]:
    """Return the columns' names, and rows and lines without the header; raise InvalidData where the shape is wrong.

    Args:
        rows: From `cells`.
        lines: From `cells`.
        separator: From `cells`.
        header: Whether the first row holds the names; without it they are "column 1", "column 2" …
        limits: How many rows and columns there may be.
    """
    columns = _names(rows[0]) if header else tuple(f"column {index + 1}" for index in range(len(rows[0])))
    rows, lines = (rows[1:], lines[1:]) if header else (rows, lines)
    _check_shape(columns, rows, lines, separator, limits)
    return columns, rows, lines


def _decode(content: bytes, limits: Limits) -> str:
    if not content.strip():
        raise _empty(limits)
    if len(content) > limits.most_bytes:
        raise InvalidData(
            f"The file has {len(content) / 1e6:.1f} MB; at most {limits.most_bytes / 1e6:.0f} MB can be read.",
            f"Keep at most {limits.most_rows:,} rows and {limits.needed}.",
        )
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InvalidData("The file is UTF-16 text.", "Save it as “CSV UTF-8”.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # With a byte order mark the codec counts from behind it.
        offset = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
        line = content[:offset].count(b"\n") + 1
        raise InvalidData(
            f"The file is not UTF-8 text: byte 0x{content[offset]:02X} in line {line} cannot be read.",
            "Save it as “CSV UTF-8”.",
        ) from error
    if "\0" in text:
        raise InvalidData("The file is not a text file.", "Save the table as CSV.")
    if not text.strip():
        raise _empty(limits)
    return text


def _empty(limits: Limits) -> InvalidData:
    return InvalidData("The file is empty.", f"Choose a file with at least {WORDS[limits.fewest_rows]} rows.")


def _width(first: str, separator: str) -> int:
    """Return how many columns the first line has with this separator."""
    try:
        return len(next(csv.reader([first], delimiter=separator), []))
    except csv.Error:
        return 0


def _rows(text: str, separator: str, limits: Limits) -> tuple[list[tuple[str, ...]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, lines, read = [], [], 0
    # Cells that are alike are kept once: five million of three digits take 50 MB, not 300.
    known: dict[str, str] = {}
    try:
        for row in reader:
            read = reader.line_num
            stripped = tuple([known.setdefault(cell, cell) for cell in map(str.strip, row)])
            if not any(stripped):
                continue
            rows.append(stripped)
            lines.append(read)
            if len(known) > MOST_KNOWN:
                known.clear()
            if len(rows) > limits.most_rows + 1:
                raise _too_many_rows(limits)
    except csv.Error as error:
        # The row that goes wrong may end far below: a quotation mark swallows every line up to the next one.
        raise InvalidData(
            f"Line {read + 1} cannot be read as CSV ({error}).", "Look for a quotation mark that is not closed."
        ) from error
    if not rows:
        raise _empty(limits)
    return rows, lines


def _too_many_rows(limits: Limits) -> InvalidData:
    return InvalidData(f"The file has more than {limits.most_rows:,} rows.", "Keep a random part of it.")


def _names(header: Sequence[str]) -> tuple[str, ...]:
    names = tuple(harmless(cell) or f"column {index + 1}" for index, cell in enumerate(header))
    for name in names:
        if names.count(name) > 1:
            raise InvalidData(f"Two columns are called “{name}”.", "Give every column a name of its own.")
    return names


def _check_shape(
    columns: Sequence[str], rows: Sequence[Sequence[str]], lines: Sequence[int], separator: str, limits: Limits
) -> None:
    if len(columns) < limits.fewest_columns:
        raise InvalidData(
            f"The file has {len(columns)} column{'s' if len(columns) > 1 else ''}; "
            f"{WORDS[limits.fewest_columns]} are needed.",
            f"Give {limits.wanted}, separated by commas, semicolons or tabs.",
        )
    if len(columns) > limits.most_columns:
        raise InvalidData(f"The file has {len(columns)} columns.", f"Keep at most {limits.most_columns}.")
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(columns):
            advice = "Numbers with a decimal comma would explain it: write 1.5 instead of 1,5."
            raise InvalidData(
                f"Line {line} has {len(row)} cells, but the first line has {len(columns)}.",
                advice if separator == "," and len(row) > len(columns) else "Give every line the same number of cells.",
            )
    if len(rows) > limits.most_rows:
        raise _too_many_rows(limits)
    if len(rows) < limits.fewest_rows:
        raise InvalidData(f"The file has {len(rows)} rows.", f"Give at least {limits.fewest_rows}.")


def _mostly_numbers(cells: Sequence[str]) -> bool:
    numbers = sum(bool(NUMBER.fullmatch(cell)) for cell in cells)
    # Columns with a gap or a NaN count as numbers, so that `read` can say in which line they fail.
    fitting = sum(not cell or cell.lower() in NOT_FINITE for cell in cells) + numbers
    return numbers > 0 and 2 * fitting > len(cells)
