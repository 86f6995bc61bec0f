"""What theory promises: limits of stability, best settings, noise in closed formulas, worst cases in numbers.

:mod:`d2l_utils.convergence` finds the formulas' values in runs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from importlib.resources import files
from typing import Any, NamedTuple

from d2l_utils._engine import checks
from d2l_utils.optimizers import SGD, Momentum, Nesterov
from d2l_utils.optimizers.base import Optimizer

__all__ = [
    "LIMITS",
    "Limit",
    "linear_only",
    "load_worst_cases",
    "optimal",
    "stability_limit",
    "stationary_variance",
]


class Limit(NamedTuple):
    """The learning rate, times λ, above which a method diverges.

    Attributes
    ----------
    times_curvature : callable
        ``times_curvature(beta)`` -> the limit of ηλ at momentum β.
    formula : str
        The limit of η as it is written.
    """

    times_curvature: Callable[[float], float]
    formula: str


LIMITS: dict[type[Optimizer], Limit] = {
    SGD: Limit(lambda beta: 2.0, "2/λmax"),
    Momentum: Limit(lambda beta: 2 * (1 + beta), "2(1 + β)/λmax"),
    Nesterov: Limit(lambda beta: 2 * (1 + beta) / (1 + 2 * beta), "2(1 + β)/((1 + 2β) λmax)"),
}


def linear_only(optimizer: Optimizer) -> None:
    """Raise TypeError unless a step is linear in the gradient, and every setting one number."""
    if type(optimizer) not in LIMITS:
        raise TypeError(f"optimizer must be SGD, Momentum or Nesterov; got {optimizer!r}")
    for name, value in optimizer.hyperparameters.items():
        if not isinstance(value, float):
            raise TypeError(f"{name} must be one number; got {value!r}")


def optimal(kind: type[Optimizer], smallest: float, largest: float) -> Optimizer:
    """Return the method with the settings that are the fastest on every quadratic with these curvatures.

    With κ = λmax/λmin the rates are (κ − 1)/(κ + 1) for `SGD`, (√κ − 1)/(√κ + 1) for `Momentum`, and
    1 − 2/√(3κ + 1) for `Nesterov`.

    Parameters
    ----------
    kind : SGD, Momentum or Nesterov
        The class.
    smallest, largest : float
        λmin and λmax, the ends of the Hessian's spectrum, above 0.

    Raises
    ------
    TypeError, ValueError
        If it is another class, or not 0 < λmin ≤ λmax.

    References
    ----------
    Polyak 1964, Section 3; Lessard, Recht & Packard 2016, Proposition 1.

    Examples
    --------
    >>> from d2l_utils import Momentum
    >>> optimal(Momentum, 1.0, 9.0)
    Momentum(lr=0.25, momentum=0.25)
    """
    low, high = checks.number("smallest", smallest), checks.number("largest", largest)
    if not 0 < low <= high:
        raise ValueError(f"the curvatures must satisfy 0 < smallest <= largest; got {low} and {high}")
    if kind is SGD:
        return SGD(2 / (high + low))
    if kind is Momentum:
        total, apart = math.sqrt(high) + math.sqrt(low), math.sqrt(high) - math.sqrt(low)
        return Momentum(4 / total**2, (apart / total) ** 2)
    if kind is Nesterov:
        root = math.sqrt(3 * high / low + 1)
        return Nesterov(4 / (3 * high + low), (root - 2) / (root + 2))
    raise TypeError(f"kind must be SGD, Momentum or Nesterov; got {kind!r}")


def stability_limit(optimizer: Optimizer, curvature: float) -> float:
    """Return the learning rate above which the method diverges on a quadratic.

    Parameters
    ----------
    optimizer : SGD, Momentum or Nesterov
        Only its momentum β counts.
    curvature : float
        λmax, the largest eigenvalue of the Hessian, above 0.

    Raises
    ------
    TypeError
        If it is another method.

    References
    ----------
    Polyak 1964, Section 2 (heavy ball). All three are where an eigenvalue of `iteration_matrix` is −1.

    Examples
    --------
    >>> from d2l_utils import SGD, Momentum
    >>> stability_limit(SGD(), 2.0), stability_limit(Momentum(momentum=0.5), 2.0)
    (1.0, 1.5)
    """
    linear_only(optimizer)
    curvature = checks.positive("curvature", curvature)
    return LIMITS[type(optimizer)].times_curvature(getattr(optimizer, "momentum", 0.0)) / curvature


def stationary_variance(optimizer: Optimizer, curvature: float, noise: float) -> float:
    """Return the variance around which a run on ``½ λ p²`` settles under gradient noise.

    It is ``η σ² / (λ (2 − η λ))`` for `SGD` and ``η σ² (1 + β) / (λ (1 − β) (2 (1 + β) − η λ))`` for
    `Momentum`.

    Parameters
    ----------
    optimizer : SGD or Momentum
        With numbers as settings.
    curvature : float
        λ, above 0.
    noise : float
        σ, the standard deviation of what is added to each gradient, independently.

    Raises
    ------
    TypeError
        If it is another method.
    ValueError
        If the rate is at or above `stability_limit`: nothing settles then.

    References
    ----------
    The variance of an autoregressive process of order 1 or 2. For small η it is ησ²/2λ, as in
    Mandt, Hoffman & Blei 2017, Section 3.2.

    Examples
    --------
    >>> from d2l_utils import SGD
    >>> print(round(stationary_variance(SGD(lr=0.5), curvature=1.0, noise=1.0), 4))
    0.3333
    """
    if type(optimizer) not in (SGD, Momentum):
        raise TypeError(f"optimizer must be SGD or Momentum; got {optimizer!r}")
    linear_only(optimizer)
    limit, lr = stability_limit(optimizer, curvature), optimizer.lr
    if not lr < limit:
        raise ValueError(f"lr must be below the stability limit {limit:g}; got {lr:g}")
    beta = getattr(optimizer, "momentum", 0.0)
    sigma = checks.number("noise", noise, low=0.0)
    return lr * sigma**2 * (1 + beta) / (curvature * (1 - beta) * (2 * (1 + beta) - lr * curvature))


def load_worst_cases() -> dict[str, Any]:
    """Return worst cases of gradient descent, the heavy ball and Nesterov's method, computed in advance.

    ``tools/worst_cases.py`` finds them by semidefinite programming. All start at the distance 1.

    Returns
    -------
    dict
        ``date`` and ``versions`` of the computation. ``convex``: the largest f − f* after 1, 2, ..., 20 steps
        over all convex functions with L = 1, at the rate 1/L. ``round``: the largest squared distance after
        1, 2, ..., 12 steps over all with κ = 25; gradient descent and the heavy ball with the best settings
        on quadratics, Nesterov at 1/L and (√κ − 1)/(√κ + 1). ``proof``: a bound for three steps of gradient
        descent, and how often its proof uses the inequality of each pair of points, the minimum first.
        ``function``: points, gradients and values of the function with curvatures from 1 to 25 that throws
        the heavy ball the farthest in three steps.

    References
    ----------
    Drori & Teboulle 2014; Taylor, Hendrickx & Glineur 2017; Goujaud et al. 2024 (PEPit).

    Examples
    --------
    >>> load_worst_cases()["convex"]["gradient descent"][:2]  # 1/(4T + 2)
    [0.16667, 0.1]
    """
    file = files("d2l_utils").joinpath("datasets", "worst_cases.json")
    return dict(json.loads(file.read_text(encoding="utf-8")))
