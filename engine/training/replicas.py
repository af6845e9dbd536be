"""Train many copies of one network in lock-step: several seeds, or one seed on several samples of the rows.

What the learner should see: a band instead of a line. One run can be luck; the spread over seeds says how much.
Every replica gets exactly what a lone run of its seed on its rows would give; only the steps are taken together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.runs.context import SilentContext
from engine.training.loop import Loop
from engine.training.pace import Pace
from engine.training.plan import Checkpoint, Data, History, TrainingPlan
from engine.training.step import Architecture

if TYPE_CHECKING:
    from engine.runs.context import Context


@dataclass(frozen=True)
class TrainedReplicas:
    """Trained copies; R replicas.

    Attributes:
        history: Curves with a replica axis; NaN for a replica that has stopped early or diverged.
        weights: float32 (R, P), final weights of each (see `single.Trained.weights`).
        epochs: int32 (R,), epochs each replica ran.
        best_epoch: int32 (R,), epoch of its best monitored value; `epochs` without early stopping.
        stopped: Whether Stop ended the run.
        early_stopped: bool (R,).
        diverged_at: int32 (R,), epoch in which its loss was no longer a finite number; −1 if that did not happen.
        diverged_step: int64 (R,), the optimizer step, counted from 0; −1 likewise.
        tracing_seconds: Time TensorFlow took to trace the training function.
        checkpoint: From where a longer run can go on.
    """

    history: History
    weights: np.ndarray
    epochs: np.ndarray
    best_epoch: np.ndarray
    stopped: bool
    early_stopped: np.ndarray
    diverged_at: np.ndarray
    diverged_step: np.ndarray
    tracing_seconds: float
    checkpoint: Checkpoint


def train_replicas(
    architecture: Architecture,
    plan: TrainingPlan,
    data: Data,
    seeds: Sequence[int],
    context: Context | None = None,
    *,
    rows: Sequence[np.ndarray] | None = None,
    validation_rows: Sequence[np.ndarray] | None = None,
    start: Checkpoint | None = None,
    initial_weights: np.ndarray | None = None,
    pace: Pace | None = None,
) -> TrainedReplicas:
    """Train one replica per seed; replica r is what `single.train` gives for `plan` with `seed=seeds[r]`.

    Args:
        architecture: The network all replicas share.
        plan: How to train; its own seed does not count.
        data: Rows all replicas draw from.
        seeds: One a replica: initial weights, dropout masks and batch order.
        context: As in `single.train`; series have a replica axis as in History.
        rows: For each replica the training rows it uses, as indices into `data.x` (bootstrap samples may repeat
            some; numbers of rows may differ); None takes all rows for every replica.
        validation_rows: For each replica its held-back rows, as indices into `data.validation_x`; None takes all.
        start: Go on from here.
        initial_weights: float32 (R, P), weights to begin with instead of the seeds'.
        pace: Gives each replica rates of its own instead of the plan's schedule.
    """
    outcome = Loop(
        architecture,
        plan,
        data,
        seeds,
        context or SilentContext(),
        alone=False,
        rows=rows,
        validation_rows=validation_rows,
        start=start,
        initial_weights=initial_weights,
        pace=pace,
    ).run()
    return TrainedReplicas(
        history=outcome.history,
        weights=outcome.weights,
        epochs=outcome.epochs,
        best_epoch=outcome.best_epoch,
        stopped=outcome.stopped,
        early_stopped=outcome.early_stopped,
        diverged_at=outcome.diverged_at,
        diverged_step=outcome.diverged_step,
        tracing_seconds=outcome.tracing_seconds,
        checkpoint=outcome.checkpoint,
    )
