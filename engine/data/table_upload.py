"""A learner's own table, made ready to learn from: a target, columns of numbers, and a word about what was left out.

What the learner should see: their own rows. Nothing is filled in and nothing is scaled, since a median or a mean of
all rows would tell each split something about the rows held back; rows and columns with gaps are left out, and said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.data.csv_cells import harmless
from engine.data.table_blob import Reading, UploadedTable, decode, encode
from engine.data.table_columns import LIMITS, MOST_TEXTS, Column, TablePreview, constant, guess, listed, preview
from engine.data.table_target import classes, groups, values
from engine.data.tabular import CLASSIFICATION, REGRESSION, UPLOAD, Rows
from engine.errors import InvalidData
from engine.runs.store import store

__all__ = [
    "CLASSIFICATION",
    "REGRESSION",
    "TablePreview",
    "UploadedTable",
    "decode",
    "encode",
    "guess",
    "preview",
    "read",
    "uploaded",
    "uploaded_rows",
]

MOST_GAPS = 0.4
MOST_ROWS_LEFT_OUT = 0.2
MOST_FEATURES = 200
COUNTERS = frozenset(("id", "index", "row", "no", "nr", "#", "unnamed: 0"))


@dataclass(frozen=True)
class _Feature:
    """A column of the result: its name, where it comes from, and its values (n,)."""

    name: str
    column: Column
    values: np.ndarray


def read(
    table: TablePreview, target: str, task: str = "", group: str = "", without: Sequence[str] = ()
) -> UploadedTable:
    """Return the table as numbers: every usable column but the target, text as one column of 0 and 1 per value.

    Args:
        table: What `preview` returned.
        target: Name of the column to predict.
        task: "classification" (2 to 50 classes) or "regression" (a number); empty for the one that fits.
        group: Name of the column that says which rows belong together; empty for none. It is not learned from.
        without: Names of columns not to learn from.

    Raises:
        InvalidData: The target or the group is no such column, too many rows have gaps, or too little is left.
    """
    goal = table.column(target)
    task = task or guess(goal)
    if task not in (CLASSIFICATION, REGRESSION):
        raise InvalidData(f"“{task:.40}” is not a task.", "Choose classification or regression.")
    gathered = table.column(group) if group else None
    if gathered is goal:
        raise InvalidData(f"“{target}” is both the target and the group.", "Choose another column for one of them.")
    _check_complete(table, goal, "target")
    notes = [] if table.header else ["The first line holds numbers, so it was read as data, not as names."]
    for name in without:
        table.column(name)
    taken = _usable(table, [target, group, *without], notes)
    if gathered is not None:
        _check_complete(table, gathered, "group")
    keep = _complete_rows(taken, len(table.lines), notes)
    complete = tuple(column.place for column in taken) if not keep.all() else ()
    features = _features(taken, keep, notes)
    if not features:
        raise InvalidData(
            " ".join([f"No column is left to predict “{target}” from.", *notes]),
            f"Give columns of numbers, or of text with at most {MOST_TEXTS} different values.",
        )
    y, class_names = classes(goal, keep) if task == CLASSIFICATION else (values(goal, keep), ())
    reading = Reading(
        table.separator,
        table.header,
        tuple(dict.fromkeys(feature.column.place for feature in features)),
        tuple(column.place for column in table.columns if not column.numeric),
        goal.place,
        gathered.place if gathered is not None else -1,
        complete,
    )
    return UploadedTable(
        reading,
        task,
        np.stack([feature.values for feature in features], axis=1),
        y,
        tuple(feature.name for feature in features),
        class_names,
        goal.name,
        groups(gathered, keep) if gathered is not None else None,
        gathered.name if gathered is not None else "",
        tuple(notes),
    )


@lru_cache(maxsize=4)
def uploaded(digest: str) -> UploadedTable:
    """Return a kept table by the SHA-256 of its bytes; raise InvalidData if the store does not have it (any more)."""
    return decode(store().get_blob(digest))


@lru_cache(maxsize=4)
def uploaded_rows(digest: str) -> Rows:
    """Return a kept table's rows, read-only; raise InvalidData if the store does not have it (any more)."""
    table = uploaded(digest)
    return Rows(
        UPLOAD,
        table.x,
        table.y,
        table.task,
        table.feature_names,
        table.class_names,
        table.target_name,
        table.groups,
        table.group_name,
        digest,
    )


