"""How one run is carried from submission to its end; reads from top to bottom as its story.

The run's content hash is the task's key, so the scheduler itself makes one training of many askers, also
across several applications. Whoever is the last to want it stops it; the others only let go.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Coroutine, Mapping
from typing import Any

from engine.errors import ClusterUnreachable, RunFailed, StoreUnavailable, WorkerLost
from engine.runs.cluster import PREFIX, Cluster, Look, forget, has_worker, let_go, listen
from engine.runs.codec import Undecodable
from engine.runs.live import LiveRun
from engine.runs.store import Entry, Store, from_bytes
from engine.runs.work import MORE_MEMORY_ADVICE, Outcome, execute, request_stop

ATTEMPTS = 20
TICK_SECONDS = 0.5
# A training that has not stopped by then is ended with its worker. Tracing and compiling take seconds and cannot be
# interrupted, and a new worker has to load Keras again: so not too soon.
OBEY_SECONDS = 10.0
STARTED_MEANWHILE_SECONDS = 0.2
NO_RESOURCE_SECONDS = 3.0
NO_WORKER_SECONDS = 60.0
RESOURCES = {"training": 1}


async def drive(cluster: Cluster, store: Store, live: LiveRun, wake: asyncio.Event) -> None:
    """Submit the run, follow it, and bring it to its final state.

    Raises:
        PlaygroundError: Why it failed.
    """
    connecting = _quietly(cluster.client())
    await _first(connecting, wake, None)
    for _ in range(ATTEMPTS):
        if live.stopping:
            live.finish("stopped")
            return
        try:
            outcome = await _attempt(cluster, await connecting, live, wake)
        except (WorkerLost, OSError) as trouble:
            if live.stopping:
                live.finish("stopped", notice="The worker ended before it could return the partial result.")
                return
            entry = None if live.again_asked else await asyncio.to_thread(store.find, live.config)
            if entry is not None:
                live.finish("done", entry=entry)  # it had stored the result just before it died
                return
            if live.worker:
                raise trouble if isinstance(trouble, WorkerLost) else _lost_connection(trouble) from trouble
            # The worker, or the whole pool, died while this run only waited: back into the queue.
            live.start_over()
            connecting = _quietly(cluster.client())
            continue
        if outcome is None:
            return
        if outcome.stopped and not live.stopping:
            # Another application, the last one to watch, stopped it in the moment we joined.
            live.start_over()
            await asyncio.sleep(0.1)
            continue
        await _keep(store, live, outcome)
        return
    raise WorkerLost("The run was lost again and again.", "Wait a little, then run again.")


async def _attempt(cluster: Cluster, client: Any, live: LiveRun, wake: asyncio.Event) -> Outcome | None:
    """Submit once and wait; None if the run ended (stopped) without an outcome for us."""
    topic = PREFIX + live.key
    early: list[dict[str, Any]] = []
    history_told = False

    def hear(event: tuple[float, dict[str, Any]]) -> None:
        if history_told:
            _hear(live, event[1])
        else:
            early.append(event[1])

    resources = getattr(type(live.config), "RESOURCES", RESOURCES)
    future = client.submit(
        execute, live.config, topic, live.token, live.again_asked, key=topic, resources=resources, retries=0
    )
    result = _quietly(future.result())
    try:
        live.update(state="queued")
        history = await listen(client, topic, hear)
        over = {message.get("attempt") for message in history if message["kind"] == "ended"}
        for message in [*history, *early]:  # what is in both is heard once
            if message.get("attempt") not in over:
                live.hear(message)
        history_told = True
        since = time.monotonic()
        while not result.done():
            await _first(result, wake, TICK_SECONDS)
            if live.stopping and not result.done():
                return await _stop(client, live, future, result)
            if cluster.pool is not None and not cluster.pool.alive:
                raise WorkerLost("The worker pool died in the middle of the run.", "Run again; a new pool starts then.")
            if not live.worker and not result.done():
                await _wait_in_queue(await cluster.look(client), live, topic, resources, time.monotonic() - since)
        return await _outcome(result)
    finally:
        ended = live.attempt if result.done() else ""
        result.cancel()
        future.release()
        with contextlib.suppress(Exception):
            await forget(client, topic, ended)


def _hear(live: LiveRun, message: dict[str, Any]) -> None:
    if message["kind"] == "stop-asked":
        live.stop_if_unwatched()
    else:
        live.hear(message)


def _quietly(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Start `work` without a complaint in the log if nobody collects its error."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    return task


async def _first(result: asyncio.Future[Any], wake: asyncio.Event, seconds: float | None) -> None:
    """Wait for the result, the wake-up call, or the time to be over."""
    woken = asyncio.ensure_future(wake.wait())
    await asyncio.wait({result, woken}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    woken.cancel()


async def _outcome(result: asyncio.Future[Outcome]) -> Outcome:
    """Return the task's outcome; a task that has none lost its worker or its scheduler."""
    from distributed import KilledWorker

    try:
        return await result
    except KilledWorker:
        raise WorkerLost(
            "The worker process died in the middle of the run (it was killed or ran out of memory).",
            f"A new worker starts by itself. {MORE_MEMORY_ADVICE}",
        ) from None
    except (Exception, asyncio.CancelledError) as error:
        if (current := asyncio.current_task()) is not None and current.cancelling():
            raise
        raise _lost_connection(error) from error


