"""Momentum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from d2l_utils import rules
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.needs import choose
from d2l_utils.optimizers.settings import Fixed, fraction

__all__ = ["Momentum"]


class Momentum(Optimizer):
    """Heavy-ball momentum: ``v ← β v − η g; p ← p + v``.

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more.
    momentum : float or ndarray
        Share β of the velocity that survives a step, 0 ≤ β < 1. With 0 this is `SGD`.
    lr_in_velocity : bool
        True (MXNet, Keras): the form above. False (PyTorch, Optax): ``v ← β v + g; p ← p − η v``. At a
        constant rate both walk the same path; after a drop of η the first keeps its speed.

    References
    ----------
    Polyak 1964; Sutskever, Martens, Dahl & Hinton 2013.

    Examples
    --------
    >>> import numpy as np
    >>> w, opt = np.array([1.0]), Momentum(lr=0.1, momentum=0.5)
    >>> for _ in range(2):
    ...     opt.update(w, np.array([1.0]))
    >>> print(w)  # steps of 0.1 and 0.15
    [0.75]
    """

    rule: Callable[..., Any] = staticmethod(rules.momentum)
    slots = {"v": 0.0}
    shown = {"lr": 0.1}
    momentum = fraction("β")
    lr_in_velocity = Fixed()

    def __init__(self, lr: Rate = 0.01, momentum: Number = 0.9, *, lr_in_velocity: bool = True) -> None:
        super().__init__(lr=lr, momentum=momentum)
        self.lr_in_velocity = lr_in_velocity
        if not self.lr_in_velocity:
            choose(self, rules.momentum_lr_outside)

    def _form(self) -> tuple[str, ...]:
        return () if self.lr_in_velocity else ("lr_in_velocity",)
