"""What the benchmark was for: one network trained on all rows, for as many epochs as the splits needed on average.

What the learner should see: the splits choose the setting and the number of epochs; the model that is used in the end
has seen every row, and its expected score is the mean of the splits.
"""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.data.tabular import Rows
from engine.validation.network import Split, fit_splits

if TYPE_CHECKING:
    from engine.bootstrapping.experiment import Config, Result


def epochs_needed(result: Result, setting: int = 0) -> int:
    """Return the mean number of epochs needed, rounded, at least 1."""
    known = result.best_epoch[setting][result.epochs[setting] > 0]
    return max(1, round(float(known.mean()))) if len(known) else 1


def final_model(config: Config, table: Rows, result: Result) -> bytes:
    """Train setting A on all rows and return it as a `.keras` file that takes and gives what the table holds.

    Scaling is part of the model: a Normalization layer before it and, for a value, a Rescaling layer behind it.
    """
    import keras

    network = dataclasses.replace(config.network(0), epochs=epochs_needed(result), patience=0)
    everything = np.arange(len(table.y))
    fitted = fit_splits(network, table, [Split(everything, everything)], [config.seed])
    inner = fitted.architecture.build(config.seed)
    inner.set_weights(fitted.architecture.split(fitted.trained.weights[0]))
    scaling = fitted.scaling
    stack = [keras.Input((table.x.shape[1],))]
    stack.append(keras.layers.Normalization(mean=scaling.centre[0], variance=scaling.scale[0] ** 2))
    stack.extend(inner.layers)
    if not table.classification:
        scale, centre = float(scaling.target_scale[0]), float(scaling.target_centre[0])
        stack.append(keras.layers.Rescaling(scale, offset=centre))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.keras"
        keras.Sequential(stack).save(path)
        return path.read_bytes()
