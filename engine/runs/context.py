"""What a run says while it computes, and the one question it asks: "should I stop?".

A learner sees the progress bar move and the curves grow from what `report` sends, and a Stop button that
stops because the run asks `stop_requested` between its chunks of steps.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

Message = dict[str, Any]

SHORTEST_INTERVAL = 0.2  # seconds between two sends: 5 a second are plenty for the eye
SENDS_BEFORE_SLOWER = 1000  # a long run sends ever less often, so that its history stays a few thousand messages


class Context(Protocol):
    """What `run(config, context)` gets besides its config."""

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Tell how far the run is, and append to its live series.

        Args:
            done: Work done so far, in the unit of `total` (steps, epochs, folds).
            total: All the work there is; greater than 0.
            message: A few plain words about the current step, shown beside the bar.
            arrays: For each named series the rows to append along axis 0 (a scalar is one row). Rows are never
                dropped; calls may come as often as the run likes, they are merged and sent at most 5 times a second.

        Raises:
            ValueError: Rows of another shape than the series has.
        """

    def stop_requested(self) -> bool:
        """Return whether nobody wants the rest of the run; cheap enough for every chunk of steps.

        A run that sees True returns the Result of what it has so far, with `stopped=True`.
        """

    def attach(self, name: str, content: bytes) -> None:
        """Keep a file beside the result under the same key, e.g. `attach("model.keras", content)`."""


class SilentContext:
    """A context that nobody watches: for notebooks, tests and the building of shipped runs.

    Attributes:
        files: What the run attached, by name.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Do nothing."""

    def stop_requested(self) -> bool:
        """Return False: nobody can ask."""
        return False

    def attach(self, name: str, content: bytes) -> None:
        """Keep the file in `files`."""
        self.files[name] = content


class WorkerContext:
    """The context of a run in a worker: merges what is reported and hands it to `send` a few times a second.

    A small thread of its own sends what was held back, so that a slow step does not hide the rows before it.
    """

    def __init__(
        self,
        send: Callable[[Message], None],
        stop_asked: Callable[[], bool],
        interval: float = SHORTEST_INTERVAL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start sending.

        Args:
            send: Takes one message; called from several threads, never from two at once.
            stop_asked: Answers at once, without a round trip.
            interval: Shortest time between two sends, in seconds.
            clock: Monotonic seconds; tests give their own.
        """
        self.files: dict[str, bytes] = {}
        self.stop_seen = False
        self._send = send
        self._stop_asked = stop_asked
        self._interval = interval
        self._clock = clock
        self._start = clock()
        self._last_sent = -float("inf")
        self._number = 0
        self._progress: tuple[float, float, str] | None = None
        self._rows: dict[str, list[np.ndarray]] = {}
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._send_held_back, name="run-events", daemon=True)
        self._thread.start()

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Take progress and rows (see Context); send them now if the last send is long enough ago."""
        # Copies, since a training loop reuses its buffers.
        rows = {name: np.array(values, ndmin=1) for name, values in arrays.items()}
        with self._lock:
            for name, values in rows.items():
                if self._shapes.setdefault(name, values.shape[1:]) != values.shape[1:]:
                    raise ValueError(f"rows of series {name!r} changed their shape to {values.shape[1:]}")
            self._progress = (float(done), float(total), str(message))
            for name, values in rows.items():
                self._rows.setdefault(name, []).append(values)
            if self._clock() - self._last_sent >= self._pause():
                self._flush()

    def stop_requested(self) -> bool:
        """Return whether a stop was asked for; remembers that the run has seen it."""
        if self._stop_asked():
            self.stop_seen = True
        return self.stop_seen

    def attach(self, name: str, content: bytes) -> None:
        """Keep the file until the result is stored."""
        self.files[name] = bytes(content)

    def close(self) -> None:
        """Send what is left and end the sending thread; the run is over."""
        self._closed.set()
        with self._lock:
            self._flush()
        self._thread.join(timeout=1.0)

    def _pause(self) -> float:
        return max(self._interval, (self._clock() - self._start) / SENDS_BEFORE_SLOWER)

    def _send_held_back(self) -> None:
        while not self._closed.wait(self._pause()):
            with self._lock:
                if self._clock() - self._last_sent >= self._pause():
                    self._flush()

    def _flush(self) -> None:
        """Send what has gathered; the lock is held."""
        if self._progress is None:
            return
        done, total, message = self._progress
        rows = {name: np.concatenate(parts) for name, parts in self._rows.items()}
        self._progress, self._rows = None, {}
        self._last_sent = self._clock()
        self._number += 1
        self._send(
            {
                "kind": "progress",
                "number": self._number,
                "seconds": self._last_sent - self._start,
                "done": done,
                "total": total,
                "message": message,
                "arrays": pack(rows),
            }
        )


def pack(arrays: Mapping[str, np.ndarray]) -> list[list[Any]]:
    """Return arrays as lists of name, dtype, shape and bytes, which every transport can carry."""
    return [[name, values.dtype.str, list(values.shape), values.tobytes()] for name, values in arrays.items()]


def unpack(packed: list[list[Any]]) -> dict[str, np.ndarray]:
    """Return the arrays that `pack` packed, read-only."""
    return {name: np.frombuffer(content, dtype=dtype).reshape(shape) for name, dtype, shape, content in packed}
