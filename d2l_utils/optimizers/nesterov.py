"""Nesterov's momentum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from d2l_utils import rules
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.needs import choose
from d2l_utils.optimizers.settings import Fixed, fraction

__all__ = ["Nesterov"]


class Nesterov(Optimizer):
    """Nesterov's accelerated gradient, stored ahead: ``v ← β v − η g; p ← p + β v − η g``.

    ``p`` is the point where the next gradient is taken; training code need not know about a look-ahead.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more.
    momentum : float or ndarray
        Share β of the velocity that survives a step, 0 ≤ β < 1.
    lr_in_velocity : bool
        False takes PyTorch's form ``v ← β v + g; p ← p − η (g + β v)``, the same path at a constant rate.

    References
    ----------
    Nesterov 1983; Sutskever, Martens, Dahl & Hinton 2013; Bengio, Boulanger-Lewandowski & Pascanu 2013.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> Nesterov(lr=0.1, momentum=0.9).update(w, np.array([1.0]))
    >>> print(w)
    [0.81]
    """

    rule: Callable[..., Any] = staticmethod(rules.nesterov)
    slots = {"v": 0.0}
    slots_of = "Momentum"
    shown = {"lr": 0.1}
    momentum = fraction("β")
    lr_in_velocity = Fixed()

    def __init__(self, lr: Rate = 0.01, momentum: Number = 0.9, *, lr_in_velocity: bool = True) -> None:
        super().__init__(lr=lr, momentum=momentum)
        self.lr_in_velocity = lr_in_velocity
        if not self.lr_in_velocity:
            choose(self, rules.nesterov_lr_outside)

    def _form(self) -> tuple[str, ...]:
        return () if self.lr_in_velocity else ("lr_in_velocity",)
