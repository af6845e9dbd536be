"""What cannot be split the way it is asked for: the reason in plain words, and the change that mends it.

What the learner should see: not an error of a library but "class malignant has 3 rows for 5 folds", and a button.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.cross_validation.setup import COPIES, prepared, whole
from engine.cross_validation.splits import repeats, splits
from engine.data.tabular import Rows
from engine.errors import InvalidSetting, PlaygroundError

if TYPE_CHECKING:
    from engine.cross_validation.experiment import Config

FEWEST_ROWS = 20
MOST_LEFT_OUT = 200  # leave-one-out trains that many networks
MOST_WORK = 60_000_000  # rows times networks times epochs


@dataclass(frozen=True)
class Objection:
    """Why settings cannot be run.

    Attributes:
        message: What is wrong, in one sentence with its numbers.
        advice: What to do.
        fix: Settings that do it; empty where only other data help.
        label: Of the button that puts them in.
    """

    message: str
    advice: str
    fix: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""

    def error(self) -> PlaygroundError:
        """Return the same as an error that a run can raise."""
        return InvalidSetting(self.message, self.advice)


def objection(config: Config) -> Objection | None:
    """Return why these settings cannot be run, or None. Quick enough for every run of a page.

    Raises:
        InvalidData: The upload is not in the store any more.
    """
    table, _ = whole(config)
    found = _of_all_rows(config, table)
    if found is not None:
        return found
    try:
        ready = prepared(config)
    except ValueError as error:
        return Objection(
            f"{config.test_share:.0%} of {len(table.y)} rows cannot be put aside: {error}",
            "Hold out another share.",
            {"test_share": 0.3, "minority": 0.5},
            "Hold out 30 %",
        )
    return _of_folds(config, ready.table) or _of_work(config, ready.table) or _of_choosing(config, ready.table)


def _of_all_rows(config: Config, table: Rows) -> Objection | None:
    if len(table.y) < FEWEST_ROWS:
        return Objection(
            f"The table has {len(table.y)} rows: too few to hold some out again and again.",
            f"Take data with at least {FEWEST_ROWS} rows.",
            {"dataset": "wine", "upload": ""},
            "Use Wine",
        )
    if config.splitter == "stratified" and not table.classification:
        return Objection(
            "Stratified folds keep the shares of classes, and this target is a value.",
            "Take plain folds.",
            {"splitter": "plain"},
            "Use plain folds",
        )
    if config.splitter == "group" and table.groups is None:
        return Objection(
            "Nothing in this table says which rows belong together.",
            "Measure every row three times (copies make groups), or take the digits with their writers.",
            {"copies": True},
            "Measure three times",
        )
    if table.classification:
        counts = np.bincount(table.y.astype(int), minlength=table.classes)
        if counts.min() < 2:
            name = table.class_names[int(counts.argmin())]
            return Objection(
                f"Class “{name}” has {counts.min()} row: it cannot be on both sides of a split.",
                "Keep more of the rare class, or leave it out of the file.",
                {"minority": 0.5, "rows": 5000},
                "Keep all rows",
            )
    return None


def _of_folds(config: Config, table: Rows) -> Objection | None:
    rows = len(table.y)
    if config.splitter == "leave-one-out" and rows > MOST_LEFT_OUT:
        # What the whole table may hold so that the share put aside leaves few enough.
        fitting = int(MOST_LEFT_OUT / (1 - config.test_share) / (COPIES if config.copies else 1)) - 3
        return Objection(
            f"Leave-one-out would train {rows:,} networks, one a row; {MOST_LEFT_OUT} are possible.",
            f"Take {fitting} rows, or 20 folds.",
            {"rows": fitting},
            f"Use {fitting} rows",
        )
    if config.splitter == "leave-one-out":
        return None
    if rows < 2 * config.folds:
        return Objection(
            f"{rows} rows are too few for {config.folds} folds.",
            "A fold should hold two rows or more.",
            {"folds": max(2, rows // 2)},
            f"Use {max(2, rows // 2)} folds",
        )
    if config.splitter == "group" and table.groups is not None:
        groups = len(np.unique(table.groups))
        if groups < config.folds:
            return Objection(
                f"There are {groups} {table.group_name}s for {config.folds} folds, and none may be cut in two.",
                f"Take at most {groups} folds.",
                {"folds": max(2, groups)},
                f"Use {max(2, groups)} folds",
            )
    if config.splitter == "stratified":
        counts = np.bincount(table.y.astype(int), minlength=table.classes)
        fewest = int(counts.min())
        if fewest < config.folds:
            name = table.class_names[int(counts.argmin())]
            few = {"folds": fewest} if fewest >= 2 else {"minority": 0.5}
            return Objection(
                f"Class “{name}” has {fewest} row{'s' if fewest != 1 else ''} for {config.folds} folds: "
                "some folds would be without it.",
                "Take fewer folds, or keep more of the rare class.",
                few,
                f"Use {fewest} folds" if fewest >= 2 else "Keep the whole class",
            )
    return None


def _of_work(config: Config, table: Rows) -> Objection | None:
    folds = len(table.y) if config.splitter == "leave-one-out" else config.folds
    networks = folds * repeats(config) * (1 if config.leak == "none" else 2)
    work = networks * len(table.y) * config.epochs
    if work > MOST_WORK:
        fewer = max(10, config.epochs * MOST_WORK // work // 10 * 10)
        return Objection(
            f"{networks} networks over {len(table.y):,} rows and {config.epochs} epochs would take very long.",
            "Take fewer epochs, repeats or rows.",
            {"epochs": fewer},
            f"Use {fewer} epochs",
        )
    return None


def _of_choosing(config: Config, table: Rows) -> Objection | None:
    """Return an objection if columns would have to be chosen by rows of one class only."""
    if config.leak != "features" or not table.classification:
        return None
    if min(len(np.unique(table.y[split.train])) for split in splits(config, table)) > 1:
        return None
    return Objection(
        "In one split all training rows are of one class: no column can be chosen by them.",
        "Take stratified folds.",
        {"splitter": "stratified", "folds": 5, "minority": 0.5},
        "Use stratified folds",
    )
