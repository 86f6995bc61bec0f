"""Newton's method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from d2l_utils import rules
from d2l_utils.aliases import Rate
from d2l_utils.optimizers.needs import choose
from d2l_utils.optimizers.settings import Fixed, Hyperparameter
from d2l_utils.optimizers.whole import VectorMethod

__all__ = ["Newton"]


class Newton(VectorMethod):
    """Step to where the parabola that fits here is flat: ``p ← p − η (H + τ I)⁻¹ g``.

    That point may be a minimum, a saddle or a maximum; only a positive definite H + τ I makes it a step
    down. H comes from 2n gradients for n parameters, by central differences, and is solved in plain Python,
    n³/2 multiplications of which a row of n is one operation: some hundred parameters are the most.

    Parameters
    ----------
    lr : float or callable
        Learning rate η, 0 or more. 1 is Newton's step.
    damping : float
        τ, which is added to the Hessian's diagonal, 0 or more.
    guarded : bool
        Raise τ until H + τ I is positive definite, and halve η until the loss has fallen enough
        (Armijo's condition, at most 25 evaluations). Where none is found, the parameters stay.

    Raises
    ------
    ZeroDivisionError
        In an update, if H + τ I is singular.

    References
    ----------
    Nocedal & Wright 2006, Sections 3.3 and 3.4 (Algorithms 3.2 and 3.3).

    Examples
    --------
    >>> import numpy as np
    >>> w, curvatures = np.array([3.0, 1.0]), np.array([1.0, 100.0])
    >>> def loss(params):
    ...     slopes = curvatures * params["params"]
    ...     return slopes @ params["params"] / 2, {"params": slopes}
    >>> Newton().update(w, curvatures * w, loss=loss)
    >>> bool(abs(w).max() < 1e-9)  # one step, however narrow the bowl
    True
    """

    rule: Callable[..., Any] = staticmethod(rules.newton)
    shown = {"lr": 1.0}
    damping = Hyperparameter("τ", slider=(1e-2, 1e3), trial=0.5)
    guarded = Fixed()

    def __init__(self, lr: Rate = 1.0, damping: float = 0.0, *, guarded: bool = False) -> None:
        super().__init__(lr=lr, damping=damping)
        self.guarded = guarded
        if self.guarded:
            choose(self, rules.newton_guarded)
