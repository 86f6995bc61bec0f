"""Yogi."""

from __future__ import annotations

from functools import partial

from d2l_utils import rules
from d2l_utils._engine import checks
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import Fixed, epsilon, fraction

__all__ = ["Yogi"]


class Yogi(Optimizer):
    """Adam whose s takes a step of (1 − β₂) g², up or down, and so forgets a large gradient slowly.

    ``m ← β₁ m + (1 − β₁) g; s ← s − (1 − β₂) sign(s − g²) g²; p ← p − η m̂ / (√ŝ + ε)``
    with ``m̂ = m / (1 − β₁ᵗ)`` and ``ŝ = s / (1 − β₂ᵗ)``.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more.
    beta1, beta2 : float or ndarray
        As in `Adam`; 1 − β₂ is the share of g² by which s moves.
    eps : float or ndarray
        Added outside the root.
    initial_accumulator, initial_average : float
        Where s starts, 0 or more, and where m does (Optax: at 1e-6 too).
    bias_correction : bool
        False leaves both averages as they are, as the paper does; True corrects them, as Optax does.

    References
    ----------
    Zaheer, Reddi, Sachan, Kale & Kumar 2018, Algorithm 2.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, 1.0])
    >>> Yogi(lr=0.1, eps=1e-8, initial_accumulator=0.0).update(w, np.array([100.0, 0.01]))
    >>> print(w.round(4))  # the first step is Adam's
    [0.9 0.9]
    """

    rule = staticmethod(rules.yogi)
    slots = {"m": 0.0, "s": 0.0}
    clock = "t"
    shown = {"lr": 0.5}
    beta1 = fraction("β₁", trial=0.7)
    beta2 = fraction("β₂", trial=0.9)
    eps = epsilon()
    initial_accumulator = Fixed(partial(checks.real, low=0.0))
    initial_average = Fixed(checks.real)
    bias_correction = Fixed()

    def __init__(
        self,
        lr: Rate = 0.01,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-3,
        *,
        initial_accumulator: Number = 1e-6,
        initial_average: Number = 0.0,
        bias_correction: bool = True,
    ) -> None:
        super().__init__(lr=lr, beta1=beta1, beta2=beta2, eps=eps)
        self.initial_accumulator, self.initial_average = initial_accumulator, initial_average
        self.bias_correction = bias_correction
        self.slots = {"m": self.__dict__["initial_average"], "s": self.__dict__["initial_accumulator"]}
        if not self.bias_correction:
            self.clock = "inf"
