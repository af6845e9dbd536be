"""A network of a split as a `.keras` file that takes rows as they are in the table: the model to take home.

What the learner should see: scaling is part of the model. Whoever loads the file need not know how it was trained.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from engine.validation.network import Fitted

MODEL_FILE = "model.keras"


def model_file(fitted: Fitted, *, split: int = 0, weights: np.ndarray | None = None) -> bytes:
    """Return the network of a split as a `.keras` file (in a worker only).

    A Normalization layer stands before it and, for a value, a Rescaling layer behind it. Networks that see columns of
    their own take those columns only.

    Args:
        fitted: What `fit_splits` returned.
        split: Which network.
        weights: float32 (P,), others than its final ones, such as a snapshot's.
    """
    import keras

    inner = fitted.architecture.build(0)
    inner.set_weights(fitted.architecture.split(fitted.trained.weights[split] if weights is None else weights))
    scaling = fitted.scaling
    normal = keras.layers.Normalization(mean=scaling.centre[split], variance=scaling.scale[split] ** 2)
    layers = [keras.Input((fitted.architecture.inputs,)), normal, *inner.layers]
    if fitted.architecture.output_activation == "linear":
        layers.append(keras.layers.Rescaling(float(scaling.target_scale[split]), float(scaling.target_centre[split])))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / MODEL_FILE
        keras.Sequential(layers).save(path)
        return path.read_bytes()
