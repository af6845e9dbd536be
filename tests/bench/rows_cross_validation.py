"""Cross-validation against the plain recipe: a fresh network and a fresh `fit` for every fold, one after another.

Ratios are of CPU seconds of this process, all threads counted; both sides in one run, alternating. What the page runs
by default is five folds, five times: 25 networks in lock-step.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from tests.bench.harness import Row, at_least

FOLDS = 5
ROUNDS = 3


def _measure(function: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return CPU seconds, wall seconds and what the function returned."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = function()
    return time.process_time() - cpu, time.perf_counter() - wall, result


def _recipe(config: Any, folds: int) -> list[float]:
    """Return the accuracies of the first folds by scikit-learn's scaler and a fresh Keras model and `fit` for each.

    The batches are the page's, from a generator, which costs Keras no more than arrays do.
    """
    from engine.cross_validation.setup import prepared
    from engine.cross_validation.splits import splits
    from engine.data.tabular import rows
    from engine.validation import script

    table = prepared(config).table
    space: dict[str, Any] = {}
    network = config.network()
    parts = (script.OPENING, script.build_network(network, rows(config.dataset)), script.train_network(network))
    exec(compile("\n\n\n".join(parts), "recipe", "exec"), space)
    from sklearn.preprocessing import StandardScaler

    scores = []
    for split in splits(config, table)[:folds]:
        x = StandardScaler().fit(table.x[split.train]).transform(table.x).astype(np.float32)
        y = table.y.astype(np.float32)
        model, _ = space["train"](config.seed, x[split.train], y[split.train], x[split.test], y[split.test])
        said = model.predict(x[split.test], verbose=0)
        said = said.argmax(axis=1) if said.shape[1] > 1 else said[:, 0] > 0.5
        scores.append(float(np.mean(said == table.y[split.test])))
    return scores


def _folds_only(config: Any) -> Any:
    """Train every fold's network as the page does; return the accuracies (R, k)."""
    from engine.cross_validation.setup import prepared
    from engine.cross_validation.splits import repeats, splits
    from engine.cross_validation.training import WORTH_COMPILING
    from engine.validation.network import fit_splits, score

    table = prepared(config).table
    cut = splits(config, table)
    seeds = [config.seed + place // FOLDS for place in range(len(cut))]
    steps = -(-len(cut[-1].train) // config.batch_size) * config.epochs
    xla = True if steps * len(cut) >= WORTH_COMPILING else None
    fitted = fit_splits(config.network(), table, cut, seeds, xla=xla)
    found = [
        score(table, table.y[split.test], fitted.predict(table.x[split.test], place)) for place, split in enumerate(cut)
    ]
    return np.array(found).reshape(repeats(config), FOLDS)


def five_folds() -> list[Row]:
    """Five folds against five fresh fits: repeated five times as the page does, and once; compiled anew, and kept.

    Of the repeated recipe the first five fits are run and counted five times. Scores of the first five folds must agree
    to one row of 91 each, and to half a row on average.
    """
    from engine.cross_validation.experiment import Config
    from engine.training import compiled

    config = Config()
    once = config.changed(repeats=1)
    _recipe(once.changed(epochs=1), 1)
    _folds_only(once.changed(epochs=1))

    def cold(settings: Any) -> Any:
        compiled.forget()
        return _folds_only(settings)

    rounds = []
    for _ in range(ROUNDS):
        plain = _measure(lambda: _recipe(once, FOLDS))
        rounds.append(
            (
                plain,
                _measure(lambda: cold(config)),
                _measure(lambda: _folds_only(config)),
                _measure(lambda: cold(once)),
                _measure(lambda: _folds_only(once)),
            )
        )
    cpu = [median(one[side][0] for one in rounds) for side in range(5)]
    wall = [median(one[side][1] for one in rounds) for side in range(5)]
    theirs, ours = np.array(rounds[0][0][2]), rounds[0][1][2][0]
    same = bool(np.abs(theirs - ours).max() <= 1.01 / 91 and abs(theirs.mean() - ours.mean()) <= 0.5 / 91)
    scores = f"scores {', '.join(f'{value:.4f}' for value in theirs)} and {', '.join(f'{value:.4f}' for value in ours)}"
    rows = []
    for side, times, name in (
        (1, 5, "5 folds × 5 repeats, compiling included"),
        (2, 5, "5 folds × 5 repeats, shape seen before"),
        (4, 1, "5 folds once, shape seen before"),
    ):
        note = (
            f"{5 * times} fits {times * cpu[0]:.1f} CPU s (from {FOLDS}), lock-step {cpu[side]:.2f}; on the wall "
            f"{times * wall[0] / wall[side]:.0f} ×; {scores}"
        )
        row = at_least(name, times * cpu[0] / cpu[side], 25, "× CPU", note)
        rows.append(replace(row, holds=row.holds and same))
    first = cpu[0] / cpu[3]
    note = (
        f"fits {cpu[0]:.1f} CPU s, lock-step {cpu[3]:.2f}, most of it compiling, which five small networks cannot repay"
    )
    rows.append(at_least("5 folds once, compiling included", first, 25, "× CPU", note))
    return rows
