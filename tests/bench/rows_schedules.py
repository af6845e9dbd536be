"""Learning-rate schedules: a control that needs no training moved, the picture made anew."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from tests.bench.harness import Row, at_most

CHANGES = 20


def _labelled(label: str) -> Callable[[Any], bool]:
    return lambda element: element.label == label


def schedules_controls() -> list[Row]:
    """One change of the drops' factor, of the epochs and of the cycles: real server, no browser."""
    from streamlit.proto.Common_pb2 import DoubleArray
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    from tests.bench.client import Visitor
    from tests.browser.server import running_server, wait_until_quiet

    medians = {}
    with running_server() as app:
        wait_until_quiet(app)
        with Visitor(app.url, "learning-rate-schedules") as reader:
            reader.visit()
            for label, low, step in (("Each drop times", 0.1, 0.01), ("Wrong labels", 0.0, 0.05), ("Cycles", 1.0, 1.0)):
                times = []
                for change in range(CHANGES):
                    slider = reader.widget("slider", _labelled(label))
                    value = DoubleArray(data=[low + step * (change % 10)])
                    times.append(reader.change(WidgetState(id=slider.id, double_array_value=value)))
                    time.sleep(0.05)
                medians[label] = 1000 * statistics.median(times[3:])
    note = f"medians of {CHANGES - 3} changes"
    return [at_most(f"schedules: server time of “{label}”", value, 60, "ms", note) for label, value in medians.items()]
