"""The style-based generator: 64 faces from seeds, and a slider that needs only what is stored."""

from __future__ import annotations

import statistics
import time

from tests.bench.harness import Row, at_most, median_seconds

CHANGES = 20


def styles_from_seeds() -> Row:
    """64 faces from their numbers through both networks, in a worker whose generator is compiled."""
    from engine.face_generator.noise import NORMAL, latents
    from engine.style_generator.experiment import COUNT
    from engine.style_generator.source import borrowed
    from engine.style_generator.stored import FACES

    numbers = latents(NORMAL, COUNT, 0)
    with borrowed(FACES, -1) as maker:
        value = 1000 * median_seconds(
            lambda: maker.pictures(maker.spread(maker.styles(numbers), 0.7)), repeats=15, warm_up=3
        )
    return at_most("styles: 64 faces from seeds", value, 120, "ms", "mapping, truncation, synthesis, 64 × 64 in colour")


def styles_sliders() -> list[Row]:
    """Truncation, and the layer whose scales are shown: real server, no browser, no worker."""
    from streamlit.proto.Common_pb2 import DoubleArray
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    from tests.bench.client import Visitor
    from tests.browser.server import running_server, wait_until_quiet

    rows = []
    with running_server() as app:
        wait_until_quiet(app)
        for label, query in (("Truncation ψ", ""), ("Layer whose scales are shown", "view=Scales")):
            with Visitor(app.url, "style-generator", query) as reader:
                reader.visit()
                slider = reader.widget("slider", lambda element, label=label: element.label == label)
                times = []
                for change in range(CHANGES):
                    moved = DoubleArray(data=[float(2 + change % 6)])
                    times.append(reader.change(WidgetState(id=slider.id, double_array_value=moved)))
                    time.sleep(0.05)
            value = 1000 * statistics.median(times[3:])
            rows.append(at_most(f"styles: server time of “{label}”", value, 60, "ms", f"median of {CHANGES - 3}"))
    return rows
