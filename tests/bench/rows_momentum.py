"""Momentum: a click on the map, another start, another condition number, the two valleys: all computed anew."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from tests.bench.harness import Row, at_most

CHANGES = 20


def _labelled(label: str) -> Callable[[Any], bool]:
    return lambda element: element.label == label


def momentum_controls() -> list[Row]:
    """One change of momentum, of steps, and of the place on the page: real server, no browser."""
    from streamlit.proto.Common_pb2 import DoubleArray
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    from tests.bench.client import Visitor
    from tests.browser.server import running_server, wait_until_quiet

    medians = {}
    with running_server() as app:
        wait_until_quiet(app)
        with Visitor(app.url, "momentum") as reader:
            reader.visit()
            for label, low, step in (("Momentum β", 0.5, 0.01), ("Steps", 100.0, 10.0), ("Start w₁", -4.0, 0.05)):
                times = []
                for change in range(CHANGES):
                    slider = reader.widget("slider", _labelled(label))
                    value = DoubleArray(data=[low + step * change])
                    times.append(reader.change(WidgetState(id=slider.id, double_array_value=value)))
                    time.sleep(0.05)
                medians[label] = 1000 * statistics.median(times[3:])
    note = f"medians of {CHANGES - 3} changes"
    return [at_most(f"momentum: server time of “{label}”", value, 60, "ms", note) for label, value in medians.items()]


def momentum_valleys() -> Row:
    """Another η between the valleys: walk, share that escapes over momentum, the whole payload; no cache helps."""
    from engine.config import key
    from engine.figures.momentum import board
    from engine.momentum.experiment import walk
    from engine.momentum.scenes import HOLE
    from engine.momentum.valleys import escape_map

    escape_map()  # once a server
    times = []
    for change in range(CHANGES):
        config = HOLE.changed(learning_rate=0.01 + 0.001 * change)
        start = time.perf_counter()
        board(walk(config), key(config))
        times.append(time.perf_counter() - start)
    return at_most(
        "momentum: another η between two valleys", 1000 * statistics.median(times[3:]), 60, "ms", "without the page"
    )
