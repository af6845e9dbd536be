"""Combinations against hand algebra, NumPy's correlation, and scikit-learn's own voting and linear models."""

from dataclasses import replace

import numpy as np
import pytest
from ensemble_builders import made
from hypothesis import given
from hypothesis import strategies as st
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, r2_score

from engine.ensembles.blend import classes_of, combine, features
from engine.ensembles.members import NAMES


class Saying(DummyClassifier):
    """A classifier that says what it was given, whatever the rows."""

    def __init__(self, says=None):
        super().__init__()
        self.says = says

    def fit(self, x, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, x):
        return self.says

    def predict(self, x):
        return self.classes_[self.says.argmax(axis=1)]


@pytest.mark.parametrize("classes", [2, 4])
def test_votes_and_averages_are_scikit_learn_s(classes):
    result = made(members=5, classes=classes)
    blended = combine(result, result.members, 1.0, leak=False)
    for repeat in range(3):
        says = result.test[:, repeat].astype(float)
        says = np.concatenate([1 - says, says], axis=-1) if classes == 2 else says
        y = result.test_y[repeat].astype(int)
        for kind, ours in (("hard", blended.vote), ("soft", blended.average)):
            voting = VotingClassifier([(str(place), Saying(one)) for place, one in enumerate(says)], voting=kind)
            theirs = voting.fit(np.zeros((len(y), 1)), y).predict(np.zeros((len(y), 1)))
            assert ours[repeat] == pytest.approx(accuracy_score(y, theirs))


def test_the_average_of_values_is_the_mean():
    result = made(classes=0)
    blended = combine(result, result.members, 1.0, leak=False)
    assert blended.vote is None
    for repeat in range(3):
        mean = result.test[:, repeat, :, 0].astype(float).mean(axis=0)
        assert blended.average[repeat] == pytest.approx(r2_score(result.test_y[repeat], mean), abs=1e-5)


def test_errors_alike_is_numpy_s_correlation_averaged_over_splits():
    result = made(members=4, classes=3)
    blended = combine(result, result.members, 1.0, leak=False)
    wrong = classes_of(result.test) != result.test_y
    each = [np.corrcoef(wrong[:, repeat]) for repeat in range(3)]
    assert blended.alike == pytest.approx(np.mean(each, axis=0))
    values = made(classes=0)
    residuals = values.test_y - values.test[..., 0]
    expected = np.mean([np.corrcoef(residuals[:, repeat]) for repeat in range(3)], axis=0)
    assert combine(values, values.members, 1.0, leak=False).alike == pytest.approx(expected, abs=1e-5)


def test_a_member_without_errors_has_no_correlation():
    result = made()
    perfect = result.test.copy()
    perfect[0] = result.test_y[..., None]
    alike = combine(replace(result, test=perfect), result.members, 1.0, leak=False).alike
    assert np.isnan(alike[0]).all()
    assert np.isfinite(alike[1, 2])


def test_weights_are_the_coefficients_of_the_meta_model():
    result = made()
    blended = combine(result, result.members[:2], 0.5, leak=False)
    theirs = LogisticRegression(C=0.5, tol=1e-8, max_iter=1000).fit(
        result.out_of_fold[:2, 1, :, 0].T.astype(float), result.train_y[1]
    )
    assert blended.honest.weights[1] == pytest.approx(theirs.coef_[0], abs=1e-3)
    assert blended.members == NAMES[:2]


def test_weights_of_many_classes_are_each_class_s_own_averaged():
    result = made(classes=3)
    blended = combine(result, result.members, 1.0, leak=False)
    x = features(result.out_of_fold[:, 0])
    assert x.shape == (40, 9)
    assert x[7] == pytest.approx(np.concatenate([result.out_of_fold[member, 0, 7] for member in range(3)]))
    theirs = LogisticRegression(tol=1e-8, max_iter=1000).fit(x, result.train_y[0]).coef_
    own = [np.mean([theirs[label, 3 * member + label] for label in range(3)]) for member in range(3)]
    assert blended.honest.weights[0] == pytest.approx(own, abs=1e-3)


def test_the_ridge_is_that_of_standardized_values():
    result = made(classes=0, train=80)
    blended = combine(result, result.members, 0.02, leak=False)
    x, y = result.out_of_fold[:, 2, :, 0].T.astype(float), result.train_y[2].astype(float)
    scale = y.std()
    theirs = Ridge(alpha=1 / 0.02).fit(x / scale, y / scale)
    assert blended.honest.weights[2] == pytest.approx(theirs.coef_, abs=1e-5)


def test_the_leak_is_fitted_on_the_training_rows_predictions():
    result = made()
    memorised = result.in_sample.copy()
    memorised[1] = result.train_y[..., None]
    blended = combine(replace(result, in_sample=memorised), result.members, 1.0, leak=True)
    assert blended.shown is blended.leaking
    assert (blended.leaking.weights.argmax(axis=1) == 1).all()
    assert blended.leaking.fitted_scores == pytest.approx(1.0)
    assert blended.honest.weights[:, 1].max() < blended.leaking.weights[:, 1].min()


def test_picking_takes_the_member_that_was_best_out_of_fold():
    result = made(members=4)
    blended = combine(result, result.members[1:], 1.0, leak=False)
    for repeat in range(3):
        promised = [
            accuracy_score(result.train_y[repeat], classes_of(result.out_of_fold[m, repeat])) for m in (1, 2, 3)
        ]
        chosen = 1 + int(np.argmax(promised))
        expected = accuracy_score(result.test_y[repeat], classes_of(result.test[chosen, repeat]))
        assert blended.picked[repeat] == pytest.approx(expected)


def test_members_that_were_not_finished_are_left_out():
    result = made(members=2)
    assert combine(result, ("forest", "linear"), 1.0, leak=False).members == ("forest",)
    assert combine(result, ("linear",), 1.0, leak=False).members == result.members


@given(st.integers(0, 10_000), st.sampled_from([0, 2, 3]))
def test_twins_are_worth_what_one_is(seed, classes):
    result = made(members=2, classes=classes, seed=seed)
    twins = {name: np.repeat(getattr(result, name)[:1], 2, axis=0) for name in ("out_of_fold", "in_sample", "test")}
    blended = combine(replace(result, **twins), result.members, 1.0, leak=False)
    assert blended.average == pytest.approx(blended.member_scores[:, 0])
    assert blended.alike == pytest.approx(np.ones((2, 2)), abs=1e-9)
    assert blended.honest.weights[:, 0] == pytest.approx(blended.honest.weights[:, 1], abs=1e-5)
