"""Backpropagation: any number that is changed answers in 60 ms of server time; TensorFlow's check comes later."""

from __future__ import annotations

import statistics
import time

from tests.bench.harness import Row, at_most

CHANGES = 20


def backpropagation_number() -> list[Row]:
    """One change of the updates made so far, answered anew each time: real server, no browser."""
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    from tests.bench.client import Visitor
    from tests.browser.server import running_server, wait_until_quiet

    times = []
    with running_server() as app:
        wait_until_quiet(app)
        with Visitor(app.url, "backpropagation") as reader:
            reader.visit()
            for change in range(CHANGES):
                slider = reader.widget("slider", lambda element: element.label == "Updates so far")
                times.append(reader.change(WidgetState(id=slider.id, double_array_value=_one(change + 1))))
                time.sleep(1)  # TensorFlow's answer, which redraws the page, is not part of it
    value = 1000 * statistics.median(times[3:])
    return [at_most("backpropagation: server time of a changed number", value, 60, "ms", f"median of {CHANGES - 3}")]


def _one(value: int) -> object:
    from streamlit.proto.Common_pb2 import DoubleArray

    return DoubleArray(data=[float(value)])