def _check_complete(table: TablePreview, column: Column, role: str) -> None:
    if column.gaps:
        line = int(table.lines[int(np.argmax(column.missing))])
        more = f", and {column.gaps - 1:,} more are" if column.gaps > 1 else ""
        raise InvalidData(
            f"Line {line}: the {role} “{column.name}” is missing{more}.", f"Fill it in, or choose another {role}."
        )
    table.check_numbers(column)


def _usable(table: TablePreview, without: Sequence[str], notes: list[str]) -> list[Column]:
    """Return the columns to learn from; note the others by reason."""
    taken: list[Column] = []
    left_out: dict[str, list[str]] = {}
    for column in table.columns:
        if column.name in without:
            continue
        # A spreadsheet's or pandas's own row numbers come without a name.
        may_count = column.name.lower() in COUNTERS or (table.header and column.name == f"column {column.place + 1}")
        reason = _reason(column, may_count)
        if reason:
            left_out.setdefault(reason, []).append(column.name)
        else:
            table.check_numbers(column)
            taken.append(column)
    notes.extend(f"Left out, since {reason}: {listed(names)}." for reason, names in left_out.items())
    return taken


def _reason(column: Column, may_count: bool) -> str:
    """Return why nothing can be learned from a column, or an empty text."""
    if column.gaps > MOST_GAPS * len(column.missing):
        return f"more than {100 * MOST_GAPS:.0f} % of the cells are empty"
    if column.numeric:
        present = column.numbers[~np.isnan(column.numbers)]
        if may_count and not column.gaps and (np.diff(present) == 1).all():
            return "it only counts the rows"
        return "all rows have the same value" if column.odd[0] < 0 and constant(present) else ""
    if len(column.texts) == 1:
        return "all rows have the same value"
    if column.unique_texts:
        return "the text is another one in every row"
    return f"the text has more than {MOST_TEXTS} different values" if len(column.texts) > MOST_TEXTS else ""


def _complete_rows(taken: Sequence[Column], count: int, notes: list[str]) -> np.ndarray:
    """Return which rows have no gap, bool (n,); note how many have one."""
    gaps = np.zeros(count, bool)
    for column in taken:
        gaps |= column.missing
    number = int(gaps.sum())
    if number > MOST_ROWS_LEFT_OUT * count:
        most = f"{100 * MOST_ROWS_LEFT_OUT:.0f} %"
        worst = max(taken, key=lambda column: column.gaps)
        raise InvalidData(
            f"{number:,} of {count:,} rows have an empty cell; at most {most} can be left out.",
            f"Fill the gaps, or leave out “{worst.name}”, where most of them are ({worst.gaps:,}).",
        )
    if count - number < LIMITS.fewest_rows:
        raise InvalidData(
            f"Only {count - number} rows have no empty cell; {LIMITS.fewest_rows} are needed.", "Fill the gaps."
        )
    if number:
        notes.append(f"Left out, since a cell is empty: {number:,} of {count:,} rows.")
    return ~gaps


def _features(taken: Sequence[Column], keep: np.ndarray, notes: list[str]) -> list[_Feature]:
    features: list[_Feature] = []
    spread, alike = [], []
    for column in taken:
        if column.numeric:
            made = [] if constant(column.numbers[keep]) else [_Feature(column.name, column, column.numbers[keep])]
        else:
            codes = column.codes[keep]
            found = np.unique(codes)
            made = [_one_hot(column, int(code), codes) for code in found] if len(found) > 1 else []
            spread.extend([column.name] if made else [])
        alike.extend([] if made else [column.name])
        features.extend(made)
    if alike:
        notes.append(f"Left out, since all of the remaining rows have the same value: {listed(alike)}.")
    if spread:
        notes.append(f"Text became columns of 0 and 1, one for each value: {listed(spread)}.")
    if len(features) > MOST_FEATURES:
        raise InvalidData(
            f"With a column for each text there are {len(features)} columns; at most {MOST_FEATURES} can be learned.",
            "Leave out some columns of text.",
        )
    return features


def _one_hot(column: Column, code: int, codes: np.ndarray) -> _Feature:
    short = harmless(column.texts[code])
    # Two long texts may begin alike; a number tells their names apart.
    alike = sum(harmless(text) == short for text in column.texts) > 1
    name = f"{column.name} = {short or 'value'}{f' ({code + 1})' if alike or not short else ''}"
    return _Feature(name, column, (codes == code).astype(np.float64))
