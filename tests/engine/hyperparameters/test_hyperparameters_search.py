"""Points, stages and rankings against hand algebra; the surrogate against functions whose importances are known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.hyperparameters.search import BUDGETS, GRID, HALVING, LEVELS, RANDOM, Rung, candidates, ranking, rungs
from engine.hyperparameters.surrogate import GRID as PLACES
from engine.hyperparameters.surrogate import PAIRS, fit, middles
from engine.tuning.space import SPACE, to_unit


@pytest.mark.parametrize("points", BUDGETS)
def test_a_grid_holds_every_combination_of_its_values(points):
    found = candidates(GRID, points, 0)
    assert len(set(found)) == len(found) == points == np.prod(list(LEVELS[points].values()))
    for place, one in enumerate(SPACE):
        values = sorted({point[place] for point in found})
        assert len(values) == LEVELS[points][one]
        middles = (np.arange(len(values)) + 0.5) / len(values)
        assert one.unit(np.array(values)) == pytest.approx(middles, abs=0.002)
    sides = [sorted({point[place] for point in found}) for place in range(4)]
    assert set(found) == set(itertools.product(*sides))


def test_random_points_fill_every_axis_and_depend_on_the_seed_alone():
    first, again, other = (candidates(RANDOM, 54, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert candidates(HALVING, 54, 1) == first
    assert len({point[1] for point in first}) == 54
    assert to_unit(np.array(first)).mean(axis=0) == pytest.approx([0.5] * 4, abs=0.15)


def test_stages_by_hand():
    assert rungs(RANDOM, 36, 30) == (Rung(30, 36),)
    assert rungs(HALVING, 36, 27) == (Rung(3, 36), Rung(9, 12), Rung(27, 4))
    assert rungs(HALVING, 16, 10) == (Rung(2, 16), Rung(4, 6), Rung(10, 2))


@given(st.sampled_from(BUDGETS), st.integers(3, 200))
def test_stages_grow_longer_and_smaller(points, epochs):
    stages = rungs(HALVING, points, epochs)
    assert stages[0].count == points
    assert stages[-1].epochs == epochs
    assert all(a.epochs <= b.epochs and a.count > b.count >= 1 for a, b in itertools.pairwise(stages))


def test_ranking_puts_the_smaller_loss_first_among_equals():
    assert ranking([0.9, 0.8, 0.9, 0.95], [0.3, 0.1, 0.2, 0.9]).tolist() == [3, 2, 0, 1]


def test_importance_of_a_sum_is_the_share_of_its_variance():
    """f = 3a + b with uniform a and b: 9/10 and 1/10 of the variance; the other two matter not at all."""
    places = np.random.default_rng(0).random((400, 4))
    fitted = fit(places, 3 * places[:, 0] + places[:, 1], 0)
    assert fitted is not None
    assert fitted.importance.mean(axis=0) == pytest.approx([0.9, 0.1, 0, 0], abs=0.05)
    assert fitted.explained > 0.95
    line = middles(PLACES)
    assert fitted.marginal[0] == pytest.approx(3 * line + 0.5, abs=0.25)
    both = fitted.pairs[PAIRS.index((0, 1))]
    assert both[0, -1] - both[0, 0] == pytest.approx(3, abs=0.35), "the first of a pair runs along the last axis"
    assert both[-1, 0] - both[0, 0] == pytest.approx(1, abs=0.35)


def test_what_only_acts_together_has_no_importance_alone():
    """f = (a − ½)(b − ½): each alone explains nothing of it."""
    places = np.random.default_rng(1).random((400, 4))
    fitted = fit(places, (places[:, 0] - 0.5) * (places[:, 1] - 0.5), 0)
    assert fitted is not None
    assert fitted.importance.mean(axis=0).sum() < 0.15


def test_too_little_says_nothing():
    places = np.random.default_rng(2).random((20, 4))
    assert fit(places[:5], places[:5, 0], 0) is None
    assert fit(places, np.full(20, 0.5), 0) is None
    noise = fit(places, np.random.default_rng(3).random(20), 0)
    assert noise is not None
    assert noise.explained < 0.2
