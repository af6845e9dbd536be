"""Ensembles: out-of-fold predictions of a Keras member in lock-step against `keras.wrappers`, and a member's toggle.

The ratio is of CPU seconds of this process, all threads counted: other work on the machine disturbs them less.
"""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from tests.bench.harness import Row, at_least, at_most, median_seconds

CLOSE = 2e-3  # probabilities; sixty epochs of single-precision steps


def ensemble_lock_step() -> Row:
    """The wide net on 10 outer splits of breast cancer, 5 folds and all training rows each: 60 fits.

    Lock-step trains all 60, compiling included. Through `keras.wrappers` the five folds of the first split are really
    fitted, by scikit-learn's cross_val_predict with the members of the exported script, and their CPU seconds are
    scaled to 60. Out-of-fold predictions of that split must agree.
    """
    from sklearn.model_selection import cross_val_predict

    from engine.ensembles.experiment import View, splits
    from engine.ensembles.members import network
    from engine.ensembles.script import script
    from engine.training import compiled
    from engine.validation.network import fit_splits

    view = View(members=("wide",))
    table = view.table()
    drawn = splits(view, table)
    jobs = [job for outer, folds in zip(drawn.outer, drawn.folds, strict=True) for job in (*folds, outer)]
    settings = network("wide", view.learning_rate, view.epochs)
    space: dict[str, Any] = {"__name__": "script"}
    exec(script(view).split("\n\n\nmeta = ")[0], space)
    member = space["members"][0][1]
    x, y, train = table.x, table.y, drawn.outer[0].train

    fit_splits(replace(settings, epochs=1), table, jobs[:1], [0])  # TensorFlow's own start-up is on neither side
    lock_step, plain = [], []
    for _ in range(3):
        compiled.forget()
        start = time.process_time()
        fitted = fit_splits(settings, table, jobs, [view.seed] * len(jobs))
        lock_step.append(time.process_time() - start)
        start = time.process_time()
        theirs = cross_val_predict(member, x[train], y[train], cv=space["folds"], method="predict_proba")
        plain.append((time.process_time() - start) * len(jobs) / view.folds)
    place_of = {row: place for place, row in enumerate(train)}
    ours = np.empty_like(theirs)
    for fold, job in enumerate(drawn.folds[0]):
        ours[[place_of[row] for row in job.test]] = fitted.predict(x[job.test], fold)
    apart = float(np.abs(ours - theirs).max())
    row = at_least(
        "60 fits of a member in lock-step",
        median(plain) / median(lock_step),
        8,
        "× CPU",
        f"keras.wrappers {median(plain):.1f} CPU s (scaled from {view.folds} fits), lock-step {median(lock_step):.1f}; "
        f"out-of-fold probabilities differ by {apart:.1e} at most",
    )
    return replace(row, holds=row.holds and apart < CLOSE)


def ensemble_toggle() -> list[Row]:
    """The server's work when a member is clicked: both blends of the stored run on ten splits, and the new picture."""
    from engine.ensembles.blend import combine
    from engine.ensembles.experiment import View
    from engine.figures.ensembles import payload
    from engine.runs.store import store

    rows = []
    for dataset in ("breast_cancer", "diabetes"):
        view = View(dataset=dataset)
        entry = store().find(view.run_config())
        assert entry is not None
        members = view.members[1:]

        def toggle(result: object = entry.result, members: tuple[str, ...] = members, view: View = view) -> object:
            return payload(combine(result, members, view.strength, leak=False), "bench")  # type: ignore[arg-type]

        milliseconds = 1000 * median_seconds(toggle, repeats=9, warm_up=2)
        note = "seven of eight members, 10 meta models, the board packed"
        rows.append(at_most(f"a member toggled, {dataset.replace('_', ' ')}", milliseconds, 60, "ms", note))
    return rows
