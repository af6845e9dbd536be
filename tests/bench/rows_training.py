"""The trainers against plain Keras: same networks, same batches, same results, how much sooner?

Ratios are of CPU seconds of this process, all threads counted: other work on the machine disturbs them less than it
disturbs the clock on the wall, whose ratio is in the note.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from tests.bench.harness import Row, at_least, at_most, median_seconds

REPLICAS = 50
SAMPLE = 3  # fits of the 50 that are really run; their CPU seconds are scaled up


def _measure(function: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return CPU seconds, wall seconds and what the function returned."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = function()
    return time.process_time() - cpu, time.perf_counter() - wall, result


def single_trainer() -> Row:
    """2-16-16-1 on 2000 rows, batch 10, 50 epochs, compiling included, against `model.fit`.

    Both sides start from the same weights and take the rows in the same order, and the losses after the last epoch
    must agree. Three fresh trainings by each, alternating, medians; the engine forgets its compiled functions before
    each. One short training by each before takes TensorFlow's own start-up off both.
    """
    import keras

    from engine.models.mlp import MLP, Hidden
    from engine.training import compiled, plan, single

    random = np.random.default_rng(0)
    x = random.normal(size=(2000, 2)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] > 0).astype(np.float32)[:, None]
    network = MLP(2, (Hidden(16, "tanh"), Hidden(16, "tanh")))
    settings = plan.TrainingPlan(learning_rate=0.003, batch_size=10, epochs=50, seed=1, shuffle=False)

    def theirs(epochs: int = 50) -> float:
        model = network.build(1)
        model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
        return model.fit(x, y, batch_size=10, epochs=epochs, shuffle=False, verbose=0).history["loss"][-1]

    def ours(epochs: int = 50) -> float:
        compiled.forget()
        return float(single.train(network, replace(settings, epochs=epochs), plan.Data(x, y)).history.loss[-1])

    theirs(1)
    ours(1)
    pairs = [(_measure(ours), _measure(theirs)) for _ in range(3)]
    (cpu, wall), (fit_cpu, fit_wall) = (
        [median(pair[side][kind] for pair in pairs) for kind in (0, 1)] for side in (0, 1)
    )
    loss, fit_loss = pairs[0][0][2], pairs[0][1][2]
    note = (
        f"fit {fit_cpu:.1f} CPU s, engine {cpu:.2f}; on the wall {fit_wall:.1f} s and {wall:.2f} s, "
        f"{fit_wall / wall:.1f} ×; last losses {fit_loss:.5f} and {loss:.5f}"
    )
    row = at_least("single trainer against fit", fit_cpu / cpu, 10, "×", note)
    return replace(row, holds=row.holds and abs(fit_loss - loss) < 1e-3)


def replica_trainer() -> Row:
    """50 bootstrap samples of the digits, 64-32 MLP with early stopping, against a fresh `model.fit` for each.

    The engine trains all 50 in lock-step, compiling included (it forgets its compiled functions before), three
    times; the median counts. Of the plain fits the first three are run, one after each of the engine's runs, and
    scaled by the epochs: (median of their CPU seconds an epoch) times (epochs that all 50 take). Accuracies
    on the rows not drawn must agree to half a percent (3 rows of 660) for those three: over thousands of steps
    rounding is amplified, and now and then early stopping sees another best epoch.
    """
    from engine.models.mlp import MLP, Hidden
    from engine.training import compiled, plan, replicas

    x, y, rows, held = _bootstrap_samples()
    network = MLP(64, (Hidden(64, "relu"), Hidden(32, "relu")), 10, "softmax")
    settings = plan.TrainingPlan(
        "sparse_categorical_crossentropy",
        learning_rate=1e-3,
        epochs=100,
        batch_size=32,
        shuffle=False,
        early_stopping=plan.EarlyStopping(patience=5),
    )
    data = plan.Data(x, y, None, x, y)

    def ours(epochs: int = 100) -> replicas.TrainedReplicas:
        compiled.forget()
        seeds = range(REPLICAS)
        return replicas.train_replicas(
            network, replace(settings, epochs=epochs), data, seeds, rows=rows, validation_rows=held
        )

    _plain_fit(network, x, y, rows[0], held[0], 0, epochs=1)
    ours(1)
    lock_step, fits = [], []
    for split in range(SAMPLE):
        lock_step.append(_measure(ours))
        fits.append(_measure(lambda split=split: _plain_fit(network, x, y, rows[split], held[split], split)))
    trained = lock_step[0][2]
    cpu, wall = (median(run[kind] for run in lock_step) for kind in (0, 1))
    epochs = int(trained.epochs.sum())
    fit_cpu, fit_wall = (epochs * median(fit[kind] / fit[2][0] for fit in fits) for kind in (0, 1))
    accuracy = [float(trained.history.validation_metric[trained.best_epoch[r], r]) for r in range(SAMPLE)]
    same = all(abs(theirs - own) <= 0.005 for (_, _, (_, theirs)), own in zip(fits, accuracy, strict=True))
    note = (
        f"50 fits {fit_cpu:.0f} CPU s (scaled from {SAMPLE}), lock-step {cpu:.1f}; "
        f"on the wall {fit_wall / wall:.1f} ×; epochs {[fit[2][0] for fit in fits]} and "
        f"{trained.epochs[:SAMPLE].tolist()}; accuracies "
        f"{', '.join(f'{fit[2][1]:.4f}' for fit in fits)} and {', '.join(f'{value:.4f}' for value in accuracy)}"
    )
    row = at_least("50 replicas against 50 fits", float(fit_cpu / cpu), 25, "× CPU", note)
    return replace(row, holds=row.holds and same)


def _bootstrap_samples() -> tuple[np.ndarray, np.ndarray, list[np.ndarray], list[np.ndarray]]:
    from sklearn.datasets import load_digits

    digits = load_digits()
    random = np.random.default_rng(0)
    rows = [random.integers(0, len(digits.data), len(digits.data)) for _ in range(REPLICAS)]
    held = [np.setdiff1d(np.arange(len(digits.data)), drawn) for drawn in rows]
    return (digits.data / 16).astype(np.float32), digits.target, rows, held


def _plain_fit(
    network: Any, x: np.ndarray, y: np.ndarray, rows: np.ndarray, held: np.ndarray, seed: int, epochs: int = 100
) -> tuple[int, float]:
    """Return the epochs that plain Keras ran, and the held-back accuracy of the best."""
    import keras

    model = network.build(seed)
    model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    stopping = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
    history = model.fit(
        x[rows],
        y[rows],
        batch_size=32,
        epochs=epochs,
        shuffle=False,
        validation_data=(x[held], y[held]),
        callbacks=[stopping],
        verbose=0,
    ).history
    return len(history["loss"]), history["val_accuracy"][int(np.argmin(history["val_loss"]))]


def neuron_maps() -> Row:
    """Every neuron of a 4×8 network on a 100×100 grid: one frame, traced before, median of 20."""
    from engine.models.maps import neuron_maps as maps
    from engine.models.mlp import MLP, Hidden, flatten

    network = MLP(2, (Hidden(8, "tanh"),) * 4)
    weights = flatten(network.initial_weights(0))
    line = np.linspace(-1, 1, 100, dtype=np.float32)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    milliseconds = 1000 * median_seconds(lambda: maps(network, weights, grid), repeats=20, warm_up=3)
    return at_most("100×100 maps of all neurons, 4×8", milliseconds, 20, "ms", "33 maps, weights and grid handed over")
