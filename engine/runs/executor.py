"""From a config to a run that is watched: the store first, then one training for everybody who asks.

An event loop in a thread of its own talks to the workers; everything a page calls returns at once.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from engine.config import Config
from engine.config import key as key_of
from engine.errors import ClusterUnreachable, PlaygroundError, RunFailed, WorkerLost
from engine.runs.cluster import Cluster
from engine.runs.drive import drive
from engine.runs.live import LiveRun, Run, Status
from engine.runs.pool import LocalPool
from engine.runs.store import Entry, Store, store
from engine.runs.work import perform

logger = logging.getLogger(__name__)

LOST = WorkerLost(
    "The worker process died before it answered (it was killed or ran out of memory).",
    "A new one starts by itself; try again in a few seconds.",
)


class Executor:
    """Finds, starts and shares runs; every method may be called from any thread."""

    def __init__(self, kept: Store | None = None, address: str | None = None, pool: LocalPool | None = None) -> None:
        """Make an executor; it reaches for workers when the first run needs them.

        Args:
            kept: Where results are kept; None takes this process's store.
            address: A scheduler's address; None takes DASK_SCHEDULER_ADDRESS, and without that an embedded pool.
            pool: The embedded pool to start when there is no address.
        """
        self.store = kept or store()
        self.cluster = Cluster(address, pool)
        self.closed = False
        self._lives: dict[str, tuple[LiveRun, asyncio.Event]] = {}
        self._lock = threading.RLock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        atexit.register(self.close)

    def find(self, config: Config) -> Entry | None:
        """Return the stored result of `config`, or None; no worker is asked, about a millisecond."""
        return self.store.find(config)

    def file(self, entry: Entry, name: str) -> bytes | None:
        """Return a file attached to `entry` (such as "model.keras"), or None."""
        return self.store.file(entry, name)

    def watchers(self) -> int:
        """Return how many people watch a run at this moment; pages ask less often when many do."""
        with self._lock:
            return sum(live.watchers for live, _ in self._lives.values())

    def start(self, config: Config, again: bool = False) -> Run:
        """Return a run of `config`: a stored result at once, a share in the one that is on, or a new one.

        Whatever goes wrong later shows in the run's status; this raises nothing.

        Args:
            config: What to compute.
            again: Compute it though it may be stored.
        """
        if not again and (entry := self.store.find(config)) is not None:
            return Run(None, status=Status("done", done=1.0, total=1.0, entry=entry))
        key = key_of(config)
        with self._lock:
            live, over = self._lives.get(key, (None, None))
            ticket = live.watch() if live is not None else None
            if live is None or ticket is None:
                loop = self._running_loop()
                wake, earlier, over = asyncio.Event(), over, asyncio.Event()
                live = LiveRun(config, key, again, lambda: _tell(loop, wake.set))
                ticket = live.watch() or ""
                self._lives[key] = (live, over)
                self._spawn(self._drive(live, wake, earlier, over))
        return Run(live, ticket)

    async def _drive(
        self, live: LiveRun, wake: asyncio.Event, earlier: asyncio.Event | None, over: asyncio.Event
    ) -> None:
        try:
            if earlier is not None:
                await earlier.wait()  # the same run is just stopping; one key is submitted once at a time
            await drive(self.cluster, self.store, live, wake)
        except PlaygroundError as error:
            live.finish("failed", error=error)
        except asyncio.CancelledError:
            live.finish("failed", error=ClusterUnreachable("The application is closing.", "Open it again."))
            raise
        except Exception as error:
            logger.exception("the run of %r was lost", live.config)
            live.finish("failed", error=RunFailed(f"The run was lost: {type(error).__name__}.", "Run again."))
        finally:
            with self._lock:
                if self._lives.get(live.key, (None, None))[0] is live:
                    del self._lives[live.key]
            over.set()

    def call(self, function: Callable[..., Any], *arguments: Any, timeout: float = 60.0) -> Any:
        """Call a short function in a worker, beside whatever trains there, and return its value.

        Args:
            function: A function of a module that the worker can import (inference, a model's export).
            arguments: What travels to it.
            timeout: Seconds to wait in all.

        Raises:
            RunFailed: It raised an error of its own, or took too long.
            WorkerLost: The worker died meanwhile.
            ClusterUnreachable: There is no worker to ask.
            PlaygroundError: What the function raised itself.
        """
        return self._spawn(self._call(function, arguments, timeout)).result()

    async def _call(self, function: Callable[..., Any], arguments: tuple[Any, ...], timeout: float) -> Any:
        future = None
        try:
            async with asyncio.timeout(timeout):
                client = await self.cluster.client()
                future = client.submit(perform, function, arguments, pure=False, priority=10)
                value, error = await future.result()
        except TimeoutError:
            raise RunFailed(f"The answer took longer than {timeout:g} seconds.", "Try again.") from None
        except PlaygroundError:
            raise
        except (Exception, asyncio.CancelledError) as trouble:
            raise LOST from trouble
        finally:
            if future is not None:
                future.release()
        if error is not None:
            raise error
        return value

    def warm_up(self) -> None:
        """Start or reach the workers in the background; a failure shows when a run needs them."""
        self._spawn(self._warm_up())

    async def _warm_up(self) -> None:
        try:
            await self.cluster.client()
        except PlaygroundError as error:
            logger.warning("%s", error)

    def close(self) -> None:
        """End running runs, the connection and the embedded pool; may be called twice."""
        with self._lock:
            loop, self._loop, self.closed = self._loop, None, True
        atexit.unregister(self.close)
        if loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(_end_all(self.cluster), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join(timeout=5)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._running_loop())

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="executor", daemon=True)
                self._thread.start()
            return self._loop


def _tell(loop: asyncio.AbstractEventLoop, callback: Callable[[], Any]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(callback)


async def _end_all(cluster: Cluster) -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    await cluster.close()
    for task in others:
        task.cancel()
    await asyncio.wait(others, timeout=2) if others else None
