"""A search of the real network: how long 10 + 30 evaluations take, and how much that spares against plain fits."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.bench.harness import TOP, Row, at_least, at_most

POINTS, FITTED = 40, 2

# In a process of its own, which pays for importing Keras as a worker does when the app starts, and not in the time.
SEARCH = f"""
import json, os, time
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from engine.training import compiled
from engine.tuning import network
from engine.tuning.space import from_unit

task = network.Task(dataset=DATASET, epochs=27)
points = [from_unit(place) for place in np.random.default_rng(0).random(({POINTS}, 4))]
network.evaluate_network(0.1, 0.01, 0.1, 0.1, task=network.Task(dataset="wine", epochs=1))

def measured(function):
    wall, used = time.perf_counter(), time.process_time()
    value = function()
    return value, time.perf_counter() - wall, time.process_time() - used

def plain(point):
    '''The same five networks, each a fresh model.fit.'''
    rows, settings = network.table(DATASET), network.network(point, task)
    for split, seed in zip(network.splits(rows, task), network.seeds(task)):
        middle, spread = rows.x[split.train].mean(axis=0), rows.x[split.train].std(axis=0)
        x = (rows.x - middle) / np.where(spread > 0, spread, 1)
        model = settings.architecture(rows).build(seed)
        model.compile(keras.optimizers.Adam(settings.learning_rate), settings.loss(rows), metrics=["accuracy"])
        stopping = keras.callbacks.EarlyStopping(patience=task.patience, restore_best_weights=True)
        model.fit(
            x[split.train], rows.y[split.train], task.batch_size, task.epochs, callbacks=[stopping], verbose=0,
            validation_data=(x[split.test], rows.y[split.test]),
        )

found, seconds, used = measured(lambda: network.evaluate_many(points, task))
# Points of middling cost, so that what they take stands for what the others would.
order = sorted(range(len(points)), key=lambda place: found[place].seconds)
middle = order[len(order) // 2 : len(order) // 2 + {FITTED}]
plain(points[middle[0]])
pairs = []
for place in middle:
    compiled.forget()
    own = measured(lambda: network.evaluate_network(*points[place], task=task))
    fits = measured(lambda: plain(points[place]))
    pairs.append((own[1:], fits[1:]))
print(json.dumps([seconds, used, max(one.seconds for one in found), pairs]))
"""


def hyperparameter_search() -> list[Row]:
    """40 random points on digits and on breast cancer, five splits each, tracing of every network included."""
    rows: list[Row] = []
    for dataset in ("digits", "breast_cancer"):
        source = SEARCH.replace("DATASET", repr(dataset))
        done = subprocess.run([sys.executable, "-c", source], cwd=TOP, capture_output=True, text=True, check=True)
        seconds, used, longest, pairs = json.loads(done.stdout.splitlines()[-1])
        note = (
            f"five splits of {dataset.replace('_', ' ')}; {used:.0f} s of processor time, the longest {longest:.1f} s"
        )
        rows.append(at_most(f"hyperparameters: 40 evaluations, {dataset}", seconds, 90, "s", note))
        own, fits = (sum(pair[side][1] for pair in pairs) for side in (0, 1))
        walls = [sum(pair[side][0] for pair in pairs) for side in (0, 1)]
        note = (
            f"{FITTED} points of middling cost, compiling included: {fits:.1f} and {own:.1f} CPU s, on the wall "
            f"{walls[1]:.1f} and {walls[0]:.1f} s"
        )
        rows.append(at_least(f"hyperparameters: an evaluation, {dataset}", fits / own, 5, "× five fits", note))
    return rows
