"""The Gaussian process beside scikit-learn's, expected improvement beside an integral, a search on a bowl."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF

from d2l_utils.tuning import (
    LogUniform,
    Uniform,
    bayesian_search,
    expected_improvement,
    kernel,
    posterior,
    propose,
    sample,
)


def measured(seed, count, dim):
    rng = np.random.default_rng(seed)
    return rng.random((count, dim)), rng.normal(size=count), rng.random((7, dim))


@pytest.mark.parametrize(("count", "dim"), [(1, 1), (6, 1), (25, 5)])
@pytest.mark.parametrize("length", [0.1, 0.4, 1.5])
def test_the_posterior_is_scikit_learns(count, dim, length):
    x, y, at = measured(count, count, dim)
    (mean, std), evidence = posterior(x, y, at, length, noise=0.3)
    theirs = GaussianProcessRegressor(RBF(length), alpha=0.09, optimizer=None).fit(x, y)
    their_mean, their_std = theirs.predict(at, return_std=True)
    np.testing.assert_allclose(mean, their_mean, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(std, their_std, rtol=1e-7)
    assert evidence == pytest.approx(theirs.log_marginal_likelihood_value_, rel=1e-10)


def test_a_kernel_with_another_length_would_be_found():
    x, y, at = measured(3, 6, 1)
    theirs = GaussianProcessRegressor(RBF(0.2 / np.sqrt(2)), alpha=0.09, optimizer=None).fit(x, y)
    assert not np.allclose(posterior(x, y, at, 0.2, 0.3)[0][0], theirs.predict(at), rtol=1e-2)
    assert np.allclose(np.diag(kernel(x, x, 0.2)), 1)


@pytest.mark.parametrize("mean", [-1.0, 0.2, 3.0])
@pytest.mark.parametrize("std", [0.05, 1.0, 4.0])
def test_expected_improvement_is_the_integral(mean, std):
    best = 0.3
    ends = mean - 12 * std, min(best, mean + 12 * std)
    integral = quad(lambda y: max(best - y, 0) * norm.pdf(y, mean, std), *ends, limit=200)[0]
    found = expected_improvement(np.array([mean]), np.array([std]), best)
    np.testing.assert_allclose(found, max(integral, 0), rtol=1e-6, atol=1e-10)


def test_expected_improvement_is_above_what_the_mean_promises_and_grows_with_doubt():
    mean, std = np.zeros(50), np.linspace(0.01, 3, 50)
    for best in (-1.0, 0.0, 1.0):
        found = expected_improvement(mean, std, best)
        assert np.all(found >= max(best, 0))
        assert np.all(np.diff(found) >= 0)


def test_a_proposal_stays_in_the_cube_and_is_drawn_by_the_generator_alone():
    x, y, _ = measured(1, 12, 3)
    first, again = (propose(x, y, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first, again)
    assert np.all((first >= 0) & (first <= 1))
    monotone = propose(x, np.exp(3 * y), np.random.default_rng(5))  # ranks alone count
    assert np.array_equal(first, monotone)


def test_the_search_beats_chance_on_a_bowl():
    space = {"lr": LogUniform(1e-4, 1.0), "share": Uniform(0.0, 1.0), "idle": Uniform(0.0, 1.0)}

    def score(setting):
        return (np.log10(setting["lr"]) + 2) ** 2 + 9 * (setting["share"] - 0.4) ** 2

    ours, chance = [], []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        ours.append(min(loss for _, loss in bayesian_search(score, space, 30, rng)))
        chance.append(min(score(sample(space, rng)) for _ in range(30)))
    assert np.median(ours) < 0.2 * np.median(chance)


def test_the_order_of_trials_that_score_the_same_does_not_matter():
    """A third of the book's space scores exactly what guessing does."""
    x, y, _ = measured(4, 12, 2)
    y[:5] = 3.0
    backwards = np.r_[4:-1:-1, 5:12]
    first = propose(x, y, np.random.default_rng(5))
    again = propose(x[backwards], y[backwards], np.random.default_rng(5))
    np.testing.assert_allclose(first, again, atol=1e-9)


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"k": 0}, ValueError, "k must be at least 1"),
        ({"first": 1}, ValueError, "first must be at least 2"),
        ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator"),
        ({"score": lambda setting: np.nan}, ValueError, "score must be finite"),
    ],
)
def test_what_cannot_be_searched_is_refused(change, kind, words):
    given = {
        "score": lambda setting: 1.0,
        "space": {"lr": LogUniform(0.1, 1.0)},
        "k": 3,
        "rng": np.random.default_rng(0),
    }
    with pytest.raises(kind, match=words):
        bayesian_search(**{**given, **change})
