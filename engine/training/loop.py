"""The loop both trainers run: epochs in chunks of compiled steps, with an ear for Stop between them.

What the learner should see: a first point at once (the untrained network), then the curves; Stop stops; a loss that
is no longer a number ends the run as a result that says at which step.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.training import batches
from engine.training.compiled import Architecture, Compiled, Shape, State, compiled
from engine.training.plan import Checkpoint, Data, History, TrainingPlan
from engine.training.recorder import Recorder
from engine.training.schedules import rates
from engine.training.stopping import Patience, select

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
    ) -> None:
        """Prepare data, functions and state; nothing is trained yet. See `single.train` and `replicas.train_replicas`."""
        self._plan, self._seeds, self._context = plan, list(seeds), context
        self._validated = data.validation_x is not None
        count = len(data.x)
        self._rows = [np.arange(count, dtype=np.int32)] * len(self._seeds) if rows is None else _indices(rows)
        self._own_rows = rows is not None
        self._sizes = np.array([len(own) for own in self._rows], dtype=np.int32)
        self._steps = batches.steps(int(self._sizes.max()), plan.batch_size)
        ragged = len(set(self._sizes.tolist())) > 1
        worth = self._steps * plan.epochs * (1 + len(self._seeds)) >= XLA_FROM_STEPS
        xla = worth if plan.xla is None else plan.xla
        shape = Shape(
            architecture,
            plan.loss,
            plan.metric,
            plan.optimizer,
            weighted=data.sample_weight is not None or data.validation_weight is not None,
            norms=plan.norms,
            replicas=0 if alone else len(self._seeds),
            batch_size=plan.batch_size if ragged or xla else 0,
            filling="ragged" if ragged else ("last" if xla and self._sizes[0] % plan.batch_size else ""),
            xla=bool(xla),
        )
        self._compiled: Compiled = compiled(shape)
        self._alone = alone
        self._prepare_data(data, validation_rows)
        self._epoch, self._steps_done, self._state = self._start(architecture, start, initial_weights)
        self._recorder = Recorder(context, plan.epochs, alone)
        self._chunk = 8
        self._total_rates = [rates(plan.schedule, plan.learning_rate, self._replica_steps(r) * max(plan.epochs, 1))
                             for r in range(len(self._seeds))]  # fmt: skip

    def _replica_steps(self, replica: int) -> int:
        return batches.steps(int(self._sizes[replica]), self._plan.batch_size)

    def _prepare_data(self, data: Data, validation_rows: Sequence[np.ndarray] | None) -> None:
        import tensorflow as tf

        def targets(y: np.ndarray) -> Any:
            values = np.asarray(y, dtype=np.float32)
            return tf.constant(values[:, None] if values.ndim == 1 else values)

        def weights(values: np.ndarray | None, count: int) -> Any:
            return tf.constant(np.ones(count) if values is None else values, dtype=tf.float32)

        self._data = (tf.constant(data.x, tf.float32), targets(data.y), weights(data.sample_weight, len(data.x)))
        if data.validation_x is None:
            self._validation: tuple[Any, ...] = ()
            return
        held, held_y = data.validation_x, data.validation_y
        if held_y is None:
            raise ValueError("validation rows without targets")
        self._validation = (tf.constant(held, tf.float32), targets(held_y), weights(data.validation_weight, len(held)))
        if validation_rows is not None:
            self._validation += _padded(_indices(validation_rows))

    def _start(
        self, architecture: Architecture, start: Checkpoint | None, initial_weights: np.ndarray | None
    ) -> tuple[int, np.ndarray, State]:
        import tensorflow as tf

        if start is not None:
            slots = len(self._compiled._optimizer.variables)
            tensors = [tf.constant(array) for array in start.state]
            state = State(tensors[0], tensors[1 : len(tensors) - slots], tensors[len(tensors) - slots :])
            return start.epoch, np.array(start.steps), state
        if initial_weights is None:
            initial_weights = np.stack(
                [np.concatenate([np.ravel(a) for a in architecture.initial_weights(seed)]) for seed in self._seeds]
            )
        weights = np.asarray(initial_weights, dtype=np.float32).reshape(len(self._seeds), -1)
        return 0, np.zeros(len(self._seeds), dtype=np.int64), self._compiled.initial_state(weights, self._seeds)

    def run(self) -> Outcome:
        """Train until the last epoch, early stopping, divergence or Stop, whichever comes first."""
        plan, replicas = self._plan, len(self._seeds)
        active = np.ones(replicas, dtype=bool)
        epochs = np.full(replicas, self._epoch, dtype=np.int32)
        diverged_at = np.full(replicas, -1, dtype=np.int32)
        diverged_step = np.full(replicas, -1, dtype=np.int64)
        patience = Patience(plan.early_stopping, plan.metric, replicas) if plan.early_stopping else None
        self._record_start()
        tracing, stopped = 0.0, self._context.stop_requested()
        if not stopped and self._epoch < plan.epochs:
            tracing = self._trace()
        while not stopped and self._epoch < plan.epochs and active.any():
            before, begun = self._state, time.perf_counter()
            sums = self._run_epoch(self._epoch + 1, active)
            if sums is None:
                # Stopped in the middle: the epoch does not count, the run stands where it last was complete.
                self._state, stopped = before, True
                break
            self._epoch += 1
            bad = active & (sums.bad >= 0)
            diverged_at[bad] = self._epoch
            diverged_step[bad] = self._steps_done[bad] + sums.bad[bad]
            if bad.any():
                self._state = select(~bad, self._state, before)
            going_on = active & ~bad
            # The dtype matters when every replica is bad: an empty list would be one of floats.
            steps_done = [self._replica_steps(int(replica)) for replica in np.flatnonzero(going_on)]
            self._steps_done[going_on] += np.array(steps_done, dtype=self._steps_done.dtype)
            values = self._record_epoch(sums, active, time.perf_counter() - begun)
            epochs[active] = self._epoch
            active = active & ~bad
            if patience is not None:
                patience.judge(self._epoch, values, self._state, active)
                active = active & ~patience.stopped
            stopped = self._context.stop_requested()
        self._record_end()
        checkpoint = Checkpoint(self._epoch, self._steps_done.copy(), _arrays(self._state))
        final = self._state if patience is None else patience.restored(self._state)
        early = np.zeros(replicas, dtype=bool) if patience is None else patience.stopped
        return Outcome(
            history=self._recorder.history(),
            weights=self._compiled.all_weights(final),
            epochs=epochs,
            best_epoch=epochs if patience is None else np.where(patience.best_epoch > 0, patience.best_epoch, epochs),
            stopped=stopped,
            early_stopped=early,
            diverged_at=diverged_at,
            diverged_step=diverged_step,
            tracing_seconds=tracing,
            checkpoint=checkpoint,
        )

    def _trace(self) -> float:
        """Trace and compile the training function, unless it has been, by running no step; return the seconds."""
        begun = time.perf_counter()
        self._run_epoch(self._epoch + 1, np.ones(len(self._seeds), dtype=bool), steps=0)
        return time.perf_counter() - begun

    def _run_epoch(self, epoch: int, active: np.ndarray, steps: int | None = None) -> Any:
        """Run all steps of an epoch, or the first few; return their Sums as arrays, or None if Stop came before."""
        import tensorflow as tf

        plan = self._plan
        orders = [own[batches.order(seed, epoch, len(own))] if plan.shuffle else own
                  for own, seed in zip(self._rows, self._seeds, strict=True)]  # fmt: skip
        length = self._steps * plan.batch_size if self._compiled.shape.batch_size else int(self._sizes.max())
        order, rows = _padded(orders, length)
        epoch_rates = self._epoch_rates(epoch)
        x, y, weight = self._data
        on = tf.constant(active)
        wanted = self._steps if steps is None else steps
        first, sums = 0, self._compiled.no_sums()
        while True:
            last = min(wanted, first + self._chunk)
            begun = time.perf_counter()
            self._state, sums = self._compiled.train(
                self._state, sums, x, y, weight, order, rows, on, epoch_rates, plan.batch_size, first, last
            )
            sums.bad.numpy()  # waits for the steps
            if last > first:
                self._adapt(last - first, time.perf_counter() - begun)
            first = last
            if first >= wanted:
                return type(sums)(*(np.asarray(part) for part in sums))
            self._recorder.report(epoch - 1 + first / self._steps, self._message(epoch))
            if self._context.stop_requested():
                return None

    def _adapt(self, steps: int, seconds: float) -> None:
        """Let a chunk take about CHUNK_SECONDS; a slow first call (XLA compiling) shrinks it for one chunk only."""
        fitting = int(steps * CHUNK_SECONDS / max(seconds, 1e-6))
        self._chunk = max(1, min(fitting, 4 * self._chunk))

    def _epoch_rates(self, epoch: int) -> Any:
        import tensorflow as tf

        table = np.zeros((len(self._seeds), self._steps), dtype=np.float32)
        for replica, own in enumerate(self._total_rates):
            steps = self._replica_steps(replica)
            table[replica, :steps] = own[(epoch - 1) * steps : epoch * steps]
        return tf.constant(table)

    def _message(self, epoch: int) -> str:
        return f"epoch {epoch} of {self._plan.epochs}"

    def _evaluate_validation(self) -> tuple[np.ndarray, np.ndarray]:
        if not self._validated:
            nothing = np.full(len(self._seeds), np.nan, dtype=np.float32)
            return nothing, nothing
        return self._compiled.evaluate(self._state, *self._validation)

    def _record_start(self) -> None:
        """Record where the run begins, before anything is traced for training."""
        parts = _padded(self._rows) if self._own_rows else ()
        loss, metric = self._compiled.evaluate(self._state, *self._data, *parts)
        self._record(loss, metric, np.full((self._compiled.kernel_count, len(self._seeds)), np.nan), 0.0)
        self._recorder.report(self._epoch, "the untrained network" if self._epoch == 0 else "", now=True)

    def _record_epoch(self, sums: Any, active: np.ndarray, seconds: float) -> dict[str, np.ndarray]:
        loss = np.where(active, sums.loss / self._sizes, np.nan)
        metric = np.where(active, sums.metric / self._sizes, np.nan)
        steps = np.array([self._replica_steps(int(replica)) for replica in range(len(self._seeds))])
        gradient = np.where(active, (sums.norms / steps[:, None]).T, np.nan)
        return self._record(loss, metric, gradient, seconds, active)

    def _record(
        self, loss: np.ndarray, metric: np.ndarray, gradient: np.ndarray, seconds: float, active: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        begun = time.perf_counter()
        validation_loss, validation_metric = self._evaluate_validation()
        curves = {"loss": loss, "validation_loss": validation_loss, "metric": metric, "validation_metric": validation_metric}
        if active is not None:
            curves = {name: np.where(active, values, np.nan) for name, values in curves.items()}
        taken = self._total_rates[0]
        rate = taken[min(max(self._epoch * self._replica_steps(0) - 1, 0), len(taken) - 1)]
        if seconds:
            seconds += time.perf_counter() - begun
        self._recorder.add(epoch=self._epoch, **curves, learning_rate=rate, seconds=seconds)
        if self._plan.norms:
            self._recorder.add(gradient_norm=gradient, weight_norm=self._compiled.kernel_norms(self._state).T)
        if self._epoch in self._plan.snapshot_epochs:
            self._add_snapshot()
        self._recorder.report(self._epoch, self._message(self._epoch))
        return curves

    def _add_snapshot(self) -> None:
        self._recorder.add(snapshot_epoch=self._epoch, snapshots=self._compiled.all_weights(self._state))

    def _record_end(self) -> None:
        """Keep the last weights too, if weights are kept at all, and send what waits."""
        if not self._recorder.has_snapshot(self._epoch):
            self._add_snapshot()
        self._recorder.report(self._epoch, "", now=True)


def _indices(rows: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [np.asarray(own, dtype=np.int32) for own in rows]


def _padded(rows: Sequence[np.ndarray], length: int | None = None) -> tuple[Any, Any]:
    """Return the rows as int32 (R, length), filled up with 0, and how many count of each, int32 (R,)."""
    import tensorflow as tf

    sizes = np.array([len(own) for own in rows], dtype=np.int32)
    table = np.zeros((len(rows), length or int(sizes.max())), dtype=np.int32)
    for replica, own in enumerate(rows):
        table[replica, : len(own)] = own
    return tf.constant(table), tf.constant(sizes)


def _arrays(state: State) -> tuple[np.ndarray, ...]:
    return tuple(np.asarray(tensor) for tensor in (state.weights, *state.others, *state.slots))


def continued(plan: TrainingPlan, epochs: int) -> TrainingPlan:
    """Return the plan with another last epoch, for going on from a checkpoint."""
    return replace(plan, epochs=epochs)
