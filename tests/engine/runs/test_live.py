"""The shared picture of a run: events once and in order, only of the current attempt, and who may stop it."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

from engine.config import key
from engine.runs.context import pack
from engine.runs.live import LiveRun, Run
from tests.engine.runs.experiments import Config


def started(attempt: str) -> dict[str, Any]:
    """The first event of an attempt."""
    return {"kind": "started", "attempt": attempt, "token": "t", "worker": "w", "message": ""}


def progress(attempt: str, number: int, seconds: float | None = None) -> dict[str, Any]:
    """An event with one row, the number itself."""
    return {
        "kind": "progress",
        "attempt": attempt,
        "token": "t",
        "worker": "w",
        "number": number,
        "seconds": number if seconds is None else seconds,
        "done": number,
        "total": 10,
        "message": "",
        "arrays": pack({"row": np.array([number])}),
    }


@pytest.fixture
def live() -> LiveRun:
    return LiveRun(Config(), key(Config()))


def test_events_heard_twice_count_once(live: LiveRun) -> None:
    for message in (started("a"), progress("a", 1), progress("a", 2), progress("a", 1), started("a"), progress("a", 3)):
        live.hear(message)
    assert live.status().series["row"].tolist() == [1, 2, 3]


def test_only_the_current_attempt_is_heard(live: LiveRun) -> None:
    for message in (started("a"), progress("a", 1), started("b"), progress("a", 2), progress("b", 1)):
        live.hear(message)
    assert live.status().series["row"].tolist() == [1]
    assert live.status().done == 1


def test_a_history_without_its_beginning_is_heard(live: LiveRun) -> None:
    live.hear(progress("a", 7))
    live.hear(progress("a", 8))
    assert (live.status().state, live.worker) == ("running", "w")
    assert live.status().series["row"].tolist() == [7, 8]


def test_time_left_follows_the_pace_after_the_first_report(live: LiveRun) -> None:
    live.hear(started("a"))
    assert live.status().seconds_left is None
    live.hear(progress("a", 1, 30.0))  # loading and compiling
    assert live.status().seconds_left is None
    live.hear(progress("a", 3, 31.0))
    assert live.status().seconds_left == pytest.approx(3.5, abs=0.2)  # 7 left at 2 a second


def test_series_are_not_copied_when_nothing_is_new(live: LiveRun) -> None:
    live.hear(started("a"))
    live.hear(progress("a", 1))
    live.hear(progress("a", 2))
    first = live.status()
    assert live.status().series is first.series
    live.hear(progress("a", 3))
    assert live.status().revision > first.revision
    assert first.series["row"].tolist() == [1, 2], "what a page holds does not change under it"


def test_nothing_changes_after_the_end(live: LiveRun) -> None:
    live.hear(started("a"))
    live.finish("stopped")
    live.hear(progress("a", 1))
    live.finish("done")
    live.update(state="queued")
    assert live.status().state == "stopped"
    assert live.watch() is None


def watched(live: LiveRun, count: int) -> list[Run]:
    """Several people's runs."""
    return [Run(live, live.watch()) for _ in range(count)]


def test_only_the_last_stop_stops(live: LiveRun) -> None:
    one, two, three = watched(live, 3)
    one.stop()
    one.stop()
    two.stop()
    assert not live.stopping
    assert (one.status().state, three.status().state) == ("stopped", "starting")
    three.stop()
    assert live.stopping
    assert live.watch() is None


def test_leaving_stops_only_what_somebody_asked_to_stop(live: LiveRun) -> None:
    one, two = watched(live, 2)
    one.leave()
    two.leave()
    assert not live.stopping
    assert live.watchers == 0
    three, four = watched(live, 2)
    three.stop()
    four.leave()
    assert live.stopping


def test_another_application_s_stop_counts_only_when_nobody_watches_here(live: LiveRun) -> None:
    (one,) = watched(live, 1)
    live.stop_if_unwatched()
    assert not live.stopping
    one.leave()
    live.stop_if_unwatched()
    assert live.stopping


def test_a_session_that_vanishes_has_left(live: LiveRun) -> None:
    runs = watched(live, 2)
    del runs[0]
    gc.collect()
    assert live.watchers == 1
    runs[0].stop()
    assert live.stopping
