"""Theory beside measurement: rates, limits of stability, variance under noise."""

import math
import re

import numpy as np
import pytest

from d2l_utils import SGD, Adam, Momentum, Nesterov, StepDecay, bowl, descend, quadratic, saddle
from d2l_utils.convergence import (
    convergence_rate,
    fitted_rate,
    iteration_matrix,
    measured_stability_limit,
)
from d2l_utils.theory import (
    LIMITS,
    optimal,
    stability_limit,
    stationary_variance,
)

KAPPAS = (2.0, 10.0, 100.0, 1000.0, 10_000.0)


def nesterov_1983(kappa):
    """Return Nesterov's method with η = 1/L and β = (√κ − 1)/(√κ + 1), for μ = 1."""
    return Nesterov(1 / kappa, (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1))


# name -> (the method for μ = 1 and L = κ, its rate as the literature prints it or None, multiplicity)
METHODS = {
    "SGD, 1/L": (lambda k: SGD(1 / k), lambda k: 1 - 1 / k, 1),
    "SGD, the best": (lambda k: optimal(SGD, 1, k), lambda k: (k - 1) / (k + 1), 1),
    "heavy ball, the best": (
        lambda k: optimal(Momentum, 1, k),
        lambda k: (math.sqrt(k) - 1) / (math.sqrt(k) + 1),
        2,
    ),
    "heavy ball, β = 0.5": (lambda k: Momentum(1 / k, 0.5), None, 1),
    "heavy ball, β = 0.9": (lambda k: Momentum(1 / k, 0.9), None, 1),
    "heavy ball, 1.9/L": (lambda k: Momentum(1.9 / k, 0.8), None, 1),
    "Nesterov, the best": (lambda k: optimal(Nesterov, 1, k), lambda k: 1 - 2 / math.sqrt(3 * k + 1), 2),
    "Nesterov, 1/L": (nesterov_1983, lambda k: 1 - 1 / math.sqrt(k), 2),
    "Nesterov, β = 0.9": (lambda k: Nesterov(1 / k, 0.9), None, 1),
}


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("name", METHODS)
def test_the_fitted_slope_is_the_predicted_rate(name, kappa):
    make, printed, multiplicity = METHODS[name]
    optimizer, eigenvalues = make(kappa), (1.0, kappa)
    predicted = convergence_rate(optimizer, eigenvalues)
    if printed:
        # A double eigenvalue is computed to the root of the rounding error only.
        assert predicted.factor == pytest.approx(printed(kappa), rel=1e-7)
        assert predicted.multiplicity == multiplicity
    steps = math.ceil(60 / -math.log(predicted.factor)) + 20
    trace = descend(optimizer, quadratic(eigenvalues, start=(1.0, 1.0)), num_steps=steps)
    slope = math.log(fitted_rate(trace, predicted.multiplicity))
    assert slope == pytest.approx(math.log(predicted.factor), rel=0.02)


def test_without_the_factor_t_a_double_eigenvalue_is_missed():
    optimizer = optimal(Momentum, 1, 100)
    factor, multiplicity = convergence_rate(optimizer, (1.0, 100.0))
    trace = descend(optimizer, quadratic((1.0, 100.0)), num_steps=math.ceil(60 / -math.log(factor)))
    assert multiplicity == 2
    assert math.log(fitted_rate(trace, 2)) == pytest.approx(math.log(factor), rel=0.02)
    assert math.log(fitted_rate(trace, 1)) != pytest.approx(math.log(factor), rel=0.02)


@pytest.mark.parametrize("kind", [Momentum, Nesterov])
def test_the_matrix_is_the_printed_one(kind):
    """In (p, previous p) the printed matrix is [[trace, −det], [1, 0]]: the two invariants determine it."""
    lr, beta, curvature = 0.3, 0.7, 2.0
    matrix = iteration_matrix(kind(lr, beta), curvature)
    shrink = 1 - lr * curvature
    trace, det = (
        (1 + beta - lr * curvature, beta) if kind is Momentum else ((1 + beta) * shrink, beta * shrink)
    )
    assert np.trace(matrix) == pytest.approx(trace, rel=1e-14)
    assert np.linalg.det(matrix) == pytest.approx(det, rel=1e-14)
    state = np.array([1.0, 0.0])
    for point in descend(kind(lr, beta), quadratic((curvature,), start=(1.0,)), num_steps=5).points:
        assert point[0] == pytest.approx(state[0], rel=1e-12)
        state = matrix @ state


@pytest.mark.parametrize("kind", [SGD, Momentum, Nesterov])
@pytest.mark.parametrize("kappa", [2.0, 50.0])
def test_no_setting_nearby_is_faster_than_the_best(kind, kappa):
    best = optimal(kind, 1, kappa)
    rate = convergence_rate(best, (1.0, kappa)).factor
    for name, value in best.hyperparameters.items():
        for changed in (0.99 * value, 1.01 * value):
            other = kind(**best.hyperparameters | {name: changed})
            assert convergence_rate(other, (1.0, kappa)).factor > rate


