"""Tables to learn from: rows of measurements, each with a class or a value to predict.

What the learner should see: real data. Tumours, wines, patients and handwritten digits as they come with scikit-learn,
or a file of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.errors import InvalidData, InvalidSetting

CLASSIFICATION, REGRESSION = "classification", "regression"
UPLOAD = "upload"
LABELS: Mapping[str, str] = {
    "breast_cancer": "Breast cancer",
    "wine": "Wine",
    "diabetes": "Diabetes (a value)",
    "digits": "Digits",
}
DATA_SETS = tuple(LABELS)
DIGIT_WRITERS = 13


@dataclass(frozen=True)
class Rows:
    """A table, ready to be split; nothing is scaled yet, since that belongs inside the split.

    Attributes:
        name: Its id, one of DATA_SETS or "upload".
        x: float64 (n, d), finite.
        y: float64 (n,), class numbers 0 … classes − 1, or values.
        task: "classification" or "regression".
        feature_names: d names.
        class_names: Names of the classes; empty for regression.
        target_name: What is predicted, e.g. "kind of tumour".
        groups: int64 (n,), which rows belong together (one writer, one patient), or None if nothing says so.
        group_name: What a group is, e.g. "writer"; empty without groups.
        upload: Digest of the uploaded table; empty for the others.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    task: str
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    target_name: str
    groups: np.ndarray | None = None
    group_name: str = ""
    upload: str = ""

    @property
    def classes(self) -> int:
        """Number of classes; 0 for regression."""
        return len(self.class_names)

    @property
    def classification(self) -> bool:
        """Whether classes are predicted rather than a value."""
        return self.task == CLASSIFICATION

    def taken(self, places: np.ndarray) -> Rows:
        """Return some of the rows, by their places, in that order."""
        groups = None if self.groups is None else self.groups[places]
        return Rows(
            self.name,
            self.x[places],
            self.y[places],
            self.task,
            self.feature_names,
            self.class_names,
            self.target_name,
            groups,
            self.group_name,
            self.upload,
        )


def check_upload(dataset: str, upload: str) -> None:
    """Raise InvalidSetting if an upload is asked for and `upload` is not the digest of one (64 hexadecimal digits)."""
    if dataset == UPLOAD and not re.fullmatch(r"[0-9a-f]{64}", upload):
        raise InvalidSetting("No data have been uploaded yet.", "Upload a CSV file or choose another data set.")


def rows(name: str, upload: str = "") -> Rows:
    """Return a data set by name; its arrays are read-only and shared.

    Args:
        name: One of DATA_SETS, or "upload".
        upload: The digest of the uploaded table.

    Raises:
        InvalidData: The upload is not, or no longer, in the store.
    """
    if name == UPLOAD:
        from engine.data.table_upload import uploaded_rows

        return uploaded_rows(upload)
    return _shipped(name)


def fewest_per_class(table: Rows) -> int:
    """Return how many rows the rarest class has; all rows of a regression."""
    return int(np.bincount(table.y.astype(int), minlength=table.classes).min()) if table.classes else len(table.y)


def check_folds(table: Rows, folds: int) -> None:
    """Raise InvalidData if a class has fewer rows than there are folds (for a regression: if the table has).

    Args:
        table: The rows.
        folds: Number of folds, 2 or more.
    """
    fewest = fewest_per_class(table)
    if fewest >= folds:
        return
    smaller = f"Take {fewest} folds, or give" if fewest >= 2 else "Give"
    if not table.classes:
        raise InvalidData(f"The table has only {fewest} rows; {folds} folds need at least {folds}.", f"{smaller} more.")
    rarest = table.class_names[int(np.bincount(table.y.astype(int), minlength=table.classes).argmin())]
    count = f"{fewest} row{'' if fewest == 1 else 's'}"
    raise InvalidData(
        f"Class “{rarest}” has only {count}; {folds} folds need at least {folds}.",
        f"{smaller} more rows of that class.",
    )


@lru_cache(maxsize=8)
def _shipped(name: str) -> Rows:
    """Read a data set that comes with scikit-learn (UCI Machine Learning Repository; Efron et al. 2004, diabetes)."""
    from sklearn import datasets

    loaded = getattr(datasets, f"load_{name}")()
    x, y = np.array(loaded.data, dtype=np.float64), np.array(loaded.target, dtype=np.float64)
    regression = name == "diabetes"
    groups = None
    if name == "digits":
        # The file holds one writer after another (13 of them), and says no more: equal blocks come near it.
        groups = np.arange(len(y)) * DIGIT_WRITERS // len(y)
    for array in (x, y, *([] if groups is None else [groups])):
        array.setflags(write=False)
    return Rows(
        name,
        x,
        y,
        REGRESSION if regression else CLASSIFICATION,
        tuple(str(feature) for feature in loaded.feature_names),
        () if regression else tuple(str(label) for label in loaded.target_names),
        {"breast_cancer": "kind of tumour", "wine": "cultivar", "digits": "digit"}.get(name, "progression in a year"),
        groups,
        "writer" if groups is not None else "",
    )
