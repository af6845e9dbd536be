"""The networks of a cross-validation: folds in lock-step, the same with the leak, then the new models on all rows.

What the learner should see: everything that looks at the rows (scaling, choosing columns) belongs inside the split. The
networks with the leak have the same splits, seeds and batches; only that one step was done before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.cross_validation.experiment import WAYS, Config, Result, assembled
from engine.cross_validation.setup import CHOSEN_COLUMNS, Prepared, prepared
from engine.cross_validation.splits import repeats, splits
from engine.data.tabular import Rows
from engine.validation.model_file import MODEL_FILE, model_file
from engine.validation.network import Fitted, Split, fit_splits

if TYPE_CHECKING:
    from engine.runs.context import Context

WORTH_COMPILING = 4000  # steps times networks; from there on the faster steps pay within two runs of a shape
CURVES = ("loss", "validation_loss", "validation_metric")


class Part:
    """One part of a run as its trainer sees the context: its share of the progress, and of the series what is shown."""

    def __init__(self, context: Context, first: float, share: float, unit: float, r_squared: np.ndarray | None) -> None:
        """Report progress from `first` to `first + share` of `unit`; `r_squared` None: no curves.

        For values the metric is a squared error in units of the training rows; `r_squared` (networks,) is the variance
        of each network's held-back rows in those units, which makes R² of it. For classes it is 0 everywhere.
        """
        self._context, self._first, self._share, self._unit = context, first, share, unit
        self._r_squared = r_squared

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Pass progress on, and the curves that the page shows."""
        shown = {}
        if self._r_squared is not None:
            shown = {name: np.asarray(arrays[name]) for name in CURVES if name in arrays}
            if "validation_metric" in shown and self._r_squared.any():
                shown["validation_metric"] = as_r_squared(shown["validation_metric"], self._r_squared)
        self._context.report(self._unit * (self._first + self._share * done / total), self._unit, message, **shown)

    def stop_requested(self) -> bool:
        """Return whether the run is to stop."""
        return self._context.stop_requested()

    def attach(self, name: str, content: bytes) -> None:
        """Attach to the run."""
        self._context.attach(name, content)


def as_r_squared(error: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return 1 − error/variance, float32; NaN where nothing varies (a fold of one row)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 0, 1 - error / variance, np.nan).astype(np.float32)


def chosen_columns(table: Rows, places: np.ndarray) -> np.ndarray:
    """Return the 20 columns whose F value for the target is largest on some rows, int64 (20,), rising.

    scikit-learn's `SelectKBest` with `f_classif` or `f_regression`.
    """
    from sklearn.feature_selection import SelectKBest, f_classif, f_regression

    chooser = SelectKBest(f_classif if table.classification else f_regression, k=CHOSEN_COLUMNS)
    return chooser.fit(table.x[places], table.y[places]).get_support(indices=True)


