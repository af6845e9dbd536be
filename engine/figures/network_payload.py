"""What the network stage in the browser gets: weights and curves, nothing drawn.

What the learner should see: every neuron's map, the boundary and the curves of any recorded epoch, at once. So the
weights travel (a few kilobytes an epoch) and the maps are computed where they are drawn.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from engine.figures.packing import packed
from engine.playground.experiment import Result


def _range(replicas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and highest value of each epoch over the seeds, diverged ones left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an epoch in which every seed has diverged stays nan
        finite = np.where(np.isfinite(replicas), replicas, np.nan)
        return np.nanmin(finite, axis=1), np.nanmax(finite, axis=1)


def _curves(result: Result) -> dict[str, Any]:
    band = None
    if result.loss.shape[1] > 1:
        low, high = _range(result.loss)
        validation_low, validation_high = _range(result.validation_loss)
        band = {
            "low": packed(low),
            "high": packed(high),
            "validation_low": packed(validation_low),
            "validation_high": packed(validation_high),
            "count": result.loss.shape[1],
        }
    return {
        "epoch": packed(result.epoch, "int32"),
        "loss": packed(result.loss[:, 0]),
        "validation_loss": packed(result.validation_loss[:, 0]),
        "metric": packed(result.metric[:, 0]),
        "validation_metric": packed(result.validation_metric[:, 0]),
        "metric_name": "accuracy" if result.classification else "mean squared error",
        "band": band,
    }


def _layers(result: Result) -> list[dict[str, Any]]:
    architecture = result.architecture
    hidden = [
        {"units": layer.units, "activation": layer.activation, "batch_normalization": layer.batch_normalization}
        for layer in architecture.hidden
    ]
    return [*hidden, {"units": architecture.outputs, "activation": result.shown_activation, "output": True}]


def _snapshots(result: Result) -> dict[str, Any]:
    return {"epoch": packed(result.snapshot_epoch, "int32"), "weights": packed(result.snapshots)}


def _task(result: Result) -> str:
    if not result.classification:
        return "regression"
    return "binary" if result.classes == 2 else "multiclass"


def payload(
    result: Result,
    *,
    revision: str | int,
    running: bool = False,
    versus: Result | None = None,
    versus_label: str = "",
) -> dict[str, Any]:
    """Return everything the network stage draws, as JSON-ready values.

    Args:
        result: The run shown, finished or not (at least one epoch and one snapshot recorded).
        revision: Changes whenever the content does; the stage redraws only then.
        running: Whether more epochs are on their way.
        versus: A second run on the same data, drawn beside it, or None.
        versus_label: What is different in it, e.g. "learning_rate=0.3".

    Returns:
        A dictionary of kind "network"; arrays as `packed` packs them.
    """
    x_low, x_high, y_low, y_high = result.domain
    beside = None
    if versus is not None:
        beside = {
            "label": versus_label,
            "features": list(versus.config.features),
            "layers": _layers(versus),
            "snapshots": _snapshots(versus),
            "curves": _curves(versus),
            "loss_name": versus.loss_name,
        }
    return {
        "kind": "network",
        "revision": revision,
        "running": running,
        "task": _task(result),
        "classes": result.classes,
        "class_names": list(result.class_names),
        "domain": {"x": [x_low, x_high], "y": [y_low, y_high]},
        "features": list(result.config.features),
        "layers": _layers(result),
        "points": {
            "x": packed(result.points),
            "target": packed(result.target),
            "validation": packed(result.validation, "uint8"),
        },
        "snapshots": _snapshots(result),
        "curves": _curves(result),
        "total_epochs": result.config.epochs,
        "loss_name": result.loss_name,
        "versus": beside,
    }
