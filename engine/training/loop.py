"""The loop both trainers run: epochs in chunks of compiled steps, with an ear for Stop between them.

What the learner should see: a first point at once (the untrained network), then the curves; Stop stops; a loss that
is no longer a number ends the run as a result that says at which step.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.training.feed import Feed
from engine.training.fleet import Fleet
from engine.training.layout import to_arrays
from engine.training.pace import Pace
from engine.training.plan import Checkpoint, Data, History, TrainingPlan
from engine.training.recorder import Recorder
from engine.training.step import Architecture, Shape
from engine.training.stopping import Patience

if TYPE_CHECKING:
    from engine.runs.context import Context

CHUNK_SECONDS = 0.1  # Stop is looked for this often
XLA_FROM_STEPS = 12_000  # steps times (1 + replicas); below, compiling costs more than the faster steps give back


@dataclass(frozen=True)
class Outcome:
    """What both trainers make their results from; arrays over replicas (R,)."""

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


class Loop:
    """One run; `run` may be called once."""

    def __init__(
        self,
        architecture: Architecture,
        plan: TrainingPlan,
        data: Data,
        seeds: Sequence[int],
        context: Context,
        *,
        alone: bool,
        rows: Sequence[np.ndarray] | None = None,
        validation_rows: Sequence[np.ndarray] | None = None,
        start: Checkpoint | None = None,
        initial_weights: np.ndarray | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Prepare data, functions and state; nothing is trained yet. See `single.train`, `replicas.train_replicas`."""
        self._plan, self._seeds, self._context, self._pace = plan, list(seeds), context, pace
        self._feed = feed = Feed(plan, data, seeds, rows, validation_rows, pace)
        worth = feed.steps * plan.epochs * (1 + len(self._seeds)) >= XLA_FROM_STEPS
        xla = worth if plan.xla is None else plan.xla
        fixed = xla or feed.filling() == "ragged"
        shape = Shape(
            architecture,
            plan.loss,
            plan.metric,
            plan.optimizer,
            weighted=data.sample_weight is not None or data.validation_weight is not None,
            norms=plan.norms,
            replicas=0 if alone else len(self._seeds),
            batch_size=plan.batch_size if fixed else 0,
            filling=feed.filling() if fixed else "",
            xla=bool(xla),
        )
        self._fleet = Fleet(shape, feed, len(self._seeds))
        self._recorder = Recorder(context, plan.epochs, alone)
        self._chunk = 8
        self._tracing_seconds = 0.0
        layout = self._fleet.layout
        if start is not None:
            self._epoch, self._steps_done = start.epoch, np.array(start.steps)
            self._fleet.state = layout.from_arrays(start.state)
            return
        if initial_weights is None:
            weights = [architecture.initial_weights(seed) for seed in self._seeds]
            initial_weights = np.stack([np.concatenate([np.ravel(array) for array in own]) for own in weights])
        self._epoch, self._steps_done = 0, np.zeros(len(self._seeds), dtype=np.int64)
        table = np.asarray(initial_weights, dtype=np.float32).reshape(len(self._seeds), -1)
        self._fleet.state = layout.initial(table, self._seeds)

    def run(self) -> Outcome:
        """Train until the last epoch, early stopping, divergence or Stop, whichever comes first."""
        plan, replicas, fleet = self._plan, len(self._seeds), self._fleet
        active = np.ones(replicas, dtype=bool)
        epochs = np.full(replicas, self._epoch, dtype=np.int32)
        diverged_at = np.full(replicas, -1, dtype=np.int32)
        diverged_step = np.full(replicas, -1, dtype=np.int64)
        patience = Patience(plan.early_stopping, plan.metric, replicas) if plan.early_stopping else None
        self._record_start()
        stopped = self._context.stop_requested()
        if not stopped and self._epoch < plan.epochs:
            stopped = not self._prepare(active)
        while not stopped and self._epoch < plan.epochs and active.any():
            before, begun = fleet.state, time.perf_counter()
            if not self._run_epoch(self._epoch + 1, active):
                # Stopped in the middle: the epoch does not count, the run stands where it last was complete.
                fleet.state, stopped = before, True
                break
            self._epoch += 1
            sums = fleet.sums()
            bad = active & (sums.bad >= 0)
            diverged_at[bad] = self._epoch
            diverged_step[bad] = self._steps_done[bad] + sums.bad[bad]
            if bad.any():
                fleet.take_back(bad, before)
            self._steps_done[active & ~bad] += self._feed.replica_steps[active & ~bad]
            values = self._record_epoch(sums.loss, sums.metric, sums.norms, active, time.perf_counter() - begun)
            if self._pace is not None:
                self._pace.judge(self._epoch, values)
            epochs[active] = self._epoch
            active = active & ~bad
            if patience is not None:
                patience.judge(self._epoch, values, fleet.whole()._replace(slots=[]), active)
                active = active & ~patience.stopped
            stopped = self._context.stop_requested()
            if not stopped and self._epoch < plan.epochs and fleet.rest(active):
                stopped = not self._prepare(active)
        self._record_end()
        state = fleet.whole()
        final = state if patience is None else patience.restored(state._replace(slots=[]))
        early = np.zeros(replicas, dtype=bool) if patience is None else patience.stopped
        return Outcome(
            history=self._recorder.history(),
            weights=fleet.layout.all_weights(final),
            epochs=epochs,
            best_epoch=epochs if patience is None else np.where(patience.best_epoch > 0, patience.best_epoch, epochs),
            stopped=stopped,
            early_stopped=early,
            diverged_at=diverged_at,
            diverged_step=diverged_step,
            tracing_seconds=self._tracing_seconds,
            checkpoint=Checkpoint(self._epoch, self._steps_done.copy(), to_arrays(state)),
        )

    def _prepare(self, active: np.ndarray) -> bool:
        """Trace and compile the training function, unless it has been; return False if Stop came before it was done.

        That takes seconds and cannot be interrupted, so it happens in a thread of its own; if nobody waits for it any
        more it ends by itself, and the next run of the shape finds it done.
        """
        begun = time.perf_counter()
        self._fleet.begin_epoch(self._epoch + 1, active)
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="compile")
        prepared = pool.submit(self._fleet.prepare, self._plan.batch_size)
        pool.shutdown(wait=False)
        while not wait([prepared], timeout=CHUNK_SECONDS).done:
            if self._context.stop_requested():
                return False
        prepared.result()
        self._tracing_seconds += time.perf_counter() - begun
        return True

    def _run_epoch(self, epoch: int, active: np.ndarray) -> bool:
        """Run all steps of an epoch; return False if Stop came before its end."""
        steps = self._feed.steps
        self._fleet.begin_epoch(epoch, active)
        first = 0
        while True:
            last = min(steps, first + self._chunk)
            begun = time.perf_counter()
            self._fleet.run(self._plan.batch_size, first, last)
            self._adapt(last - first, time.perf_counter() - begun)
            first = last
            if first >= steps:
                return True
            self._recorder.report(epoch - 1 + first / steps, self._message(epoch))
            if self._context.stop_requested():
                return False

    def _adapt(self, steps: int, seconds: float) -> None:
        """Let a chunk take about CHUNK_SECONDS; a slow one shrinks the next, which may grow again."""
        fitting = int(steps * CHUNK_SECONDS / max(seconds, 1e-6))
        self._chunk = max(1, min(fitting, 4 * self._chunk))

    def _message(self, epoch: int) -> str:
        return f"epoch {epoch} of {self._plan.epochs}"

    def _record_start(self) -> None:
        """Record where the run begins, before anything is traced for training."""
        loss, metric = self._fleet.evaluate_training()
        layers = len(self._fleet.layout.kernels)
        self._record(loss, metric, np.full((layers, len(self._seeds)), np.nan), 0.0, np.ones(len(self._seeds), bool))
        self._recorder.report(self._epoch, "the untrained network" if self._epoch == 0 else "", now=True)

    def _record_epoch(
        self, loss: np.ndarray, metric: np.ndarray, norms: np.ndarray, active: np.ndarray, seconds: float
    ) -> dict[str, np.ndarray]:
        """Record an epoch from its sums; return the values of the curves by name."""
        sizes, steps = self._feed.sizes, self._feed.replica_steps
        gradient = np.where(active, (norms / steps[:, None]).T, np.nan)
        return self._record(loss / sizes, metric / sizes, gradient, seconds, active)

    def _record(
        self, loss: np.ndarray, metric: np.ndarray, gradient: np.ndarray, seconds: float, active: np.ndarray
    ) -> dict[str, np.ndarray]:
        begun = time.perf_counter()
        held_loss, held_metric = self._fleet.evaluate_validation()
        curves = {"loss": loss, "validation_loss": held_loss, "metric": metric, "validation_metric": held_metric}
        curves = {name: np.where(active, values, np.nan) for name, values in curves.items()}
        if seconds:
            seconds += time.perf_counter() - begun
        rate = self._feed.rate(self._epoch)
        self._recorder.add(epoch=self._epoch, **curves, learning_rate=rate, seconds=seconds)
        if self._plan.norms:
            weight_norm = self._fleet.layout.kernel_norms(self._fleet.whole()).T
            self._recorder.add(gradient_norm=gradient, weight_norm=np.where(active, weight_norm, np.nan))
        if self._epoch in self._plan.snapshot_epochs:
            self._add_snapshot()
        self._recorder.report(self._epoch, self._message(self._epoch))
        return curves

    def _add_snapshot(self) -> None:
        weights = self._fleet.layout.all_weights(self._fleet.whole())
        self._recorder.add(snapshot_epoch=self._epoch, snapshots=weights)

    def _record_end(self) -> None:
        """Keep the last weights too, if weights are kept at all, and send what waits."""
        if not self._recorder.has_snapshot(self._epoch):
            self._add_snapshot()
        self._recorder.report(self._epoch, "", now=True)
