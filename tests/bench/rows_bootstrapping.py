"""Fifty splits of two settings on the page against the recipe that everybody writes: one fresh `model.fit` a split."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from tests.bench.harness import Row, at_least

SAMPLE = 3  # fits of the 100 that are really run, of each kind


def _measure(function: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return CPU seconds, wall seconds and what the function returned."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = function()
    return time.process_time() - cpu, time.perf_counter() - wall, result


def benchmark_of_fifty_splits() -> Row:
    """50 shuffled splits of the digits, 64-32 MLP, early stopping, once for A and once for B: 100 networks.

    The engine's side is the page's whole run (splits, scaling, training in groups, scoring, the final model), with its
    compiled functions forgotten before; three times, the median counts. The recipe's side is scikit-learn's scaler and
    a fresh `model.fit` on arrays: three fits, one after each run of the engine, scaled by the epochs of all 100. Scores
    must agree: the page's script trains the same splits alone, in the page's batch order, and its held-back accuracy
    may differ by 2 rows of 450 (rounding over a thousand steps now and then moves the best epoch).
    """
    from engine.bootstrapping.experiment import SEED, Config, run
    from engine.runs.context import SilentContext
    from engine.training import compiled

    config = Config(
        dataset="digits",
        method="shuffle",
        layers=(64, 32),
        learning_rate=0.001,
        epochs=100,
        patience=5,
        differs=SEED,
    )

    def ours(settings: Config = config) -> Any:
        compiled.forget()
        return run(settings, SilentContext())

    ours(config.changed(splits=2, epochs=1))
    _fit(config, 0, epochs=1)
    pairs = [(_measure(ours), _measure(lambda split=split: _fit(config, split))) for split in range(SAMPLE)]
    result = pairs[0][0][2]
    cpu, wall = (median(pair[0][kind] for pair in pairs) for kind in (0, 1))
    epochs = int(result.epochs.sum())
    fit_cpu, fit_wall = (epochs * median(pair[1][kind] / pair[1][2] for pair in pairs) for kind in (0, 1))
    theirs = [_scripted(config, split) for split in range(SAMPLE)]
    own = [float(result.score[0, split]) for split in range(SAMPLE)]
    same = all(abs(one - other) <= 2.01 / 450 for one, other in zip(theirs, own, strict=True))
    note = (
        f"100 fits {fit_cpu:.0f} CPU s (scaled from {SAMPLE}), the page's run {cpu:.1f}; on the wall "
        f"{fit_wall / wall:.1f} ×; {epochs} epochs in all; accuracies {', '.join(f'{value:.4f}' for value in theirs)} "
        f"and {', '.join(f'{value:.4f}' for value in own)}"
    )
    row = at_least("50 splits of A and B against 100 fits", float(fit_cpu / cpu), 25, "× CPU", note)
    return replace(row, holds=row.holds and same)


def _split(config: Any, place: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return scaled inputs and classes of a split, to learn from and held back."""
    from sklearn.model_selection import ShuffleSplit
    from sklearn.preprocessing import StandardScaler

    from engine.data.tabular import rows

    table = rows("digits")
    splitter = ShuffleSplit(config.splits, test_size=config.held_out, random_state=config.seed)
    learn, held = list(splitter.split(table.x))[place]
    x = StandardScaler().fit(table.x[learn]).transform(table.x).astype(np.float32)
    return x[learn], table.y[learn], x[held], table.y[held]


def _fit(config: Any, place: int, epochs: int | None = None) -> int:
    """Train one split as the recipe does; return the epochs it ran."""
    import keras

    from engine.data.tabular import rows

    network = config.network(0)
    x, y, held_x, held_y = _split(config, place)
    model = network.architecture(rows("digits")).build(config.seed + place)
    model.compile(keras.optimizers.Adam(config.learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    stopping = keras.callbacks.EarlyStopping(patience=config.patience, restore_best_weights=True)
    history = model.fit(
        x,
        y,
        batch_size=config.batch_size,
        epochs=epochs or config.epochs,
        validation_data=(held_x, held_y),
        callbacks=[stopping],
        verbose=0,
    )
    model.predict(held_x, verbose=0)
    return len(history.history["loss"])


def _scripted(config: Any, place: int) -> float:
    """Train one split with the functions of the page's script; return its held-back accuracy."""
    from engine.data.tabular import rows
    from engine.validation import script

    network, table = config.network(0), rows("digits")
    space: dict[str, Any] = {}
    parts = (script.OPENING, script.build_network(network, table), script.train_network(network))
    exec(compile("\n\n\n".join(parts), "script", "exec"), space)
    x, y, held_x, held_y = _split(config, place)
    model, _ = space["train"](config.seed + place, x, y, held_x, held_y)
    return float(np.mean(model.predict(held_x, verbose=0).argmax(axis=1) == held_y))
