"""An uploaded file taken apart into columns, or one plain sentence about why it cannot be.

What the learner should see: the names of their columns, or what is wrong with the file and how to mend it. A file
is text and nothing else here: cells are never evaluated, only compared and parsed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import InvalidData

MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 50
FEWEST_ROWS = 10
MOST_CHARACTERS = 40
SEPARATORS = {";": "semicolon", "\t": "tab", ",": "comma"}
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
NOT_FINITE = {"nan", "na", "n/a", "null", "none", "inf", "infinity", "-inf", "+inf", "-infinity", "-nan"}


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
    text = _decode(content)
    separator = max(SEPARATORS, key=lambda candidate: _width(text, candidate))
    rows, lines = _rows(text, separator)
    header = not all(NUMBER.fullmatch(cell) for cell in rows[0])
    columns = _names(rows[0]) if header else tuple(f"column {index + 1}" for index in range(len(rows[0])))
    rows, lines = (rows[1:], lines[1:]) if header else (rows, lines)
    _check_shape(columns, rows, lines, separator)
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


def _decode(content: bytes) -> str:
    if not content.strip():
        raise InvalidData("The file is empty.", "Choose a file with at least ten rows.")
    if len(content) > MOST_BYTES:
        raise InvalidData(
            f"The file has {len(content) / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB can be read.",
            f"Keep at most {MOST_ROWS:,} rows and the three columns you need.",
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
        raise InvalidData("The file is empty.", "Choose a file with at least ten rows.")
    return text


def _width(text: str, separator: str) -> int:
    """Return how many columns the first line has with this separator."""
    first = next(line for line in text.splitlines() if line.strip())
    try:
        return len(next(csv.reader([first], delimiter=separator), []))
    except csv.Error:
        return 0


def _rows(text: str, separator: str) -> tuple[list[tuple[str, ...]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, lines = [], []
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if not any(cells):
                continue
            rows.append(cells)
            lines.append(reader.line_num)
            if len(rows) > MOST_ROWS + 1:
                raise InvalidData(f"The file has more than {MOST_ROWS:,} rows.", "Keep a random part of it.")
    except csv.Error as error:
        raise InvalidData(
            f"Line {reader.line_num} cannot be read as CSV ({error}).", "Look for a quotation mark that is not closed."
        ) from error
    if not rows:
        raise InvalidData("The file is empty.", "Choose a file with at least ten rows.")
    return rows, lines


def _names(header: Sequence[str]) -> tuple[str, ...]:
    names = tuple(harmless(cell) or f"column {index + 1}" for index, cell in enumerate(header))
    for name in names:
        if names.count(name) > 1:
            raise InvalidData(f"Two columns are called “{name}”.", "Give every column a name of its own.")
    return names


def harmless(cell: str) -> str:
    """Return a name fit for the screen and for a spreadsheet: printable, short, and never read as a formula."""
    printable = "".join(character for character in cell if character.isprintable())[:MOST_CHARACTERS].strip()
    if printable[:1] in ("=", "+", "-", "@") and not NUMBER.fullmatch(printable):
        return "'" + printable
    return printable


def _check_shape(columns: Sequence[str], rows: Sequence[Sequence[str]], lines: Sequence[int], separator: str) -> None:
    if len(columns) < 3:
        raise InvalidData(
            f"The file has {len(columns)} column{'s' if len(columns) > 1 else ''}; three are needed.",
            "Give two columns of numbers and a label, separated by commas, semicolons or tabs.",
        )
    if len(columns) > MOST_COLUMNS:
        raise InvalidData(f"The file has {len(columns)} columns.", f"Keep at most {MOST_COLUMNS}.")
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(columns):
            advice = "Numbers with a decimal comma would explain it: write 1.5 instead of 1,5."
            raise InvalidData(
                f"Line {line} has {len(row)} cells, but the first line has {len(columns)}.",
                advice if separator == "," and len(row) > len(columns) else "Give every line the same number of cells.",
            )
    if len(rows) > MOST_ROWS:
        raise InvalidData(f"The file has more than {MOST_ROWS:,} rows.", "Keep a random part of it.")
    if len(rows) < FEWEST_ROWS:
        raise InvalidData(f"The file has {len(rows)} rows.", f"Give at least {FEWEST_ROWS}.")


def _mostly_numbers(cells: Sequence[str]) -> bool:
    numbers = sum(bool(NUMBER.fullmatch(cell)) for cell in cells)
    # Columns with a gap or a NaN count as numbers, so that `read` can say in which line they fail.
    fitting = sum(not cell or cell.lower() in NOT_FINITE for cell in cells) + numbers
    return numbers > 0 and 2 * fitting > len(cells)
