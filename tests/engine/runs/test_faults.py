"""What goes wrong says so in plain words, and the next run works: workers, cluster, disk, store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.errors import ClusterUnreachable, WorkerLost
from engine.runs.executor import Executor
from engine.runs.pool import LocalPool
from engine.runs.store import SUFFIX, Store
from engine.runs.tiers import DiskTier
from tests.engine.runs import experiments
from tests.engine.runs.conftest import finished, fresh, rows, until


def test_a_killed_worker_ends_as_a_clear_message_and_the_next_run_works(executor: Executor) -> None:
    config = fresh(steps=2000, pause=0.01)
    run = executor.start(config)
    until(lambda: rows(run) >= 3)
    os.kill(executor.call(experiments.identity), signal.SIGKILL)
    status = finished(run)
    assert status.state == "failed"
    assert isinstance(status.error, WorkerLost)
    assert "worker process died" in status.error.message
    assert status.error.advice
    assert rows(run) >= 3, "what was seen so far stays"
    # The same config again, and another one.
    again = executor.start(config)
    until(lambda: rows(again) >= 3)
    again.stop()
    assert finished(again).state == "stopped"
    assert finished(executor.start(fresh())).state == "done"


def test_a_worker_that_dies_takes_no_queued_run_with_it(executor: Executor) -> None:
    busy = executor.start(fresh(steps=2000, pause=0.01))
    until(lambda: busy.status().state == "running")
    queued = executor.start(fresh(steps=2))
    until(lambda: queued.status().place == 1)
    os.kill(executor.call(experiments.identity), signal.SIGKILL)
    assert isinstance(finished(busy).error, WorkerLost)
    assert finished(queued).entry.result.numbers.tolist() == [0, 1]


def test_a_run_that_does_not_obey_is_ended_with_its_worker(executor: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runs.drive.OBEY_SECONDS", 0.5)
    run = executor.start(fresh(steps=2000, pause=0.02, behaviour="ignore stop"))
    until(lambda: rows(run) >= 1)
    before = executor.call(experiments.identity)
    run.stop()
    status = finished(run)
    assert (status.state, status.entry) == ("stopped", None)
    assert "restarted" in status.notice
    assert len(status.series["numbers"]) >= 1
    assert finished(executor.start(fresh())).entry.result.process != before


@pytest.fixture(scope="module")
def small_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Executor]:
    """An executor on a pool of its own: little memory, and a place for its store that cannot be written."""
    blocked = tmp_path_factory.mktemp("blocked") / "a-file"
    blocked.write_text("not a directory")
    environment = {"PLAYGROUND_CACHE": str(blocked / "cache"), "PLAYGROUND_WARM_UP": "0"}
    executor = Executor(Store([DiskTier(blocked / "cache", 10**8)]), pool=LocalPool(environment, 400_000_000))
    yield executor
    executor.close()


def test_out_of_memory_ends_as_a_clear_message_and_the_next_run_works(small_pool: Executor) -> None:
    status = finished(small_pool.start(fresh(behaviour="exhaust")))
    assert isinstance(status.error, WorkerLost)
    assert "ran out of memory" in status.error.message
    assert "smaller" in status.error.advice
    assert finished(small_pool.start(fresh())).state == "done"


def test_a_result_that_cannot_be_kept_still_reaches_the_page(small_pool: Executor) -> None:
    config = fresh(behaviour="attach")
    status = finished(small_pool.start(config))
    assert status.state == "done"
    assert status.entry.result.numbers.tolist() == [0, 1, 2]
    assert small_pool.file(status.entry, "model.keras") == b"not really a model"
    assert "cannot be kept" in status.notice


def test_a_killed_pool_ends_as_a_clear_message_and_the_next_run_starts_another(small_pool: Executor) -> None:
    run = small_pool.start(fresh(steps=2000, pause=0.01))
    until(lambda: rows(run) >= 1)
    queued = small_pool.start(fresh())
    until(lambda: queued.status().place == 1)
    os.kill(small_pool.cluster.pool.process_id, signal.SIGKILL)
    assert isinstance(finished(run).error, WorkerLost)
    assert finished(queued).state == "done", "it had not started: it runs in the new pool"
    assert finished(small_pool.start(fresh())).state == "done"


def test_an_unreachable_cluster_is_named_soon_and_stored_results_still_open(
    executor: Executor, pool_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.runs.cluster.CONNECT_SECONDS", 1.0)
    config = fresh()
    finished(executor.start(config))
    cut_off = Executor(Store([DiskTier(pool_cache, 10**8)]), address="tcp://127.0.0.1:9")
    start = time.monotonic()
    status = finished(cut_off.start(fresh()))
    assert time.monotonic() - start < 15.0
    assert isinstance(status.error, ClusterUnreachable)
    assert "127.0.0.1:9" in status.error.message
    assert cut_off.find(config) is not None
    assert cut_off.start(config).status().state == "done"
    with pytest.raises(ClusterUnreachable):
        cut_off.call(experiments.double, 1)
    cut_off.close()


def test_the_address_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, pool_address: str) -> None:
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", pool_address)
    executor = Executor()
    assert not executor.cluster.embedded
    assert executor.call(experiments.double, 2) == 4
    executor.close()


def test_a_pool_that_cannot_start_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("engine.runs.pool.sys.executable", str(tmp_path / "no-python"))
    executor = Executor(Store([]), pool=LocalPool())
    status = finished(executor.start(fresh()))
    assert isinstance(status.error, ClusterUnreachable)
    assert "did not start" in status.error.message
    executor.close()


def test_a_stop_before_there_is_a_connection_works(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow_start(pool: LocalPool) -> str:
        time.sleep(1.0)
        raise ClusterUnreachable("Too late.")

    monkeypatch.setattr(LocalPool, "start", slow_start)
    executor = Executor(Store([]), pool=LocalPool())
    run = executor.start(fresh())
    assert run.status().state == "starting"
    run.stop()
    assert finished(run, 0.9).state == "stopped"
    executor.close()


def test_a_run_that_no_worker_may_take_says_so(executor: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runs.drive.NO_RESOURCE_SECONDS", 0.2)
    monkeypatch.setattr(experiments.Config, "RESOURCES", {"training": 1, "GPU": 1}, raising=False)
    status = finished(executor.start(fresh()))
    assert isinstance(status.error, ClusterUnreachable)
    assert "GPU" in status.error.message


def test_a_cluster_without_any_worker_says_so(executor: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_worker(self: object, client: object) -> object:
        from engine.runs.cluster import Look

        return Look()

    monkeypatch.setattr("engine.runs.drive.NO_WORKER_SECONDS", 0.2)
    monkeypatch.setattr("engine.runs.cluster.Cluster.look", no_worker)
    busy = executor.start(fresh(steps=2000, pause=0.01))
    until(lambda: busy.status().state == "running")
    status = finished(executor.start(fresh()))
    assert isinstance(status.error, ClusterUnreachable)
    assert "no worker" in status.error.message
    busy.stop()
    finished(busy)


def test_a_damaged_result_is_computed_again(
    make_executor: Callable[[], Executor], pool_cache: Path, tmp_path: Path
) -> None:
    config = fresh(name=str(tmp_path / "trace"))
    entry = finished(make_executor().start(config)).entry
    file = pool_cache / (entry.key + SUFFIX)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    executor = make_executor()
    assert executor.find(config) is None
    assert not file.exists(), "what is damaged is dropped"
    assert finished(executor.start(config)).entry.provenance.source == "computed"
    assert executor.find(config) is not None
    assert (tmp_path / "trace").read_text().count("\n") == 2


def processes_of(pool: int) -> list[int]:
    """The pool's process and all below it."""
    below = subprocess.run(["pgrep", "-P", str(pool)], capture_output=True, text=True, check=False).stdout
    return [pool, *map(int, below.split())]


def lives(process: int) -> bool:
    """Whether a process is there and not merely waiting to be buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


@needs_proc
def test_a_worker_that_dies_while_it_starts_is_started_again() -> None:
    pool = LocalPool({"PLAYGROUND_WARM_UP": "0"})
    executor = Executor(Store([]), pool=pool)
    executor.warm_up()
    until(lambda: pool.process_id is not None and len(processes_of(pool.process_id)) >= 3)
    os.kill(processes_of(pool.process_id)[-1], signal.SIGKILL)
    assert finished(executor.start(fresh())).state == "done"
    executor.close()


@needs_proc
def test_no_orphan_stays_when_the_application_is_killed() -> None:
    code = (
        "import time\nfrom engine.runs.pool import LocalPool\nfrom distributed import Client\n"
        "pool = LocalPool({'PLAYGROUND_WARM_UP': '0'})\nclient = Client(pool.start())\nclient.wait_for_workers(1)\n"
        "print(pool.process_id, flush=True)\ntime.sleep(100)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as application:
        pool = int(application.stdout.readline())
        below = processes_of(pool)
        assert len(below) >= 2
        assert all(lives(process) for process in below)
        application.kill()
    until(lambda: not any(lives(process) for process in below), 10)
