"""Runs on a real pool: stored, computed, shared, queued, watched, stopped and continued for others."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.config import key
from engine.errors import InvalidData, RunFailed
from engine.runs.executor import Executor
from engine.runs.live import Run
from engine.runs.store import Store
from engine.runs.tiers import DiskTier
from tests.engine.runs import experiments
from tests.engine.runs.conftest import finished, fresh, rows, until
from tests.engine.runs.experiments import Config

MakeExecutor = Callable[[], Executor]


def test_a_run_is_computed_once_and_found_afterwards(make_executor: MakeExecutor, tmp_path: Path) -> None:
    executor = make_executor()
    config = fresh(steps=4, name=str(tmp_path / "trace"))
    assert executor.find(config) is None
    status = finished(executor.start(config))
    assert (status.state, status.error, status.notice) == ("done", None, "")
    assert status.entry.result.numbers.tolist() == [0, 1, 2, 3]
    assert (status.entry.provenance.source, status.entry.provenance.device) == ("computed", "CPU")
    assert status.entry.key == key(config)
    # Again here, and in another application that shares the store: nothing is computed.
    for other in (executor, make_executor()):
        again = other.start(config).status()
        assert (again.state, again.entry.provenance.source) == ("done", "cached")
        assert again.entry.result.numbers.tolist() == [0, 1, 2, 3]
    assert (tmp_path / "trace").read_text().count("\n") == 1


def test_a_stored_run_is_computed_again_on_request(executor: Executor, tmp_path: Path) -> None:
    config = fresh(name=str(tmp_path / "trace"))
    finished(executor.start(config))
    assert finished(executor.start(config, again=True)).entry.provenance.source == "computed"
    assert (tmp_path / "trace").read_text().count("\n") == 2


def test_applications_that_share_only_the_workers_share_results_too(pool_address: str, tmp_path: Path) -> None:
    config = fresh(steps=4, behaviour="attach", name=str(tmp_path / "trace"))
    for number, source in enumerate(("computed", "cached")):
        own = Store([DiskTier(tmp_path / str(number), 10**7)])
        executor = Executor(own, address=pool_address)
        entry = finished(executor.start(config)).entry
        assert entry.provenance.source == source
        assert own.has(entry.key), "this application does not ask the workers again"
        executor.close()
    assert (tmp_path / "trace").read_text().count("\n") == 1


def test_many_askers_share_one_training(make_executor: MakeExecutor, tmp_path: Path) -> None:
    executors = [make_executor(), make_executor()]
    config = fresh(steps=10, pause=0.03, name=str(tmp_path / "trace"))
    runs: list[Run] = []
    lock = threading.Lock()

    def ask(executor: Executor) -> None:
        run = executor.start(config)
        with lock:
            runs.append(run)

    askers = [threading.Thread(target=ask, args=(executors[number % 2],)) for number in range(20)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    statuses = [finished(run) for run in runs]
    assert {status.state for status in statuses} == {"done"}
    assert len({status.entry.result.process for status in statuses}) == 1
    assert (tmp_path / "trace").read_text().count("\n") == 1


def test_a_late_joiner_sees_the_whole_series(make_executor: MakeExecutor) -> None:
    first, second = make_executor(), make_executor()
    config = fresh(steps=30, pause=0.05)
    early = first.start(config)
    until(lambda: rows(early) >= 8)
    late = second.start(config)
    until(lambda: rows(late) > 0)
    seen = late.status().series["numbers"]
    assert len(seen) >= 8
    for run in (early, late):
        status = finished(run)
        np.testing.assert_array_equal(status.series["numbers"], np.arange(30))
        np.testing.assert_array_equal(status.series["pair"], np.repeat(np.arange(30), 2).reshape(30, 2))
        assert not status.series["numbers"].flags.writeable


def test_progress_time_left_and_message_are_told(executor: Executor) -> None:
    run = executor.start(fresh(steps=30, pause=0.05))
    until(lambda: run.status().done >= 15)
    status = run.status()
    assert status.state == "running"
    assert status.total == 30
    assert status.message.startswith("step ")
    assert 0.1 < status.seconds_left < 5.0  # 15 steps of 0.05 s and what the machine adds
    revisions = [status.revision, finished(run).revision]
    assert revisions[0] < revisions[1]
    assert run.status().seconds_left is None


def test_stop_ends_the_training_soon_and_keeps_the_partial_result(executor: Executor) -> None:
    config = fresh(steps=2000, pause=0.01)
    run = executor.start(config)
    until(lambda: rows(run) >= 3)
    start = time.monotonic()
    run.stop()
    status = finished(run)
    assert time.monotonic() - start < 2.0  # 0.02–0.05 s on a quiet machine; the promise is 0.5
    assert status.state == "stopped"
    assert status.entry.result.stopped
    assert 3 <= len(status.entry.result.numbers) < 2000
    assert executor.find(config) is None, "a partial result is nobody's result"
    # The stop was for that attempt only.
    again = executor.start(config)
    until(lambda: rows(again) >= 3)
    assert again.status().state == "running"
    again.stop()
    finished(again)


def test_a_queued_run_has_a_place_and_can_be_cancelled(executor: Executor, tmp_path: Path) -> None:
    busy = executor.start(fresh(steps=2000, pause=0.01))
    until(lambda: busy.status().state == "running")
    first, second = (executor.start(fresh(steps=1, name=str(tmp_path / name))) for name in ("first", "second"))
    until(lambda: (first.status().place, second.status().place) == (1, 2))
    assert first.status().state == "queued"
    start = time.monotonic()
    first.stop()
    assert finished(first).state == "stopped"
    assert time.monotonic() - start < 2.0
    until(lambda: second.status().place == 1)
    busy.stop()
    assert finished(second).state == "done"
    assert not (tmp_path / "first").exists()


def test_a_watcher_who_stops_leaves_the_others_theirs(executor: Executor) -> None:
    config = fresh(steps=60, pause=0.03)
    one, other = executor.start(config), executor.start(config)
    until(lambda: rows(one) >= 3)
    one.stop()
    kept = one.status()
    assert (kept.state, kept.entry) == ("stopped", None)
    assert len(kept.series["numbers"]) >= 3
    assert finished(other).entry.result.numbers.tolist() == list(range(60))
    assert one.status() is kept, "what was on the screen stays there"


def test_the_last_watcher_stops_the_training(executor: Executor) -> None:
    config = fresh(steps=2000, pause=0.01)
    one, other = executor.start(config), executor.start(config)
    until(lambda: rows(other) >= 1)
    one.stop()
    other.stop()
    assert finished(other).entry.result.stopped


def test_the_last_watcher_may_be_in_another_application(make_executor: MakeExecutor, tmp_path: Path) -> None:
    config = fresh(steps=2000, pause=0.01, name=str(tmp_path / "trace"))
    one, other = make_executor().start(config), make_executor().start(config)
    until(lambda: rows(one) >= 1 and rows(other) >= 1)
    one.stop()
    status = finished(one)
    assert (status.state, status.entry) == ("stopped", None)
    before = rows(other)
    until(lambda: rows(other) > before + 20)
    assert other.status().state == "running"
    other.stop()
    assert finished(other).entry.result.stopped
    assert (tmp_path / "trace").read_text().count("\n") == 1


def test_a_session_that_goes_away_does_not_stop_the_training(executor: Executor) -> None:
    config = fresh(steps=40, pause=0.02)
    run = executor.start(config)
    until(lambda: rows(run) >= 1)
    run.leave()
    until(lambda: executor.find(config) is not None)


def test_leaving_last_after_somebody_asked_to_stop_stops_it(make_executor: MakeExecutor) -> None:
    executor, elsewhere = make_executor(), make_executor()
    config = fresh(steps=2000, pause=0.01)
    one, other, far = executor.start(config), executor.start(config), elsewhere.start(config)
    until(lambda: rows(far) >= 1 and rows(other) >= 1)
    far.leave()
    one.stop()
    other.leave()
    # Nobody watches in either application: the worker is free again at once.
    assert finished(executor.start(fresh(steps=1)), 10).state == "done"


def test_a_run_joined_while_it_stops_is_computed_anew(executor: Executor) -> None:
    config = fresh(steps=300, pause=0.01)
    run = executor.start(config)
    until(lambda: rows(run) >= 1)
    run.stop()
    joined = executor.start(config)
    assert finished(run).state == "stopped"
    assert finished(joined).entry.result.numbers.tolist() == list(range(300))


def test_attached_files_come_with_the_result(make_executor: MakeExecutor) -> None:
    executor = make_executor()
    config = fresh(behaviour="attach")
    entry = finished(executor.start(config)).entry
    assert executor.file(entry, "model.keras") == b"not really a model"
    other = make_executor()
    assert other.file(other.find(config), "model.keras") == b"not really a model"
    assert other.file(entry, "nothing") is None


def test_a_short_call_does_not_wait_behind_a_training(executor: Executor) -> None:
    run = executor.start(fresh(steps=2000, pause=0.01))
    until(lambda: run.status().state == "running")
    assert executor.call(experiments.double, 21) == 42
    assert run.status().state == "running"
    run.stop()
    finished(run)


def test_a_short_call_reports_its_errors(executor: Executor) -> None:
    with pytest.raises(RunFailed, match="ZeroDivisionError"):
        executor.call(experiments.divide, 0)
    with pytest.raises(RunFailed, match=r"longer than 0\.2 seconds"):
        executor.call(time.sleep, 1.0, timeout=0.2)


@pytest.mark.parametrize(
    ("behaviour", "kind", "words"),
    [("raise", RunFailed, "ZeroDivisionError: counted to nothing"), ("refuse", InvalidData, "The data has one class.")],
)
def test_an_error_in_the_run_is_told_and_the_run_may_be_tried_again(
    executor: Executor, tmp_path: Path, behaviour: str, kind: type, words: str
) -> None:
    config = fresh(behaviour=behaviour, name=str(tmp_path / "trace"))
    for _ in range(2):
        status = finished(executor.start(config))
        assert status.state == "failed"
        assert type(status.error) is kind
        assert words in status.error.message
        assert status.error.advice
        assert len(status.series["numbers"]) == 3, "what was computed stays on the screen"
    assert (tmp_path / "trace").read_text().count("\n") == 2


def test_the_scheduler_forgets_the_events_of_finished_runs(executor: Executor) -> None:
    config = fresh(steps=2)
    finished(executor.start(config))

    async def history() -> list[object]:
        return await (await executor.cluster.client()).get_events(f"run-{key(config)}")

    until(lambda: not executor._spawn(history()).result())


def test_watchers_are_counted(executor: Executor) -> None:
    config = fresh(steps=2000, pause=0.01)
    runs = [executor.start(config) for _ in range(3)]
    assert executor.watchers() == 3
    for run in runs:
        run.stop()
    finished(runs[-1])
    until(lambda: executor.watchers() == 0)


def test_status_is_cheap(executor: Executor) -> None:
    run = executor.start(fresh(steps=2000, pause=0.005))
    until(lambda: rows(run) >= 10)
    start = time.monotonic()
    for _ in range(1000):
        run.status()
    assert time.monotonic() - start < 0.5  # 0.01 s on a quiet machine: no round trip can be in it
    run.stop()
    finished(run)


def test_the_service_brings_neither_tensorflow_nor_distributed_into_the_process() -> None:
    code = (
        "import sys; from engine.runs.service import executor; e = executor(); "
        "from tests.engine.runs.experiments import Config; assert e.find(Config()) is None; assert e is executor(); "
        "print(sorted({'keras', 'tensorflow', 'distributed', 'dask', 'pandas', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_config_is_checked_where_it_is_made() -> None:
    assert Config(steps=3.0) == Config()
