"""Some splits at a time: few enough that results come in while a run goes on, enough to share one compiled step.

What the learner should see: ten more dots every second or two, and a bar that moves evenly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.validation.network import MOST_NUMBERS

if TYPE_CHECKING:
    from engine.runs.context import Context

SIZE = 10  # measured: 50 splits in groups of 10 take as much processor time as in groups of 25 or all at once


def groups(count: int, numbers: int = 0) -> list[tuple[int, int]]:
    """Return first and last + 1 of each group; all are of one size, so that they share their compiled functions.

    Where the size does not divide `count`, the last group begins early: a few networks are trained twice, which costs
    less than compiling for another size.

    Args:
        count: Splits.
        numbers: In the table; each split has a scaled copy of it, so a large table makes small groups.
    """
    size = max(1, min(SIZE, count, MOST_NUMBERS // max(numbers, 1)))
    return [(min(start, count - size), min(start, count - size) + size) for start in range(0, count, size)]


class Watch:
    """The context of one group: what the trainer says about epochs becomes progress in networks; its curves stay."""

    def __init__(self, context: Context, before: int, size: int, total: int) -> None:
        """Count from `before` networks done; the group has `size` of `total`."""
        self._context, self._before, self._size, self._total = context, before, size, total

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Pass the progress on: those that have stopped count whole, the others by their epochs."""
        losses = arrays.get("validation_loss")
        ended = int((~np.isfinite(losses[-1])).sum()) if losses is not None and len(losses) else 0
        own = ended + (self._size - ended) * done / total
        self._context.report(self._before + min(own, self._size), self._total, message)

    def stop_requested(self) -> bool:
        """Return whether the whole run should stop."""
        return self._context.stop_requested()

    def attach(self, name: str, content: bytes) -> None:
        """Keep nothing: a group has no file of its own."""
