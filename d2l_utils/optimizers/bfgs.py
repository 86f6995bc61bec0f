"""BFGS: the inverse of the Hessian, learnt from steps."""

from __future__ import annotations

import numpy as np

from d2l_utils import rules
from d2l_utils.aliases import Rate
from d2l_utils.optimizers.whole import VectorMethod

__all__ = ["BFGS"]


def square(p: np.ndarray) -> np.ndarray:
    """Return a matrix of zeros with a row and a column for each element of a vector."""
    return np.zeros((p.size, p.size), p.dtype)


class BFGS(VectorMethod):
    """Step along −C g, where C learns the inverse of the Hessian from the steps taken.

    A step s changes the gradient by y, and the new C sends y to s. A search makes the loss fall and flatten
    (the strong Wolfe conditions with c₁ = 10⁻⁴ and c₂ = 0.9, at most 25 evaluations); a pair with
    sᵀy ≤ 0 or close to it is left out. Where no step is found, the parameters stay and C is forgotten.

    Parameters
    ----------
    lr : float or callable
        The first step that the search tries, 0 or more: 1 is Newton's. As long as C is not known, it is
        divided by the sum of the gradient's sizes where that is above 1.

    References
    ----------
    Broyden 1970; Fletcher 1970; Goldfarb 1970; Shanno 1970; Nocedal & Wright 2006, Algorithm 6.1, with the
    start of equation 6.20.

    Examples
    --------
    >>> from d2l_utils import descend, rosenbrock
    >>> descend(BFGS(), rosenbrock, num_steps=60).steps_to(1e-6)
    36
    """

    rule = staticmethod(rules.bfgs)
    slots = {"C": square}
    shown = {"lr": 1.0}

    def __init__(self, lr: Rate = 1.0) -> None:
        super().__init__(lr=lr)
