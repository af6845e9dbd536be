"""A tiny real run against scikit-learn's cross_val_predict and StackingClassifier, and the exported script run alone.

The script's networks go through `keras.wrappers`, each fit on its own; the page's are trained in lock-step.
"""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from sklearn.ensemble import StackingClassifier, StackingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict

from engine.config import InvalidSetting
from engine.ensembles.blend import combine
from engine.ensembles.experiment import BAGS, Config, View, partial, run, splits
from engine.ensembles.members import MEMBERS, estimator
from engine.ensembles.script import script
from engine.errors import InvalidData
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

TINY = {"folds": 3, "repeats": 2, "trees": 10, "epochs": 6, "bags": 3, "train_share": 0.3, "seed": 4}
VIEWS = {
    "two classes": View(dataset="breast_cancer", members=("forest", "svm", "wide"), **TINY),
    "three classes": View(dataset="wine", members=("extra", "neighbours", "deep"), strength=2.0, leak=True, **TINY),
    "a value": View(dataset="diabetes", members=("boosting", "svm", "linear"), strength=1.0, **TINY),
}
# Probabilities after six epochs of single-precision training: in lock-step and alone they differ by rounding only.
ROUNDING = 2e-4
# One Python for all scripts. Besides what they print, it asks scikit-learn for the network's out-of-fold predictions.
RUNNER = """
import contextlib, io, json, sys
from sklearn.model_selection import cross_val_predict
found = []
for source in json.load(sys.stdin):
    caught, space = io.StringIO(), {"__name__": "__main__"}
    with contextlib.redirect_stdout(caught):
        exec(compile(source, "script", "exec"), space)
        x, y, train = space["x"], space["y"], space["train"]
        network = space["members"][-1][1]
        method = "predict_proba" if hasattr(network, "predict_proba") else "predict"
        says = cross_val_predict(network, x[train], y[train], cv=space["folds"], method=method)
    found.append([caught.getvalue(), train.tolist(), says.tolist()])
assert not any(name.startswith(("engine", "pages", "streamlit")) for name in sys.modules)
json.dump(found, sys.stdout)
"""


class Stopping(SilentContext):
    """Asks to stop once so many members have been reported."""

    def __init__(self, after):
        super().__init__()
        self.after, self.finished = after, 0

    def report(self, done, total, message="", **arrays):
        self.finished += bool(arrays)

    def stop_requested(self):
        return self.finished >= self.after


