"""Folds against scikit-learn's own splitters, rows against plain NumPy, and every objection with a fix that helps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    RepeatedKFold,
    RepeatedStratifiedKFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    train_test_split,
)

from engine.cross_validation.experiment import Config, run
from engine.cross_validation.objections import objection
from engine.cross_validation.setup import prepared, whole
from engine.cross_validation.splits import balance, fold_of_row, repeats, splits
from engine.errors import InvalidSetting
from engine.runs.context import SilentContext


def held_out(config):
    return [split.test.tolist() for split in splits(config, prepared(config).table)]


@pytest.mark.parametrize(
    ("settings", "theirs"),
    [
        ({"splitter": "plain"}, RepeatedKFold(n_splits=4, n_repeats=2, random_state=7)),
        ({"splitter": "stratified"}, RepeatedStratifiedKFold(n_splits=4, n_repeats=2, random_state=7)),
    ],
)
def test_shuffled_folds_are_scikit_learn_s_repeated_ones(settings, theirs):
    config = Config(dataset="wine", folds=4, repeats=2, seed=7, **settings)
    table = prepared(config).table
    assert held_out(config) == [test.tolist() for _, test in theirs.split(table.x, table.y)]


@pytest.mark.parametrize(
    ("splitter", "theirs"),
    [("plain", KFold(4)), ("stratified", StratifiedKFold(4)), ("time", TimeSeriesSplit(4))],
)
def test_unshuffled_folds_are_the_same_in_every_repeat(splitter, theirs):
    config = Config(dataset="wine", splitter=splitter, folds=4, repeats=2, shuffle=False)
    table = prepared(config).table
    assert held_out(config) == 2 * [test.tolist() for _, test in theirs.split(table.x, table.y)]


def test_groups_are_kept_together_as_scikit_learn_does():
    config = Config(dataset="digits", splitter="group", folds=4, repeats=2, seed=3)
    table = prepared(config).table
    found = splits(config, table)
    for repeat in range(2):
        theirs = StratifiedGroupKFold(4, shuffle=True, random_state=3 + repeat).split(table.x, table.y, table.groups)
        assert [split.test.tolist() for split in found[4 * repeat : 4 * repeat + 4]] == [t.tolist() for _, t in theirs]
    for split in found:
        assert not set(table.groups[split.train]) & set(table.groups[split.test])
    values = Config(dataset="diabetes", splitter="group", copies=True, shuffle=False, repeats=1)
    table = prepared(values).table
    theirs = GroupKFold(5).split(table.x, table.y, table.groups)
    assert held_out(values) == [test.tolist() for _, test in theirs]


def test_leave_one_out_holds_out_each_row_once_and_is_not_repeated():
    config = Config(dataset="wine", splitter="leave-one-out", repeats=4)
    assert repeats(config) == 1
    assert held_out(config) == [[row] for row in range(142)]


@given(
    folds=st.integers(2, 20), repeats=st.integers(1, 3), shuffle=st.booleans(), seed=st.integers(0, 99),
    splitter=st.sampled_from(["plain", "stratified"]),
)  # fmt: skip
def test_every_row_is_held_out_exactly_once_a_repeat(folds, repeats, shuffle, seed, splitter):
    config = Config(dataset="wine", splitter=splitter, folds=folds, repeats=repeats, shuffle=shuffle, seed=seed)
    table = prepared(config).table
    cut = splits(config, table)
    assert len(cut) == folds * repeats
    fold = fold_of_row(cut, repeats, len(table.y))
    assert fold.min() == 0
    for repeat in range(repeats):
        for place in range(folds):
            split = cut[repeat * folds + place]
            assert np.array_equal(np.flatnonzero(fold[repeat] == place), np.sort(split.test))
            assert len(np.intersect1d(split.train, split.test)) == 0
            assert len(split.train) + len(split.test) == len(table.y)


def test_the_rows_put_aside_are_stratified_and_in_no_fold():
    ready = prepared(Config(seed=4))
    y = load_breast_cancer().target
    _, test = train_test_split(np.arange(len(y)), test_size=0.2, stratify=y, random_state=4)
    assert ready.held_places.tolist() == sorted(test)
    assert not set(ready.places) & set(ready.held_places)
    assert ready.table.x == pytest.approx(load_breast_cancer().data[ready.places])


def test_of_grouped_rows_whole_groups_are_put_aside():
    for config in (Config(dataset="digits"), Config(dataset="wine", copies=True)):
        ready = prepared(config)
        assert not set(ready.table.groups) & set(ready.held.groups)


def test_by_time_the_last_rows_are_put_aside():
    ready = prepared(Config(dataset="wine", splitter="time", test_share=0.25))
    assert ready.places.max() + 1 == ready.held_places.min()
    assert len(ready.held.y) == round(0.25 * 178)


@given(share=st.floats(0.02, 0.5), seed=st.integers(0, 20))
def test_the_rarest_class_has_at_most_its_share(share, seed):
    table, places = whole(Config(minority=share, seed=seed))
    rare = int((table.y == 0).sum())
    assert int((table.y == 1).sum()) == 357
    assert rare == min(212, round(share / (1 - share) * 357))
    assert (np.diff(places) > 0).all()


def test_rows_are_sorted_copied_and_replaced_as_asked():
    table, places = whole(Config(dataset="diabetes", sort=True))
    assert (np.diff(table.y) >= 0).all()
    assert len(set(places)) == 442
    copied, places = whole(Config(dataset="wine", copies=True, rows=60))
    assert len(copied.y) == 180
    assert np.bincount(copied.groups).tolist() == [3] * 60
    original = load_wine().data[places]
    off = (copied.x - original) / load_wine().data.std(axis=0)
    assert 0.02 < off.std() < 0.2
    noise, _ = whole(Config(dataset="wine", leak="features"))
    assert noise.x.shape == (178, 1000)
    assert abs(noise.x.mean()) < 0.01
    assert noise.x.std() == pytest.approx(1, abs=0.01)


def test_balance_counts_the_rows_of_each_class_in_both_kinds_of_folds():
    config = Config(splitter="plain", folds=10, minority=0.04, repeats=3)
    table = prepared(config).table
    counts = balance(config, table)
    assert counts.shape == (2, 10, 2)
    for fold, split in enumerate(splits(config, table)[:10]):
        assert counts[0, fold].tolist() == np.bincount(table.y[split.test].astype(int), minlength=2).tolist()
    assert np.ptp(counts[1, :, 0]) <= 1  # stratified: as even as it can be
    assert balance(Config(dataset="diabetes", splitter="plain"), table.taken(np.arange(9))).shape[0] == 2


BAD = {
    "folds for each row of the rare class": Config(minority=0.02, folds=12),
    "no classes": Config(dataset="diabetes"),
    "no groups": Config(splitter="group"),
    "fewer writers than folds": Config(dataset="digits", splitter="group", folds=20),
    "too many to leave out": Config(dataset="digits", splitter="leave-one-out"),
    "too many to leave out, measured three times": Config(dataset="wine", splitter="leave-one-out", copies=True),
    "too few rows": Config(splitter="plain", rows=50, test_share=0.5, folds=20),
    "too much work": Config(dataset="digits", splitter="plain", folds=20, repeats=10, epochs=300),
    "one class to choose columns by": Config(dataset="wine", splitter="time", leak="features"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_run_is_named_and_its_fix_helps(name):
    config = BAD[name]
    found = objection(config)
    assert found is not None
    assert found.message.endswith((".", "them by.")) or ":" in found.message
    assert found.label
    with pytest.raises(InvalidSetting, match=r"\w"):
        run(config, SilentContext())
    for _ in range(3):  # one fix may lead to another
        config = config.changed(**found.fix)
        found = objection(config)
        if found is None:
            return
    raise AssertionError(found)


def test_every_default_of_every_data_set_can_be_run():
    for dataset in ("breast_cancer", "wine", "digits"):
        assert objection(Config(dataset=dataset)) is None
    assert objection(Config(dataset="diabetes", splitter="plain")) is None
    assert load_digits().data.shape[0] == 1797
