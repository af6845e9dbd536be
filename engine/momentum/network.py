"""The real network, in the worker: four momenta, several seeds each in lock-step, once with one η, once with η (1 − β).

What the learner should see: a step that remembers adds up to η / (1 − β) times the gradient. With that taken out, most
of the lead is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.data.tabular import rows
from engine.momentum.experiment import MOMENTA, Config, Result, training_of
from engine.runs.context import SilentContext
from engine.validation.network import Network, Split, fit_splits

if TYPE_CHECKING:
    from engine.runs.context import Context

HELD_BACK = 0.2


def splits(config: Config) -> list[Split]:
    """Return the rows of every network: the same ones, a fifth of them held back."""
    count = len(rows(config.table).y)
    order = np.random.default_rng(config.seed).permutation(count)
    first = round(HELD_BACK * count)
    return [Split(order[first:], order[:first])] * config.seeds


def network(config: Config, momentum: float, fair: bool) -> Network:
    """Return the network and its training; `fair` takes η (1 − β)."""
    rate = config.learning_rate * (1 - momentum) if fair else config.learning_rate
    return Network(
        layers=config.layers,
        optimizer="momentum",
        learning_rate=rate,
        momentum=momentum,
        batch_size=config.batch_size,
        epochs=config.epochs,
        patience=0,
    )


class _Part(SilentContext):
    """One training of several: its rows go on with their place."""

    def __init__(
        self, context: Context, number: int, epochs: int, place: tuple[int, int], series: list[dict[str, np.ndarray]]
    ) -> None:
        super().__init__()
        self._context, self._number, self._epochs = context, number, epochs
        self._place, self._series, self._seen = place, series, 0

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Pass loss and accuracy on; the total is that of all trainings."""
        del total
        new = {}
        if "loss" in arrays:
            count = len(arrays["loss"])
            places = [(*self._place, self._seen + row) for row in range(count)]
            new = {
                "loss": arrays["loss"],
                "accuracy": arrays["validation_metric"],
                "place": np.array(places, np.int32),
            }
            self._seen += count
            self._series.append(new)
        self._context.report(self._number * self._epochs + done, self._total(), message, **new)

    def stop_requested(self) -> bool:
        """Ask whoever watches all of them."""
        return self._context.stop_requested()

    def _total(self) -> float:
        return (2 * len(MOMENTA) - 1) * self._epochs


def train(config: Config, context: Context) -> Result:
    """Train all networks; half a minute with a warm worker."""
    table, parts = rows(config.table), splits(config)
    seeds = [config.seed + number for number in range(config.seeds)]
    plans = [(0, which) for which in range(len(MOMENTA))] + [(1, which) for which in range(1, len(MOMENTA))]
    series: list[dict[str, np.ndarray]] = []
    stopped = False
    for number, (fair, which) in enumerate(plans):
        part = _Part(context, number, config.epochs, (fair, which), series)
        fit = network(config, MOMENTA[which], bool(fair))
        stopped = fit_splits(fit, table, parts, seeds, part, xla=False).trained.stopped
        if stopped:
            break
    merged = {name: np.concatenate([one[name] for one in series]) for name in ("loss", "accuracy", "place")}
    return training_of(config, merged, stopped)
