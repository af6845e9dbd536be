"""Saving models: another form looked into answers in 60 ms of server time."""

from __future__ import annotations

import statistics
import time

from tests.bench.harness import Row, at_most

CHANGES = 20


def saving_form() -> Row:
    """One change of the form whose tree is shown: real server, no browser."""
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    from engine.figures.saving import NAMES
    from tests.bench.client import Visitor
    from tests.browser.server import running_server, wait_until_quiet

    names = list(NAMES.values())
    times = []
    with running_server() as app:
        wait_until_quiet(app)
        with Visitor(app.url, "saving-models") as reader:
            reader.visit()
            for change in range(CHANGES):
                chosen = reader.widget("selectbox", lambda element: element.label == "Look into")
                state = WidgetState(id=chosen.id, string_value=names[(change + 1) % len(names)])
                times.append(reader.change(state))
                time.sleep(0.05)
    value = 1000 * statistics.median(times[3:])
    return at_most("saving: server time of “Look into”", value, 60, "ms", f"median of {CHANGES - 3}")
