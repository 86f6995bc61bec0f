"""What a race says: profiles, scores, the expected best and bands, by hand and by brute force."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2l_utils import racing

TIMES = np.array([[10.0, 40.0, 30.0, np.inf], [20.0, 20.0, 90.0, np.inf], [np.inf, 30.0, 60.0, 50.0]])


def test_profile_by_hand():
    r = [[1, 2, 1, np.inf], [2, 1, 3, np.inf], [np.inf, 1.5, 2, 1]]
    np.testing.assert_array_equal(racing.ratios(TIMES), r)
    found = racing.profile(TIMES, np.array([1.0, 1.5, 2.0, 3.0]))
    np.testing.assert_array_equal(
        found, [[0.5, 0.5, 0.75, 0.75], [0.25, 0.25, 0.5, 0.75], [0.25, 0.5, 0.75, 0.75]]
    )


def test_score_is_the_area_under_the_profile():
    tau = np.linspace(1, 4, 300_001)
    np.testing.assert_allclose(racing.score(TIMES), racing.profile(TIMES, tau).mean(axis=1), atol=1e-4)
    # By hand, tau_max 4: (3 + 2 + 3 + 0) / 12 and so on.
    np.testing.assert_allclose(racing.score(TIMES), [8 / 12, 6 / 12, 7.5 / 12])


def test_a_workload_that_nobody_finished_counts_for_nobody():
    times = np.array([[10.0, np.inf], [20.0, np.inf]])
    assert np.isinf(racing.ratios(times)[:, 1]).all()
    np.testing.assert_allclose(racing.score(times, 3.0), [0.5, 0.25])


@given(st.lists(st.integers(1, 50), min_size=1, max_size=7), st.integers(1, 7))
def test_expected_best_is_what_brute_force_finds(times, k):
    if k > len(times):
        with pytest.raises(ValueError, match="k must be at most the number of trials"):
            racing.expected_best(np.array(times), k)
        return
    brute = np.mean([min(each) for each in itertools.combinations(times, k)])
    assert racing.expected_best(np.array(times, float), k) == pytest.approx(brute)


def test_a_trial_that_never_comes_in_first_may_be_lost():
    times = np.array([1.0, 2.0, np.inf])
    assert racing.expected_best(times, 2) == pytest.approx((2 * 1.0 + 2.0) / 3)
    assert racing.expected_best(times, 3) == 1.0
    assert racing.expected_best(times, 1) == np.inf


@pytest.mark.parametrize("times", [[], [[1.0], [2.0]], [1.0, np.nan], 3.0])
@pytest.mark.parametrize("measure", [racing.expected_best, racing.study_time])
def test_what_is_no_row_of_times_is_refused(measure, times):
    with pytest.raises(ValueError, match="times must be a row of at least one number, none nan; got"):
        measure(np.array(times), 1)


def test_study_time_and_median_take_the_slower_of_two_middles():
    assert racing.study_time(np.array([1.0, 9.0, np.inf, 5.0, 7.0, 8.0, np.inf, np.inf]), 2) == 7.0
    assert racing.median(np.array([1.0, np.inf])) == np.inf
    with pytest.raises(ValueError, match="size must divide"):
        racing.study_time(np.ones(7), 2)


def test_bands_hold_the_median_and_shrink_without_noise():
    rng = np.random.default_rng(0)
    runs = 100 + 30 * rng.random((3, 3, 4, 9))
    low, middle, high = racing.band(runs, racing.score, np.random.default_rng(1))
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert (low < high).any()
    still = np.repeat(runs[:1, :, :, :1], 9, axis=3)
    low, _, high = racing.band(still, racing.score, np.random.default_rng(1))
    np.testing.assert_allclose(low, high)


def test_bands_see_the_draws_of_the_trials():
    runs = np.ones((3, 2, 1, 4)) * np.array([10.0, 10.0, 40.0])[:, None, None, None]
    low, _, high = racing.band(runs, lambda times: times[0, 0], np.random.default_rng(1))
    assert low == 10
    assert high > 20
