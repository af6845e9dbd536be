"""Verdicts and numbers of splits against SciPy, the paper's formula worked by hand, and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from engine.bootstrapping import judgement
from engine.bootstrapping.judgement import LOSS, SCORE
from tests.engine.bootstrapping.made import made_result

RANDOM = np.random.default_rng(3)
FIRST = 0.95 + 0.01 * RANDOM.normal(size=30)
SECOND = FIRST + 0.004 + 0.006 * RANDOM.normal(size=30)
RESULT = made_result(FIRST, SECOND)


def test_the_verdict_is_scipy_s_and_the_papers():
    found = judgement.verdict(RESULT)
    difference = SECOND - FIRST
    assert found.plain_p == pytest.approx(stats.ttest_rel(SECOND, FIRST).pvalue)
    welch = stats.ttest_ind(SECOND, FIRST, equal_var=False).confidence_interval(0.95)
    assert found.unpaired == pytest.approx((welch.high - welch.low) / 2)
    # Nadeau and Bengio: the variance of the mean is (1/n + held / learned) s².
    error = difference.std(ddof=1) * np.sqrt(1 / 30 + 143 / 426)
    assert found.corrected_p == pytest.approx(2 * stats.t.sf(difference.mean() / error, 29))
    assert found.corrected.high == pytest.approx(difference.mean() + stats.t.ppf(0.975, 29) * error)
    assert found.smallest == pytest.approx((stats.t.ppf(0.975, 29) + stats.t.ppf(0.8, 29)) * error)
    assert (found.wins, found.ties, found.losses) == ((difference > 0).sum(), 0, (difference < 0).sum())
    assert found.plainly_real
    assert not found.real


def test_a_large_difference_is_real_and_a_lower_loss_is_better():
    far = made_result(FIRST, FIRST + 0.2 + 0.001 * RANDOM.normal(size=30))
    assert judgement.verdict(far).real
    assert judgement.verdict(far, LOSS).corrected.mean == pytest.approx(judgement.verdict(far, SCORE).corrected.mean)
    assert not judgement.verdict(made_result(FIRST, FIRST)).real


def test_splits_that_one_setting_has_not_reached_do_not_count():
    half = SECOND.copy()
    half[10:] = np.nan
    found = judgement.verdict(made_result(FIRST, half))
    assert found.count == 10
    assert found.plain.mean == pytest.approx((SECOND - FIRST)[:10].mean())
    assert judgement.verdict(made_result([np.nan] * 3, [np.nan] * 3)).count == 0


@given(deviation=st.floats(1e-3, 0.2), precision=st.floats(2e-3, 0.1), share=st.sampled_from([0.0, 0.1]))
def test_enough_is_the_first_number_whose_half_width_fits(deviation, precision, share):
    found = judgement.enough(deviation, precision, share)
    if found is None:
        assert judgement.half_width(deviation, judgement.MOST, share) > precision
    else:
        assert judgement.half_width(deviation, found, share) <= precision
        assert found == 2 or judgement.half_width(deviation, found - 1, share) > precision


def test_the_corrected_interval_has_a_floor_and_the_plain_one_none():
    assert judgement.enough(0.013, 0.005) == 29
    assert judgement.enough(0.013, 0.005, share=1 / 3) is None
    assert judgement.floor(0.013, 1 / 3) == pytest.approx(float(judgement.half_width(0.013, 10**6, 1 / 3)), rel=1e-3)


def test_what_was_forecast_is_checked_by_what_came():
    reached = judgement.first_enough(FIRST, 0.005)
    widths = [
        stats.t.ppf(0.975, count - 1) * FIRST[:count].std(ddof=1) / np.sqrt(count) for count in range(2, len(FIRST) + 1)
    ]
    assert reached == next(n + 2 for n in range(len(widths)) if max(widths[n:]) <= 0.005)
    assert judgement.first_enough(FIRST, 1e-6) is None


def test_the_632_estimate_mixes_what_is_out_of_the_bag_with_what_was_learned():
    assert judgement.point632(RESULT) == pytest.approx(0.632 * FIRST.mean() + 0.368)
