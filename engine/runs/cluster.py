"""The way to the workers: the embedded pool by default, a real cluster with DASK_SCHEDULER_ADDRESS.

Everything here runs in the executor's own event loop; `distributed` is imported there, in the background, so
that a page's first paint does not wait for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import ClusterUnreachable
from engine.runs.pool import LocalPool

CONNECT_SECONDS = 5.0
LOOK_SECONDS = 0.4  # how old a look at the queue may be; many queued runs share one
PREFIX = "run-"
CLIENT_CONFIG = {"distributed.admin.tick.interval": "1s", "distributed.client.scheduler-info-interval": "30s"}


@dataclass(frozen=True)
class Look:
    """The queue as the scheduler sees it.

    Attributes:
        workers: How many workers there are.
        resources: Resource name → how much of it all workers have together.
        waiting: Keys of the runs that have not started, next one first.
    """

    workers: int = 0
    resources: Mapping[str, float] = field(default_factory=dict)
    waiting: tuple[str, ...] = ()


class Cluster:
    """One connection to one scheduler, made when first needed and again when it was lost."""

    def __init__(self, address: str | None = None, pool: LocalPool | None = None) -> None:
        """Describe where to connect.

        Args:
            address: The scheduler's address; None takes DASK_SCHEDULER_ADDRESS, and without that the pool.
            pool: The embedded pool to start if there is no address; None describes the default one.
        """
        self._address = address or os.environ.get("DASK_SCHEDULER_ADDRESS") or ""
        self.pool = None if self._address else pool or LocalPool()
        self._client: Any = None
        self._connecting: asyncio.Task[Any] | None = None
        self._looking = asyncio.Lock()
        self._look = Look()
        self._looked = -float("inf")

    @property
    def embedded(self) -> bool:
        """Whether the workers are this application's own pool."""
        return self.pool is not None

    async def client(self) -> Any:
        """Return a connected client.

        Raises:
            ClusterUnreachable: The pool does not start, or nobody answers at the address.
        """
        if self._client is not None and self._client.status == "running" and (self.pool is None or self.pool.alive):
            return self._client
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.ensure_future(self._connect_anew())
            self._connecting.add_done_callback(lambda task: task.cancelled() or task.exception())
        # One attempt for all who wait: fifty of them would time out one after another.
        return await asyncio.shield(self._connecting)

    async def _connect_anew(self) -> Any:
        await self._drop()
        address = self._address
        if self.pool is not None:
            address = await asyncio.to_thread(self.pool.start)
        self._client = await self._connect(address)
        return self._client

    async def _connect(self, address: str) -> Any:
        # Importing takes a second: in a thread, so that this loop goes on serving the other runs.
        distributed = await asyncio.to_thread(_import_distributed)
        try:
            return await distributed.Client(
                address,
                asynchronous=True,
                set_as_default=False,
                direct_to_workers=False,
                timeout=CONNECT_SECONDS,
                name="playground",
            )
        except (OSError, TimeoutError, ValueError) as error:
            raise ClusterUnreachable(
                f"The worker cluster at {address} does not answer.",
                "Stored results still open. Check DASK_SCHEDULER_ADDRESS and that the scheduler runs.",
            ) from error

    async def look(self, client: Any) -> Look:
        """Return the state of the queue, at most `LOOK_SECONDS` old."""
        async with self._looking:
            if time.monotonic() - self._looked > LOOK_SECONDS:
                self._look = Look(**await client.run_on_scheduler(_looker(), PREFIX))
                self._looked = time.monotonic()
            return self._look

    async def close(self) -> None:
        """Close the client and end the embedded pool."""
        if self._connecting is not None and not self._connecting.done():
            await asyncio.wait({self._connecting}, timeout=5)  # a pool that is just starting must not be left behind
        await self._drop()

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(client.close(timeout=1), 2)
        if self.pool is not None:
            self.pool.close()  # here and not in a thread: at the interpreter's end there are no new threads


