"""The one executor of this process: what pages call to find, start, watch and stop runs."""

from __future__ import annotations

import threading

from engine.runs.executor import Executor
from engine.runs.live import Run, Status
from engine.runs.store import Entry, Provenance

__all__ = ["Entry", "Executor", "Provenance", "Run", "Status", "executor"]

_lock = threading.Lock()
_executor: Executor | None = None


def executor() -> Executor:
    """Return the process-wide Executor, made at the first call; it reaches for workers only when they are needed."""
    global _executor
    with _lock:
        if _executor is None or _executor.closed:
            _executor = Executor()
        return _executor
