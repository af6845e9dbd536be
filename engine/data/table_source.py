"""The part of a script that reads the learner's own file into exactly the arrays of the page.

What the learner should see: twenty lines of plain Python that do what the page did with their table.
"""

from __future__ import annotations

from engine.data.table_blob import Reading
from engine.data.table_columns import MISSING
from engine.data.table_upload import uploaded
from engine.data.tabular import CLASSIFICATION, Rows


def reading_source(table: Rows | str) -> str:
    """Return source that makes `x` (n, d), `y` (n,) and, with a group, `groups` (n,) of "upload.csv".

    Args:
        table: Rows of an upload, or its digest.

    Raises:
        InvalidData: The store does not have the table (any more).
    """
    kept = uploaded(table if isinstance(table, str) else table.upload)
    reading = kept.reading
    parts = [
        'import csv\n\nimport numpy as np\n\nFILE = "upload.csv"  # your file\n',
        'with open(FILE, encoding="utf-8-sig", newline="") as file:\n'
        f"    rows = [[cell.strip() for cell in row] for row in csv.reader(file, delimiter={reading.separator!r})]",
        f"rows = [row for row in rows if any(row)]{'[1:]  # without the names' if reading.header else ''}",
        *_without_gaps(reading),
        *_columns(reading),
    ]
    target = _cells(reading, reading.target)
    if kept.task == CLASSIFICATION:
        parts.append(f"y = np.unique([{target} for row in rows], return_inverse=True)[1].astype(float)  # 0, 1, …")
    else:
        parts.append(f"y = np.array([{target} for row in rows])")
    if reading.group >= 0:
        parts.append(f"groups = np.unique([{_cells(reading, reading.group)} for row in rows], return_inverse=True)[1]")
    return "\n".join(parts)


def _without_gaps(reading: Reading) -> list[str]:
    if not reading.complete:
        return []
    return [
        f"missing = {sorted(MISSING)}",
        f"{_places('needed', reading.complete)}",
        "rows = [row for row in rows if not any(row[place].lower() in missing for place in needed)]",
    ]


def _columns(reading: Reading) -> list[str]:
    texts = tuple(place for place in reading.columns if place in reading.texts)
    if not texts:
        return [
            _places("places", reading.columns),
            "x = np.array([[float(row[place]) for place in places] for row in rows])",
        ]
    return [
        _places("places", reading.columns),
        _places("texts", texts),
        "columns = []",
        "for place in places:",
        "    cells = [row[place] for row in rows]",
        "    if place in texts:  # a column of 0 and 1 for each text",
        "        columns += [[float(cell == text) for cell in cells] for text in sorted(set(cells))]",
        "    else:",
        "        columns.append([float(cell) for cell in cells])",
        "x = np.stack(columns, axis=1)",
    ]


def _cells(reading: Reading, place: int) -> str:
    return f"row[{place}]" if place in reading.texts else f"float(row[{place}])"


def _places(name: str, places: tuple[int, ...]) -> str:
    """Return an assignment of a list of places, a range where they follow each other."""
    if len(places) > 2 and places == tuple(range(places[0], places[-1] + 1)):
        return f"{name} = range({places[0]}, {places[-1] + 1})"
    lines, line = [], f"{name} = ["
    for index, place in enumerate(places):
        entry = f"{place}{', ' if index < len(places) - 1 else ']'}"
        if len(line) + len(entry) > 110:
            lines.append(line.rstrip())
            line = "    "
        line += entry
    return "\n".join([*lines, line])