def _import_distributed() -> Any:
    import dask
    import distributed

    dask.config.set(CLIENT_CONFIG)
    return distributed


# Functions inside functions travel by value: the scheduler of a real cluster need not have this package.
# Each runs in the scheduler's event loop, so nothing changes while it decides.


def _looker() -> Any:
    def started(key: str, dask_scheduler: Any) -> bool:
        messages = [event[1] for event in dask_scheduler.get_events(key)]
        ended = {message["attempt"] for message in messages if message["kind"] == "ended"}
        return any(message["kind"] == "started" and message["attempt"] not in ended for message in messages)

    def look(prefix: str, dask_scheduler: Any = None) -> dict[str, Any]:
        resources: dict[str, float] = {}
        for worker in dask_scheduler.workers.values():
            for name, amount in worker.resources.items():
                resources[name] = resources.get(name, 0.0) + amount
        waiting = [
            task
            for key, task in dask_scheduler.tasks.items()
            if str(key).startswith(prefix)
            and task.state not in ("memory", "erred")
            and not started(key, dask_scheduler)
        ]
        return {
            "workers": len(dask_scheduler.workers),
            "resources": resources,
            "waiting": tuple(task.key for task in sorted(waiting, key=lambda task: task.priority)),
        }

    return look


async def listen(client: Any, topic: str, hear: Callable[[Any], None]) -> list[dict[str, Any]]:
    """Let `hear` have every event of `topic` from now on, and return those before; none falls between.

    `hear` may be called before this returns.
    """

    def join(topic: str, client_id: str, dask_scheduler: Any = None) -> list[dict[str, Any]]:
        dask_scheduler.subscribe_topic(topic, client_id)
        return [event[1] for event in dask_scheduler.get_events(topic)]

    # Subscribing and asking for the history one after the other go different ways, and may overtake each other.
    client._event_handlers[topic] = hear
    return list(await client.run_on_scheduler(join, topic, client.id))


async def let_go(client: Any, topic: str) -> bool:
    """Stop wanting a run if another application wants it too, and tell the others that a stop was asked for.

    Returns:
        Whether nobody else wants it: then it is still wanted by this client, whose business it is to stop it.
    """

    def decide(key: str, client_id: str, dask_scheduler: Any = None) -> bool:
        task = dask_scheduler.tasks.get(key)
        if task is None or all(asker.client_key == client_id for asker in task.who_wants or ()):
            return True
        dask_scheduler.client_releases_keys(keys=[key], client=client_id, stimulus_id="stop-asked")
        dask_scheduler.log_event(key, {"kind": "stop-asked"})
        return False

    return bool(await client.run_on_scheduler(decide, topic, client.id))


async def forget(client: Any, topic: str, ended: str) -> None:
    """Stop wanting and hearing a run; its history goes with its last asker.

    Both in one step: whoever submits the same run next must not hear the events of this one.

    Args:
        client: A connected client.
        topic: The run's key and topic.
        ended: The attempt that is over, and need not have said so itself; empty if it goes on for others.
    """

    def drop(key: str, client_id: str, attempt: str, dask_scheduler: Any = None) -> None:
        dask_scheduler.unsubscribe_topic(key, client_id)
        dask_scheduler.client_releases_keys(keys=[key], client=client_id, stimulus_id="run-is-over")
        if key not in dask_scheduler.tasks:
            dask_scheduler._broker.truncate(key)
        elif attempt:
            dask_scheduler.log_event(key, {"kind": "ended", "attempt": attempt})

    # The old handler holds the whole run, and late events still look for one.
    client._event_handlers[topic] = _ignore
    await client.run_on_scheduler(drop, topic, client.id, ended)


async def has_worker(client: Any, address: str) -> bool:
    """Return whether the scheduler still knows the worker at `address`."""

    def known(worker: str, dask_scheduler: Any = None) -> bool:
        return worker in dask_scheduler.workers

    return bool(await client.run_on_scheduler(known, address))


def _ignore(event: Any) -> None:
    """Hear nothing."""
