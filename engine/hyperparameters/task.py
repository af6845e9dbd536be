"""What every evaluation has in common, as settings: the data, how a network is trained, and how it is judged."""

from __future__ import annotations

from dataclasses import dataclass

from engine import config as base
from engine.config import choice, integer, number, text
from engine.data.tabular import DATA_SETS, UPLOAD, check_upload
from engine.errors import InvalidSetting
from engine.playground.experiment import ACTIVATIONS
from engine.training.optimizers import OPTIMIZERS
from engine.tuning.network import MOST_ROWS, Task

BATCH_SIZES = (8, 16, 32, 64, 128, 256)
MOST_STEPS = 3_000_000  # of all networks of a run together: some minutes on two cores


@dataclass(frozen=True)
class TaskConfig(base.Config):
    """Settings of `engine.tuning.network.Task`; `seed` draws the splits, the initial weights and the batches."""

    dataset: str = choice("digits", (*DATA_SETS, UPLOAD))
    upload: str = text("", 64)
    activation: str = choice("relu", ACTIVATIONS)
    optimizer: str = choice("adam", OPTIMIZERS)
    batch_size: int = choice(32, BATCH_SIZES)
    l1: float = number(0.0, 0.0, 0.1)
    l2: float = number(0.0, 0.0, 0.1)
    epochs: int = integer(27, 3, 200)
    patience: int = integer(5, 0, 50)
    splits: int = integer(5, 1, 10)
    held_share: float = number(0.3, 0.1, 0.6)
    repeats: int = integer(8, 0, 16)
    seed: int = integer(0, 0, 9999)

    def task(self, epochs: int | None = None, seed: int | None = None) -> Task:
        """Return what `evaluate_network` needs; another number of epochs or another seed where they are given."""
        return Task(
            dataset=self.dataset,
            upload=self.upload,
            splits=self.splits,
            held_share=self.held_share,
            epochs=self.epochs if epochs is None else epochs,
            patience=self.patience,
            batch_size=self.batch_size,
            activation=self.activation,
            optimizer=self.optimizer,
            l1=self.l1,
            l2=self.l2,
            seed=self.seed if seed is None else seed,
        )

    def check_upload(self) -> None:
        """Raise InvalidSetting if an upload is asked for and none is named."""
        check_upload(self.dataset, self.upload)

    def check_steps(self, networks: int) -> None:
        """Raise InvalidSetting if so many networks would train for too long, even on a table of the largest size."""
        steps = networks * self.epochs * -(-int(MOST_ROWS * (1 - self.held_share)) // self.batch_size)
        if steps > MOST_STEPS:
            raise InvalidSetting(
                f"That may be {steps:,} steps of training.",
                f"Keep them below {MOST_STEPS:,}: fewer points, epochs or splits, or larger batches.",
            )
