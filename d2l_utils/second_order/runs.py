"""Whole runs that count what they cost, for comparisons at equal work."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from d2l_utils import rules
from d2l_utils._engine import checks
from d2l_utils.second_order.directions import in_ball, lowest
from d2l_utils.second_order.losses import Counted, Loss, vector
from d2l_utils.second_order.searches import strong_wolfe

__all__ = ["Run", "lbfgs", "trust_region"]


@dataclass
class Run:
    """A run of a method, from the start on.

    Attributes
    ----------
    x : ndarray, shape (n,)
        Where it ended.
    grad : ndarray, shape (n,)
        The gradient there.
    values : list of float
        The loss at the start and after each step.
    evaluations : list of int
        How often the loss and its gradient had been asked by then.
    found : bool
        Whether every element of the gradient is within the tolerance. So it is at a saddle, too, if a run of
        `lbfgs` meets one exactly; `trust_region` asks for the curvature before it calls a point found.
    told : str
        How it ended, in a sentence.
    """

    x: np.ndarray
    grad: np.ndarray
    values: list[float] = field(default_factory=list)
    evaluations: list[int] = field(default_factory=list)
    found: bool = False
    told: str = ""

    @property
    def value(self) -> float:
        """The loss where it ended."""
        return self.values[-1]

    def _add(self, x: np.ndarray, value: float, grad: np.ndarray, evaluations: int) -> None:
        self.x, self.grad = x, grad
        self.values.append(value)
        self.evaluations.append(evaluations)

    def _rests(self, tolerance: float) -> bool:
        self.found = bool(abs(self.grad).max() <= tolerance)
        return self.found

    def _ended(self, told: str) -> Run:
        self.told = f"after {len(self.values) - 1} steps and {self.evaluations[-1]} evaluations {told}"
        return self


def lbfgs(
    loss: Loss,
    x: np.ndarray,
    *,
    memory: int = 10,
    num_steps: int = 1000,
    tolerance: float = 1e-8,
    max_evaluations: int = 15000,
) -> Run:
    """Take the steps of `d2l_utils.LBFGS`, and ask the loss nowhere twice.

    Parameters
    ----------
    loss : callable
        ``loss(x) -> (value, gradient)``.
    x : ndarray, shape (n,)
        The start; it is not changed.
    memory : int
        How many pairs are kept, 1 or more.
    num_steps, max_evaluations : int
        The most of each. The run never asks more often, in the middle of a search neither.
    tolerance : float
        It ends where every element of the gradient is within ± this.

    Returns
    -------
    Run

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    References
    ----------
    Nocedal & Wright 2006, Algorithm 7.5.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils import rosenbrock
    >>> from d2l_utils.second_order import of_objective
    >>> run = lbfgs(of_objective(rosenbrock), np.array([-1.2, 1.0]))
    >>> print(run.x.round(6), run.found)
    [1. 1.] True
    """
    memory = checks.whole_number("memory", memory, low=1)
    num_steps = checks.whole_number("num_steps", num_steps)
    limit = checks.whole_number("max_evaluations", max_evaluations, low=1)
    tolerance = checks.number("tolerance", tolerance, low=0.0)
    x, counted = vector("x", x).copy(), Counted(loss)
    S, Y = np.zeros((memory, x.size), x.dtype), np.zeros((memory, x.size), x.dtype)
    run = Run(x, x)
    run._add(x, *counted(x), counted.calls)
    while not run._rests(tolerance):
        if len(run.values) > num_steps:
            return run._ended("the gradient is not within the tolerance yet")
        if counted.calls >= limit:
            return run._ended("no evaluation is left")
        known, direction = rules.curved(S[-1], Y[-1]), -rules.two_loop(run.grad, S, Y)
        step = strong_wolfe(
            counted,
            run.x,
            direction,
            value=run.values[-1],
            grad=run.grad,
            t=rules.trial(1.0, run.grad, known),
            max_evaluations=min(25, limit - counted.calls),
        )
        s, y = step.t * direction, step.grad - run.grad
        if rules.curved(s, y):
            rules.remember(S, s)
            rules.remember(Y, y)
        elif not step.t and not known:
            return run._ended(f"no step was found: {step.told}")
        elif not step.t:
            rules.forget(S)
            continue
        run._add(run.x + s, step.value, step.grad, counted.calls)
    return run._ended("the gradient is within the tolerance")


def trust_region(
    loss: Loss, x: np.ndarray, *, radius: float = 1.0, num_steps: int = 1000, tolerance: float = 1e-8
) -> Run:
    """Go down the parabola that fits here, within a ball in which it has proved right.

    The ball shrinks to a quarter of the step where the loss falls by less than a quarter of what the parabola
    promised, and doubles where it falls by more than three quarters of it and the step ended at the border.
    A step that wins less than a tenth of the promise is not taken. Products with the Hessian cost one
    gradient each, which is counted.

    Where the gradient is within the tolerance, up to ten products more tell whether the loss curves down
    along some direction. Then the point is a saddle or a maximum, and the run goes on along this direction.

    Parameters
    ----------
    loss, x, num_steps, tolerance
        As in `lbfgs`. A step that is refused counts as one.
    radius : float
        The ball's first radius, above 0.

    Returns
    -------
    Run

    References
    ----------
    Nocedal & Wright 2006, Algorithm 4.1 with η = 0.1, and Algorithm 7.2.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils import himmelblau
    >>> from d2l_utils.second_order import of_objective
    >>> run = trust_region(of_objective(himmelblau), np.array([-0.27, -0.92]))  # beside a maximum
    >>> run.value < 1e-12, run.found
    (True, True)
    """
    radius = checks.positive("radius", radius)
    num_steps = checks.whole_number("num_steps", num_steps)
    tolerance = checks.number("tolerance", tolerance, low=0.0)
    x, counted = vector("x", x).copy(), Counted(loss)
    small = float(np.finfo(x.dtype).eps) ** 0.4
    run = Run(x, x)
    run._add(x, *counted(x), counted.calls)

    def product(v: np.ndarray) -> np.ndarray:
        h = small * (1 + float(np.linalg.norm(run.x)) / x.size**0.5) / float(np.linalg.norm(v))
        return (counted(run.x + h * v)[1] - run.grad) / h

    while True:
        if run._rests(tolerance):
            step, promised = lowest(product, run.x, radius)
            run.evaluations[-1] = counted.calls
            if not promised:
                return run._ended("the gradient is within the tolerance")
            how, run.found = "curves down", False
        else:
            step, how, promised = in_ball(product, run.grad, radius, None)
        if len(run.values) > num_steps:
            return run._ended("no minimum is found yet")
        value, grad = counted(run.x + step)
        rounding = 1e-15 * abs(run.values[-1])
        kept = (run.values[-1] - value + rounding) / promised if promised > 0 else 0.0
        if not kept >= 0.25:  # NaN counts as nothing kept
            radius = float(np.linalg.norm(step)) / 4
        elif kept > 0.75 and how != "inside":
            radius = 2 * radius
        if kept > 0.1:
            run._add(run.x + step, value, grad, counted.calls)
        else:
            run._add(run.x, run.values[-1], run.grad, counted.calls)
        if not radius > 1e-15 * float(np.linalg.norm(run.x)):
            return run._ended("the ball has shrunk to nothing")
