"""AdaMax."""

from __future__ import annotations

from d2l_utils import rules
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import epsilon, fraction

__all__ = ["AdaMax"]


class AdaMax(Optimizer):
    """Adam that divides by the largest gradient so far, which fades, in place of a root of a mean square.

    ``m ← β₁ m + (1 − β₁) g; g_max ← max(β₂ g_max, |g| + eps_max); p ← p − η m̂ / (g_max + eps)``
    with ``m̂ = m / (1 − β₁ᵗ)``; a maximum needs no correction.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more: the paper's α.
    beta1, beta2 : float or ndarray
        Shares of the average and of the maximum that survive a step, in [0, 1).
    eps : float or ndarray
        Added to the maximum (Keras).
    eps_max : float or ndarray
        Added inside the maximum, to the gradient's size (PyTorch, Optax). The paper and MXNet have no ε:
        where no gradient but 0 has come yet, they divide 0 by 0.

    References
    ----------
    Kingma & Ba 2015, Section 7.1, Algorithm 2.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, 1.0])
    >>> AdaMax(lr=0.1).update(w, np.array([100.0, 0.01]))
    >>> print(w.round(4))  # the first step is η in every coordinate
    [0.9 0.9]
    """

    rule = staticmethod(rules.adamax)
    slots = {"m": 0.0, "g_max": 0.0}
    clock = "t"
    shown = {"lr": 0.5}
    beta1 = fraction("β₁", trial=0.7)
    beta2 = fraction("β₂", trial=0.9)
    eps = epsilon()
    eps_max = epsilon(rare=True)

    def __init__(
        self,
        lr: Rate = 0.002,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-8,
        eps_max: Number = 0.0,
    ) -> None:
        super().__init__(lr=lr, beta1=beta1, beta2=beta2, eps=eps, eps_max=eps_max)
