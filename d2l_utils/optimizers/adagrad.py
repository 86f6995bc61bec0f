"""AdaGrad."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from d2l_utils import rules
from d2l_utils._engine import checks
from d2l_utils.aliases import Number, Rate
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import Fixed, Hyperparameter, epsilon

__all__ = ["AdaGrad"]


class AdaGrad(Optimizer):
    """A rate for each element, divided by the root of all its squared gradients.

    ``s ← s + g²; p ← p − η g / (√(s + eps_root) + eps)``

    Parameters
    ----------
    lr : float, ndarray or callable
        Learning rate η, 0 or more.
    eps : float or ndarray
        Added outside the root, against a division by zero.
    eps_root : float or ndarray
        Added inside the root (d2l: ``eps=0, eps_root=1e-6``).
    initial_accumulator : float
        Where s starts (Keras, Optax: 0.1).
    lr_decay : float or ndarray
        Divides the rate of step t by 1 + (t − 1) · lr_decay (PyTorch).

    References
    ----------
    Duchi, Hazan & Singer 2011, whose δ stands outside the root.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, 1.0])
    >>> AdaGrad(lr=0.1).update(w, np.array([100.0, 0.01]))
    >>> print(w.round(4))  # the first step is η in every coordinate, whatever the scale
    [0.9 0.9]
    """

    rule = staticmethod(rules.adagrad)
    shown = {"lr": 1.5}
    eps = epsilon()
    eps_root = epsilon(rare=True)
    lr_decay = Hyperparameter("", in_rule=False)
    initial_accumulator = Fixed(partial(checks.real, low=0.0))

    def __init__(
        self,
        lr: Rate = 0.01,
        eps: Number = 1e-7,
        eps_root: Number = 0.0,
        *,
        initial_accumulator: Number = 0.0,
        lr_decay: Number = 0.0,
    ) -> None:
        super().__init__(lr=lr, eps=eps, eps_root=eps_root)
        self.initial_accumulator, self.lr_decay = initial_accumulator, lr_decay
        self.slots = {**self.slots, "s": self.__dict__["initial_accumulator"]}

    def arguments(self, t: int) -> tuple[Any, ...]:
        """Return the hyper-parameters as the rule takes them, the rate divided as ``lr_decay`` says."""
        settings = super().arguments(t)
        if not np.any(self.lr_decay):
            return settings
        lr, *rest = settings
        return (lr / (1 + (t - 1) * self.lr_decay), *rest)
