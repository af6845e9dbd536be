"""What the server takes: time for one change on a page, time while a training runs, and memory."""

from __future__ import annotations

import statistics
import time
from urllib.parse import urlencode

import psutil
from streamlit.proto.Common_pb2 import DoubleArray
from streamlit.proto.WidgetStates_pb2 import WidgetState

from engine.optimizers import catalogue
from pages.catalogue import CHAPTERS
from tests.bench.client import Visitor
from tests.bench.harness import Row, at_most
from tests.browser.server import Server, running_server, wait_until_quiet

EMPTY_APP = ("run", "tests/bench/empty_app.py")
CHANGES = 30
EVERYBODY = urlencode({"optimizers": [optimizer.label for optimizer in catalogue.OPTIMIZERS], "steps": 300}, doseq=True)
MEGABYTE = 1e6


def optimizers_server() -> list[Row]:
    """One slider change on the Optimizers page with all twelve over 300 steps, against an empty page's text change."""
    with running_server() as app, running_server(EMPTY_APP) as plain:
        wait_until_quiet(app)
        wait_until_quiet(plain)
        with Visitor(app.url, "optimizers", EVERYBODY) as reader, Visitor(plain.url) as writer:
            reader.visit()
            writer.visit()
            page, empty = [], []
            for change in range(CHANGES):
                page.append(_move_momentum(reader, 0.5 + 0.01 * change))
                empty.append(writer.type("Text", str(change)))
    # The first changes of a process meet cold caches; a reader who plays with the page does not.
    server, nothing = (1000 * statistics.median(times[3:]) for times in (page, empty))
    note = f"real server, no browser, medians of {CHANGES - 3}: {server:.1f} ms, empty page {nothing:.1f} ms"
    return [
        at_most("optimizers: server time of a slider change", server, 60, "ms", note),
        at_most("optimizers: the same against an empty page", server / nothing, 4, "× empty", note),
    ]


def _move_momentum(reader: Visitor, value: float) -> float:
    slider = reader.widget("slider", lambda element: element.label.startswith("Momentum"))
    return reader.change(WidgetState(id=slider.id, double_array_value=DoubleArray(data=[value])))


def empty_page_while_training() -> Row:
    """An empty page's rerun while a worker of the same app trains, against the same page with nothing training."""
    with running_server(EMPTY_APP) as app:
        wait_until_quiet(app)
        with Visitor(app.url) as writer:
            writer.visit()
            calm = _reruns(writer)
            writer.type("Text", "1")
            writer.press("Train")
            _wait_for_training(app)
            busy = _reruns(writer)
            trained_on = _is_training(app)
    note = f"medians of {CHANGES}: {1000 * busy:.1f} ms while training, {1000 * calm:.1f} ms without"
    row = at_most("empty page's rerun while a training runs", busy / calm, 2, "× calm", note)
    if not trained_on:
        raise RuntimeError("the training ended before the measurement did")
    return row


def _reruns(writer: Visitor) -> float:
    times = []
    for change in range(CHANGES):
        times.append(writer.type("Text", str(100 + change)))
        time.sleep(0.05)
    return statistics.median(times)


def _worker(app: Server) -> psutil.Process:
    """The process that trains: the largest of those the server started."""
    return max(app.processes()[1:], key=lambda process: process.memory_info().rss)


def _is_training(app: Server) -> bool:
    return _worker(app).cpu_percent(0.5) > 40


def _wait_for_training(app: Server, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not _is_training(app):
        if time.monotonic() > deadline:
            raise RuntimeError("no training started")


def memory() -> list[Row]:
    """Memory of the Streamlit process after every page was visited, and of all processes while one training runs.

    Measured as the kernel's proportional share (PSS): pages that several processes use are counted once.
    """
    with running_server() as app:
        wait_until_quiet(app)
        addresses = ["", *(concept.address for chapter in CHAPTERS for concept in chapter.concepts)]
        for address in addresses:
            with Visitor(app.url, address) as visitor:
                visitor.visit()
        with Visitor(app.url, "optimizers", EVERYBODY) as visitor:
            visitor.visit()
        alone = _pss(app.process)
        with Visitor(app.url, "playground", "epochs=2000&seed=77&seeds=1") as visitor:
            visitor.visit()
            visitor.press("Train")
            _wait_for_training(app)
            together = max(_together(app) for _ in range(5))
    note = f"PSS; {len(addresses)} pages visited"
    return [
        at_most("memory of the Streamlit process", alone, 250, "MB", note),
        at_most(
            "memory with one worker while training", together, 1200, "MB", f"{note}; all processes, most of 5 looks"
        ),
    ]


def _together(app: Server) -> float:
    time.sleep(0.5)
    return sum(_pss(process) for process in app.processes())


def _pss(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss) / MEGABYTE
