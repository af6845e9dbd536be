"""An uploaded table as bytes and back, exactly and always the same bytes, so that their SHA-256 can stand for it.

A JSON header, and behind it the columns one after another, each in the smallest kind of number that holds it exactly.
"""

from __future__ import annotations

import dataclasses
import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.tabular import CLASSIFICATION, REGRESSION
from engine.errors import InvalidData

MAGIC = b"table 1\n"
LENGTH = struct.Struct("<I")
KINDS = ("<u1", "<i2", "<i4", "<f4", "<f8")


@dataclass(frozen=True)
class Reading:
    """How the file is read again: what the exported script does.

    Attributes:
        separator: ";", "," or a tab.
        header: Whether the first line holds names.
        columns: Places of the columns that are learned from, in order.
        texts: Places of all columns that hold text.
        target: Place of the target.
        group: Place of the group, −1 without one.
        complete: Places of the columns whose gaps cost a row; empty if no row was left out.
    """

    separator: str
    header: bool
    columns: tuple[int, ...]
    texts: tuple[int, ...]
    target: int
    group: int
    complete: tuple[int, ...]


@dataclass(frozen=True)
class UploadedTable:
    """A table of n rows and d columns, ready to be split.

    Attributes:
        reading: How the file is read again.
        task: "classification" or "regression".
        x: float64 (n, d), finite.
        y: float64 (n,), class numbers 0 … classes − 1, or values.
        feature_names: d names; "column = value" for a column of 0 and 1.
        class_names: Names of the classes; empty for regression.
        target_name: Name of the target.
        groups: int64 (n,), or None.
        group_name: Name of the group's column; empty without one.
        notes: Sentences that say what was left out and why, and what was made of text: to be shown.
    """

    reading: Reading
    task: str
    x: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    target_name: str
    groups: np.ndarray | None
    group_name: str
    notes: tuple[str, ...]


def encode(table: UploadedTable) -> bytes:
    """Return the table as bytes; the same table always gives the same."""
    columns = [*table.x.T, table.y, *([] if table.groups is None else [table.groups.astype(np.float64)])]
    packed = [_packed(column) for column in columns]
    header = json.dumps(
        {
            "rows": len(table.y),
            "kinds": [column.dtype.str.replace("|", "<") for column in packed],
            "reading": dataclasses.asdict(table.reading),
            "task": table.task,
            "feature_names": table.feature_names,
            "class_names": table.class_names,
            "target_name": table.target_name,
            "group_name": table.group_name,
            "notes": table.notes,
        },
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    ).encode()
    return b"".join([MAGIC, LENGTH.pack(len(header)), header, *(column.tobytes() for column in packed)])


def decode(blob: bytes) -> UploadedTable:
    """Return the table that `encode` packed, its arrays read-only; raise InvalidData for other bytes."""
    try:
        if not blob.startswith(MAGIC):
            raise ValueError("another kind of file")
        (length,) = LENGTH.unpack_from(blob, len(MAGIC))
        start = len(MAGIC) + LENGTH.size
        header = json.loads(blob[start : start + length])
        features, rows = tuple(map(str, header["feature_names"])), int(header["rows"])
        columns = _columns(blob, start + length, rows, header["kinds"])
        rest = columns[len(features) :]
        if not features or len(rest) not in (1, 2) or header["task"] not in (CLASSIFICATION, REGRESSION):
            raise ValueError("parts are missing")
        x, y = np.stack(columns[: len(features)], axis=1), rest[0]
        groups = rest[1].astype(np.int64) if len(rest) == 2 else None
        for array in (x, y, *([] if groups is None else [groups])):
            if not np.isfinite(array).all():
                raise ValueError("not all numbers are finite")
            array.setflags(write=False)
        return UploadedTable(
            _reading(header["reading"]),
            header["task"],
            x,
            y,
            features,
            tuple(map(str, header["class_names"])),
            str(header["target_name"]),
            groups,
            str(header["group_name"]),
            tuple(map(str, header["notes"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise InvalidData("The stored table cannot be read.", "Upload the file again.") from error


def _reading(part: dict[str, Any]) -> Reading:
    columns, texts, complete = (tuple(map(int, part[name])) for name in ("columns", "texts", "complete"))
    places = int(part["target"]), int(part["group"])
    return Reading(str(part["separator"]), bool(part["header"]), columns, texts, *places, complete)


def _packed(column: np.ndarray) -> np.ndarray:
    """Return numbers in the smallest kind that holds each of them exactly, minus zero included."""
    column = column.astype("<f8")
    wanted = column.tobytes()
    with np.errstate(invalid="ignore", over="ignore"):
        candidates = (column.astype(kind) for kind in KINDS)
        return next(smaller for smaller in candidates if smaller.astype("<f8").tobytes() == wanted)


def _columns(blob: bytes, offset: int, rows: int, kinds: list[str]) -> list[np.ndarray]:
    columns = []
    for kind in kinds:
        if kind not in KINDS:
            raise ValueError(f"numbers of kind {kind!r:.20} are not read")
        columns.append(np.frombuffer(blob, kind, rows, offset).astype(np.float64))
        offset += rows * np.dtype(kind).itemsize
    if offset != len(blob) or rows < 1:
        raise ValueError("the length is wrong")
    return columns
