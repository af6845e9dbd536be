"""Inside YOLO: the network runs once a picture; a number moved by hand, a layer or a moment answers in 60 ms."""

from __future__ import annotations

import statistics
import time

from tests.bench.harness import Row, at_most

CHANGES = 20


def inside_yolo_number() -> list[Row]:
    """One change of a raw number, of the moment, and of the layer on the page: real server, no browser."""
    from streamlit.proto.Common_pb2 import DoubleArray
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    from tests.bench.client import Visitor
    from tests.browser.server import running_server, wait_until_quiet

    medians = {}
    with running_server() as app:
        wait_until_quiet(app)
        with Visitor(app.url, "inside-yolo") as reader:
            reader.visit()
            for label, values in (("t of c", (0.5, 0.9)), ("Moment of training", (8.0, 11.0))):
                times = []
                for change in range(CHANGES):
                    slider = reader.widget("slider", lambda element, label=label: element.label == label)
                    value = DoubleArray(data=[values[change % 2] + 0.01 * (change if values[0] < 1 else 0)])
                    times.append(reader.change(WidgetState(id=slider.id, double_array_value=value)))
                    time.sleep(0.05)
                medians[label] = 1000 * statistics.median(times[3:])
                if label == "t of c":
                    written = reader.widget("text_input", lambda element: element.label == "Numbers set by hand")
                    assert "c1" in written.value, "the slider moved no number"
            times = []
            for change in range(CHANGES):
                layer = reader.widget("selectbox", lambda element: element.label == "Layer")
                name = ("All boxes", "Found", "Loss", "Classes")[change % 4]
                times.append(reader.change(WidgetState(id=layer.id, string_value=name)))
                time.sleep(0.05)
            medians["layer"] = 1000 * statistics.median(times[3:])
    note = f"medians of {CHANGES - 3} changes"
    return [
        at_most(f"inside yolo: server time of “{label}”", value, 60, "ms", note) for label, value in medians.items()
    ]
