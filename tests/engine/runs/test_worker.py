"""The worker's preload: what it sets, what it announces, and that nobody waits longer than needed for Keras."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from engine.runs import work, worker
from engine.runs.executor import Executor
from engine.runs.work import SURROUNDINGS, in_plain_words
from tests.engine.runs import experiments
from tests.engine.runs.conftest import finished, fresh, until

VARIABLES = (
    "TF_CPP_MIN_LOG_LEVEL",
    "GRPC_VERBOSITY",
    "KERAS_BACKEND",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "PLAYGROUND_NICE",
)


@pytest.fixture
def _untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment and surroundings that are put back."""
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr(SURROUNDINGS, "device", "CPU")


@pytest.mark.usefixtures("_untouched")
def test_one_core_is_left_to_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_WARM_UP", "0")
    for cores, threads in ((1, "1"), (2, "1"), (8, "7")):
        monkeypatch.delenv("TF_NUM_INTRAOP_THREADS", raising=False)
        monkeypatch.setattr("os.sched_getaffinity", lambda process, cores=cores: set(range(cores)), raising=False)
        worker.dask_setup(None)
        assert worker.os.environ["TF_NUM_INTRAOP_THREADS"] == threads
    assert SURROUNDINGS.ready.is_set()


@pytest.mark.usefixtures("_untouched")
def test_a_gpu_is_announced_grown_into_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    grown: list[str] = []
    announced: list[tuple[Any, dict[str, int]]] = []
    tensorflow = SimpleNamespace(
        config=SimpleNamespace(
            list_physical_devices=lambda kind: ["gpu:0"] if kind == "GPU" else [],
            experimental=SimpleNamespace(
                set_memory_growth=lambda gpu, on: grown.append(gpu) if on else None,
                get_device_details=lambda gpu: {"device_name": "NVIDIA H100"},
            ),
        ),
    )
    trained: list[bool] = []
    monkeypatch.setitem(sys.modules, "tensorflow", tensorflow)
    monkeypatch.setattr("engine.training.single.warm_up", lambda: trained.append(True))
    dask_worker = SimpleNamespace(set_resources="set_resources")
    dask_worker.loop = SimpleNamespace(add_callback=lambda call, **amounts: announced.append((call, amounts)))
    SURROUNDINGS.ready.clear()
    worker._warm_up(dask_worker)
    assert SURROUNDINGS.ready.is_set()
    assert SURROUNDINGS.device == "NVIDIA H100"
    assert grown == ["gpu:0"]
    assert announced == [("set_resources", {"GPU": 1})]
    assert trained == [True]


@pytest.mark.usefixtures("_untouched")
def test_a_failing_import_does_not_block_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    SURROUNDINGS.ready.clear()
    worker._warm_up(None)
    assert SURROUNDINGS.ready.is_set()


def test_a_run_that_needs_a_gpu_runs_where_one_is_announced(
    executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiments.Config, "RESOURCES", {"training": 1, "GPU": 1}, raising=False)
    executor.call(experiments.announce_gpus, 1)
    try:
        assert finished(executor.start(fresh())).state == "done"
    finally:
        executor.call(experiments.announce_gpus, 0)


def test_a_run_stopped_while_keras_is_loading_stops_at_once(executor: Executor) -> None:
    executor.call(experiments.pretend_loading, True)
    try:
        run = executor.start(fresh())
        until(lambda: run.status().message == work.LOADING)
        assert run.status().state == "running"
        run.stop()
        status = finished(run, 5.0)
        assert (status.state, status.entry) == ("stopped", None)
        waiting = executor.start(fresh(steps=2))
        until(lambda: waiting.status().message == work.LOADING)
        threading.Timer(0.1, lambda: executor._spawn(_load(executor))).start()
        assert finished(waiting).state == "done"
    finally:
        executor._spawn(_load(executor)).result()


async def _load(executor: Executor) -> None:
    """Say that Keras is there, past the tasks, which all wait for it."""
    await (await executor.cluster.client()).run(experiments.pretend_loading, False)


def test_errors_become_plain_words() -> None:
    class ResourceExhaustedError(Exception):
        pass

    for error in (MemoryError(), ResourceExhaustedError("OOM when allocating tensor with shape[…]")):
        told = in_plain_words(error)
        assert "more memory" in told.message
        assert told.advice
    assert in_plain_words(ValueError("")).message == "The run ended with an error of its own: ValueError."
    long = in_plain_words(ValueError("first line\nTraceback …" + "x" * 1000)).message
    assert long.endswith("ValueError: first line.")
