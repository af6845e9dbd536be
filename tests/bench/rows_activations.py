"""Activations: another input, another border of saturation, other logits: all computed anew where the page is."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from tests.bench.harness import Row, at_most

CHANGES = 20


def _labelled(label: str) -> Callable[[Any], bool]:
    return lambda element: element.label == label


def activations_controls() -> list[Row]:
    """One change of the input and of the border of saturation on the page: real server, no browser."""
    from streamlit.proto.Common_pb2 import DoubleArray
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    from tests.bench.client import Visitor
    from tests.browser.server import running_server, wait_until_quiet

    medians = {}
    with running_server() as app:
        wait_until_quiet(app)
        with Visitor(app.url, "activations") as reader:
            reader.visit()
            for label, low, step in (("Input x", -2.0, 0.05), ("Saturated below |f′|", 0.05, 0.01)):
                times = []
                for change in range(CHANGES):
                    slider = reader.widget("slider", _labelled(label))
                    value = DoubleArray(data=[low + step * change])
                    times.append(reader.change(WidgetState(id=slider.id, double_array_value=value)))
                    time.sleep(0.05)
                medians[label] = 1000 * statistics.median(times[3:])
    note = f"medians of {CHANGES - 3} changes"
    return [
        at_most(f"activations: server time of “{label}”", value, 60, "ms", note) for label, value in medians.items()
    ]


def activations_softmax() -> Row:
    """Another temperature of eight logits: probabilities, derivatives and the whole payload."""
    from engine.activations.experiment import Config
    from engine.config import key
    from engine.figures.activations import board

    times = []
    for change in range(CHANGES):
        config = Config(function="softmax", logits="3, 2, 1.5, 1, 0.5, 0, -1, -2", temperature=0.5 + 0.1 * change)
        start = time.perf_counter()
        board(config, key(config))
        times.append(time.perf_counter() - start)
    return at_most(
        "activations: another temperature of softmax", 1000 * statistics.median(times[3:]), 60, "ms", "without the page"
    )
