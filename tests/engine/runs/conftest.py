"""One real pool for all tests of the runs, started once; executors on it as each test needs them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.runs.executor import Executor
from engine.runs.live import Run, Status
from engine.runs.pool import LocalPool
from engine.runs.store import Store
from engine.runs.tiers import DiskTier
from tests.engine.runs.experiments import Config

PATIENCE = 40.0
_seeds = itertools.count(1)


@pytest.fixture(scope="session")
def pool_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory in which the pool's worker keeps results."""
    return tmp_path_factory.mktemp("pool-cache")


@pytest.fixture(scope="session")
def pool_address(pool_cache: Path) -> Iterator[str]:
    """The address of a running pool."""
    pool = LocalPool({"PLAYGROUND_CACHE": str(pool_cache), "PLAYGROUND_WARM_UP": "0"})
    yield pool.start()
    pool.close()


@pytest.fixture
def make_executor(pool_address: str, pool_cache: Path) -> Iterator[Callable[[], Executor]]:
    """Make executors as different applications that share the pool and its store."""
    made: list[Executor] = []

    def make() -> Executor:
        made.append(Executor(Store([DiskTier(pool_cache, 10**8)]), address=pool_address))
        return made[-1]

    yield make
    for executor in made:
        executor.close()


@pytest.fixture
def executor(make_executor: Callable[[], Executor]) -> Executor:
    """One executor."""
    return make_executor()


def fresh(**settings: object) -> Config:
    """A config that no other test has run."""
    return Config(**{"seed": next(_seeds), **settings})


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.005)


def finished(run: Run, seconds: float = PATIENCE) -> Status:
    """Wait for a run's end and return its status."""
    until(lambda: run.status().final, seconds)
    return run.status()


def rows(run: Run) -> int:
    """How many rows of the counted series the run's watcher has."""
    return len(run.status().series.get("numbers", ()))
