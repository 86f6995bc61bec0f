"""RMSProp."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from d2l_utils import rules
from d2l_utils._engine import checks
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.needs import choose
from d2l_utils.optimizers.settings import Fixed, epsilon, fraction

__all__ = ["RMSProp"]


class RMSProp(Optimizer):
    """AdaGrad that forgets: a moving average takes the place of the sum.

    ``s ← ρ s + (1 − ρ) g²; p ← p − η g / (√(s + eps_root) + eps)``

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more.
    rho : float or ndarray
        Share ρ of the average that survives a step, 0 ≤ ρ < 1.
    eps : float or ndarray
        Added outside the root, against a division by zero.
    eps_root : float or ndarray
        Added inside the root (Keras 3: ``eps=0, eps_root=1e-7``).
    momentum : float or ndarray
        Share β of the last step that goes on, 0 ≤ β < 1. It can be changed later if it was not 0 at first.
    centered : bool
        Divide by the root of the variance s − m² instead of s, with m ← ρ m + (1 − ρ) g.
    lr_in_velocity : bool
        Where η stands if there is momentum, as in `Momentum`: True (Keras, MXNet, Optax), False (PyTorch).
    initial_accumulator : float
        Where s starts (TensorFlow 1: 1).

    References
    ----------
    Tieleman & Hinton 2012, lecture 6e, slide 29; Graves 2013, equations 38 to 45 (centred, with momentum).

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> RMSProp(lr=0.01, rho=0.9).update(w, np.array([5.0]))
    >>> print(w.round(4))  # the first step is η / √(1 − ρ)
    [0.9684]
    """

    rule: Callable[..., Any] = staticmethod(rules.rmsprop)
    slots = {"s": 0.0}
    shown = {"lr": 0.3}
    rho = fraction("ρ", trial=0.8)
    eps = epsilon()
    eps_root = epsilon(rare=True)
    momentum = fraction("β")
    centered = Fixed()
    lr_in_velocity = Fixed()
    initial_accumulator = Fixed(partial(checks.real, low=0.0))

    def __init__(
        self,
        lr: Rate = 0.001,
        rho: Number = 0.9,
        eps: Number = 1e-8,
        eps_root: Number = 0.0,
        *,
        momentum: Number = 0.0,
        centered: bool = False,
        lr_in_velocity: bool = True,
        initial_accumulator: Number = 0.0,
    ) -> None:
        self.centered, self.lr_in_velocity, self.momentum = centered, lr_in_velocity, momentum
        self.initial_accumulator = initial_accumulator
        moving = {"momentum": momentum} if centered or np.any(self.momentum) else {}
        super().__init__(lr=lr, rho=rho, eps=eps, eps_root=eps_root, **moving)
        self.slots = {**self.slots, "s": self.__dict__["initial_accumulator"]}
        if centered:
            self.slots = {**self.slots, "m": 0.0, "v": 0.0}
            choose(self, rules.rmsprop_centered if lr_in_velocity else rules.rmsprop_centered_lr_outside)
        elif moving:
            self.slots = {**self.slots, "v": 0.0}
            choose(self, rules.rmsprop_momentum if lr_in_velocity else rules.rmsprop_momentum_lr_outside)

    def _form(self) -> tuple[str, ...]:
        return ("lr_in_velocity",) if "v" in self.slots and not self.lr_in_velocity else ()
