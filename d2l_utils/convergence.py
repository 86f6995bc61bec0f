"""How fast a method converges on a quadratic: the rate that its matrix predicts, and what a run shows.

On ``½ λ p²`` the gradient is ``λ p``, so a step of `SGD`, `Momentum` or `Nesterov` is a linear map of the
parameter and its velocity. Its eigenvalues say how fast a run shrinks, and when it grows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.descent import Trace, descend
from d2l_utils.objectives import quadratic
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.theory import linear_only

__all__ = [
    "ConvergenceRate",
    "convergence_rate",
    "fitted_rate",
    "iteration_matrix",
    "measured_stability_limit",
]

DOUBLE = 1e-6  # eigenvalues closer than this, relative to their size, are one: rounding splits them by 1e-8


class ConvergenceRate(NamedTuple):
    """How fast a method converges on a quadratic.

    Attributes
    ----------
    factor : float
        r, by which a step shrinks the distance in the long run: the spectral radius. From 1 on it diverges.
    multiplicity : int
        2 if r belongs to a double eigenvalue with one eigenvector: the distance then goes like ``t rᵗ``.
    """

    factor: float
    multiplicity: int


def iteration_matrix(optimizer: Optimizer, curvature: float) -> np.ndarray:
    """Return the matrix of one step on ``½ λ p²``, found by applying the rule to the unit vectors.

    Parameters
    ----------
    optimizer : SGD, Momentum or Nesterov
        With numbers as settings.
    curvature : float
        λ.

    Returns
    -------
    ndarray, shape (1, 1) or (2, 2)
        It maps the parameter, and the velocity where there is one, to those after the step.

    Raises
    ------
    TypeError
        If the rule is not linear in the gradient, or a setting is not a number.

    References
    ----------
    Polyak 1964, Section 2; Lessard, Recht & Packard 2016, Section 2.2.

    Examples
    --------
    >>> from d2l_utils import Momentum
    >>> print(iteration_matrix(Momentum(lr=0.1, momentum=0.9), curvature=2.0))
    [[ 0.8  0.9]
     [-0.2  0.9]]
    """
    linear_only(optimizer)
    curvature = checks.number("curvature", curvature)
    units = np.eye(1 + len(optimizer.slots))
    args = optimizer.arguments(1)
    columns = [optimizer.rule(p, curvature * p, *state, *args) for p, *state in units.tolist()]
    return np.array(columns, float).reshape(units.shape).T


def convergence_rate(optimizer: Optimizer, eigenvalues: Sequence[float]) -> ConvergenceRate:
    """Return the rate on a quadratic whose Hessian has these eigenvalues: that of the slowest direction.

    Parameters
    ----------
    optimizer : SGD, Momentum or Nesterov
        With numbers as settings.
    eigenvalues : sequence of float
        The curvatures λ.

    Returns
    -------
    ConvergenceRate

    Examples
    --------
    >>> from d2l_utils import SGD
    >>> convergence_rate(SGD(lr=0.1), (1.0, 10.0))
    ConvergenceRate(factor=0.9, multiplicity=1)
    """
    rates = []
    if not len(eigenvalues):
        raise ValueError("eigenvalues must hold at least one; got none")
    for curvature in eigenvalues:
        roots = sorted(np.linalg.eigvals(iteration_matrix(optimizer, curvature)), key=abs)
        double = len(roots) == 2 and abs(roots[1] - roots[0]) <= DOUBLE * abs(roots[1])
        rates.append(ConvergenceRate(float(abs(roots[-1])), 1 + double))
    slowest = max(rate.factor for rate in rates)
    ties = [rate.multiplicity for rate in rates if rate.factor >= (1 - DOUBLE) * slowest]
    return ConvergenceRate(slowest, max(ties))


def fitted_rate(trace: Trace, multiplicity: int = 1) -> float:
    """Return the factor by which a step of this run shrinks the distance to the minimum, by least squares.

    A straight line is fitted to the logarithm of the largest distance from each step on, which an oscillation
    does not disturb, over the middle half of the run.

    Parameters
    ----------
    trace : Trace
        One path on an objective with a known minimum, long against the decay: some dozens of its times.
    multiplicity : int
        2 where `convergence_rate` says so: the line is then fitted after the factor t is taken out.

    Raises
    ------
    ValueError
        If there is no known minimum, or the run ends at it, or it sweeps.

    Examples
    --------
    >>> from d2l_utils import SGD, descend, quadratic
    >>> print(round(fitted_rate(descend(SGD(lr=0.1), quadratic((1.0, 5.0)), num_steps=200)), 6))
    0.9
    """
    if multiplicity not in (1, 2):
        raise ValueError(f"multiplicity must be 1 or 2; got {multiplicity!r}")
    if not trace.objective.minima or trace.points.ndim != 2:
        raise ValueError(f"a rate is fitted to one path to a known minimum; got {trace.objective!r}")
    distance = np.linalg.norm(trace.points - np.array(trace.objective.minima[0]), axis=1)
    if not np.all(np.isfinite(distance)) or distance[-1] == 0:
        raise ValueError(f"the distance must stay finite and above 0; it ends at {distance[-1]}")
    largest = np.maximum.accumulate(distance[::-1])[::-1]
    t = np.arange(len(largest) // 4, 3 * len(largest) // 4)
    if len(t) < 2:
        raise ValueError(f"a line needs a run of at least 2 steps; got {len(largest) - 1}")
    slope, _ = np.polyfit(t, np.log(largest[t]) - (multiplicity - 1) * np.log(np.maximum(t, 1)), 1)
    return math.exp(slope)


def measured_stability_limit(
    make: Callable[[float], Optimizer], curvature: float, *, num_steps: int = 2000, tolerance: float = 1e-9
) -> float:
    """Return the learning rate above which runs on ``½ λ p²`` grow, found by bisection.

    Parameters
    ----------
    make : callable
        ``make(lr)`` -> Optimizer.
    curvature : float
        λ, above 0.
    num_steps : int
        Of each run, which grows if it is farther from 0 at its end than half-way. The more, the sharper.
    tolerance : float
        Bisection stops at an interval of this length, relative to the rate.

    Examples
    --------
    >>> from d2l_utils import Momentum
    >>> print(round(measured_stability_limit(lambda lr: Momentum(lr, 0.5), curvature=2.0), 6))
    1.5
    """
    curvature = checks.positive("curvature", curvature)
    num_steps = checks.whole_number("num_steps", num_steps, low=2)
    objective = quadratic((curvature,), start=(1.0,))

    def grows(lr: float) -> bool:
        points = np.abs(descend(make(lr), objective, num_steps=num_steps).points[:, 0])
        return not points[-1] <= points[num_steps // 2]

    low, high = 0.0, 1.0 / curvature
    while not grows(high):
        low, high = high, 2 * high
    while high - low > tolerance * high:
        middle = (low + high) / 2
        low, high = (low, middle) if grows(middle) else (middle, high)
    return (low + high) / 2
