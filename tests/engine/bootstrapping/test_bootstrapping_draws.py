"""The splits are scikit-learn's own; a longer run begins with the splits of a shorter one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit
from sklearn.utils import resample

from engine.bootstrapping.draws import METHODS, REPLACEMENT, SHUFFLE, STRATIFIED, draws, strata
from engine.data.tabular import CLASSIFICATION, Rows, rows
from engine.errors import InvalidData


def table(y):
    return Rows("upload", np.zeros((len(y), 1)), np.array(y, float), CLASSIFICATION, ("a",), ("n", "y"), "kind")


def test_every_method_calls_scikit_learn():
    wine = rows("wine")
    for drawn, (train, held) in zip(
        draws(wine, STRATIFIED, 3, 0.3, 7, False),
        StratifiedShuffleSplit(3, test_size=0.3, random_state=7).split(wine.x, wine.y),
        strict=True,
    ):
        assert drawn.learn.tolist() == train.tolist()
        assert drawn.held.tolist() == drawn.stop.tolist() == held.tolist()
    theirs = ShuffleSplit(2, test_size=0.2, random_state=1).split(wine.x)
    assert [one.held.tolist() for one in draws(wine, SHUFFLE, 2, 0.2, 1, False)] == [
        held.tolist() for _, held in theirs
    ]
    first = draws(wine, REPLACEMENT, 2, 0.2, 5, False)[0]
    assert first.learn.tolist() == resample(np.arange(178), random_state=5).tolist()
    assert sorted({*first.learn, *first.held}) == list(range(178))
    assert not set(first.learn) & set(first.held)
    assert first.distinct == len(set(first.learn))


def test_a_value_is_stratified_by_its_quarters():
    diabetes = rows("diabetes")
    quarters = strata(diabetes)
    assert np.bincount(quarters.astype(int)) == pytest.approx([110.5] * 4, abs=1.5)
    for one in draws(diabetes, STRATIFIED, 4, 0.25, 0, False):
        assert np.ptp(np.bincount(quarters[one.held].astype(int))) <= 1


@given(method=st.sampled_from(METHODS), own=st.booleans(), seed=st.integers(0, 9999))
def test_rows_have_one_part_each_and_a_longer_run_begins_alike(method, own, seed):
    wine = rows("wine")
    short, long = (draws(wine, method, count, 0.25, seed, own) for count in (2, 4))
    for one, other in zip(short, long, strict=False):
        for part in ("learn", "stop", "held"):
            assert getattr(one, part).tolist() == getattr(other, part).tolist()
        assert not set(one.learn) & set(one.held)
        if own:
            assert not set(one.stop) & ({*one.learn} | {*one.held})
            assert len({*one.stop, *one.learn}) == one.distinct


def test_too_few_rows_of_a_class_are_refused_in_words():
    with pytest.raises(InvalidData, match="least populated class") as caught:
        draws(table([0] * 20 + [1]), STRATIFIED, 2, 0.25, 0, False)
    assert "Shuffled" in caught.value.advice
