"""Train one network.

What the learner should see: what `model.fit` would have shown, batch for batch, an order of magnitude sooner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.runs.context import SilentContext
from engine.training.loop import Loop
from engine.training.plan import Checkpoint, Data, History, TrainingPlan
from engine.training.step import Architecture

if TYPE_CHECKING:
    from engine.runs.context import Context


@dataclass(frozen=True)
class Trained:
    """A trained network.

    Attributes:
        history: Curves, without a replica axis; see `engine.training.plan.History`.
        weights: float32 (P,), the final weights: of the best epoch if early stopping restores it, of the last epoch
            with a finite loss if the run diverged.
        epochs: Epochs run, a diverged one included.
        best_epoch: Epoch of the best monitored value; `epochs` without early stopping.
        stopped: Whether Stop ended the run.
        early_stopped: Whether early stopping ended it.
        diverged_at: Epoch in which the loss was no longer a finite number, or None.
        diverged_step: Optimizer step, counted from 0 over the whole run, whose loss was the first of these, or None.
        diverged_reason: What happened, in one clause; empty if it did not.
        tracing_seconds: Time TensorFlow took to trace the training function; about 0 for a shape met before.
        checkpoint: From where a longer run can go on.
    """

    history: History
    weights: np.ndarray
    epochs: int
    best_epoch: int
    stopped: bool
    early_stopped: bool
    diverged_at: int | None
    diverged_step: int | None
    diverged_reason: str
    tracing_seconds: float
    checkpoint: Checkpoint


def train(
    architecture: Architecture,
    plan: TrainingPlan,
    data: Data,
    context: Context | None = None,
    *,
    start: Checkpoint | None = None,
    initial_weights: np.ndarray | None = None,
) -> Trained:
    """Train the network that `plan.seed` makes, and return everything recorded.

    The weights after each step are those of `fit` with the same batches: real Keras layers, loss and update rule.
    The same arguments give the same numbers, bit for bit, on one device.

    Args:
        architecture: The network, e.g. an MLP.
        plan: How to train it.
        data: Rows, and held-back rows if there are.
        context: Watches and may stop; None for nobody. Gets the series epoch, loss, validation_loss, metric,
            validation_metric, learning_rate, seconds and, where the plan asks for them, gradient_norm, weight_norm,
            snapshot_epoch and snapshots, shaped as in History.
        start: Go on from here instead of from the seed's initial weights (early stopping waits anew).
        initial_weights: float32 (P,), weights to begin with instead of the seed's.
    """
    loop = Loop(
        architecture,
        plan,
        data,
        [plan.seed],
        context or SilentContext(),
        alone=True,
        start=start,
        initial_weights=initial_weights,
    )
    outcome = loop.run()
    diverged = outcome.diverged_at[0] >= 0
    step = int(outcome.diverged_step[0])
    return Trained(
        history=outcome.history,
        weights=outcome.weights[0],
        epochs=int(outcome.epochs[0]),
        best_epoch=int(outcome.best_epoch[0]),
        stopped=outcome.stopped,
        early_stopped=bool(outcome.early_stopped[0]),
        diverged_at=int(outcome.diverged_at[0]) if diverged else None,
        diverged_step=step if diverged else None,
        diverged_reason=f"the loss was no longer a finite number from step {step} on" if diverged else "",
        tracing_seconds=outcome.tracing_seconds,
        checkpoint=outcome.checkpoint,
    )


def warm_up() -> None:
    """Import Keras and train the smallest networks once, so that a worker's first run starts at once."""
    from engine.models.mlp import MLP, Hidden
    from engine.training.replicas import train_replicas

    x = np.linspace(-1, 1, 32, dtype=np.float32).reshape(16, 2)
    y = np.arange(16) % 2
    data = Data(x, y, None, x, y)
    plan = TrainingPlan(epochs=2, batch_size=5, norms=True, snapshot_epochs=(0,))
    network = MLP(2, (Hidden(8, "tanh"), Hidden(8, "tanh")))
    train(network, plan, data)
    train_replicas(network, plan, data, range(5))
