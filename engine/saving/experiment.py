"""A trained network saved in every form there is, read back in a fresh process, and trained on.

What the learner should see: a model is architecture, weights and the optimizer's state. Predictions need the first
two; a training that goes on as if nothing had happened needs the third as well, and not every form brings it back.

Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015 (the state: two running means and the step count).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from engine import config as settings
from engine.data.tabular import rows
from engine.errors import InvalidSetting

if TYPE_CHECKING:
    from engine.runs.context import Context

ADAM, MOMENTUM, SGD = "adam", "momentum", "sgd"
OPTIMIZERS = (ADAM, MOMENTUM, SGD)
BETA = 0.9  # momentum of MOMENTUM
HELD_BACK = 360  # digits nobody trains on; the predictions are compared on them
MOST_STEPS = 4_000  # of one network

KERAS, HDF5, WEIGHTS, JSON, SAVED_MODEL, LITERT, ONNX, YAML = (
    "keras",
    "h5",
    "weights",
    "json",
    "savedmodel",
    "litert",
    "onnx",
    "yaml",
)
FORMS = (KERAS, HDF5, WEIGHTS, JSON, SAVED_MODEL, LITERT, ONNX, YAML)
FILES: Mapping[str, str] = {
    KERAS: "model.keras",
    HDF5: "model.h5",
    WEIGHTS: "model.weights.h5",
    JSON: "model.json",
    SAVED_MODEL: "saved_model.zip",
    LITERT: "model.tflite",
    ONNX: "model.onnx",
}
"""The file that each form is attached to the run as; a SavedModel is a folder and travels as an archive."""

NEVER, FROM_KERAS, FROM_HDF5, FROM_WEIGHTS = range(4)
ARMS = ("never interrupted", ".keras", "HDF5", "weights only")
"""What the training went on from: nothing was reloaded, or one of three files."""


@dataclass(frozen=True)
class Config(settings.Config):
    """One network and its training.

    Attributes:
        optimizer: ADAM, MOMENTUM (SGD with momentum 0.9) or SGD, which has no state.
        before: Epochs before the model is saved.
        after: Epochs the training goes on.
        width: Neurons of each hidden layer.
        depth: Hidden layers.
        dropout: Share of neurons a seeded dropout layer switches off behind each hidden layer; 0 for no such layer.
        learning_rate: Of the optimizer.
        batch_size: Digits a step.
        seeds: Networks, each trained, saved, reloaded and trained on.
        seed: Of the first network's weights, batches and dropout; the others count on from it.
    """

    optimizer: str = settings.choice(ADAM, OPTIMIZERS)
    before: int = settings.integer(12, 1, 40)
    after: int = settings.integer(6, 1, 20)
    width: int = settings.integer(24, 4, 128)
    depth: int = settings.integer(2, 1, 3)
    dropout: float = settings.number(0.0, 0.0, 0.8)
    learning_rate: float = settings.number(0.01, 0.0001, 1.0)
    batch_size: int = settings.integer(64, 16, 512)
    seeds: int = settings.integer(5, 1, 8)
    seed: int = settings.integer(0, 0, 9999)

    def check(self) -> None:
        """Refuse a training of too many steps."""
        steps = (self.before + self.after) * self.steps
        if steps > MOST_STEPS:
            raise InvalidSetting(
                f"{self.before + self.after} epochs in batches of {self.batch_size} are {steps:,} steps.",
                f"Take larger batches or fewer epochs: at most {MOST_STEPS:,} steps.",
            )

    @property
    def steps(self) -> int:
        """Return the steps of an epoch."""
        return -(-TRAINING // self.batch_size)

    @property
    def weights(self) -> int:
        """Return how many weights and biases the network has; at most 42,634."""
        sizes = (PIXELS, *[self.width] * self.depth, CLASSES)
        return sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))


PIXELS, CLASSES = 64, 10
TRAINING = 1797 - HELD_BACK


@dataclass(frozen=True)
class Member:
    """One entry of a saved form: a file in it, or a group of an HDF5 file; its size in bytes."""

    path: str
    size: int


@dataclass(frozen=True)
class Form:
    """One form of the saved model, of the first seed, as it was measured.

    Attributes:
        name: One of FORMS.
        size: Bytes on disk; −1 if it could not be made here, and `refusal` says why.
        tree: What is inside, in the order of the file.
        architecture, weights, optimizer: Whether the file holds it.
        returns: Whether each of the three came back in the fresh process, in that order.
        numbers: How many numbers of weights and optimizer state it holds; −1 if that cannot be read from outside.
        difference: Largest difference of a predicted probability, on the digits held back; NaN if it cannot predict.
        same: Share of those digits with the same predicted class; NaN likewise.
        seconds: Time to read it and to predict once, in the fresh process; NaN likewise.
        refusal: What Keras said where something is not possible; else empty.
    """

    name: str
    size: int = -1
    tree: tuple[Member, ...] = ()
    architecture: bool = False
    weights: bool = False
    optimizer: bool = False
    returns: tuple[bool, bool, bool] = (False, False, False)
    numbers: int = -1
    difference: float = float("nan")
    same: float = float("nan")
    seconds: float = float("nan")
    refusal: str = ""


@dataclass(frozen=True)
class Result:
    """What was measured; S seeds, B steps before the save and N after it.

    Attributes:
        config: What was run.
        before: (S, B + 1) float32: loss on all training digits before the first step and after each.
        after: (4, S, N + 1) float32, in the order of ARMS: the same from the save on; its first column is what the
            (reloaded) model has before the first step.
        accuracy: (S,) share of the digits held back that is right when the model is saved.
        forms: One a form, in the order of FORMS; empty while the run goes on.
        state: (3,) largest difference of the optimizer's state just after reloading from what was saved, for .keras,
            HDF5, and the weights-only file loaded into a model that was compiled and built first; NaN if part is gone.
        dropout_state: (2,) how many times the first dropout layer had drawn when saved, and after `.keras` is read;
            −1 without one.
        lambda_refusal: What Keras said when asked to read a file with a Lambda layer.
        lambda_ran: Whether, with safe_mode=False, code out of that file ran: it returned the number of the process.
        class_refusal: What it said of a file with a layer whose class the fresh process does not have.
        folder_refusal: What it said when asked to save to a bare folder.
        version: Of Keras.
        stopped: Whether Stop was pressed.
    """

    config: Config
    before: np.ndarray
    after: np.ndarray
    accuracy: np.ndarray
    forms: tuple[Form, ...] = ()
    state: tuple[float, float, float] = (float("nan"),) * 3
    dropout_state: tuple[int, int] = (-1, -1)
    lambda_refusal: str = ""
    lambda_ran: bool = False
    class_refusal: str = ""
    folder_refusal: str = ""
    version: str = ""
    stopped: bool = False

    @property
    def diverged(self) -> bool:
        """Return whether a training left for good before the models were saved."""
        return not np.isfinite(self.before).all()

    def form(self, name: str) -> Form | None:
        """Return a form by its name, or None while the run goes on."""
        return next((form for form in self.forms if form.name == name), None)


def data(config: Config) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return digits to train on, float32 (1437, 64) in 0 … 1, their classes int32, and the same held back (360)."""
    table = rows("digits")
    order = np.random.default_rng(config.seed).permutation(len(table.y))
    x, y = (table.x / 16).astype(np.float32)[order], table.y.astype(np.int32)[order]
    return x[HELD_BACK:], y[HELD_BACK:], x[:HELD_BACK], y[:HELD_BACK]


