"""A context inside a context: a training that is one part of a run may be stopped, but its curves are nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.runs.context import Context


class Watch:
    """Passes on the question "should I stop?" and nothing else."""

    def __init__(self, context: Context) -> None:
        """Ask `context`."""
        self._context = context

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Do nothing."""

    def stop_requested(self) -> bool:
        """Return whether the whole run is to stop."""
        return self._context.stop_requested()

    def attach(self, name: str, content: bytes) -> None:
        """Do nothing."""
