"""The shown network and the others of its band, trained side by side in one worker.

The shown one is trained alone, in Keras's own operations, so that its numbers are those of the exported script to the
last digits even after hundreds of epochs. The others go in lock-step, compiled by XLA: several times cheaper, and
rounding that grows with the epochs does not matter for a band.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from engine.playground.setup import architecture, plan, training_data
from engine.training.plan import History

if TYPE_CHECKING:
    from engine.data.toy import Samples
    from engine.playground.experiment import Config
    from engine.runs.context import Context

CURVES = ("loss", "validation_loss", "metric", "validation_metric")
SHOWN = ("epoch", *CURVES, "gradient_norm", "weight_norm", "seconds")
SNAPSHOTS = ("snapshot_epoch", "snapshots")
OTHER = tuple(f"other_{name}" for name in CURVES)


class _Shared:
    """What both trainers report to: one progress, the mean of the two, and one stop."""

    def __init__(self, context: Context, parts: int, total: int) -> None:
        self.context = context
        self.failed = False
        self._last_useful = total
        self._done = [0.0] * parts
        self._lock = threading.Lock()

    def useless_after(self, epoch: int) -> None:
        """Say that the shown network has diverged: what others do later would not be seen."""
        self._last_useful = epoch

    def stop_requested(self, part: int) -> bool:
        beyond = part > 0 and self._done[part] >= self._last_useful
        return self.failed or beyond or self.context.stop_requested()

    def report(self, part: int, done: float, total: float, message: str, arrays: Mapping[str, np.ndarray]) -> None:
        with self._lock:
            self._done[part] = done
            self.context.report(sum(self._done) / len(self._done), total, message, **arrays)


class _Part:
    """The context of one of the two trainers; passes on what the page needs, under the names it knows."""

    def __init__(self, shared: _Shared, part: int, names: Mapping[str, str]) -> None:
        self._shared, self._part, self._names = shared, part, names
        self._message = ""

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Report progress and the arrays to append, see `engine.runs.context`."""
        known = {self._names[name]: values for name, values in arrays.items() if name in self._names}
        self._shared.report(self._part, done, total, message, known)

    def stop_requested(self) -> bool:
        """Tell whether this part should end now: because of Stop, or because the rest would be of no use."""
        return self._shared.stop_requested(self._part)

    def attach(self, name: str, content: bytes) -> None:
        """Keep a file beside the result."""
        self._shared.context.attach(name, content)


def train_together(config: Config, data: Samples, context: Context) -> tuple[dict[str, np.ndarray], bool]:
    """Train all seeds of a config.

    Args:
        config: What to train; `config.seed` is shown, the `config.seeds - 1` numbers after it make the band.
        data: Its points.
        context: Gets the series named in SHOWN, SNAPSHOTS and OTHER, the latter (k, seeds − 1), as they grow.

    Returns:
        The whole series by name, and whether Stop ended the run.
    """
    from engine.training.replicas import train_replicas
    from engine.training.single import train

    network, rows = architecture(config, data), training_data(config, data)
    exact = dataclasses.replace(plan(config, data), xla=False)
    # Always XLA, whatever the number of epochs: else a longer run would not repeat the shorter one's numbers.
    quick = dataclasses.replace(exact, xla=True, norms=False, snapshot_epochs=())
    others = range(config.seed + 1, config.seed + config.seeds)
    shared = _Shared(context, 2 if others else 1, config.epochs)
    shown_part = _Part(shared, 0, {name: name for name in (*SHOWN, *SNAPSHOTS)})
    other_part = _Part(shared, 1, dict(zip(CURVES, OTHER, strict=True)))
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="band") as pool:
        band = pool.submit(train_replicas, network, quick, rows, others, other_part) if others else None
        if band is not None:
            # Nobody waits for a band whose shown network failed, nor the other way round.
            band.add_done_callback(lambda done: setattr(shared, "failed", done.exception() is not None))
        try:
            shown = train(network, exact, rows, shown_part)
        except BaseException:
            shared.failed = True
            raise
        series = _series(shown.history)
        stopped = shown.stopped and shown.epochs < config.epochs
        if shown.diverged_at is not None:
            shared.useless_after(shown.diverged_at)
        if band is not None:
            trained = band.result()
            series |= {other: getattr(trained.history, name) for name, other in zip(CURVES, OTHER, strict=True)}
            stopped = stopped or (trained.stopped and len(series["other_loss"]) < len(series["loss"]))
    return series, stopped


def _series(history: History) -> dict[str, np.ndarray]:
    series = {name: getattr(history, name) for name in SHOWN if name != "epoch"}
    series["epoch"] = np.arange(len(history.loss), dtype=np.int32)
    return series | {"snapshot_epoch": history.snapshot_epochs, "snapshots": history.snapshots}


def joined(series: Mapping[str, np.ndarray], seeds: int) -> dict[str, np.ndarray]:
    """Return the curves with one column a seed, as long as the shown network's: (E, seeds) each.

    The others may be some epochs behind (those rows are NaN) or ahead (cut).

    Args:
        series: At least the series of SHOWN.
        seeds: Number of networks.
    """
    epochs = min(len(series[name]) for name in SHOWN)
    curves = {name: np.asarray(series[name][:epochs]) for name in SHOWN}
    for name, other in zip(CURVES, OTHER, strict=True):
        columns = np.full((epochs, seeds), np.nan, dtype=np.float32)
        columns[:, 0] = curves[name]
        known = np.asarray(series.get(other, np.zeros((0, seeds - 1), np.float32)))[:epochs]
        columns[: len(known), 1:] = known
        curves[name] = columns
    return curves


def diverged(series: Mapping[str, np.ndarray], epochs: int, seeds: int) -> np.ndarray:
    """Return the first epoch, int32 (seeds,), at which each network's loss is not a finite number, or −1.

    Args:
        series: The series so far.
        epochs: Number of rows that count.
        seeds: Number of networks.
    """
    shown = np.asarray(series["loss"])[:epochs, None]
    other = np.asarray(series.get("other_loss", np.zeros((0, seeds - 1))))[:epochs]
    first = np.full(seeds, -1, dtype=np.int32)
    for columns, start in ((shown, 0), (other, 1)):
        lost = ~np.isfinite(columns)
        if len(lost):
            first[start : start + lost.shape[1]] = np.where(lost.any(axis=0), lost.argmax(axis=0), -1)
    return first
