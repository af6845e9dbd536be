"""All shipped photographs, enlarged and measured: one picture proves nothing.

What the learner should see: on the plane of "right" and "real" the methods lie apart, and none is best in both
(Blau & Michaeli, "The Perception-Distortion Tradeoff", 2018).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from engine import config as settings
from engine.data.photographs import PHOTOGRAPHS
from engine.super_resolution import experiment, network
from engine.super_resolution.network import SCALES

MADE_UP = "busy"  # put together from four of the others


@dataclass(frozen=True)
class Config(settings.Config):
    """Attributes: scale: how many times wider and higher."""

    VERSION: ClassVar[int] = 2  # the perceptual distance is EfficientNet-Lite0's

    scale: int = settings.choice(4, SCALES)

    def digests(self) -> tuple[str, ...]:
        """Return the digests of the networks and of all photographs."""
        return tuple(digest for config in configs(self.scale) for digest in config.digests())


@dataclass(frozen=True)
class Result:
    """The measures of all photographs.

    Attributes:
        config: What was run.
        names: Of the photographs.
        methods: As in `experiment.Result`.
        measures: (photographs, methods, measures) float64, as in `experiment.Result`.
        invented: (photographs,) float64: share of the added detail's energy that is not in the truth.
        stopped: Whether the run was stopped; only what was done is here.
    """

    config: Config
    names: tuple[str, ...]
    methods: tuple[str, ...]
    measures: np.ndarray
    invented: np.ndarray
    stopped: bool = False


def configs(scale: int) -> tuple[experiment.Config, ...]:
    """Return what is measured: every shipped photograph that is one, made smaller first."""
    return tuple(experiment.Config(photograph=one.name, scale=scale) for one in PHOTOGRAPHS if one.name != MADE_UP)


def run(config: Config, context: Any) -> Result:
    """Measure; in the worker, a minute."""
    wanted = configs(config.scale)
    names: list[str] = []
    measures: list[np.ndarray] = []
    invented: list[float] = []
    stopped = False
    labels = {one.name: one.label for one in PHOTOGRAPHS}
    for number, one in enumerate(wanted):
        context.report(number, len(wanted), labels[one.photograph])
        stopped = context.stop_requested() and bool(names)
        if stopped:
            break
        result = experiment.run(one, _Quiet(context))
        names.append(labels[one.photograph])
        measures.append(result.measures)
        invented.append(result.invented)
    for loss in experiment.losses(config.scale):
        context.attach(model_file(config.scale, loss), _model(config.scale, loss))
    context.report(len(wanted), len(wanted))
    return Result(config, tuple(names), result.methods, np.stack(measures), np.array(invented), stopped)


def model_file(scale: int, loss: str) -> str:
    """Return the name under which a survey keeps a network as a Keras file."""
    return network.file_name(scale, loss).replace(".npz", ".keras")


def _model(scale: int, loss: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.keras"
        network.shipped(scale, loss).save(file)
        return file.read_bytes()


class _Quiet:
    """The context of one photograph among many: it does not move the bar, and is not stopped half-way."""

    def __init__(self, context: Any) -> None:
        self.attach = context.attach

    def report(self, *_: Any, **__: Any) -> None:
        """Do nothing."""

    def stop_requested(self) -> bool:
        """Return False."""
        return False
