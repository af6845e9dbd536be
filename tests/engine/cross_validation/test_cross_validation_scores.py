"""Scores against scikit-learn, Grubbs's limits against the printed table, intervals and odd rows by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, r2_score

from engine.cross_validation.experiment import Config, assembled
from engine.cross_validation.scores import (
    METRICS,
    fold_scores,
    missing_class,
    odd_rows,
    outlier,
    overlap,
    scored,
    summaries,
    ways,
)
from engine.cross_validation.setup import prepared
from engine.cross_validation.splits import splits
from engine.cross_validation.story import story

THEIRS = {
    "accuracy": accuracy_score,
    "balanced accuracy": balanced_accuracy_score,
    "F1": lambda y, said: f1_score(y, said, average="macro"),
}


def made(config, seed=0, wrong=0.1):
    """A result as a run would leave it, whose predictions are the truth but for a share of wrong ones."""
    table = prepared(config).table
    cut = splits(config, table)
    random = np.random.default_rng(seed)
    curves = [random.random((4, len(cut))).astype(np.float32) for _ in range(3)]
    count = len(cut) // (config.folds if config.splitter != "leave-one-out" else len(table.y))
    said = np.tile(table.y, (count, 1)).astype(np.float32)
    if table.classification:
        other = random.random(said.shape) < wrong
        said[other] = (said[other] + 1) % table.classes
    else:
        said += random.normal(0, 30, said.shape).astype(np.float32)
    return assembled(
        config, *curves, np.full(len(cut), 2, dtype=np.int32), prediction=said, row_loss=np.abs(said - table.y)
    )


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=40))
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_scores_are_scikit_learn_s(pairs):
    y, said = np.array(pairs, dtype=float).T
    result = made(Config(dataset="wine", folds=3, repeats=1))
    for metric in METRICS:
        assert scored(result, y, said, metric) == pytest.approx(THEIRS[metric](y, said))


def test_folds_are_scored_one_by_one():
    result = made(Config(dataset="wine", folds=4, repeats=2))
    table = prepared(result.config).table
    for place, split in enumerate(splits(result.config, table)):
        said = result.prediction[place // 4, split.test]
        for metric in METRICS:
            found = fold_scores(result, metric)[place // 4, place % 4]
            assert found == pytest.approx(THEIRS[metric](table.y[split.test], said))


def test_values_have_r_squared_and_leave_one_out_is_scored_all_together():
    result = made(Config(dataset="diabetes", splitter="plain", folds=3, repeats=1))
    out = result.fold[0] == 1
    assert fold_scores(result)[0, 1] == pytest.approx(r2_score(result.y[out], result.prediction[0, out]), abs=1e-6)
    for config in (Config(dataset="wine", splitter="leave-one-out"), Config(
        dataset="diabetes", splitter="leave-one-out", rows=100
    )):  # fmt: skip
        result = made(config)
        judge = accuracy_score if result.classification else r2_score
        assert fold_scores(result).mean() == pytest.approx(judge(result.y, result.prediction[0]), abs=1e-6)


@pytest.mark.parametrize(("count", "limit"), [(4, 1.481), (5, 1.715), (10, 2.290), (20, 2.709)])
def test_limits_are_those_of_grubbs_s_table(count, limit):
    # NIST/SEMATECH e-Handbook, section 1.3.5.17, two-sided at 5 %.
    found = outlier(np.arange(count, dtype=float))
    assert found.critical == pytest.approx(limit, abs=1e-3)
    assert not found.is_outlier


def test_a_fold_far_off_is_an_outlier_and_three_folds_never_tell():
    found = outlier(np.array([0.9, 0.91, 0.92, 0.9, 0.2]))
    assert (found.fold, found.is_outlier) == (4, True)
    assert found.deviations < 0
    assert not outlier(np.array([0.1, 0.9, 0.9])).is_outlier
    assert outlier(np.array([0.5, 0.5, 0.5, 0.5])) is None
    assert outlier(np.array([0.5, np.nan, 0.7])) is None


def test_intervals_know_what_folds_share():
    result = made(Config(dataset="wine", folds=5, repeats=3))
    assert overlap(result) == pytest.approx(0.25)
    plain, corrected = summaries(result)
    # (1/15 + 1/4) / (1/15) = 4.75
    assert corrected.high - corrected.mean == pytest.approx(np.sqrt(4.75) * (plain.high - plain.mean))
    by_time = made(Config(dataset="wine", splitter="time", folds=4, repeats=1))
    assert overlap(by_time) == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)


def test_odd_rows_are_the_wrong_ones_with_their_most_unusual_columns():
    config = Config(dataset="wine", folds=4, repeats=1)
    result = made(config, wrong=0.2)
    table = prepared(config).table
    found = odd_rows(result, table, 0, 2)
    assert found
    for row in found:
        assert result.fold[0, row.place] == 2
        assert row.truth != row.said
        alike = table.x[table.y == row.truth]
        off = (table.x[row.place] - alike.mean(axis=0)) / alike.std(axis=0)
        name, deviations = row.unusual[0]
        assert table.feature_names[int(np.abs(off).argmax())] == name
        assert deviations == pytest.approx(off[np.abs(off).argmax()])
    losses = [row.loss for row in found]
    assert losses == sorted(losses, reverse=True)
    assert len(odd_rows(made(config, wrong=0), table, 0, 2)) == 6


def test_missing_classes_are_counted():
    result = made(Config(splitter="plain", folds=10, minority=0.04, repeats=1))
    assert missing_class(result, 0) == int((result.balance[0, :, 0] == 0).sum())
    assert missing_class(result, 1) == 0


def test_the_story_says_when_a_difference_is_luck_and_when_it_is_not():
    result = made(Config(dataset="wine", folds=4, repeats=5))
    truth = np.tile(result.held_y, (5, 4, 1)).astype(np.float32)
    assert "all ways to one model score 100.0 %" in " ".join(story(replace(result, held_prediction=truth)))
    worse = truth.copy()
    worse[:, 0, :5] = (worse[:, 0, :5] + 1) % 3
    worse[0, 0, 5] = (worse[0, 0, 5] + 1) % 3
    told = replace(result, held_prediction=worse)
    assert ways(told)[:, 0].mean() < 0.9
    assert "more than luck of the draw" in " ".join(story(told)).replace("no more", "")
    one = truth.copy()
    one[0, 0, 0] = (one[0, 0, 0] + 1) % 3
    assert "no more than luck of the draw" in " ".join(story(replace(result, held_prediction=one)))