@pytest.mark.parametrize("curvature", [0.1, 2.0, 30.0])
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("kind", LIMITS)
def test_bisection_finds_the_limit_of_stability(kind, beta, curvature):
    def make(lr):
        return SGD(lr) if kind is SGD else kind(lr, beta)

    limit = stability_limit(make(0.1), curvature)
    assert measured_stability_limit(make, curvature) == pytest.approx(limit, rel=1e-6)
    assert convergence_rate(make(limit), (curvature,)).factor == pytest.approx(1, rel=1e-9)
    assert convergence_rate(make(1.001 * limit), (curvature,)).factor > 1
    assert convergence_rate(make(0.999 * limit), (curvature,)).factor < 1


def measured_variance(optimizer, curvature, sigma, chains=32, num_steps=600, burn_in=100, z=3.3):
    """Return the mean square of a run under noise, and the half-width of its 99.9 % confidence interval.

    Every coordinate has its own noise, so their mean squares over time are independent, whatever the
    correlation in time.
    """
    objective = quadratic((curvature,) * chains, start=(0.0,) * chains)
    points = descend(optimizer, objective, num_steps=num_steps, noise=sigma, seed=3).points[burn_in:]
    each = np.mean(points**2, axis=0)
    return each.mean(), z * each.std(ddof=1) / math.sqrt(chains)


@pytest.mark.parametrize(
    "optimizer", [SGD(0.25), SGD(0.75), Momentum(0.1, 0.5), Momentum(0.5, 0.5)], ids=repr
)
def test_under_noise_the_variance_is_that_of_the_formula(optimizer):
    curvature, sigma = 2.0, 0.7
    mean, half_width = measured_variance(optimizer, curvature, sigma)
    predicted = stationary_variance(optimizer, curvature, sigma)
    assert abs(mean - predicted) < half_width
    assert half_width < 0.12 * predicted  # sharp enough to tell formulas apart:
    beta = getattr(optimizer, "momentum", 0.0)
    small_rate = optimizer.lr * sigma**2 / (2 * curvature * (1 - beta))
    without_root = stationary_variance(optimizer, curvature, 1.0) * sigma
    for wrong in (small_rate, without_root, 2 * predicted):
        assert abs(mean - wrong) > half_width


def test_the_printed_variance_of_sgd():
    lr, curvature, sigma = 0.3, 2.0, 0.5
    expected = lr * sigma**2 / (curvature * (2 - lr * curvature))
    assert stationary_variance(SGD(lr), curvature, sigma) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: iteration_matrix(Adam(), 1.0), TypeError, "must be SGD, Momentum or Nesterov; got Adam"),
        (lambda: convergence_rate(SGD([0.1, 0.2]), (1.0,)), TypeError, "lr must be one number; got array"),
        (lambda: iteration_matrix(SGD(StepDecay(0.1, every=2)), 1.0), TypeError, "lr must be one number"),
        (lambda: stability_limit(Adam(), 1.0), TypeError, "must be SGD, Momentum or Nesterov"),
        (lambda: optimal(Adam, 1, 2), TypeError, "kind must be SGD, Momentum or Nesterov"),
        (lambda: optimal(SGD, 2, 1), ValueError, "0 < smallest <= largest; got 2.0 and 1.0"),
        (lambda: optimal(SGD, 0, 1), ValueError, "0 < smallest <= largest"),
        (lambda: stationary_variance(Nesterov(), 1.0, 1.0), TypeError, "must be SGD or Momentum"),
        (lambda: stationary_variance(SGD(1.0), 2.0, 1.0), ValueError, "below the stability limit 1; got 1"),
        (lambda: fitted_rate(descend(SGD(0.1), saddle)), ValueError, "one path to a known minimum"),
        (lambda: fitted_rate(descend(SGD([0.1, 0.2]), bowl)), ValueError, "one path to a known minimum"),
        (lambda: fitted_rate(descend(SGD(0.5), quadratic((2.0,)))), ValueError, "it ends at 0.0"),
        (lambda: fitted_rate(descend(SGD(0.1), bowl, num_steps=1)), ValueError, "at least 2 steps; got 1"),
    ],
)
def test_what_has_no_answer_is_refused(call, error, words):
    with pytest.raises(error, match=re.escape(words)):
        call()


def test_a_double_eigenvalue_counts_where_a_simple_one_is_as_slow():
    optimizer = optimal(Nesterov, 1, 100)
    simple = convergence_rate(optimizer, (100.0,))
    assert simple.multiplicity == 1
    assert convergence_rate(optimizer, (1.0, 100.0)) == pytest.approx((simple.factor, 2), rel=1e-7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stability_limit(SGD(0.1), -1.0), "curvature must be above 0; got -1.0"),
        (lambda: stability_limit(SGD(0.1), math.nan), "curvature must be finite; got nan"),
        (lambda: stationary_variance(SGD(0.1), 0.0, 1.0), "curvature must be above 0; got 0.0"),
        (lambda: iteration_matrix(SGD(0.1), math.inf), "curvature must be finite; got inf"),
        (lambda: convergence_rate(SGD(0.1), ()), "eigenvalues must hold at least one; got none"),
        (lambda: measured_stability_limit(SGD, 0.0), "curvature must be above 0; got 0.0"),
        (lambda: measured_stability_limit(SGD, 1.0, num_steps=1), "num_steps must be at least 2; got 1"),
        (lambda: fitted_rate(descend(SGD(0.1), bowl), 0), "multiplicity must be 1 or 2; got 0"),
    ],
)
def test_what_no_theory_holds_for_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
