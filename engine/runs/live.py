"""A run while it lives: its state, its growing series, and who is watching it.

Many people may watch one training; each holds a Run of their own, and one LiveRun is behind them all.
"""

from __future__ import annotations

import threading
import time
import uuid
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from engine.config import Config
from engine.errors import PlaygroundError
from engine.runs.context import unpack
from engine.runs.store import Entry

FINAL = frozenset({"done", "stopped", "failed"})


@dataclass(frozen=True)
class Status:
    """How a run stands at this moment.

    Attributes:
        state: "starting", "queued", "running", "done", "stopped" or "failed".
        place: Place in the queue, 1 is next; None when not queued or not yet known.
        done: Work done, in the unit of `total`.
        total: All the work there is; 0 when not yet known.
        message: The run's own words about what it does now.
        seconds_left: Estimated seconds to the end; None when there is no ground for an estimate.
        series: The live series so far, by name; read-only arrays.
        revision: Grows with every change, so that a page draws only news.
        error: What went wrong, when failed.
        entry: The result when done; what there was of it when stopped, or None if the run goes on for others.
        notice: Something the learner should know though the run went well, e.g. that it could not be kept.
    """

    state: str
    place: int | None = None
    done: float = 0.0
    total: float = 0.0
    message: str = ""
    seconds_left: float | None = None
    series: Mapping[str, np.ndarray] = field(default_factory=lambda: MappingProxyType({}))
    revision: int = 0
    error: PlaygroundError | None = None
    entry: Entry | None = None
    notice: str = ""

    @property
    def final(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in FINAL


class LiveRun:
    """One training and everybody who watches it; every method may be called from any thread.

    Attributes:
        config: What is computed.
        key: Its content hash.
        again_asked: Whether it is computed though a stored result may be there.
        token: Names the submission that is computed; a stop asked for it stops no other.
        attempt: Names the computation itself, from its start on; every event carries it.
        worker: Address of the worker that computes, once it has started.
        stopping: Whether the training itself is to stop (its last watcher asked).
    """

    def __init__(
        self, config: Config, key: str, again: bool = False, on_stop: Callable[[], None] = lambda: None
    ) -> None:
        """Describe a run of `config`; `on_stop` is called, from any thread, when the training is to stop."""
        self.config = config
        self.key = key
        self.again_asked = again
        self.token = uuid.uuid4().hex
        self.worker = ""
        self.stopping = False
        self._on_stop = on_stop
        self._stop_asked = False
        self._status = Status("starting")
        self._watchers: set[str] = set()
        self._parts: dict[str, list[np.ndarray]] = {}
        self.attempt = ""
        self._number = 0
        self._first: tuple[float, float] | None = None
        self._latest: tuple[float, float, float] | None = None
        self._lock = threading.RLock()

    # ---- watchers

    def watch(self) -> str | None:
        """Add a watcher and return its ticket, or None if the run is stopping or over and nobody may join."""
        with self._lock:
            if self.stopping or self._status.final:
                return None
            ticket = uuid.uuid4().hex
            self._watchers.add(ticket)
            return ticket

    def leave(self, ticket: str, stop: bool) -> Status | None:
        """Take a watcher away.

        The training stops when its last watcher goes and somebody, now or earlier, asked to stop it.

        Returns:
            None if this stopped the training (its partial result will follow), or else the picture to keep.
        """
        with self._lock:
            self._watchers.discard(ticket)
            self._stop_asked |= stop
            if self._status.final:
                return self.status()
            if self._watchers or not self._stop_asked:
                return replace(self.status(), state="stopped", place=None, seconds_left=None)
            self.stopping = True
        self._on_stop()
        return None

    @property
    def watchers(self) -> int:
        """How many people watch."""
        with self._lock:
            return len(self._watchers)

    def stop_if_unwatched(self) -> None:
        """Another application that shares this training asked to stop it: agree unless somebody here watches."""
        with self._lock:
            if self._watchers or self._status.final:
                return
            self.stopping = True
        self._on_stop()

    # ---- what the page sees

    def status(self) -> Status:
        """Return how the run stands; no round trip."""
        with self._lock:
            self._status = replace(self._status, series=self._series(), seconds_left=self._seconds_left())
            return self._status

    def _series(self) -> Mapping[str, np.ndarray]:
        if all(len(parts) == 1 for parts in self._parts.values()) and len(self._parts) == len(self._status.series):
            return self._status.series
        for name, parts in self._parts.items():
            if len(parts) > 1:
                joined = np.concatenate(parts)
                joined.flags.writeable = False
                self._parts[name] = [joined]
        return MappingProxyType({name: parts[0] for name, parts in self._parts.items()})

    def _seconds_left(self) -> float | None:
        if self._status.state != "running" or self._first is None or self._latest is None:
            return None
        (done_first, seconds_first), (done, seconds, received) = self._first, self._latest
        if done <= done_first or seconds <= seconds_first:
            return None
        # The first report is the baseline: building and compiling before it say nothing about the pace.
        left = (self._status.total - done) * (seconds - seconds_first) / (done - done_first)
        return max(0.0, left - (time.monotonic() - received))

    # ---- what the executor tells

    def update(self, **changes: Any) -> None:
        """Change parts of the status, unless it is final already."""
        with self._lock:
            unchanged = all(getattr(self._status, name) == value for name, value in changes.items())
            if not self._status.final and not unchanged:
                self._status = replace(self._status, revision=self._status.revision + 1, **changes)

    def finish(self, status: str, **changes: Any) -> None:
        """End in state `status`; seconds left and place are over too."""
        with self._lock:
            self.status()  # join the series for the last time
            self.update(state=status, place=None, **changes)
            self._status = replace(self._status, seconds_left=None)

    def start_over(self) -> None:
        """Forget the current attempt: the run is to be submitted anew."""
        with self._lock:
            self.token = uuid.uuid4().hex
            self.worker = ""
            self._begin("")
            self.update(state="queued", place=None, done=0.0, total=0.0, message="")

    def hear(self, message: Mapping[str, Any]) -> None:
        """Take one event of the run's topic; those of earlier attempts and those already heard change nothing."""
        with self._lock:
            attempt = str(message.get("attempt", ""))
            kind = message["kind"]
            # A history that is too long has lost its beginning: then any event tells that the run has started.
            if attempt != self.attempt and (kind == "started" or (kind == "progress" and not self.attempt)):
                self._begin(attempt)
                self.token = str(message["token"])  # of whoever submitted first
                self.worker = str(message["worker"])
                self.update(state="running", place=None, message=message["message"])
            if kind == "progress" and attempt == self.attempt and message["number"] > self._number:
                self._number = int(message["number"])
                for name, rows in unpack(message["arrays"]).items():
                    self._parts.setdefault(name, []).append(rows)
                self._latest = (message["done"], message["seconds"], time.monotonic())
                self._first = self._first or self._latest[:2]
                self.update(done=message["done"], total=message["total"], message=message["message"])
                self._status = replace(self._status, revision=self._status.revision + 1)

    def _begin(self, attempt: str) -> None:
        self.attempt, self._number = attempt, 0
        self._parts, self._first, self._latest = {}, None, None
        self._status = replace(self._status, series=MappingProxyType({}))


class Run:
    """One person's view of a run; what `executor().start(config)` returns."""

    def __init__(self, live: LiveRun | None, ticket: str = "", status: Status | None = None) -> None:
        """Watch `live` under `ticket`, or hold a `status` that is final already."""
        self._live = live
        self._ticket = ticket
        self._kept = status
        self._lock = threading.Lock()
        if live is not None:
            # A session that vanishes (a closed laptop) never says goodbye; its Run is collected, and has left then.
            weakref.finalize(self, live.leave, ticket, stop=False).atexit = False

    @property
    def key(self) -> str:
        """The run's content hash."""
        if self._live is not None:
            return self._live.key
        return self._kept.entry.key if self._kept is not None and self._kept.entry is not None else ""

    def status(self) -> Status:
        """Return how the run stands, as this person sees it; no round trip, microseconds."""
        if self._kept is not None or self._live is None:
            return self._kept or Status("failed")
        status = self._live.status()
        if status.final:
            self._kept = status
        return status

    def stop(self) -> None:
        """Stop watching, and stop the training unless somebody else still watches it.

        If it stops, the partial result becomes `status().entry` within half a second; if it goes on for others,
        this person keeps the series as they are now.
        """
        self._go(stop=True)

    def leave(self) -> None:
        """Stop watching without a wish to stop the training, as when a session ends; its result will be kept."""
        self._go(stop=False)

    def _go(self, stop: bool) -> None:
        with self._lock:
            if self._kept is None and self._live is not None:
                self._kept = self._live.leave(self._ticket, stop)
