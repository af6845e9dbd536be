"""What the benchmark was for: one network trained on all rows, for as many epochs as the splits needed on average.

What the learner should see: the splits choose the setting and the number of epochs; the model that is used in the end
has seen every row, and its expected score is the mean of the splits.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from engine.data.tabular import Rows
from engine.validation.model_file import model_file
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
    network = dataclasses.replace(config.network(0), epochs=epochs_needed(result), patience=0)
    everything = np.arange(len(table.y))
    fitted = fit_splits(network, table, [Split(everything, everything)], [config.seed])
    return model_file(fitted)