def _lost_connection(error: BaseException) -> WorkerLost:
    said = f"The connection to the worker was lost ({type(error).__name__})."
    return WorkerLost(said, "Run again; the app connects anew.")


async def _wait_in_queue(look: Look, live: LiveRun, topic: str, resources: Mapping[str, float], seconds: float) -> None:
    """Tell the place in the queue, or that waiting is in vain."""
    if topic in look.waiting:
        live.update(place=look.waiting.index(topic) + 1)
    if not look.workers and seconds > NO_WORKER_SECONDS:
        raise ClusterUnreachable("There is no worker to run this.", "Start one, or wait and run again.")
    missing = [name for name, amount in resources.items() if look.resources.get(name, 0) < amount]
    if look.workers and missing and seconds > NO_RESOURCE_SECONDS:
        advice = "Start the workers with --resources training=1."
        if "GPU" in missing:
            advice = "This run needs a worker with a GPU; choose a smaller one that runs on a CPU."
        raise ClusterUnreachable(f"None of the {look.workers} workers offers: {', '.join(missing)}.", advice)


async def _stop(client: Any, live: LiveRun, future: Any, result: asyncio.Future[Outcome]) -> Outcome | None:
    """Stop the training if nobody else wants it; None if it ended without an outcome for us."""
    if not await let_go(client, future.key):
        live.finish("stopped", notice="Others still watch this run, so it goes on for them.")
        return None
    live.update(message="Stopping")
    await _ask_to_stop(client, live)
    if not live.worker:
        future.release()
        # It may have started in this very moment: then the worker is told as soon as it says so.
        await asyncio.sleep(STARTED_MEANWHILE_SECONDS)
        if live.worker:
            await _ask_to_stop(client, live)
        live.finish("stopped")
        return None
    await asyncio.wait({result}, timeout=OBEY_SECONDS)
    if result.done():
        return await _outcome(result)
    future.release()
    live.finish("stopped", notice="The run did not stop by itself, so its worker was restarted.")
    await _end_worker(client, live.worker)
    return None


async def _end_worker(client: Any, worker: str) -> None:
    """End a worker that does not obey; its nanny starts another."""
    # At once from inside; the way through the nanny, for one that does not even hear, waits 5 s for goodbyes.
    with contextlib.suppress(Exception):
        await asyncio.wait_for(client.run(os._exit, 1, workers=[worker], on_error="ignore"), 2)
    with contextlib.suppress(Exception):
        await asyncio.sleep(0.5)
        if await has_worker(client, worker):
            await client.restart_workers([worker], timeout=15, raise_for_error=False)


async def _ask_to_stop(client: Any, live: LiveRun) -> None:
    workers = [live.worker] if live.worker else None
    with contextlib.suppress(Exception):
        await asyncio.wait_for(client.run(request_stop, live.token, workers=workers, on_error="ignore"), OBEY_SECONDS)


async def _keep(store: Store, live: LiveRun, outcome: Outcome) -> None:
    """Turn the outcome into the run's final state."""
    if outcome.error is not None:
        raise outcome.error
    if outcome.content is None:
        live.finish("stopped")
        return
    try:
        entry, notice = await asyncio.to_thread(_receive, store, live, outcome)
    except Undecodable as error:
        raise RunFailed(f"The worker's result cannot be read here ({error}).", "Restart app and workers.") from error
    live.finish("stopped" if outcome.stopped else "done", entry=entry, notice=notice)


def _receive(store: Store, live: LiveRun, outcome: Outcome) -> tuple[Entry, str]:
    decoded = from_bytes(outcome.content or b"", live.config)
    entry = Entry(decoded.result, decoded.provenance, decoded.key, dict(outcome.files))
    if outcome.stopped:
        return entry, outcome.notice
    notice = outcome.notice
    try:
        if not store.has(entry.key):  # a worker elsewhere keeps its own store; this one needs it too
            store.put(entry)
    except StoreUnavailable as refusal:
        notice = notice or str(refusal)
    store.remember(entry)
    return entry, notice
