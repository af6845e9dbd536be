"""What happens in the worker: a config becomes a result, an error becomes words, a stop becomes a partial result.

Whatever happens, the task itself ends well and returns an Outcome: only the death of the worker is a failed task.
"""

from __future__ import annotations

import dataclasses
import logging
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.config import Config
from engine.config import key as key_of
from engine.errors import PlaygroundError, RunFailed, StoreUnavailable
from engine.runs.context import Context, Message, WorkerContext
from engine.runs.store import Entry, Provenance, store, to_bytes

logger = logging.getLogger(__name__)

LOADING = "Loading Keras and TensorFlow"
MORE_MEMORY_ADVICE = "Choose a smaller network, fewer points or a smaller batch, and run again."


@dataclass(frozen=True)
class Outcome:
    """What a run's task returns.

    Attributes:
        content: The entry, as `store.to_bytes` wrote it; None when there is an error or nothing yet.
        files: Attached files by name.
        stopped: Whether the result is partial because a stop was asked for.
        error: What went wrong.
        notice: What the learner should know though the run went well.
    """

    content: bytes | None = field(default=None, repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    stopped: bool = False
    error: PlaygroundError | None = None
    notice: str = ""


class Surroundings:
    """What this worker process knows of itself; the preload module fills it in.

    Attributes:
        device: "CPU" or the name of the GPU.
        ready: Set when Keras is imported, or when it is not imported ahead.
        stops: Tokens of the attempts that were asked to stop.
    """

    def __init__(self) -> None:
        self.device = "CPU"
        self.ready = threading.Event()
        self.ready.set()
        self.stops: set[str] = set()


SURROUNDINGS = Surroundings()


def request_stop(token: str) -> None:
    """Ask the attempt named `token` to stop, whether it runs now or starts later; the executor calls this here."""
    if len(SURROUNDINGS.stops) > 10_000:
        SURROUNDINGS.stops.clear()
    SURROUNDINGS.stops.add(token)


def execute(config: Config, topic: str, token: str, again: bool = False) -> Outcome:
    """Run `config` in this worker; the task that the executor submits.

    Args:
        config: What to compute.
        topic: Where to send events: "started", "progress" again and again, "ended".
        token: Names the submission, for stopping it.
        again: Whether to compute it though this worker's store has it.
    """
    from distributed import get_worker

    worker = get_worker()
    attempt = uuid.uuid4().hex

    def send(message: Message) -> None:
        worker.log_event(topic, {"attempt": attempt, "token": token, "worker": worker.address, **message})

    if not again and (entry := store().find(config)) is not None:
        # Another application asked for it, or the worker died between keeping and handing over.
        return Outcome(to_bytes(entry))
    ready = SURROUNDINGS.ready.is_set()
    message = "" if ready else LOADING
    send({"kind": "started", "message": message})
    context = WorkerContext(send, lambda: token in SURROUNDINGS.stops)
    try:
        # Two threads importing TensorFlow at once can see each other's half-made modules.
        while not SURROUNDINGS.ready.wait(0.05):
            if context.stop_requested():
                return Outcome(stopped=True)
        return compute(config, context, key_of(config))
    except PlaygroundError as error:
        return Outcome(error=_alone(error))
    except Exception as error:
        logger.exception("the run of %r failed", config)
        return Outcome(error=in_plain_words(error))
    finally:
        context.close()
        send({"kind": "ended"})
        SURROUNDINGS.stops.discard(token)


def compute(config: Config, context: WorkerContext, key: str) -> Outcome:
    """Run `config`, keep a complete result in this worker's store, and return it as well."""
    entry, stopped = carry_out(config, context, key, "computed", context.files)
    stopped = stopped or (context.stop_seen and not hasattr(entry.result, "stopped"))
    notice = ""
    if not stopped:
        try:
            store().put(entry)
        except StoreUnavailable as refusal:
            # The result travels back in the outcome: a full disk costs the learner nothing but the next wait.
            notice = str(refusal)
    return Outcome(to_bytes(entry), dict(entry.files), stopped, None, notice)


def carry_out(
    config: Config, context: Context, key: str, source: str, files: Mapping[str, bytes]
) -> tuple[Entry, bool]:
    """Call the `run` of the config's module; return the entry and whether the result says it was stopped early.

    Args:
        config: What to compute.
        context: What the run reports to.
        key: The config's content hash.
        source: What the provenance is to say.
        files: Where `context` gathers attached files.
    """
    run = sys.modules[type(config).__module__].run
    start = time.monotonic()
    result = run(config, context)
    seconds = time.monotonic() - start
    if not dataclasses.is_dataclass(result):
        raise TypeError(f"{type(config).__module__}.run returned a {type(result).__name__}, not a Result")
    provenance = Provenance.now(source, seconds, SURROUNDINGS.device)
    return Entry(result, provenance, key, dict(files)), bool(getattr(result, "stopped", False))


def perform(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, PlaygroundError | None]:
    """Call a short function in this worker; return its value and no error, or None and the error."""
    SURROUNDINGS.ready.wait()
    try:
        return function(*arguments), None
    except PlaygroundError as error:
        return None, _alone(error)
    except Exception as error:
        logger.exception("%r failed", function)
        return None, in_plain_words(error)


def _alone(error: PlaygroundError) -> PlaygroundError:
    """Return an error without what led to it: that may hold what cannot be sent, and the learner's words are enough."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def in_plain_words(error: Exception) -> PlaygroundError:
    """Return what a learner is told about an error that is none of ours."""
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return RunFailed("The run needs more memory than there is.", MORE_MEMORY_ADVICE)
    said = (str(error).strip().splitlines() or [""])[0]
    words = f"The run ended with an error of its own: {type(error).__name__}: {said}".rstrip(": ")
    return RunFailed(f"{words:.300}.", "Change a setting and run again; the rest of the app is not affected.")