def measure(config: Config, context: Context) -> Result:
    """Run the whole experiment; see `experiment.run`."""
    ready = prepared(config)
    table, cut = ready.table, splits(config, ready.table)
    count, folds = repeats(config), len(cut) // repeats(config)
    seeds = [config.seed + place // folds for place in range(len(cut))]
    everything = np.arange(len(table.y))
    choosing = config.leak == "features"
    steps = -(-len(cut[-1].train) // config.batch_size) * config.epochs
    xla = True if steps * len(cut) >= WORTH_COMPILING else None
    shares = (0.9, 0.0) if config.leak == "none" else (0.45, 0.45)
    unit = float(config.epochs)

    variance = _variances(table, cut)
    fitted = fit_splits(
        config.network(),
        table,
        cut,
        seeds,
        Part(context, 0, shares[0], unit, variance),
        columns=[chosen_columns(table, split.train) for split in cut] if choosing else (),
        xla=xla,
    )
    history = fitted.trained.history
    prediction, row_loss = _held_out(fitted, table, cut, count)
    metric = history.validation_metric
    curves = (
        history.loss,
        history.validation_loss,
        as_r_squared(metric, variance) if variance.any() else metric,
        fitted.trained.best_epoch.astype(np.int32),
    )
    found: dict[str, Any] = {
        "prediction": prediction,
        "row_loss": row_loss,
        "diverged": fitted.trained.diverged_at >= 0,
    }
    if fitted.trained.stopped:
        return assembled(config, *curves, **found, finished=False, stopped=True)
    if config.leak != "none":
        leaky = fit_splits(
            config.network(),
            table,
            cut,
            seeds,
            Part(context, shares[0], shares[1], unit, None),
            scaled_by_everything=config.leak == "scaling",
            columns=[chosen_columns(table, everything)] * len(cut) if choosing else (),
            xla=xla,
        )
        if leaky.trained.stopped:
            return assembled(config, *curves, **found, finished=False, stopped=True)
        found["leaky_prediction"] = _held_out(leaky, table, cut, count)[0]
    best = fitted.trained.best_epoch.reshape(count, folds)
    epochs = np.stack([np.maximum(1, np.rint(best.mean(axis=1))), best.max(axis=1)], axis=1).astype(np.int32)
    final = _new_models(config, table, epochs, Part(context, sum(shares), 0.1, unit, None))
    if final.trained.stopped:
        return assembled(config, *curves, **found, finished=False, stopped=True)
    held = _three_ways(ready, fitted, final, epochs, count)
    context.attach(MODEL_FILE, model_file(final, weights=_at(final, 0, int(epochs[0, 0]))))
    return assembled(config, *curves, **found, held_prediction=held, final_epochs=epochs)


def _variances(table: Rows, cut: tuple[Split, ...]) -> np.ndarray:
    """Return float64 (networks,), see `Part`."""
    if table.classification:
        return np.zeros(len(cut))
    return np.array([table.y[split.test].var() / (table.y[split.train].var() or 1.0) for split in cut])


def _held_out(fitted: Fitted, table: Rows, cut: tuple[Split, ...], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return prediction and loss of each row by the network that held it out, float32 (R, n) each."""
    folds = len(cut) // count
    prediction, loss = (np.full((count, len(table.y)), np.nan, dtype=np.float32) for _ in range(2))
    for place, split in enumerate(cut):
        output = fitted.predict(table.x[split.test], place)
        truth = table.y[split.test]
        row = place // folds
        prediction[row, split.test] = decided(output)
        if table.classification:
            likely = np.take_along_axis(output, truth.astype(int)[:, None], axis=1)[:, 0]
            loss[row, split.test] = -np.log(np.maximum(likely, 1e-7))
        else:
            loss[row, split.test] = np.abs(output - truth)
    return prediction, loss


def decided(output: np.ndarray) -> np.ndarray:
    """Return the class numbers of probabilities (m, C), or the values (m,) themselves."""
    return output.argmax(axis=1) if output.ndim == 2 else output


def _new_models(config: Config, table: Rows, epochs: np.ndarray, part: Part) -> Fitted:
    """Train one network a repeat on all rows, without early stopping, and keep its weights at the epochs asked for."""
    everything = np.arange(len(table.y))
    network = replace(config.network(), epochs=int(epochs.max()), patience=0)
    # Nothing is held back, and nothing looks at the held-back loss: one row stands there because one must.
    jobs = [Split(everything, everything[:1])] * len(epochs)
    columns = [chosen_columns(table, everything)] * len(jobs) if config.leak == "features" else ()
    seeds = [config.seed + repeat for repeat in range(len(jobs))]
    kept = sorted({int(epoch) for epoch in epochs.ravel()})
    return fit_splits(network, table, jobs, seeds, part, columns=columns, snapshot_epochs=kept)


def _at(final: Fitted, repeat: int, epoch: int) -> np.ndarray:
    history = final.trained.history
    return history.snapshots[int(np.flatnonzero(history.snapshot_epochs == epoch)[0]), repeat]


def _three_ways(ready: Prepared, fitted: Fitted, final: Fitted, epochs: np.ndarray, count: int) -> np.ndarray:
    """Return float32 (R, 4, m): what each way to one model says of the rows put aside, in the order of WAYS."""
    x = ready.held.x
    folds = len(fitted.trained.weights) // count
    loss = fitted.trained.history.validation_loss
    reached = loss[fitted.trained.best_epoch, np.arange(loss.shape[1])]
    reached = np.where(np.isfinite(reached), reached, np.inf).reshape(count, folds)
    said = np.empty((count, len(WAYS), len(x)), dtype=np.float32)
    for repeat in range(count):
        each = [fitted.predict(x, repeat * folds + fold) for fold in range(folds)]
        said[repeat, 0] = decided(each[int(reached[repeat].argmin())])
        said[repeat, 1] = decided(np.mean(each, axis=0))
        for way in range(2):
            said[repeat, 2 + way] = decided(final.predict(x, repeat, _at(final, repeat, int(epochs[repeat, way]))))
    return said
