"""Slot machines against what can be computed by hand."""

import numpy as np
import pytest

from engine.bayesian_optimization import bandits


def test_ucb1_is_the_formula_of_its_authors():
    count, paid = np.array([[4.0, 9.0, 1.0]]), np.array([[2.0, 6.0, 0.0]])
    sums = paid / count + np.sqrt(2 * np.log(14) / count)
    assert bandits.choose("ucb1", count, paid, 14, np.random.default_rng(0)) == sums.argmax()


def test_greed_takes_the_best_mean_and_epsilon_sometimes_another():
    count, paid = np.full((2000, 4), 5.0), np.tile([1.0, 4.0, 2.0, 3.0], (2000, 1))
    generator = np.random.default_rng(0)
    assert (bandits.choose("greedy", count, paid, 20, generator) == 1).all()
    other = np.mean(bandits.choose("epsilon", count, paid, 20, generator) != 1)
    assert other == pytest.approx(bandits.EPSILON * 3 / 4, abs=0.02)


def test_thompson_chooses_as_often_as_a_machine_may_be_the_best():
    count, paid = np.tile([10.0, 10.0], (4000, 1)), np.tile([5.0, 7.0], (4000, 1))
    share = np.mean(bandits.choose("thompson", count, paid, 20, np.random.default_rng(1)))
    draws = np.random.default_rng(2)
    expected = np.mean(draws.beta(8, 4, 100_000) > draws.beta(6, 6, 100_000))
    assert share == pytest.approx(expected, abs=0.03)


def test_regret_is_the_pay_of_the_pulls_missed():
    result = bandits.run((0.2, 0.5, 0.9), pulls=200, seeds=8)
    missed = result.pulls @ (0.9 - result.chances)
    assert result.regret[:, :, -1] == pytest.approx(missed)
    assert (result.pulls.sum(axis=2) == 200).all()
    assert (np.diff(result.regret, axis=2) >= 0).all()


def test_the_default_room_shows_what_the_text_says():
    result = bandits.run()
    ends = dict(zip(bandits.RULES, result.regret[:, :, -1].mean(axis=1), strict=True))
    assert ends["thompson"] < ends["epsilon"]
    assert f"{100 * np.mean(result.pulls[0].argmax(axis=1) != 4):.0f} %" in bandits.story(result)
