"""The embedded worker pool: a scheduler and one watched worker, in a process of their own.

`python -m engine.runs.pool` prints one JSON line with its address and lives until its standard input closes,
which happens however its parent ends: no orphan stays behind. It is a module of its own because a child
started from a Streamlit script would run that script again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import ClusterUnreachable

ROOT = Path(__file__).parents[2]
LEAST_MEMORY = 1_200_000_000
START_SECONDS = 60.0
NOWHERE = "127.0.0.1:0"  # dask always opens a small web server; only this machine may see it

# Quiet and thrifty: nothing is spilled, sampled, balanced or moved with one worker on two shared cores.
DASK_CONFIG: dict[str, Any] = {
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    "distributed.nanny.pre-spawn-environ.MALLOC_ARENA_MAX": 2,
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.tick.limit": "60s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.system-monitor.log-length": 10,
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.low-level-log-length": 5000,  # also how long a topic's history is
    "distributed.diagnostics.nvml": False,
}


def default_memory() -> int:
    """Return the worker's memory limit in bytes: half of what this machine or container has, at least 1.2 GB."""
    from distributed.system import MEMORY_LIMIT

    return max(LEAST_MEMORY, MEMORY_LIMIT // 2)


class LocalPool:
    """The pool as its parent sees it."""

    def __init__(self, environment: Mapping[str, str] | None = None, memory: int = 0) -> None:
        """Describe a pool; nothing starts yet.

        Args:
            environment: Variables to set for the pool and its worker.
            memory: The worker's memory limit in bytes; 0 takes `default_memory`.
        """
        self._environment = dict(environment or {})
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether the pool's process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def process_id(self) -> int | None:
        """The pool's process id, while it runs."""
        return self._process.pid if self._process is not None and self.alive else None

    def start(self) -> str:
        """Start the pool's process and return its address; blocks for one or two seconds.

        Raises:
            ClusterUnreachable: It does not come up.
        """
        self.close()
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        environment = {**os.environ, "PLAYGROUND_NICE": "5", **self._environment, "PYTHONPATH": path}
        # A pool that ends with its parent leaves semaphores to Python's tracker, which cleans up and need not say so.
        environment.setdefault("DASK_LOGGING__DISTRIBUTED", "error")
        environment["PYTHONWARNINGS"] = "ignore:resource_tracker:UserWarning"
        command = [sys.executable, "-m", "engine.runs.pool", "--memory", str(self._memory)]
        try:
            # A session of its own: Ctrl-C in the terminal is the app's business, and the pool follows the app.
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
            )
            return self._address(self._process)
        except (OSError, ValueError, KeyError) as error:
            self.close()
            raise ClusterUnreachable(
                f"The local worker pool did not start ({error}).",
                "Stored results still open. Restart the app; its log says what went wrong.",
            ) from error

    def _address(self, process: subprocess.Popen[bytes]) -> str:
        lines: list[bytes] = []
        # A thread, since a pipe cannot be waited for with a time limit on every platform.
        reader = threading.Thread(target=lambda: lines.append(process.stdout.readline()), daemon=True)  # type: ignore[union-attr]
        reader.start()
        reader.join(START_SECONDS)
        if not lines or not lines[0]:
            raise ValueError("no address" if process.poll() is None else f"exit code {process.poll()}")
        return str(json.loads(lines[0])["address"])

    def close(self) -> None:
        """End the pool and its worker; returns when the pool's process is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(3.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


async def serve(memory: int) -> None:
    """Run scheduler and worker until cancelled; print the scheduler's address as soon as it listens."""
    import dask

    dask.config.set(DASK_CONFIG)
    from distributed import Scheduler

    directory = tempfile.mkdtemp(prefix="playground-pool-")
    threading.Thread(target=_exit_with_parent, args=(directory,), daemon=True).start()
    async with Scheduler(host="127.0.0.1", port=0, dashboard=False, dashboard_address=NOWHERE) as scheduler:
        print(json.dumps({"address": scheduler.address}), flush=True)
        worker = asyncio.create_task(_keep_a_worker(scheduler.address, memory or default_memory(), directory))
        await scheduler.finished()
        worker.cancel()


async def _keep_a_worker(address: str, memory: int, directory: str) -> None:
    """Have a watched worker at all times: its nanny starts it again, and this starts the nanny again."""
    from distributed import Nanny

    while True:
        try:
            async with Nanny(
                address,
                nthreads=2,
                host="127.0.0.1",
                resources={"training": 1},
                memory_limit=memory,
                preload=["engine.runs.worker"],
                local_directory=directory,
                dashboard=False,
                dashboard_address=NOWHERE,
            ) as nanny:
                await nanny.finished()
        except Exception as error:  # the worker died while it started
            print(f"the worker did not start: {error}", file=sys.stderr, flush=True)
        await asyncio.sleep(0.5)


def _exit_with_parent(directory: str) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    # The worker watches a pipe to this process and ends with it; there is nothing to say goodbye to.
    shutil.rmtree(directory, ignore_errors=True)
    os._exit(0)


def main() -> None:
    """Run the pool; for `python -m engine.runs.pool`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory", type=int, default=0, help="the worker's memory limit in bytes")
    asyncio.run(serve(parser.parse_args().memory))


if __name__ == "__main__":
    main()
