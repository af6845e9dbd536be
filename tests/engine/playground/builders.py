"""Results with known numbers, so that pictures and sentences can be checked without training."""

import numpy as np

from engine.playground.experiment import Config, Result
from engine.playground.setup import architecture, recorded_epochs, samples


def made_result(config: Config, loss, validation_loss, validation_metric, **changes) -> Result:
    """Return a result with the given curves, (E, N) each, and weights that are random but fixed."""
    loss = np.asarray(loss, np.float32)
    epochs, seeds = loss.shape
    data = samples(config)
    network = architecture(config, data)
    kept = recorded_epochs(epochs - 1)
    layers = len(config.layers) + 1
    values = {
        "config": config,
        "task": data.task,
        "classes": data.classes,
        "class_names": data.class_names,
        "domain": data.domain,
        "points": data.points,
        "target": data.target,
        "validation": data.validation,
        "architecture": network,
        "epoch": np.arange(epochs, dtype=np.int32),
        "loss": loss,
        "validation_loss": np.asarray(validation_loss, np.float32),
        "metric": np.asarray(validation_metric, np.float32),
        "validation_metric": np.asarray(validation_metric, np.float32),
        "gradient_norm": np.linspace(2, 0.5, epochs * layers, dtype=np.float32).reshape(epochs, layers),
        "weight_norm": np.linspace(1, 4, epochs * layers, dtype=np.float32).reshape(epochs, layers),
        "seconds": np.full(epochs, 0.02, np.float32),
        "snapshot_epoch": np.array(kept, np.int32),
        "snapshots": np.random.default_rng(0).normal(size=(len(kept), network.parameter_count())).astype(np.float32),
        "diverged": np.full(seeds, -1, np.int32),
    }
    return Result(**{**values, **changes})
