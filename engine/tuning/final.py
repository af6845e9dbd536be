"""The winner of a search, trained on all rows: the model to take home.

What the learner should see: a search chooses settings, not a network. The network is trained once more, on every row,
for as many epochs as the splits have shown to be enough.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from engine.tuning.network import Task, network, table
from engine.tuning.space import Point
from engine.validation.model_file import model_file
from engine.validation.network import Split, fit_splits


def final_model(point: Point, task: Task, epochs: int) -> bytes:
    """Return the network of a point, trained on all rows, as a `.keras` file (in a worker only).

    Scaling is part of the model: a Normalization layer before it and, for a value, a Rescaling layer behind it.

    Args:
        point: Dropout, learning rate, neuron share, neuron shrink.
        task: Everything else; its seed makes the initial weights and the order of the batches.
        epochs: How long, 1 or more; there are no rows left to say when to stop.
    """
    rows = table(task.dataset, task.upload)
    everything = np.arange(len(rows.y))
    settings = dataclasses.replace(network(point, task), epochs=epochs, patience=0)
    fitted = fit_splits(settings, rows, [Split(everything, everything)], [task.seed])
    return model_file(fitted)
