"""For every test: a store of its own, quiet TensorFlow, the same random examples each time, browsers last."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# Set before anything imports the engine: no test reads or fills the store of the person who runs it.
_CACHE = tempfile.TemporaryDirectory(prefix="playground-tests-", ignore_cleanup_errors=True)
os.environ["PLAYGROUND_CACHE"] = _CACHE.name
os.environ.pop("DASK_SCHEDULER_ADDRESS", None)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

# A slow or busy machine is no reason to fail, and a failure must come again on the next run.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser tests last: the quick ones fail first, and Playwright's event loop disturbs no other test."""
    items.sort(key=lambda item: "tests/browser/" in item.path.as_posix())


@pytest.fixture(scope="session", autouse=True)
def _remove_the_store() -> Iterator[None]:
    yield
    _CACHE.cleanup()
