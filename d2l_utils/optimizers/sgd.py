"""Gradient descent."""

from __future__ import annotations

from d2l_utils import rules
from d2l_utils.aliases import Rate
from d2l_utils.optimizers.base import Optimizer

__all__ = ["SGD"]


class SGD(Optimizer):
    """Gradient descent: ``p ← p − η g``. The batch decides whether it is full, stochastic or minibatch.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more; an array sweeps settings along the last axis, a callable is a schedule.

    References
    ----------
    Cauchy 1847 (full gradient); Robbins & Monro 1951 (stochastic).

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, -2.0])
    >>> SGD(lr=0.1).update(w, np.array([10.0, 10.0]))
    >>> print(w)
    [ 0. -3.]
    """

    rule = staticmethod(rules.sgd)
    shown = {"lr": 0.3}

    def __init__(self, lr: Rate = 0.01) -> None:
        super().__init__(lr=lr)
