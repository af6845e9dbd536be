"""What a run writes down epoch by epoch, and sends to whoever watches.

What the learner should see: the curves grow while the network trains, from the untrained network's point on.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from engine.training.plan import History

if TYPE_CHECKING:
    from engine.runs.context import Context

CURVES = ("loss", "validation_loss", "metric", "validation_metric")
PAUSE = 0.1  # seconds between two reports; the context sends at most five times a second


class Recorder:
    """Collects the rows of the history; `alone` drops the replica axis from everything it reports and returns."""

    def __init__(self, context: Context, total: int, alone: bool) -> None:
        self._context = context
        self._total = max(total, 1)
        self._alone = alone
        self._rows: dict[str, list[np.ndarray]] = {}
        self._waiting: dict[str, list[np.ndarray]] = {}
        self._last = -float("inf")

    def add(self, **values: np.ndarray | float | int) -> None:
        """Append one row to each named series; a replica axis is the last one (for snapshots the first)."""
        for name, value in values.items():
            row = np.asarray(value, dtype=np.int32 if name in ("epoch", "snapshot_epoch") else np.float32)
            if self._alone and row.ndim:
                row = row[0] if name == "snapshots" else row[..., 0]
            self._rows.setdefault(name, []).append(row)
            self._waiting.setdefault(name, []).append(row)

    def report(self, done: float, message: str, now: bool = False) -> None:
        """Send progress and the rows that wait, if the last time is long enough ago or `now`."""
        if not now and time.monotonic() - self._last < PAUSE:
            return
        self._last = time.monotonic()
        rows = {name: np.stack(values) for name, values in self._waiting.items()}
        self._waiting = {}
        self._context.report(done, self._total, message, **rows)

    def has_snapshot(self, epoch: int) -> bool:
        """Return whether the last snapshot is of this epoch, or none is kept at all."""
        kept = self._rows.get("snapshot_epoch", [])
        return not kept or int(kept[-1]) == epoch

    def history(self) -> History:
        """Return everything that was added."""
        series = {name: np.stack(rows) for name, rows in self._rows.items()}
        empty = np.zeros((0, 0) if self._alone else (0, 0, 0), dtype=np.float32)
        return History(
            **{name: series[name] for name in CURVES},
            learning_rate=series["learning_rate"],
            seconds=series["seconds"],
            gradient_norm=series.get("gradient_norm"),
            weight_norm=series.get("weight_norm"),
            snapshot_epochs=series.get("snapshot_epoch", np.zeros(0, dtype=np.int32)),
            snapshots=series.get("snapshots", empty),
        )
