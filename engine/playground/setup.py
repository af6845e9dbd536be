"""From a config to what the trainer takes: points, architecture, plan. No Keras here; nothing is computed twice."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.data import csv_upload, toy
from engine.data.csv_upload import Upload
from engine.data.features import inputs
from engine.data.toy import CLASSIFICATION, Samples
from engine.errors import InvalidSetting
from engine.models.mlp import MLP, Hidden
from engine.runs.store import Store
from engine.training.optimizers import Optimizer
from engine.training.plan import Data, TrainingPlan
from engine.training.schedules import Schedule

if TYPE_CHECKING:
    from engine.playground.experiment import Config

UPLOAD = "upload"
MOST_STEPS = 200_000
KERAS_LOSSES = {
    "squared error": "mean_squared_error",
    "absolute error": "mean_absolute_error",
    "huber": "huber",
    "log-cosh": "log_cosh",
}


def samples(config: Config) -> Samples:
    """Return the config's points and split, drawn or uploaded; raise InvalidData if the upload is not there."""
    if config.dataset == UPLOAD:
        return _uploaded(config.upload, config.test_share, config.data_seed)
    return _drawn(config.dataset, config.points, config.classes, config.noise, config.test_share, config.data_seed)


@lru_cache(maxsize=64)
def _drawn(name: str, count: int, classes: int, noise: float, share: float, seed: int) -> Samples:
    return toy.sample(name, count, classes, noise, share, seed)


@lru_cache(maxsize=16)
def _uploaded(digest: str, share: float, seed: int) -> Samples:
    return csv_upload.samples(uploaded(digest), share, seed)


def architecture(config: Config, data: Samples) -> MLP:
    """Return the network: the config's hidden layers, and an output that fits the task.

    A hinge loss judges a raw score, so its output is linear; otherwise it is a probability (sigmoid, softmax) or,
    for regression, the value itself.
    """
    hidden = tuple(
        Hidden(units, activation, config.dropout, config.batch_normalization)
        for units, activation in zip(config.layers, config.layer_activations(), strict=True)
    )
    outputs = data.classes if data.classes > 2 else 1
    if data.task != CLASSIFICATION or config.loss == "hinge":
        activation = "linear"
    else:
        activation = "softmax" if outputs > 1 else "sigmoid"
    return MLP(len(config.features), hidden, outputs, activation, config.l1, config.l2)


def keras_loss(config: Config, data: Samples) -> str:
    """Return Keras's name of the loss."""
    if data.task != CLASSIFICATION:
        return KERAS_LOSSES[config.regression_loss]
    if config.loss == "cross-entropy":
        return "binary_crossentropy" if data.classes == 2 else "sparse_categorical_crossentropy"
    if config.loss == "hinge":
        return "hinge" if data.classes == 2 else "categorical_hinge"
    return "mean_squared_error"


def recorded_epochs(total: int) -> tuple[int, ...]:
    """Return the epochs whose weights are kept: every one up to 60, then each about 6 % later; the last always.

    The rule looks at `total` for the end only, so that a longer run keeps what a shorter one kept.

    Args:
        total: Last epoch, 0 or more; 2,000 give about 120.
    """
    kept, epoch = [], 0
    while epoch < total:
        kept.append(epoch)
        epoch = epoch + 1 if epoch < 60 else int(np.ceil(epoch * 1.06))
    return (*kept, total)


def plan(config: Config, data: Samples) -> TrainingPlan:
    """Return how the network is trained."""
    return TrainingPlan(
        loss=keras_loss(config, data),
        metric="accuracy" if data.task == CLASSIFICATION else "mean_squared_error",
        optimizer=Optimizer(config.optimizer, config.momentum),
        learning_rate=config.learning_rate,
        schedule=Schedule(config.schedule),
        batch_size=config.batch_size,
        epochs=config.epochs,
        seed=config.seed,
        snapshot_epochs=recorded_epochs(config.epochs),
        norms=True,
    )


def training_data(config: Config, data: Samples) -> Data:
    """Return inputs and targets, the held-back points as validation; one-hot where the loss compares class by class."""
    x = inputs(data.points, config.features)
    y = data.target
    if data.classes > 2 and config.loss != "cross-entropy":
        y = np.eye(data.classes, dtype=np.float32)[data.target.astype(int)]
    held = data.validation
    return Data(x[~held], y[~held], None, x[held], y[held], None)


def check_steps(config: Config, training_points: float) -> None:
    """Raise InvalidSetting if the run would take more optimizer steps than anyone should wait for."""
    steps = config.epochs * int(np.ceil(training_points / config.batch_size))
    if steps > MOST_STEPS:
        raise InvalidSetting(
            f"This would be {steps:,} training steps; at most {MOST_STEPS:,} are run.",
            "Take a larger batch, fewer epochs or fewer points.",
        )


def keep(upload: Upload) -> str:
    """Put an upload into the store; return the SHA-256 by which a config refers to it (`Config.upload`)."""
    return store().put_blob(csv_upload.encode(upload))


def uploaded(digest: str) -> Upload:
    """Return a kept upload; raise InvalidData if the store does not have it (any more)."""
    return csv_upload.decode(store().get_blob(digest))


@cache
def store() -> Store:
    """Return the store of results and uploads that this process reads."""
    return Store.from_environment()
