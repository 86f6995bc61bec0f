"""Line searches: how far to go along a direction, within a limit of evaluations that is kept."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from d2l_utils import rules
from d2l_utils._engine import checks
from d2l_utils.second_order.losses import Counted, Loss, vector

__all__ = ["Step", "backtracking", "strong_wolfe"]


class Step(NamedTuple):
    """What a line search answers.

    Attributes
    ----------
    t : float
        How far it goes along the direction; 0 if no step was found that makes the loss fall enough.
    value : float
        The loss there.
    grad : ndarray
        The gradient there.
    evaluations : int
        How often the loss was asked, the start included if its value and gradient were not given.
    found : bool
        Whether the step is all that was asked for.
    told : str
        Why not, in a sentence; "" if it is.
    """

    t: float
    value: float
    grad: np.ndarray
    evaluations: int
    found: bool
    told: str


def backtracking(
    loss: Loss,
    x: np.ndarray,
    direction: np.ndarray,
    *,
    value: float | None = None,
    grad: np.ndarray | None = None,
    t: float = 1.0,
    c1: float = 1e-4,
    max_evaluations: int = 25,
) -> Step:
    """Halve a step until the loss has fallen by the share c₁ of what its slope promises.

    Parameters
    ----------
    loss : callable
        ``loss(x) -> (value, gradient)``. Where a value or a slope is NaN or infinite, the step is too long.
    x, direction : ndarray, shape (n,)
        Where it starts, and which way.
    value, grad : float and ndarray, optional
        The loss and its gradient at x, if they are known.
    t : float
        The first step tried, above 0.
    c1 : float
        In (0, 1).
    max_evaluations : int
        How many steps are tried at most.

    Returns
    -------
    Step

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    References
    ----------
    Armijo 1966; Nocedal & Wright 2006, Algorithm 3.1.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([1.0])
    >>> step = backtracking(lambda x: (float(x @ x), 2 * x), x, -2 * x, t=4.0)
    >>> step.t, step.value, step.evaluations  # 4, 2 and 1 are too long
    (0.5, 0.0, 5)
    """
    return _searched(rules.backtracking, loss, x, direction, value, grad, t, max_evaluations, c1)


def strong_wolfe(
    loss: Loss,
    x: np.ndarray,
    direction: np.ndarray,
    *,
    value: float | None = None,
    grad: np.ndarray | None = None,
    t: float = 1.0,
    c1: float = 1e-4,
    c2: float = 0.9,
    max_evaluations: int = 25,
) -> Step:
    """Find a step at which the loss has fallen enough and is flatter by the share c₂.

    The step doubles until the lowest place of the line is behind it, which is then sought between two points
    by cubic interpolation. Such a step makes sᵀy positive.

    Parameters
    ----------
    loss, x, direction, value, grad, t
        As in `backtracking`.
    c1, c2 : float
        0 < c₁ < c₂ < 1. A small c₂ asks for a step close to the lowest place.
    max_evaluations : int
        How many steps are tried at most. Then the lowest of those is the answer that made the loss fall
        enough, and ``found`` is False.

    Returns
    -------
    Step

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    References
    ----------
    Nocedal & Wright 2006, Algorithms 3.5 and 3.6 and equation 3.59.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([1.0])
    >>> step = strong_wolfe(lambda x: (float(x @ x), 2 * x), x, -2 * x, t=0.01, c2=0.1)
    >>> step.t, step.found, step.evaluations  # 0.01, 0.02, ... 0.64, and then the cubic's lowest place
    (0.5, True, 9)
    """
    return _searched(rules.strong_wolfe, loss, x, direction, value, grad, t, max_evaluations, c1, c2)


def _searched(
    search: Any, loss: Loss, x: Any, direction: Any, value: Any, grad: Any, t: Any, limit: Any, *shares: float
) -> Step:
    x, direction = vector("x", x), vector("direction", direction)
    if x.shape != direction.shape:
        raise ValueError(f"direction must have the shape of x, {x.shape}; got {direction.shape}")
    if (value is None) != (grad is None):
        raise TypeError("value and grad are known together or not at all; got one of them")
    t, limit = checks.positive("t", t), checks.whole_number("max_evaluations", limit, low=1)
    shares = tuple(checks.number(f"c{i}", share) for i, share in enumerate(shares, start=1))
    if not all(low < high for low, high in zip((0.0, *shares), (*shares, 1.0), strict=True)):
        order = " < ".join(["0", *(f"c{i}" for i in range(1, len(shares) + 1)), "1"])
        raise ValueError(f"the shares must satisfy {order}; got {', '.join(map(str, shares))}")
    counted = Counted(loss)
    value, grad = counted(x) if value is None else (float(value), np.array(grad))
    start = 0.0, value, float(grad @ direction), grad
    tried: list[float] = []
    along = rules.line(counted, x, direction)

    def at(length: float) -> tuple[float, float, float, np.ndarray]:
        tried.append(length)
        return along(length)

    point = search(at, start, t, limit, *shares)
    told = _told(start, point, tried, *shares[1:])
    return Step(point[0], point[1], point[3], counted.calls, not told, told)


def _told(start: Any, point: Any, tried: list[float], c2: float = np.inf) -> str:
    """Say why a point is not what was asked for."""
    _, value, slope, _ = start
    if not np.isfinite(value):
        return f"the loss at the start is {value}"
    if not slope < 0:
        return f"the direction does not lead down: the slope along it is {slope:.3g}"
    if not tried:
        return f"the loss is at rest: its slope of {slope:.3g} is lost in the rounding of {value:.3g}"
    if not point[0]:
        return f"none of {len(tried)} steps from {max(tried):.3g} down to {min(tried):.3g} made the loss fall"
    if abs(point[2]) > -c2 * slope:
        return (
            f"after {len(tried)} steps the loss has fallen and is not flat enough: the slope was {slope:.3g} "
            f"and is {point[2]:.3g}"
        )
    return ""
