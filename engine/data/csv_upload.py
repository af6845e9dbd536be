"""A learner's own points: two columns of numbers and a label, checked cell by cell.

What the learner should see: their own points on the square, stretched to fill it, or the line and the cell that
stand in the way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from engine.data.csv_cells import LARGEST, NUMBER, harmless, not_a_number
from engine.data.csv_table import Table, preview
from engine.data.toy import CLASSIFICATION, DOMAIN, REGRESSION, Samples, split
from engine.errors import InvalidData

__all__ = ["CLASSIFICATION", "REGRESSION", "Upload", "decode", "encode", "preview", "read", "samples", "scaling"]

MOST_CLASSES = 6
REACH = 5.0


@dataclass(frozen=True)
class Upload:
    """The three chosen columns, checked.

    Attributes:
        names: The x, y and label columns' names.
        columns: Their positions in the file.
        separator: ";", "," or a tab.
        header: Whether the file's first line holds names.
        task: "classification" or "regression".
        class_names: The labels in the order of their numbers; empty for regression.
        points: float64 (n, 2) as in the file.
        target: float64 (n,), class number or the value in the file.
    """

    names: tuple[str, str, str]
    columns: tuple[int, int, int]
    separator: str
    header: bool
    task: str
    class_names: tuple[str, ...]
    points: np.ndarray
    target: np.ndarray


def read(table: Table, x: str, y: str, label: str, task: str = CLASSIFICATION) -> Upload:
    """Return the three chosen columns as numbers; raise InvalidData with line and reason if one cannot be.

    Args:
        table: What `preview` returned.
        x: Name of the column drawn to the right.
        y: Name of the column drawn upwards.
        label: Name of the column to predict.
        task: "classification" (2 to 6 different labels) or "regression" (a number).
    """
    if task not in (CLASSIFICATION, REGRESSION):
        raise InvalidData(f"“{task:.40}” is not a task.", "Choose classification or regression.")
    for name in (x, y, label):
        if name not in table.columns:
            raise InvalidData(f"The file has no column “{name:.40}”.", f"It has: {', '.join(table.columns)}.")
    if len({x, y, label}) < 3:
        raise InvalidData("A column was chosen twice.", "Choose three different columns for x, y and the label.")
    places = (table.columns.index(x), table.columns.index(y), table.columns.index(label))
    points = np.stack([_numbers(table, place) for place in places[:2]], axis=1)
    names: tuple[str, ...] = ()
    if task == REGRESSION:
        target = _numbers(table, places[2])
    else:
        names, target = _classes(table, places[2])
    return Upload((x, y, label), places, table.separator, table.header, task, names, points, target)


def encode(upload: Upload) -> bytes:
    """Return the upload as canonical JSON; its SHA-256 is how a config refers to it."""
    content = {
        "names": upload.names,
        "columns": upload.columns,
        "separator": upload.separator,
        "header": upload.header,
        "task": upload.task,
        "class_names": upload.class_names,
        "points": upload.points.tolist(),
        "target": upload.target.tolist(),
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def decode(blob: bytes) -> Upload:
    """Return the upload that `encode` packed; raise InvalidData if the bytes are something else."""
    try:
        content = json.loads(blob)
        x, y, label = (str(name) for name in content["names"])
        first, second, third = (int(place) for place in content["columns"])
        points = np.array(content["points"], dtype=np.float64)
        target = np.array(content["target"], dtype=np.float64)
        if points.ndim != 2 or points.shape != (len(target), 2) or target.ndim != 1:
            raise ValueError("shapes do not fit")
        return Upload(
            (x, y, label),
            (first, second, third),
            str(content["separator"]),
            bool(content["header"]),
            str(content["task"]),
            tuple(str(name) for name in content["class_names"]),
            points,
            target,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidData("The stored upload cannot be read.", "Upload the file again.") from error


def scaling(values: np.ndarray, reach: float) -> tuple[float, float]:
    """Return (middle, factor) so that (values − middle) × factor runs from −reach to reach."""
    low, high = float(values.min()), float(values.max())
    return (low + high) / 2, 2 * reach / (high - low)


def samples(upload: Upload, share: float, seed: int) -> Samples:
    """Return the upload as points in the picture's window, split for validation.

    Both coordinates are moved and stretched to −5 … 5, and so is a regression's value to −1 … 1; the window's own
    scale is `scaling(column, 5)`.

    Args:
        upload: What `read` or `decode` returned.
        share: 0 … 1, the part held back for validation.
        seed: Seed of the split.
    """
    generator = np.random.default_rng(seed)
    scaled = []
    for values in upload.points.T:
        middle, factor = scaling(values, REACH)
        scaled.append((values - middle) * factor)
    target = upload.target
    if upload.task == REGRESSION:
        middle, factor = scaling(target, 1.0)
        target = (target - middle) * factor
    held = split(upload.target, upload.task == CLASSIFICATION, share, generator)
    return Samples(
        np.stack(scaled, axis=1).astype(np.float32),
        target.astype(np.float32),
        held,
        upload.task,
        max(1, len(upload.class_names)),
        DOMAIN,
        upload.class_names,
    )


def _numbers(table: Table, place: int) -> np.ndarray:
    name = table.columns[place]
    values = np.empty(len(table.rows))
    for index, (row, line) in enumerate(zip(table.rows, table.lines, strict=True)):
        cell = row[place]
        if not NUMBER.fullmatch(cell):
            raise not_a_number(name, cell, line)
        values[index] = float(cell)
        if not abs(values[index]) <= LARGEST:
            raise not_a_number(name, cell, line)
    spread = values.max() - values.min()
    if spread <= 1e-9 * np.abs(values).max() or spread < 1 / LARGEST:
        raise InvalidData(f"Column “{name}” has the same value in every row.", "Choose a column that varies.")
    return values


def _classes(table: Table, place: int) -> tuple[tuple[str, ...], np.ndarray]:
    name = table.columns[place]
    cells = [row[place] for row in table.rows]
    if not all(cells):
        line = table.lines[cells.index("")]
        raise InvalidData(f"Line {line}: the label “{name}” is empty.", "Fill it in or remove the line.")
    found = sorted(set(cells))
    if len(found) < 2:
        raise InvalidData(f"All rows have the same label “{harmless(found[0])}”.", "Give rows of at least two classes.")
    if len(found) > MOST_CLASSES:
        raise InvalidData(
            f"“{name}” has {len(found)} different labels; at most {MOST_CLASSES} classes can be shown.",
            "If it is a number to predict, choose regression.",
        )
    if all(NUMBER.fullmatch(label) for label in found):
        found.sort(key=float)
    for label in found:
        if cells.count(label) < 2:
            raise InvalidData(f"Class “{harmless(label)}” has one row only.", "Give each class at least two rows.")
    names = tuple(harmless(label) or f"class {index + 1}" for index, label in enumerate(found))
    if len(set(names)) < len(names):
        raise InvalidData(f"Some labels in “{name}” look the same.", "Use short labels that differ.")
    return names, np.array([found.index(cell) for cell in cells], dtype=np.float64)
