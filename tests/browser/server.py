"""The real app as a process of its own, for the browser tests and the benchmarks, and the browser to look at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

TOP = Path(__file__).resolve().parents[2]

# Without these, Chromium wants a sandbox that containers do not have, and calls home.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """Return the path of the Chromium to drive: `CHROMIUM` from the environment, else the first on PATH."""
    names = (os.environ.get("CHROMIUM") or "chromium", "chromium-browser", "google-chrome")
    return next((found for found in map(shutil.which, names) if found), None)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Server:
    """A running app.

    Attributes:
        url: Its address, without a slash at the end.
        process: The Streamlit process; its workers are its children.
        log: What it printed so far is in this file.
        cache: The folder of its store of computed runs.
    """

    url: str
    process: psutil.Process
    log: Path
    cache: Path

    def processes(self) -> list[psutil.Process]:
        """Return the Streamlit process and everything it started, itself first."""
        return [self.process, *self.process.children(recursive=True)]


@contextmanager
def running_server(arguments: Sequence[str] = ("run", "streamlit_app.py"), **environment: str) -> Iterator[Server]:
    """Start `streamlit <arguments>` on a free port with an empty store, wait until it answers, and end it after.

    Args:
        arguments: The command and its script, from the top of the repository.
        environment: Added to the environment.
    """
    port = free_port()
    options = ("--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true")
    with tempfile.TemporaryDirectory(prefix="playground-server-", ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "server.log"
        cache = Path(folder) / "cache"
        settings = {**os.environ, "PLAYGROUND_CACHE": str(cache), **environment}
        with log.open("wb") as output:
            started = subprocess.Popen(
                [sys.executable, "-m", "streamlit", *arguments, *options],
                cwd=TOP,
                env=settings,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        server = Server(f"http://127.0.0.1:{port}", psutil.Process(started.pid), log, cache)
        try:
            _wait_until_healthy(server, started)
            yield server
        finally:
            _end(server, started)


def wait_until_quiet(server: Server, seconds: float = 120) -> None:
    """Wait until the server and its workers have finished starting: no work for two seconds on end."""
    deadline, quiet = time.monotonic() + seconds, 0
    spent = _cpu_seconds(server)
    while quiet < 4 and time.monotonic() < deadline:
        time.sleep(0.5)
        before, spent = spent, _cpu_seconds(server)
        quiet = quiet + 1 if spent - before < 0.05 else 0


def _cpu_seconds(server: Server) -> float:
    total = 0.0
    for process in server.processes():
        try:
            times = process.cpu_times()
            total += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return total


def _wait_until_healthy(server: Server, started: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if started.poll() is not None:
            break
        try:
            # The health check is no page: the first request for one is left to the test.
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{server.log.read_text(errors='replace')[-4000:]}")


def _end(server: Server, started: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop, as Ctrl-C or a container's stop does, and kill what is left after 15 seconds."""
    try:
        family = server.processes()
    except psutil.NoSuchProcess:
        family = []
    started.terminate()
    try:
        started.wait(15)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
    _, left = psutil.wait_procs(family, timeout=5)
    for process in left:
        process.kill()
