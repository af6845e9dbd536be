"""Tiny real runs: against Keras's own fit by the exported script, with leaks, stopped, diverged, stored and live."""

import contextlib
import io
import os
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_selection import SelectKBest, f_classif

from engine.cross_validation.experiment import Config, Result, partial, run
from engine.cross_validation.scores import fold_scores, summaries, ways
from engine.cross_validation.script import script
from engine.cross_validation.setup import prepared
from engine.cross_validation.story import story
from engine.cross_validation.training import chosen_columns
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
SMALL = {"epochs": 4, "folds": 3, "repeats": 1, "patience": 2, "learning_rate": 0.02}
CONFIGS = {
    "classes": Config(dataset="wine", **{**SMALL, "repeats": 2}),
    "columns chosen, rare class": Config(dataset="wine", leak="features", minority=0.15, **SMALL),
    "value, sorted, scaled before": Config(
        dataset="diabetes", splitter="plain", leak="scaling", rows=100, sort=True, **SMALL
    ),
    "groups": Config(dataset="digits", splitter="group", rows=150, **SMALL),
    "copies in blocks, no early stopping": Config(
        dataset="wine", splitter="plain", copies=True, rows=60, shuffle=False, **{**SMALL, "patience": 0}
    ),
    "time": Config(dataset="breast_cancer", splitter="time", rows=120, **SMALL),
    "leave one out": Config(
        dataset="wine", splitter="leave-one-out", rows=50, test_share=0.5, **{**SMALL, "epochs": 2}
    ),
}


class Watching(SilentContext):
    """Keeps what is reported, and asks to stop when so much is done."""

    def __init__(self, stop_at=float("inf")):
        super().__init__()
        self.series, self.done, self.stop_at = {}, [], stop_at

    def report(self, done, total, message="", **arrays):
        self.done.append(done / total)
        for name, rows in arrays.items():
            self.series.setdefault(name, []).append(rows)

    def stop_requested(self):
        return bool(self.done) and self.done[-1] >= self.stop_at

    def joined(self):
        return {name: np.concatenate(rows) for name, rows in self.series.items()}


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_alone_prints_the_numbers_of_the_page(name):
    config = CONFIGS[name]
    result = run(config, SilentContext())
    source = script(config)
    alone = config.splitter == "leave-one-out"
    if alone:  # six of the 25 networks tell as much
        for whole, part in (
            ("split(x))", "split(x))[:6]"),
            ("len(x)\n\n\ndef run", "6\n\n\ndef run"),
            ("(y, np", "(y[:6], np"),
        ):
            assert whole in source
            source = source.replace(whole, part)
    assert "engine" not in source
    assert max(map(len, source.splitlines())) <= 120
    assert len(source.splitlines()) < 145
    caught = io.StringIO()
    with contextlib.redirect_stdout(caught):
        exec(compile(source, "script", "exec"), {"__name__": "__main__"})
    printed = caught.getvalue()

    def numbers(start):
        lines = [line for line in printed.splitlines() if line.startswith(start)]
        return [[float(one) for one in re.findall(r"-?\d+\.\d+", line)] for line in lines]

    row = 0.6 / len(result.held_y)  # rounding may turn one row in some of them
    if alone:
        assert numbers("all rows")[0][0] == pytest.approx(fold_scores(result)[0, :6].mean(), abs=1e-4)
        return
    assert numbers("folds:")[0] == pytest.approx(fold_scores(result).ravel(), abs=2e-3)
    mean, deviation, *_ = numbers("mean")[0]
    assert (mean, deviation) == pytest.approx((summaries(result)[0].mean, summaries(result)[0].deviation), abs=2e-3)
    for repeat, found in enumerate(numbers("put aside:")):
        assert found == pytest.approx(ways(result)[repeat], abs=max(row, 2e-3))
    if config.leak != "none":
        assert numbers("done before")[0][0] == pytest.approx(summaries(result, leaky=True)[0].mean, abs=0.01)


def test_columns_are_chosen_as_scikit_learn_does():
    table = prepared(CONFIGS["columns chosen, rare class"]).table
    places = np.arange(0, len(table.y), 2)
    theirs = SelectKBest(f_classif, k=20).fit(table.x[places], table.y[places]).get_support(indices=True)
    assert chosen_columns(table, places).tolist() == theirs.tolist()


def test_choosing_columns_before_the_split_makes_noise_look_like_knowledge():
    result = run(Config(dataset="wine", leak="features", epochs=25, repeats=2, patience=5), SilentContext())
    honest, leaky = summaries(result)[0].mean, summaries(result, leaky=True)[0].mean
    assert leaky > honest + 0.15
    assert abs(ways(result).mean() - honest) < 0.15


def test_the_model_takes_rows_as_they_are():
    import keras

    context = SilentContext()
    result = run(CONFIGS["classes"], context)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(context.files["model.keras"])
        model = keras.models.load_model(path)
    held = prepared(result.config).held
    assert model.predict(held.x, verbose=0).argmax(axis=1) == pytest.approx(result.held_prediction[0, 2])


def test_curves_stream_and_make_the_live_picture():
    context = Watching()
    result = run(CONFIGS["classes"], context)
    assert context.done == sorted(context.done)
    live = partial(result.config, context.joined())
    assert live is not None
    assert not live.finished
    assert live.validation_loss == pytest.approx(result.validation_loss, nan_ok=True)
    assert live.best_epoch.tolist() == result.best_epoch.tolist()
    assert fold_scores(live) == pytest.approx(fold_scores(result), abs=1e-6)
    assert partial(result.config, {}) is None
    value = CONFIGS["value, sorted, scaled before"]
    context = Watching()
    result = run(value, context)
    assert fold_scores(partial(value, context.joined())) == pytest.approx(fold_scores(result), abs=1e-3)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_stop_keeps_what_the_folds_have(share):
    config = CONFIGS["columns chosen, rare class"].changed(epochs=40, patience=0)
    result = run(config, Watching(share))
    assert result.stopped
    assert not result.finished
    assert len(result.validation_loss) >= 1
    assert np.isfinite(result.prediction).any()
    assert "You stopped it" in story(result)[-1]


def test_divergence_is_a_result_that_says_so():
    config = Config(dataset="diabetes", splitter="plain", rows=60, **{**SMALL, "learning_rate": 1.0, "depth": 3})
    result = run(config.changed(epochs=30, batch_size=1, patience=0), SilentContext())
    assert result.diverged.shape == (3,)
    assert story(result)


def test_a_result_survives_its_store():
    result = run(CONFIGS["groups"], SilentContext())
    back, _ = decode(encode(result, {}), Result)
    assert back.config == result.config
    for name in ("fold", "prediction", "held_prediction", "groups"):
        assert np.array_equal(getattr(back, name), getattr(result, name), equal_nan=True)
