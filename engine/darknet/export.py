"""The imported network to take home: a .keras file, and a SavedModel in a ZIP archive.

What the learner should see: what was Darknet yesterday loads in any Keras or TensorFlow today.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from engine import config as settings
from engine.darknet import experiment
from engine.darknet.experiment import NETWORKS
from engine.darknet.samples import FACE
from engine.runs.context import Context

KERAS_FILE, SAVED_MODEL = "model.keras", "saved_model.zip"


@dataclass(frozen=True)
class Config(settings.Config):
    """Which network; the settings are those of `experiment.Config`."""

    network: str = settings.choice(FACE, NETWORKS)
    cfg: str = settings.text("", 64)
    weights: str = settings.text("", 64)
    seed: int = settings.integer(0, 0, 9999)
    lost: int = settings.integer(0, 0, experiment.MOST_LOST)


@dataclass(frozen=True)
class Result:
    """What was attached: the lengths of both files in bytes."""

    config: Config
    keras_bytes: int
    saved_bytes: int


def of(config: experiment.Config) -> Config:
    """Return the export of a run's network."""
    return Config(config.network, config.cfg, config.weights, config.seed, config.lost)


def run(config: Config, context: Context) -> Result:
    """Write both files and attach them to the run."""
    context.report(0, 2, "Building the network")
    net = experiment.loaded(experiment.Config(config.network, config.cfg, config.weights, config.seed, config.lost))
    context.report(1, 2, "Writing the files")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / KERAS_FILE
        net.model.save(path)
        whole = path.read_bytes()
        folder = Path(directory) / "saved_model"
        net.model.export(folder, verbose=False)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                if file.is_file():
                    archive.write(file, file.relative_to(folder.parent))
    context.attach(KERAS_FILE, whole)
    context.attach(SAVED_MODEL, buffer.getvalue())
    context.report(2, 2)
    return Result(config, len(whole), len(buffer.getvalue()))
