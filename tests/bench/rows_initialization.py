"""Thirty first weights: the run with a warm worker, against thirty plain fits, and the sliders without a training."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.bench.harness import Row, at_least, at_most

CHANGES = 20
SAMPLE = 3  # fits of the thirty that are really run; their CPU seconds are scaled up


def _measure(function: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return CPU seconds, wall seconds and what the function returned."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = function()
    return time.process_time() - cpu, time.perf_counter() - wall, result


def thirty_first_weights() -> list[Row]:
    """Thirty networks alone and with all cures (150), by a process that has trained before; and thirty plain fits.

    The fits have the page's first weights, rows and batches, handed over by a generator; errors must agree to 1 %.
    """
    from engine.initialization.experiment import Config, run
    from engine.runs.context import SilentContext

    alone, cures = Config(cures=False), Config()
    run(cures.changed(seed=9), SilentContext())  # the worker is warm: TensorFlow is up, the shape is compiled
    ours = [_measure(lambda: run(alone, SilentContext())) for _ in range(3)]
    cpu, wall = (statistics.median(one[part] for one in ours) for part in (0, 1))
    _, whole, _ = _measure(lambda: run(cures, SilentContext()))
    _plain_fit(alone.changed(epochs=4), 0)
    fits = [_measure(lambda place=place: _plain_fit(alone, place)) for place in range(SAMPLE)]
    fit_cpu, fit_wall = (alone.runs * statistics.median(fit[part] for fit in fits) for part in (0, 1))
    errors = [float(value) for value in ours[0][2].final[0, :SAMPLE]]
    same = all(abs(fit[2] - error) <= 0.01 for fit, error in zip(fits, errors, strict=True))
    note = (
        f"{alone.runs} fits {fit_cpu:.0f} CPU s (scaled from {SAMPLE}), lock-step {cpu:.2f}; on the wall "
        f"{fit_wall / wall:.1f} ×; errors {'agree' if same else 'differ'}"
    )
    ratio = at_least("30 first weights against 30 fits", fit_cpu / cpu, 10, "× CPU", note)
    return [
        at_most("30 first weights, warm worker", wall, 15, "s", "median of 3, networks alone"),
        at_most("30 first weights and all cures, warm worker", whole, 15, "s", "150 networks"),
        Row(ratio.row, ratio.value, ratio.unit, ratio.must, ratio.holds and same, ratio.note),
    ]


def _plain_fit(config: Any, place: int) -> float:
    """Return the test error of one network trained by `fit`."""
    import keras

    from engine.initialization.experiment import rows
    from engine.initialization.live import first_weights

    data, architecture = rows(config), config.architecture()
    model = architecture.build(config.seed)
    model.set_weights(architecture.split(first_weights(config)[place]))
    model.compile(keras.optimizers.SGD(config.learning_rate, momentum=0.9), "binary_crossentropy", metrics=["accuracy"])
    x, y, size = data.x[: config.points], data.y[: config.points, None], config.batch_size

    def batches() -> Any:
        for epoch in range(1, config.epochs + 1):
            order = np.random.default_rng((config.seed, epoch)).permutation(config.points)
            for first in range(0, config.points, size):
                yield x[order[first : first + size]], y[order[first : first + size]]

    history = model.fit(
        batches(),
        steps_per_epoch=-(-config.points // size),
        epochs=config.epochs,
        validation_data=(data.test_x, data.test_y[:, None]),
        validation_batch_size=len(data.test_y),
        verbose=0,
    )
    return 1 - float(history.history["val_accuracy"][-1])


def initialization_controls() -> list[Row]:
    """One change of the goal and of the networks in a bag: real server, no browser."""
    from streamlit.proto.Common_pb2 import DoubleArray
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    from tests.bench.client import Visitor
    from tests.browser.server import running_server, wait_until_quiet

    medians = {}
    with running_server() as app:
        wait_until_quiet(app)
        with Visitor(app.url, "initialization") as reader:
            reader.visit()
            for label, values in (
                ("Goal: training loss", [0.1 + 0.01 * change for change in range(CHANGES)]),
                ("Networks in a bag", [float(2 + change % 9) for change in range(CHANGES)]),
            ):
                times = []
                for value in values:
                    slider = reader.widget("slider", lambda element, label=label: element.label == label)
                    state = WidgetState(id=slider.id, double_array_value=DoubleArray(data=[value]))
                    times.append(reader.change(state))
                    time.sleep(0.05)
                medians[label] = 1000 * statistics.median(times[3:])
    note = f"medians of {CHANGES - 3} changes"
    return [
        at_most(f"initialization: server time of “{label}”", value, 60, "ms", note) for label, value in medians.items()
    ]
