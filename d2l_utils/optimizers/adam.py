"""Adam and AMSGrad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from d2l_utils import rules
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.needs import choose
from d2l_utils.optimizers.settings import Fixed, epsilon, fraction

__all__ = ["Adam"]


class Adam(Optimizer):
    """Momentum and RMSProp together, both averages corrected for their start at zero.

    ``m ← β₁ m + (1 − β₁) g; s ← β₂ s + (1 − β₂) g²; p ← p − η m̂ / (√ŝ + ε)``
    with ``m̂ = m / (1 − β₁ᵗ)`` and ``ŝ = s / (1 − β₂ᵗ)``.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more: the paper's α.
    beta1, beta2 : float or ndarray
        Shares of the two averages that survive a step, in [0, 1).
    eps : float or ndarray
        Added outside the root, after the correction.
    eps_root : float or ndarray
        Added inside the root, after the correction (Optax).
    bias_correction : bool
        False leaves both averages as they are.
    eps_hat : bool
        True takes ``eps`` for the paper's ε̂ (end of Section 2), which is added to √s before the correction:
        Keras and MXNet do.
    amsgrad : bool
        Divide by the largest s so far; with ``bias_correction=False`` this is the paper's AMSGrad, else
        PyTorch's.
    correct_first : bool
        With ``amsgrad``, take the largest *corrected* s (Optax).

    References
    ----------
    Kingma & Ba 2015, Algorithm 1; Reddi, Kale & Kumar 2018 (AMSGrad).

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, 1.0])
    >>> Adam(lr=0.1).update(w, np.array([100.0, 0.01]))
    >>> print(w.round(4))  # the first step is η in every coordinate
    [0.9 0.9]
    """

    rule: Callable[..., Any] = staticmethod(rules.adam)
    slots = {"m": 0.0, "s": 0.0}
    clock = "t"
    shown = {"lr": 0.5}
    beta1 = fraction("β₁", trial=0.7)
    beta2 = fraction("β₂", trial=0.9)
    eps = epsilon()
    eps_root = epsilon(rare=True)
    bias_correction = Fixed()
    eps_hat = Fixed()
    amsgrad = Fixed()
    correct_first = Fixed()

    def __init__(
        self,
        lr: Rate = 0.001,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-8,
        eps_root: Number = 0.0,
        *,
        bias_correction: bool = True,
        eps_hat: bool = False,
        amsgrad: bool = False,
        correct_first: bool = False,
        **further: Any,
    ) -> None:
        super().__init__(lr=lr, beta1=beta1, beta2=beta2, eps=eps, eps_root=eps_root, **further)
        self.bias_correction, self.eps_hat = bias_correction, eps_hat
        clock = ("eps_hat" if self.eps_hat else "t") if self.bias_correction else "inf"
        if clock != Adam.clock:
            self.clock = clock
        self.amsgrad, self.correct_first = amsgrad, correct_first
        if amsgrad:
            self.slots = {**self.slots, "s_max": 0.0}
            choose(self, rules.amsgrad_corrected if correct_first else rules.amsgrad)

    def _form(self) -> tuple[str, ...]:
        largest_corrected = self.amsgrad and self.correct_first and self.bias_correction
        return ("correct_first",) if largest_corrected else ()