def orders(config: Config, seed: int) -> np.ndarray:
    """Return the rows of every batch of a seed, int32 (steps, size); −1 fills the last batch of an epoch."""
    generator = np.random.default_rng((seed, 1))
    epochs, size = config.before + config.after, config.batch_size
    filled = np.full((epochs, config.steps * size), -1, np.int32)
    for epoch in range(epochs):
        filled[epoch, :TRAINING] = generator.permutation(TRAINING)
    return filled.reshape(epochs * config.steps, size)


def run(config: Config, context: Context) -> Result:
    """Train, save, read in a fresh process, train on; in the worker, about half a minute."""
    from engine.saving.live import carry_out

    return carry_out(config, context)


def partial(config: Config, series: Mapping[str, np.ndarray]) -> Result | None:
    """Return the result so far from a run's live series, or None before the first network is trained."""
    if "loss" not in series:
        return None
    return uninterrupted(config, series["loss"], series["accuracy"])


def uninterrupted(config: Config, loss: np.ndarray, accuracy: np.ndarray) -> Result:
    """Return the result of a run that has read nothing back yet.

    Args:
        config: What is run.
        loss: (S, B + N + 1) of the trainings that were never interrupted.
        accuracy: (S,) when saved.
    """
    steps = config.before * config.steps
    after = np.full((len(ARMS), len(loss), config.after * config.steps + 1), np.nan, np.float32)
    after[NEVER] = loss[:, steps:]
    return Result(config, loss[:, : steps + 1], after, accuracy, stopped=True)
