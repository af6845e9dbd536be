"""A tiny experiment that the worker of the tests can run: it counts, and does on request what a run may do."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine import config
from engine.config import choice, integer, number, text
from engine.errors import InvalidData

BEHAVIOURS = ("count", "raise", "refuse", "exhaust", "die", "ignore stop", "attach", "wait for file", "no stop field")


@dataclass(frozen=True)
class Config(config.Config):
    """Count to `steps`, waiting `pause` seconds before each, then behave."""

    steps: int = integer(3, 0, 10_000)
    pause: float = number(0.0, 0.0, 10.0)
    behaviour: str = choice("count", BEHAVIOURS)
    name: str = text("", 200)
    seed: int = integer(0, 0, 1_000_000)


@dataclass(frozen=True)
class Inner:
    """A nested part of a result."""

    values: np.ndarray
    label: str


@dataclass(frozen=True)
class Result:
    """The numbers counted, and which process did it."""

    numbers: np.ndarray
    process: int
    stopped: bool
    inner: Inner | None = None


def run(config: Config, context) -> Result:
    """Count; leave a line in the file `name` (if given), so that a test can see how often it ran."""
    if config.name and config.behaviour != "wait for file":
        with Path(config.name).open("a") as trace:
            trace.write(f"{os.getpid()}\n")
    numbers = []
    for step in range(config.steps):
        if config.behaviour != "ignore stop" and context.stop_requested():
            return Result(np.array(numbers), os.getpid(), True)
        time.sleep(config.pause)
        numbers.append(step)
        context.report(step + 1, config.steps, f"step {step + 1}", numbers=np.array([step]), pair=np.full((1, 2), step))
    if config.behaviour == "wait for file":
        while not Path(config.name).exists() and not context.stop_requested():
            time.sleep(0.01)
    elif config.behaviour == "raise":
        raise ZeroDivisionError("counted to nothing")
    elif config.behaviour == "refuse":
        raise InvalidData("The data has one class.", "Add another.")
    elif config.behaviour == "exhaust":
        hoard = [bytearray(os.urandom(1) * 50_000_000) for _ in range(100) if not time.sleep(0.02)]
        del hoard
    elif config.behaviour == "die":
        os.kill(os.getpid(), 9)
    elif config.behaviour == "attach":
        context.attach("model.keras", b"not really a model")
    return Result(np.array(numbers), os.getpid(), context.stop_requested(), Inner(np.zeros((0, 2)), "∅"))


def double(value: float) -> float:
    """A short task."""
    return 2 * value


def divide(value: float) -> float:
    """A short task that fails for 0."""
    return 1 / value


def identity() -> int:
    """The worker's process id."""
    return os.getpid()


def announce_gpus(count: int) -> None:
    """Let this worker offer so many GPUs."""
    import asyncio

    from distributed import get_worker

    worker = get_worker()
    asyncio.run_coroutine_threadsafe(worker.set_resources(GPU=count), worker.loop.asyncio_loop).result(10)


def pretend_loading(loading: bool) -> None:
    """Let this worker look as if it still imported Keras, or no more."""
    from engine.runs.work import SURROUNDINGS

    if loading:
        SURROUNDINGS.ready.clear()
    else:
        SURROUNDINGS.ready.set()
