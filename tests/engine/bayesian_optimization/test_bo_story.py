"""The verdict is Welch's test, and the story says so when Bayesian optimization loses or nobody can tell."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from engine.bayesian_optimization import one_dimension, scenes, story, two_dimensions


def test_the_verdict_is_welch_s_test():
    generator = np.random.default_rng(0)
    first, second = generator.normal(0.3, 1, 20), generator.normal(0, 2, 50)
    verdict = story.compare(first, np.append(second, np.nan))
    assert verdict.chance == pytest.approx(stats.ttest_ind(first, second, equal_var=False).pvalue)
    assert verdict.first == pytest.approx((first.mean(), first.std(ddof=1)))
    assert verdict.counts == (20, 50)


@pytest.mark.parametrize(
    ("first", "second", "better"), [([1, 1], [0, 0], 1), ([0, 0], [1, 1], -1), ([1, 1], [1, 1], 0), ([1], [0, 0], 0)]
)
def test_groups_without_spread(first, second, better):
    assert story.compare(np.array(first, float), np.array(second, float)).better == better


def test_it_says_when_it_loses_wins_or_nobody_can_tell():
    result = one_dimension.run(scenes.FIRST)
    assert "beats random search" in story.one(result)[0]
    worse = dataclasses.replace(result, found=result.found - 0.5)
    assert "**Bayesian optimization loses to random search here:**" in story.one(worse)[0]
    same = dataclasses.replace(result, found=result.rival[:20])
    assert "no better than random search" in story.one(same)[0]


def test_it_says_that_it_has_settled_off_the_top():
    result = one_dimension.run(scenes.GREEDY)
    assert "not on the top" in story.one(result)[0]
    assert story.repeats(result) == 12


def test_the_reader_s_race_is_told_at_equal_samples():
    text = story.one(one_dimension.run(scenes.FIRST.changed(mine=(3.33,))))[0]
    assert "At 1 sample each you have 1.40" in text
    assert "you are ahead" in text


def test_forbidden_samples_are_counted():
    result = two_dimensions.run(scenes.FORBIDDEN)
    outside = int((~result.allowed).sum())
    assert f"{outside} of its {len(result.allowed)} samples fell on forbidden ground" in story.two(result)[0]
    assert "EI is used" in story.two(two_dimensions.run(scenes.FORBIDDEN.changed(acquisition="ucb")))[0]


def test_no_steps_have_no_winner():
    assert "all its samples are random" in story.one(one_dimension.run(scenes.FIRST.changed(steps=0)))[0]