@pytest.fixture(scope="module")
def results():
    return {name: run(view.run_config(), SilentContext()) for name, view in VIEWS.items()}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps([script(view) for view in VIEWS.values()]),
        capture_output=True,
        text=True,
        cwd=tmp_path_factory.mktemp("script"),
        env={**os.environ, "PYTHONPATH": ""},
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip(VIEWS, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", VIEWS)
def test_lock_step_and_keras_wrappers_say_the_same_out_of_fold(name, results, printed):
    view, result = VIEWS[name], results[name]
    _, train, says = printed[name]
    assert train == result.train_rows[0].tolist()
    ours = result.out_of_fold[result.members.index(view.members[-1]), 0]
    theirs = np.array(says)
    if view.dataset == "diabetes":
        assert ours[:, 0] == pytest.approx(theirs, abs=100 * ROUNDING)  # values around 150
    else:
        assert ours == pytest.approx(theirs[:, -ours.shape[1] :], abs=ROUNDING)


@pytest.mark.parametrize("name", VIEWS)
def test_the_script_prints_the_page_s_numbers(name, results, printed):
    view, result = VIEWS[name], results[name]
    blended = combine(result, view.members, view.strength, view.leak)
    numbers = dict(re.findall(r"^(.+?): (?:R² )?(-?[\d.]+)$", printed[name][0], re.MULTILINE))
    for position, member in zip(blended.chosen, view.members, strict=True):
        label = MEMBERS[member].label
        assert float(numbers[label]) == pytest.approx(blended.member_scores[0, position], abs=2e-4)
        place = view.members.index(member)
        assert float(numbers[f"weight of {label}"]) == pytest.approx(blended.shown.weights[0, place], abs=2e-3)
    assert float(numbers["Average"]) == pytest.approx(blended.average[0], abs=2e-4)
    assert float(numbers["Blend"]) == pytest.approx(blended.shown.scores[0], abs=2e-4)
    if blended.vote is not None:
        assert float(numbers["Majority"]) == pytest.approx(blended.vote[0], abs=2e-4)


@pytest.mark.parametrize("view", [*VIEWS.values(), View(), View(dataset="digits"), View(dataset="diabetes", leak=True)])
def test_the_script_needs_nothing_of_ours_and_is_short(view):
    source = script(view)
    compile(source, "script", "exec")
    assert "engine" not in source
    assert len(source.splitlines()) < 112
    assert max(map(len, source.splitlines())) <= 120


@pytest.mark.parametrize("name", ["two classes", "three classes", "a value"])
def test_the_blend_is_scikit_learn_s_stacking(name, results):
    """Members of scikit-learn alone: then the oracle needs no Keras."""
    result = results[name]
    config = result.config
    chosen = tuple(member for member in result.members if not MEMBERS[member].is_network)
    settings = {"trees": config.trees, "neighbours": config.neighbours, "seed": config.seed}
    made = [(member, estimator(member, result.classification, **settings)) for member in chosen]
    table, train, test = config.table(), result.train_rows[1], result.test_rows[1]
    if result.classification:
        oracle = StackingClassifier(
            made,
            LogisticRegression(C=0.7, tol=1e-8, max_iter=2000),
            cv=StratifiedKFold(3, shuffle=True, random_state=4),
            stack_method="predict_proba",
        )
    else:
        meta = Ridge(alpha=table.y[train].var() / 0.7)
        oracle = StackingRegressor(made, meta, cv=KFold(3, shuffle=True, random_state=4))
    oracle.fit(table.x[train], table.y[train])
    blended = combine(result, chosen, 0.7, leak=False)
    score = oracle.score(table.x[test], table.y[test])
    assert blended.honest.scores[1] == pytest.approx(score, abs=1e-6 if result.classification else 1e-4)
    coefficients = oracle.final_estimator_.coef_
    if len(result.class_names) == 3:
        coefficients = np.einsum("kck->c", coefficients.reshape(3, -1, 3)) / 3
    assert blended.honest.weights[1] == pytest.approx(coefficients.ravel(), abs=5e-3)


def test_out_of_fold_predictions_are_cross_val_predict_s(results):
    result = results["three classes"]
    config, table = result.config, result.config.table()
    train = result.train_rows[0]
    folds = StratifiedKFold(3, shuffle=True, random_state=4)
    for place, member in enumerate(result.members[:5]):
        model = estimator(member, True, trees=config.trees, neighbours=config.neighbours, seed=config.seed)
        theirs = cross_val_predict(model, table.x[train], table.y[train], cv=folds, method="predict_proba")
        assert result.out_of_fold[place, 0] == pytest.approx(theirs, abs=1e-6)
        whole = model.fit(table.x[train], table.y[train])
        assert result.in_sample[place, 0] == pytest.approx(whole.predict_proba(table.x[train]), abs=1e-6)
        assert result.test[place, 0] == pytest.approx(whole.predict_proba(table.x[result.test_rows[0]]), abs=1e-6)


def test_a_bag_begins_with_its_single_models_and_ends_with_one_choice(results):
    for result in results.values():
        assert result.bag_single.shape == (len(BAGS), 2, 3)
        # Averages over all choices of one model, and of all three: no spread is left.
        assert result.bag_mean[:, :, 0] == pytest.approx(result.bag_single.mean(axis=2), abs=0.2)
        assert result.bag_deviation[:, :, -1] == pytest.approx(np.zeros((len(BAGS), 2)), abs=1e-7)


def test_train_and_test_rows_never_meet_and_folds_cover_the_training_rows():
    config = Config(dataset="digits", repeats=2)
    drawn = splits(config, config.table())
    for outer, folds in zip(drawn.outer, drawn.folds, strict=True):
        assert not set(outer.train) & set(outer.test)
        assert sorted(np.concatenate([fold.test for fold in folds])) == sorted(outer.train)
        for fold in folds:
            assert not set(fold.train) & set(fold.test)
            assert set(fold.train) <= set(outer.train)


def test_the_same_seed_gives_the_same_result_and_it_survives_the_store(results):
    result = results["two classes"]
    again = run(result.config, SilentContext())
    assert np.array_equal(result.test, again.test)
    back, _ = decode(encode(result, {}), type(result))
    assert np.array_equal(back.out_of_fold, result.out_of_fold)
    assert back.members == result.members


def test_stop_keeps_the_members_that_were_finished():
    result = run(Config(dataset="wine", **TINY), Stopping(after=2))
    assert result.stopped
    assert result.members == ("forest", "extra")
    assert np.isnan(result.bag_mean).all()
    blended = combine(result, VIEWS["two classes"].members, 1.0, leak=False)
    assert blended.members == ("forest",)


def test_partial_has_nothing_before_the_first_member():
    assert partial(Config(), {}) is None


def test_too_small_tables_and_rare_classes_are_named():
    with pytest.raises(InvalidData, match="training rows"):
        run(Config(dataset="wine", train_share=0.1), SilentContext())
    with pytest.raises(InvalidData, match="folds"):
        run(Config(dataset="wine", train_share=0.15, folds=10), SilentContext())
    with pytest.raises(InvalidSetting, match="uploaded"):
        Config(dataset="upload")
