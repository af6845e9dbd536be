"""Means, intervals and p values against SciPy and the formula of Nadeau and Bengio worked by hand."""

import numpy as np
import pytest
from scipy import stats

from engine.validation.statistics import paired, running, summary

SCORES = np.array([0.91, 0.95, 0.88, 0.97, 0.93])


def test_the_plain_interval_is_scipy_s():
    found = summary(SCORES, 0.9)
    low, high = stats.t.interval(0.9, 4, SCORES.mean(), stats.sem(SCORES))
    assert (found.count, found.mean, found.deviation) == (5, pytest.approx(0.928), pytest.approx(SCORES.std(ddof=1)))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_the_corrected_interval_is_wider_by_the_paper_s_factor():
    plain, corrected = summary(SCORES), summary(SCORES, share=0.25)
    # (1/5 + 1/4) / (1/5) = 2.25, whose root is 1.5.
    assert corrected.high - corrected.mean == pytest.approx(1.5 * (plain.high - plain.mean))


def test_what_is_not_finite_is_left_out():
    assert summary(np.array([0.5, np.nan, 0.7, np.inf])).mean == pytest.approx(0.6)
    assert np.isnan(summary(np.array([0.5])).low)
    assert summary(np.array([np.nan])).count == 0


def test_the_paired_test_is_scipy_s():
    other = np.array([0.90, 0.91, 0.89, 0.92, 0.93])
    found, p_value = paired(SCORES, other)
    assert p_value == pytest.approx(stats.ttest_rel(SCORES, other).pvalue)
    assert found.mean == pytest.approx((SCORES - other).mean())
    assert paired(SCORES, SCORES)[1] == 1.0
    assert paired(SCORES, other, share=0.5)[1] > p_value


def test_running_values_end_at_the_whole_s():
    means, deviations = running(SCORES + 1e6)
    assert means == pytest.approx(1e6 + np.cumsum(SCORES) / np.arange(1, 6))
    assert np.isnan(deviations[0])
    assert deviations[1:] == pytest.approx([np.std(SCORES[:n], ddof=1) for n in range(2, 6)], rel=1e-6)
