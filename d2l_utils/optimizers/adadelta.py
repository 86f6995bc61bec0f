"""AdaDelta."""

from __future__ import annotations

from d2l_utils import rules
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import epsilon, fraction

__all__ = ["AdaDelta"]


class AdaDelta(Optimizer):
    """RMSProp whose rate is the root mean square of its own recent steps.

    ``s ← ρ s + (1 − ρ) g²; Δ = √(u + ε) / √(s + ε) · g; u ← ρ u + (1 − ρ) Δ²; p ← p − η Δ``

    Parameters
    ----------
    lr : float, ndarray or callable
        A factor η on the step; the paper has none, which is 1.
    rho : float or ndarray
        Share ρ of both averages that survives a step, 0 ≤ ρ < 1.
    eps : float or ndarray
        Added inside both roots. It sets the size of the first steps.

    References
    ----------
    Zeiler 2012, Algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> AdaDelta(rho=0.95, eps=1e-6).update(w, np.array([5.0]))
    >>> print((1 - w).round(5))  # √ε / √(1 − ρ)
    [0.00447]
    """

    rule = staticmethod(rules.adadelta)
    slots = {"s": 0.0, "u": 0.0}
    shown = {"eps": 1e-2}
    rho = fraction("ρ", trial=0.8)
    eps = epsilon()

    def __init__(self, lr: Rate = 1.0, rho: Number = 0.95, eps: Number = 1e-6) -> None:
        super().__init__(lr=lr, rho=rho, eps=eps)
