"""Bayesian optimization: a step of the one-dimensional page, and a real tuning run of 10 + 30 evaluations."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.bench.client import Visitor
from tests.bench.harness import TOP, Row, at_most
from tests.browser.server import running_server, wait_until_quiet

STEPS = 15
KAPPAS = 15

# In a process of its own: it pays for importing Keras as a worker does when the app starts, and not in the time.
TUNE = """
import json, os, time
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras, bayes_opt
from engine.bayesian_optimization import tuning
from engine.runs.context import SilentContext
config = tuning.Config(methods=("bayesian",), searches=1)
start, used = time.perf_counter(), time.process_time()
result = tuning.run(config, SilentContext())
print(json.dumps([time.perf_counter() - start, time.process_time() - used, len(result.score),
                  float(result.deciding.sum()), float(result.training.sum())]))
"""


def bayesian_step() -> list[Row]:
    """One more step on the one-dimensional page, and a new kappa, for which everything is computed anew."""
    with running_server() as app:
        wait_until_quiet(app)
        with Visitor(app.url, "bayesian-optimization", "steps=2&length=0") as reader:
            reader.visit()
            steps = [reader.press("Step") for _ in range(STEPS)]
            kappas = [_move_kappa(reader, 1.0 + 0.1 * change) for change in range(KAPPAS)]
    step, kappa = (1000 * statistics.median(times[2:]) for times in (steps, kappas))
    note = "real server, no browser, medians; the length scale fitted at each step, the dearest setting"
    return [
        at_most("Bayesian optimization: a step in one dimension", step, 250, "ms", note),
        at_most("Bayesian optimization: another kappa", kappa, 250, "ms", f"{note}; 20 searches computed anew"),
    ]


def _move_kappa(reader: Visitor, value: float) -> float:
    slider = reader.widget("slider", lambda element: element.label.startswith("κ"))
    state = WidgetState(id=slider.id)
    state.double_array_value.data.append(value)
    return reader.change(state)


def bayesian_tuning() -> Row:
    """A tuning run of the real network: 10 random evaluations, 30 thought of, and the winner judged three times."""
    done = subprocess.run([sys.executable, "-c", TUNE], cwd=TOP, capture_output=True, text=True, check=True)
    seconds, used, count, deciding, training = json.loads(done.stdout.splitlines()[-1])
    note = (
        f"{count} evaluations of two splits; {deciding:.0f} s deciding, {training:.0f} s training, "
        f"{used:.0f} s of processor time"
    )
    return at_most("Bayesian optimization: 10 + 30 evaluations", seconds, 90, "s", note)
